"""Staying signed in, and signing out."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from app.auth.models import RefreshToken, SignIn
from app.auth.sign_ins import GRACE, LIFETIME, purge_expired
from app.db.base import now
from tests.api import PASSWORD, Api


def sign_in(api: Api, name: str = "editor", password: str = PASSWORD) -> dict[str, Any]:
    answer = api.post("/auth/token", data={"username": name, "password": password}).raise_for_status()
    return dict(answer.json())


def refresh(api: Api, token: str) -> httpx.Response:
    return api.post("/auth/refresh", json={"refresh_token": token})


def status(api: Api, token: str) -> int:
    return api.get("/auth/me", headers={"authorization": f"Bearer {token}"}).status_code


def age(api: Api, by: timedelta) -> None:
    """Let time go by for all refresh tokens."""
    with api.database.writing() as session:
        for token in session.scalars(select(RefreshToken)):
            token.expires_at -= by
            token.used_at = token.used_at and token.used_at - by


def test_a_refresh_token_gives_the_next_tokens(api: Api) -> None:
    first = sign_in(api)

    answer = refresh(api, first["refresh_token"])

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"
    second = answer.json()
    assert second.keys() == first.keys()
    assert second["refresh_token"] != first["refresh_token"]
    assert status(api, second["access_token"]) == 200
    assert refresh(api, second["refresh_token"]).status_code == 200


def test_one_that_is_used_again_at_once_is_believed(api: Api) -> None:
    """The answer may have been lost."""
    token = sign_in(api)["refresh_token"]
    refresh(api, token)

    age(api, GRACE - timedelta(seconds=2))
    again = refresh(api, token)

    assert again.status_code == 200
    assert refresh(api, again.json()["refresh_token"]).status_code == 200


def test_one_that_is_used_again_later_ends_the_whole_sign_in(api: Api) -> None:
    first, other = sign_in(api), sign_in(api)
    second = refresh(api, first["refresh_token"]).json()

    age(api, GRACE + timedelta(seconds=2))
    stolen = refresh(api, first["refresh_token"])

    assert (stolen.status_code, stolen.json()["code"]) == (401, "signed-out")
    assert refresh(api, second["refresh_token"]).status_code == 401
    assert status(api, second["access_token"]) == 401
    assert status(api, first["access_token"]) == 401
    assert status(api, other["access_token"]) == 200
    assert refresh(api, other["refresh_token"]).status_code == 200


def test_a_refresh_token_is_good_for_30_days(api: Api) -> None:
    token = sign_in(api)["refresh_token"]
    age(api, LIFETIME - timedelta(minutes=1))
    following = refresh(api, token)
    assert following.status_code == 200

    age(api, LIFETIME + timedelta(minutes=1))

    assert refresh(api, following.json()["refresh_token"]).status_code == 401


def test_those_who_refresh_at_once_all_stay_signed_in(api: Api) -> None:
    token = sign_in(api)["refresh_token"]

    answers = api.together(*[lambda: refresh(api, token)] * 8)

    assert [answer.status_code for answer in answers] == [200] * 8
    assert len({answer.json()["refresh_token"] for answer in answers}) == 8


def test_an_invalid_refresh_token_is_reported(api: Api, subtests: pytest.Subtests) -> None:
    good = sign_in(api)
    token = good["refresh_token"]
    swapped = token[:-1] + ("a" if token[-1] != "a" else "b")
    for bad in (
        "x",
        "mr_",
        swapped,
        token[:-1],
        token + "a",
        token.upper(),
        good["access_token"][:200],
        "mr_" + "é" * 38,
    ):
        with subtests.test(bad[:20]):
            assert refresh(api, bad).status_code == 401
    for body in (
        {},
        {"refresh_token": None},
        {"refresh_token": ""},
        {"refresh_token": 1},
        {"refresh_token": "a" * 201},
    ):
        with subtests.test(str(body)[:40]):
            assert api.post("/auth/refresh", json=body).status_code == 422
    assert refresh(api, token).status_code == 200


def test_signing_out_ends_all_tokens_of_the_sign_in(api: Api) -> None:
    mine, other = sign_in(api), sign_in(api)

    assert api.post("/auth/logout", json={"refresh_token": mine["refresh_token"]}).status_code == 204

    assert status(api, mine["access_token"]) == 401
    assert refresh(api, mine["refresh_token"]).status_code == 401
    assert status(api, other["access_token"]) == 200
    assert api.post("/auth/logout", json={"refresh_token": "nonsense"}).status_code == 204


def test_a_disabled_user_cannot_refresh(api: Api) -> None:
    token = sign_in(api)["refresh_token"]

    assert api.admin.delete("/users/editor").status_code == 204

    assert refresh(api, token).status_code == 401


def test_another_password_ends_all_other_sign_ins(api: Api) -> None:
    mine, other = sign_in(api), sign_in(api)
    headers = {"authorization": f"Bearer {mine['access_token']}"}

    changed = api.post("/auth/password", json={"current": PASSWORD, "new": "another one"}, headers=headers)

    assert changed.status_code == 204
    assert status(api, mine["access_token"]) == 200
    assert refresh(api, mine["refresh_token"]).status_code == 200
    assert status(api, other["access_token"]) == 401
    assert refresh(api, other["refresh_token"]).status_code == 401
    assert api.post("/auth/token", data={"username": "editor", "password": PASSWORD}).status_code == 401
    sign_in(api, password="another one")


def test_a_password_is_changed_by_who_knows_it(api: Api) -> None:
    for body, code in (
        ({"current": "not it", "new": "another one"}, 403),
        ({"current": PASSWORD, "new": "short"}, 422),
        ({"current": PASSWORD, "new": "x" * 1025}, 422),
        ({"current": PASSWORD}, 422),
        ({"new": "another one"}, 422),
    ):
        assert api.editor.post("/auth/password", json=body).status_code == code, body
    sign_in(api)


def test_tokens_are_kept_as_digests_alone(api: Api) -> None:
    token = sign_in(api)["refresh_token"]

    with api.database.reading() as session:
        for kept in session.scalars(select(RefreshToken)):
            assert len(kept.digest) == 32
            assert token.encode() not in kept.digest


def test_what_has_been_over_for_long_is_swept_away(api: Api) -> None:
    token = sign_in(api)["refresh_token"]
    with api.database.writing() as session:
        purge_expired(session)
    assert refresh(api, token).status_code == 200

    age(api, LIFETIME * 2)
    with api.database.writing() as session:
        session.execute(update(SignIn).values(created_at=now() - LIFETIME * 3))
        purge_expired(session)

    with api.database.reading() as session:
        assert session.scalars(select(RefreshToken)).all() == []
        assert session.scalars(select(SignIn)).all() == []
