"""API keys."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update

from app.auth import api_keys, secrets, users
from app.auth.models import ApiKey, User
from app.db.base import now
from app.db.engine import Database
from app.main import create_app
from app.settings import Settings
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


def test_an_invalid_key_is_reported(api: Api, subtests: pytest.Subtests) -> None:
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


def test_a_well_formed_key_that_was_never_created_is_refused(api: Api) -> None:
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


def last_use(api: Api) -> datetime | None:
    """What is stored, after the uses in memory were written."""
    api.app.state.key_uses.write(api.database)
    with api.database.reading() as session:
        return session.scalar(select(ApiKey.last_used_at))


def test_its_last_use_is_noted_once_a_minute(api: Api) -> None:
    zapier = with_key(api, a_key(api)["key"])
    zapier.get("/auth/me")
    assert last_use(api) is not None
    recent = now() - timedelta(seconds=30)
    set_all(api, last_used_at=recent)

    zapier.get("/auth/me")
    assert last_use(api) == recent

    set_all(api, last_used_at=now() - timedelta(seconds=61))
    zapier.get("/auth/me")
    noted = last_use(api)
    assert noted is not None
    assert noted > recent


def test_the_use_that_is_stored_is_the_latest_of_all_servers(api: Api) -> None:
    with_key(api, a_key(api)["key"]).get("/auth/me")
    later = now() + timedelta(seconds=5)
    set_all(api, last_used_at=later)  # by another server, whose request came later and was stored earlier

    assert last_use(api) == later


@contextmanager
def keys_locked(database: Database) -> Iterator[None]:
    """Another transaction that has not ended yet holds what is needed to write to the keys."""
    with database.writing() as session:
        session.execute(update(ApiKey).values(name=ApiKey.name))
        yield


def test_a_request_with_a_key_does_not_wait_for_writers(api: Api) -> None:
    zapier = with_key(api, a_key(api)["key"])

    with keys_locked(api.database):
        assert zapier.get("/auth/me").status_code == 200
        api.app.state.key_uses.write(api.database)  # gives up, and keeps it for the next time

    assert last_use(api) is not None


def test_uses_are_stored_when_the_server_stops(settings: Settings) -> None:
    with Api(create_app(settings)) as api:
        with_key(api, a_key(api)["key"]).get("/auth/me")

    database = Database(settings.database_url)
    with database.reading() as session:
        assert session.scalar(select(ApiKey.last_used_at)) is not None
    database.close()


def disable(api: Api, name: str) -> None:
    with api.database.writing() as session:
        users.disable(session, name)


def test_keys_of_a_disabled_user_are_refused_with_the_reason(api: Api) -> None:
    made = a_key(api, "admin")
    made_with_it = with_key(api, made["key"]).post("/api-keys", json={"name": "admin", "scopes": ["content:read"]})
    with api.database.writing() as session:
        _, of_operator = api_keys.add(session, "admin", ["admin"], None, "the operator")

    disable(api, "admin")

    for key in (made["key"], made_with_it.json()["key"]):
        answer = with_key(api, key).get("/auth/me")
        assert answer.status_code == 401
        assert "disabled" in answer.json()["detail"]
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    operator = with_key(api, of_operator)
    assert operator.get("/auth/me").status_code == 200
    listed = {key["start"]: key["disabled_at"] for key in operator.get("/api-keys").json()["data"]}
    assert listed[made["start"]] is not None
    assert listed[of_operator[:8]] is None


def test_keys_work_again_with_their_user(api: Api) -> None:
    key = with_key(api, a_key(api)["key"])
    disable(api, "admin")
    with api.database.writing() as session:
        session.execute(update(User).values(disabled_at=None))

    assert key.get("/auth/me").status_code == 200


def test_a_key_named_as_a_user_is_not_that_users(api: Api) -> None:
    key = with_key(api, a_key(api, "admin", name="editor")["key"])
    made = key.post("/api-keys", json={"name": "x", "scopes": ["content:read"]}).json()
    assert made["created_by"] == "editor"

    disable(api, "editor")

    assert with_key(api, made["key"]).get("/auth/me").status_code == 200


def test_invalid_fields_of_a_new_key_are_reported(api: Api) -> None:
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
