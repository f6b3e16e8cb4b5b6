"""Signing in: a name and a password for a token."""

from typing import Any

import httpx
import pytest

from app.auth import passwords, users
from app.problems import Invalid
from tests.api import PASSWORD, Api


def sign_in(api: Api, name: str, password: str = PASSWORD, **fields: str) -> httpx.Response:
    return api.post("/auth/token", data={"username": name, "password": password, **fields})


def me(api: Api, token: str) -> httpx.Response:
    return api.get("/auth/me", headers={"authorization": f"Bearer {token}"})


def test_a_token_tells_who_is_signed_in_and_what_they_may_do(api: Api) -> None:
    answer = sign_in(api, "editor", grant_type="password")

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"
    token = answer.json()
    assert token["token_type"] == "bearer"
    assert token["expires_in"] == 900
    assert me(api, token["access_token"]).json() == {
        "name": "editor",
        "role": "editor",
        "scopes": ["content:read", "content:write", "content:publish"],
    }


def test_each_role_has_its_scopes(api: Api) -> None:
    scopes = {name: me(api, sign_in(api, name).json()["access_token"]).json()["scopes"] for name in ("author", "admin")}

    assert scopes == {
        "author": ["content:read", "content:write"],
        "admin": ["content:read", "content:write", "content:publish", "webhooks", "admin"],
    }


def test_a_new_author_signs_in_and_makes_a_draft(api: Api) -> None:
    with api.database.writing() as session:
        users.add(session, "Ada@Example.org", "author", "long enough")

    token = sign_in(api, "ada@example.org", "long enough").json()["access_token"]
    made = api.post("/issues", json={"title": "Mine"}, headers={"authorization": f"Bearer {token}"})

    assert made.status_code == 201


def test_case_and_spaces_around_a_name_do_not_count(api: Api) -> None:
    assert sign_in(api, " Editor ").status_code == 200


def test_case_and_spaces_in_a_password_count(api: Api) -> None:
    assert sign_in(api, "editor", PASSWORD.upper()).status_code == 401
    assert sign_in(api, "editor", PASSWORD + " ").status_code == 401


def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(api: Api) -> None:
    with api.database.writing() as session:
        users.disable(session, "admin")

    wrong = sign_in(api, "editor", "not the password")
    unknown = sign_in(api, "nobody", "not the password")
    disabled = sign_in(api, "admin")

    assert wrong.status_code == 401
    assert wrong.headers["www-authenticate"] == 'Bearer realm="masthead"'
    assert wrong.json()["code"] == "wrong-password"
    for other in (unknown, disabled):
        assert (other.status_code, other.content) == (wrong.status_code, wrong.content)
        assert other.headers == wrong.headers


def test_an_unknown_users_password_is_hashed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    verify = passwords._hasher.verify

    def counted(password: str, password_hash: str) -> bool:
        hashed.append(password)
        return verify(password, password_hash)

    monkeypatch.setattr(passwords._hasher, "verify", counted)

    assert not passwords.verify("not the password", None)
    assert not passwords.verify("not the password of any user", None)
    assert len(hashed) == 2


def test_an_invalid_form_is_reported(api: Api) -> None:
    for form, status, said in (
        ({}, 422, ["/username", "/password"]),
        ({"username": "editor"}, 422, ["/password"]),
        ({"username": "", "password": PASSWORD}, 422, ["/username"]),
        ({"username": "editor", "password": PASSWORD, "grant_type": "refresh_token"}, 422, ["/grant_type"]),
        ({"username": "e" * 201, "password": PASSWORD}, 422, ["/username"]),
        ({"username": "editor", "password": "p" * 2001}, 422, ["/password"]),
        ({"username": "editor", "password": "p" * 1025}, 401, []),
        ({"username": "editor", "password": "p" * 20_000}, 413, []),
        ({"username": "edi\0tor", "password": PASSWORD}, 400, []),
        ({"username": "😀", "password": "😀" * 8}, 401, []),
    ):
        answer = api.post("/auth/token", data=form)

        assert answer.status_code == status, form
        assert answer.headers["content-type"] == "application/problem+json"
        assert [fault["pointer"] for fault in answer.json().get("errors", [])] == said


def test_fields_that_other_clients_send_are_ignored(api: Api) -> None:
    assert sign_in(api, "editor", scope="", client_id="x", client_secret="y").status_code == 200


def test_a_body_that_is_not_a_form_is_refused(api: Api) -> None:
    bodies: list[dict[str, Any]] = [
        {"json": {"username": "editor", "password": PASSWORD}},
        {"files": {"username": (None, "editor"), "password": (None, PASSWORD)}},
        {"content": f"username=editor&password={PASSWORD}", "headers": {"content-type": "text/plain"}},
    ]
    for body in bodies:
        answer = api.post("/auth/token", **body)

        assert answer.status_code == 415
        assert "application/x-www-form-urlencoded" in answer.json()["detail"]


def test_a_form_that_is_not_utf8_signs_nobody_in(api: Api) -> None:
    answer = api.post(
        "/auth/token",
        content=b"username=%ff%fe&password=%c3%28\xff",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )

    assert answer.status_code in (400, 401, 422)
    assert answer.json()["code"]


def test_a_user_with_an_invalid_name_is_refused(api: Api) -> None:
    for name in ("", " ", "a b", "-ada", "a\nb", "ädä", "a" * 65, "<script>", "a/b", "a\0"):
        with pytest.raises(Invalid, match="a name has 1 to 64"), api.database.writing() as session:
            users.add(session, name, "author", "long enough")


def test_a_password_is_kept_as_argon2id(api: Api) -> None:
    with api.database.reading() as session:
        found = users.find(session, "editor")

    assert found is not None
    assert found.password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
