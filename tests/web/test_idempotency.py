"""`Idempotency-Key`: a POST that is sent again is executed once."""

from datetime import timedelta
from typing import Annotated

import orjson
import pytest
from fastapi import APIRouter, Query
from pydantic import BaseModel
from sqlalchemy import func, select, update

from app.auth.permissions import ContentWrite
from app.db.base import now
from app.web import idempotency
from app.web.database import Transaction
from app.web.models import StoredResponse
from app.web.responses import AuthorResponse
from app.web.write_route import WriteRoute
from tests.api import Api
from tests.factories import an_issue, an_item
from tests.web.expect import a_problem, everything, operations


def key(name: str) -> dict[str, str]:
    return {"idempotency-key": name}


def test_a_repeated_request_gets_the_same_response_and_does_nothing(api: Api) -> None:
    first = api.author.post("/issues", json=an_issue(), headers=key("a"))
    before = everything(api.database)
    again = api.author.post("/issues", json=an_issue(), headers=key("a"))

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    for name in ("etag", "location", "content-type", "cache-control"):
        assert again.headers[name] == first.headers[name]
    assert everything(api.database) == before


def test_twenty_at_once_make_one_item_and_twenty_equal_answers(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(75, published=True, items=2))

    answers = api.together(
        *[lambda: api.editor.post("/issues/75/items", json=an_item(section="research"), headers=key("a"))] * 20
    )

    assert [answer.status_code for answer in answers] == [201] * 20
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == 19
    assert api.get("/issues/75").json()["item_count"] == 3


def test_another_request_with_the_key_is_refused(api: Api) -> None:
    api.author.post("/items", json=an_item("One"), headers=key("a"))

    for address, body in (("/items", an_item("Two")), ("/issues", an_item("One")), ("/items/batch", {"items": [{}]})):
        a_problem(
            api,
            api.author.post(address, json=body, headers=key("a")),
            422,
            "idempotency-key-reused" if address != "/issues" else "invalid",
            *(["Idempotency-Key"] if address != "/issues" else ["/url", "/body"]),
        )
    assert len(api.author.get("/inbox").json()["data"]) == 1


class EchoQuery(BaseModel):
    word: str


def test_the_query_is_a_part_of_the_request(api: Api) -> None:
    """No POST that takes a key takes a query today, so this one is made up."""
    router = APIRouter(route_class=WriteRoute)

    @router.post("/echo")
    def echo(caller: ContentWrite, session: Transaction, query: Annotated[EchoQuery, Query()]) -> AuthorResponse:
        return AuthorResponse(orjson.dumps(query.word))

    api.app.include_router(router)

    first = api.author.post("/echo?word=one", headers=key("a"))
    again = api.author.post("/echo?word=one", headers=key("a"))

    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
    other = api.author.post("/echo?word=two", headers=key("a"))
    a_problem(api, other, 422, "idempotency-key-reused", "Idempotency-Key")


def test_what_failed_is_not_kept(api: Api) -> None:
    assert api.author.post("/issues/75/items", json=an_item(), headers=key("a")).status_code == 404
    api.author.post("/issues", json=an_issue(75))
    item = an_item(section="nowhere")
    assert api.author.post("/issues/75/items", json=item, headers=key("a")).status_code == 422
    item = an_item(section="research")
    assert api.author.post("/issues/75/items", json=item, headers=key("a")).status_code == 201

    with api.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(StoredResponse)) == 1


def test_callers_have_keys_of_their_own(api: Api) -> None:
    for caller in (api.author, api.editor):
        answer = caller.post("/items", json=an_item(), headers=key("a"))
        assert "idempotency-replayed" not in answer.headers

    assert len(api.author.get("/inbox").json()["data"]) == 2


def test_a_post_without_a_body_is_kept_too(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(75))
    first = api.editor.post("/issues/75/publish", headers=key("a"))
    api.editor.post("/issues/75/unpublish")
    again = api.editor.post("/issues/75/publish", headers=key("a"))

    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert api.get("/issues/75").status_code == 404


def test_an_answer_is_kept_for_a_day(api: Api) -> None:
    api.author.post("/items", json=an_item(), headers=key("a"))

    def age(hours: float) -> None:
        with api.database.writing() as session:
            session.execute(update(StoredResponse).values(created_at=now() - timedelta(hours=hours)))

    age(23.9)
    assert "idempotency-replayed" in api.author.post("/items", json=an_item(), headers=key("a")).headers
    age(24.1)
    assert "idempotency-replayed" not in api.author.post("/items", json=an_item(), headers=key("a")).headers
    age(24.1)
    with api.database.writing() as session:
        idempotency.purge_expired(session)
    with api.database.reading() as session:
        assert session.scalars(select(StoredResponse)).all() == []


def test_a_key_that_is_not_valid_is_rejected(api: Api, subtests: pytest.Subtests) -> None:
    for bad in ("", " ", "a b", "x" * 256, "é"):
        with subtests.test(bad[:10]):
            answer = api.author.post("/items", json=an_item(), headers={"idempotency-key": bad.encode()})  # type: ignore[dict-item]
            a_problem(api, answer, 422, "invalid", "Idempotency-Key")
    assert api.author.get("/inbox").json()["data"] == []
    for good in ("x" * 255, '"8e03978e-40d5-43dd-bc93-6894a57f9324"'):
        assert api.author.post("/items", json=an_item(), headers=key(good)).status_code == 201


def test_a_caller_without_permission_does_not_get_the_response_of_another(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(75))
    api.editor.post("/issues/75/publish", headers=key("a"))

    assert api.author.post("/issues/75/publish", headers=key("a")).status_code == 403
    assert api.post("/issues/75/publish", headers=key("a")).status_code == 401


def test_secrets_are_not_kept(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(75))
    previews = [api.editor.post("/issues/75/preview", headers=key("a")).json()["token"] for _ in "ab"]
    body = {"name": "Zapier", "scopes": ["content:read"]}
    keys = [api.admin.post("/api-keys", json=body, headers=key("a")).json()["key"] for _ in "ab"]

    assert len({*previews, *keys}) == 4
    with api.database.reading() as session:
        assert session.scalars(select(StoredResponse)).all() == []


def test_every_post_of_an_author_takes_one_unless_its_answer_is_secret(api: Api) -> None:
    for method, path, operation in operations(api):
        takes = "Idempotency-Key" in {parameter["name"] for parameter in operation.get("parameters", [])}
        secret = path.startswith(("/auth", "/users", "/api-keys")) or path.endswith("/preview") or path == "/import"
        assert takes == (method == "POST" and not secret), (method, path)
