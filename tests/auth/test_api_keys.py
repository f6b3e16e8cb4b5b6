"""API keys."""

import base64
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update

from app.auth import secrets
from app.auth.models import ApiKey
from app.db.base import now
from tests.api import Api, As
from tests.factories import ahead, an_issue


def a_key(api: Api, *scopes: str, **fields: Any) -> dict[str, Any]:
    made = api.admin.post("/api-keys", json={"name": "Zapier", "scopes": scopes or ["content:read"], **fields})
    assert made.status_code == 201, made.text
    return dict(made.json())


def with_key(api: Api, key: str) -> Api:
    return As(api, {"authorization": f"Bearer {key}"})


def set_all(api: Api, **values: Any) -> None:
    with api.database.writing() as session:
        session.execute(update(ApiKey).values(**values))


def test_a_key_is_shown_once_and_calls_with_its_scopes(api: Api) -> None:
    made = a_key(api, "content:read", "content:write")
    zapier = with_key(api, made["key"])

    assert zapier.get("/auth/me").json() == {
        "name": "Zapier",
        "role": None,
        "scopes": ["content:read", "content:write"],
    }
    assert zapier.post("/issues", json=an_issue(1)).status_code == 201
    assert zapier.post("/issues/1/publish").status_code == 403
    revision = zapier.get("/issues/1/revisions").json()["data"][0]
    assert revision["name"] == "Zapier"
    (listed,) = api.admin.get("/api-keys").json()["data"]
    assert listed == {
        **{name: value for name, value in made.items() if name != "key"},
        "last_used_at": listed["last_used_at"],
    }
    assert made["key"][:8] == listed["start"]
    assert made["key"] not in api.admin.get("/api-keys").text


def test_a_key_is_kept_as_a_digest_alone(api: Api) -> None:
    key = a_key(api)["key"]

    with api.database.reading() as session:
        (kept,) = session.scalars(select(ApiKey))
    assert kept.digest == secrets.digest(key)
    assert key not in repr(vars(kept))


def test_a_key_may_come_as_basic(api: Api, subtests: pytest.Subtests) -> None:
    """Some automations know nothing else."""
    key = a_key(api)["key"]
    for pair in (f"{key}:", f"{key}:x", f":{key}", f"api:{key}"):
        with subtests.test(pair.replace(key, "KEY")):
            basic = base64.b64encode(pair.encode()).decode()
            answer = api.get("/auth/me", headers={"authorization": f"Basic {basic}"})
            assert answer.status_code == 200
    for other in (
        "",
        "!",
        "nonsense",
        base64.b64encode(b"editor:correct horse").decode(),
        base64.b64encode(b"\xff").decode(),
    ):
        with subtests.test(other):
            assert api.get("/auth/me", headers={"authorization": f"Basic {other}"}).status_code == 401


def test_what_is_no_key_is_told(api: Api, subtests: pytest.Subtests) -> None:
    key = a_key(api)["key"]
    for bad in (
        "mh_",
        key[:-1],
        key + "0",
        key[:-1] + ("0" if key[-1] != "0" else "1"),
        "mh_" + "0" * 38,
    ):
        with subtests.test(bad):
            answer = with_key(api, bad).get("/auth/me")
            assert answer.status_code == 401
            assert 'error="invalid_token"' in answer.headers["www-authenticate"]
            assert "API key" in answer.json()["detail"]


def test_a_key_that_was_never_made_is_none_though_it_is_well_formed(api: Api) -> None:
    assert with_key(api, secrets.make("mh_")).get("/auth/me").status_code == 401


def test_a_key_ends_when_it_expires(api: Api) -> None:
    zapier = with_key(api, a_key(api, expires_at=ahead(days=1))["key"])
    assert zapier.get("/auth/me").status_code == 200

    set_all(api, expires_at=now() - timedelta(seconds=1))

    assert zapier.get("/auth/me").status_code == 401


def test_a_key_is_good_until_the_second_at_which_it_expires(api: Api) -> None:
    end = now() + timedelta(days=1)
    zapier = with_key(api, a_key(api, expires_at=end.isoformat())["key"])

    for seconds, status in ((-1, 200), (0, 401), (1, 401)):
        with time_machine.travel(end + timedelta(seconds=seconds), tick=False):
            assert zapier.get("/auth/me").status_code == status, seconds


def test_a_key_that_is_revoked_ends_at_once(api: Api) -> None:
    made = a_key(api)

    assert api.admin.delete(f"/api-keys/{made['id']}").status_code == 204
    assert api.admin.delete(f"/api-keys/{made['id']}").status_code == 204

    assert with_key(api, made["key"]).get("/auth/me").status_code == 401
    assert api.admin.delete("/api-keys/999").status_code == 404
    assert api.admin.delete("/api-keys/0").status_code == 422


def test_its_last_use_is_noted_once_a_minute(api: Api) -> None:
    zapier = with_key(api, a_key(api)["key"])
    zapier.get("/auth/me")
    recent = now() - timedelta(seconds=30)
    set_all(api, last_used_at=recent)

    zapier.get("/auth/me")
    with api.database.reading() as session:
        assert session.scalar(select(ApiKey.last_used_at)) == recent

    set_all(api, last_used_at=now() - timedelta(seconds=61))
    zapier.get("/auth/me")
    with api.database.reading() as session:
        noted = session.scalar(select(ApiKey.last_used_at))
    assert noted is not None
    assert noted > recent


def test_a_key_that_can_not_be_is_told(api: Api) -> None:
    good = {"name": "Zapier", "scopes": ["content:read"]}
    for change in (
        {"name": ""},
        {"name": " "},
        {"name": "a\u0007"},
        {"name": "x" * 101},
        {"scopes": []},
        {"scopes": ["content:eat"]},
        {"scopes": "admin"},
        {"expires_at": ahead(days=-1)},
        {"expires_at": "2099-01-01T00:00:00"},
        {"expires_at": "tomorrow"},
        {"role": "admin"},
    ):
        assert api.admin.post("/api-keys", json={**good, **change}).status_code == 422, change


def test_a_key_cannot_change_a_password(api: Api) -> None:
    admin = with_key(api, a_key(api, "admin")["key"])

    assert admin.post("/auth/password", json={"current": "x", "new": "long enough"}).status_code == 403
    assert admin.get("/users").status_code == 200
