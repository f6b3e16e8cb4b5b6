"""A server that requires `If-Match` with every change."""

from collections.abc import Iterator

import pytest

from app.main import create_app
from app.settings import Settings
from tests.api import Api
from tests.factories import an_issue, an_item


@pytest.fixture
def api(settings: Settings) -> Iterator[Api]:
    with Api(create_app(settings.model_copy(update={"require_if_match": True}))) as api:
        yield api


def test_a_change_without_if_match_is_refused_with_the_way_out(api: Api) -> None:
    made = api.editor.post("/issues", json=an_issue(75)).json()
    section, item = made["sections"][0]["id"], made["sections"][0]["items"][0]["id"]

    for method, address, body in (
        ("PUT", "/issues/75", {"title": "Another"}),
        ("PATCH", "/issues/75", {"title": "Another"}),
        ("DELETE", "/issues/75", None),
        ("POST", "/issues/75/publish", None),
        ("POST", "/issues/75/items", an_item(section=section)),
        ("PATCH", f"/sections/{section}", {"title": "Another"}),
        ("PATCH", f"/items/{item}", {"title": "Another"}),
        ("DELETE", f"/items/{item}", None),
        ("PATCH", "/tags/research", {"name": "Another"}),
    ):
        answer = api.editor.request(method, address, json=body)
        assert (answer.status_code, answer.json()["code"]) == (428, "precondition-required"), address
        assert 'If-Match: "v1"' in answer.json()["detail"]
    assert api.editor.get("/issues/75/draft").json() == made


def test_with_it_a_change_succeeds(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(75))

    assert api.editor.patch("/issues/75", json={"title": "A"}, headers={"if-match": '"v1"'}).status_code == 200
    assert api.editor.patch("/issues/75", json={"title": "B"}, headers={"if-match": "*"}).status_code == 200


def test_the_version_in_a_whole_document_is_one_too(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(75))
    document = api.editor.get("/issues/75/draft").json()

    assert api.editor.request("PUT", "/issues/75", json={**document, "title": "Another"}).status_code == 200
    assert api.editor.request("PUT", "/issues/75", json={**document, "title": "A third"}).status_code == 412


def test_a_write_that_overwrites_nothing_needs_no_precondition(api: Api) -> None:
    assert api.editor.request("PUT", "/issues/76", json={"title": "New"}).status_code == 201
    assert api.editor.post("/items", json=an_item()).status_code == 201
