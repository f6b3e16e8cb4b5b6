"""A write costs in proportion to what it changes."""

from typing import Any

import pytest
from sqlalchemy import event

from app.content import markdown
from app.db import clock
from app.publishing import gate
from tests.api import Api
from tests.factories import a_section, an_issue, an_item
from tests.statements import statements


def rendered() -> int:
    """How many texts have been rendered in this process."""
    return markdown.CACHE.rendered


def clock_of(api: Api) -> int:
    with api.database.reading() as session:
        return clock.read(session)


@pytest.fixture
def issue(api: Api) -> dict[str, Any]:
    markdown.CACHE.clear()
    items = [an_item(f"Item {place}", body=f"Some *words* of number {place}.") for place in range(16)]
    made = api.editor.post(
        "/issues", json=an_issue(75, published=True, sections=[{"title": "Research", "items": items}])
    )
    return made.raise_for_status().json()  # type: ignore[no-any-return]


def test_what_has_changed_is_rendered_and_nothing_else(api: Api, issue: dict[str, Any]) -> None:
    item = f"/items/{issue['sections'][0]['items'][3]['id']}"

    for body, texts in (
        ({"body": "Some *other* words, which are new."}, 1),
        ({"title": "Another"}, 0),
        ({"tags": []}, 0),
    ):
        before = rendered()
        api.editor.patch(item, json=body).raise_for_status()
        assert rendered() - before == texts, body

    before = rendered()
    api.editor.put("/issues/75", json=api.editor.get("/issues/75/draft").json() | {"title": "T"}).raise_for_status()
    assert rendered() == before


def test_the_rows_of_one_item_are_written_when_one_has_changed(api: Api, issue: dict[str, Any]) -> None:
    item = issue["sections"][0]["items"][3]["id"]
    written: list[int] = []

    def count(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement.startswith(("INSERT INTO archive_items", "INSERT INTO search_entries")):
            written.append(len(parameters) if many else 1)

    event.listen(api.database.engine, "before_cursor_execute", count)
    api.editor.patch(f"/items/{item}", json={"title": "Another"}).raise_for_status()
    event.remove(api.database.engine, "before_cursor_execute", count)

    assert written == [1, 1]
    assert api.get(f"/items/{item}").json()["title"] == "Another"


def test_publishing_what_is_published_writes_nothing_and_leaves_the_clock(api: Api, issue: dict[str, Any]) -> None:
    before = clock_of(api)

    with statements(api.database) as sent:
        assert api.editor.post("/issues/75/publish").json() == issue

    assert [statement for statement in sent if not statement.startswith("SELECT")] == []
    assert clock_of(api) == before


def test_a_put_of_what_is_there_writes_nothing_and_leaves_the_clock(api: Api, issue: dict[str, Any]) -> None:
    before = clock_of(api)

    with statements(api.database) as sent:
        assert api.editor.put("/issues/75", json=issue).json() == issue

    assert [statement for statement in sent if not statement.startswith("SELECT")] == []
    assert clock_of(api) == before


def test_compiling_what_has_not_changed_writes_nothing_and_leaves_the_clock(api: Api, issue: dict[str, Any]) -> None:
    before = clock_of(api)

    with api.database.writing() as session:
        gate.recompile(session, [75])

    assert clock_of(api) == before


def test_the_clock_rises_by_one_with_a_write_that_changes_tags_and_issues(api: Api, issue: dict[str, Any]) -> None:
    api.editor.post("/issues", json=an_issue(76, published=True, sections=[a_section("Research")])).raise_for_status()
    before = clock_of(api)

    api.editor.patch("/tags/research", json={"name": "Papers we read"}).raise_for_status()

    assert clock_of(api) == before + 1


def test_a_write_that_changes_nothing_public_leaves_the_clock(api: Api, issue: dict[str, Any]) -> None:
    before = clock_of(api)

    for method, address, body in (
        ("PATCH", "/tags/research", {}),
        ("PATCH", "/tags/research", {"name": "Research"}),
        ("PATCH", "/publication", {"title": api.get("/").json()["publication"]["title"]}),
    ):
        api.admin.request(method, address, json=body).raise_for_status()

    assert clock_of(api) == before


def test_numbers_and_booleans_that_python_takes_for_equal_are_different_values(api: Api, issue: dict[str, Any]) -> None:
    item = f"/items/{issue['sections'][0]['items'][3]['id']}"

    for extra in ({"flag": 1}, {"flag": True}, {"flag": 1.5}, {"flag": 0}, {"flag": False}):
        api.editor.patch(item, json={"extra": extra}).raise_for_status()
        for answer in (api.editor.get(f"{item}/draft"), api.get(item), api.get("/issues/75")):
            document = answer.json()
            found = document["extra"] if "extra" in document and "sections" not in document else None
            found = found if found is not None else document["sections"][0]["items"][3]["extra"]
            assert repr(found) == repr(extra)

    draft = api.editor.get("/issues/75/draft").json()
    draft["sections"][0]["items"][3]["extra"] = {"flag": 0}
    assert repr(api.editor.put("/issues/75", json=draft).json()["sections"][0]["items"][3]["extra"]) == "{'flag': 0}"
