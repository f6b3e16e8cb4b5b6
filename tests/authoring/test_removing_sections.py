"""Removing sections: `DELETE /sections/{section}`. What is in them is never lost."""

from typing import Any

import pytest

from tests.api import Api
from tests.authoring.shapes import items_of, sections_of, shape
from tests.factories import an_issue, an_item


@pytest.fixture(autouse=True)
def issue(api: Api) -> dict[str, Any]:
    """Issue 75, a draft: First, Research (with items and sections of its own), Last."""
    inner = [
        {
            "title": "Inner",
            "items": [an_item("Three")],
            "sections": [{"title": "Innermost", "items": [an_item("Four")]}],
        },
        {"title": "Inner too"},
    ]
    research = {"title": "Research", "items": [an_item("One"), an_item("Two")], "sections": inner}
    sections = [{"title": "First"}, research, {"title": "Last"}]
    return api.author.post("/issues", json=an_issue(75, sections=sections)).json()  # type: ignore[no-any-return]


@pytest.fixture
def ids(issue: dict[str, Any]) -> dict[str, int]:
    return {title: section["id"] for title, section in sections_of(issue).items()}


def present(api: Api) -> Any:
    return api.author.get("/issues/75/draft").json()


def test_items_of_an_outermost_section_go_to_the_inbox_and_its_sections_take_its_place(
    api: Api, issue: Any, ids: dict[str, int]
) -> None:
    answer = api.author.delete(f"/sections/{ids['Research']}")

    assert answer.status_code == 204
    assert answer.content == b""
    copy = present(api)
    assert shape(copy) == [
        ("First", [], []),
        ("Inner", ["Three"], [("Innermost", ["Four"], [])]),
        ("Inner too", [], []),
        ("Last", [], []),
    ]
    assert copy["version"] == 2
    assert {title: ids[title] for title in ("Inner", "Innermost", "Last")} == {
        title: section["id"] for title, section in sections_of(copy).items() if title in ("Inner", "Innermost", "Last")
    }
    collected = api.author.get("/inbox").json()["data"]
    before = items_of(issue)
    assert {item["title"]: item["id"] for item in collected} == {title: before[title]["id"] for title in ("One", "Two")}
    for item in collected:
        assert (item["issue"], item["section"], item["section_id"], item["position"]) == (None, None, None, None)
        assert item["tags"] == ["research"]
        assert item["version"] == 2


def test_items_of_a_deleted_subsection_are_appended_to_those_of_its_parent(
    api: Api, issue: Any, ids: dict[str, int]
) -> None:
    assert api.author.delete(f"/sections/{ids['Inner']}").status_code == 204

    copy = present(api)
    assert shape(copy)[1] == (
        "Research",
        ["One", "Two", "Three"],
        [("Innermost", ["Four"], []), ("Inner too", [], [])],
    )
    assert {title: item["id"] for title, item in items_of(copy).items()} == {
        title: item["id"] for title, item in items_of(issue).items()
    }
    assert api.author.get("/inbox").json()["data"] == []


def test_all_sections_may_go_one_after_another_and_no_item_is_lost(api: Api, ids: dict[str, int]) -> None:
    for title in ("Innermost", "First", "Research", "Last", "Inner too", "Inner"):
        assert api.author.delete(f"/sections/{ids[title]}").status_code == 204, title
        shape(present(api))

    assert present(api)["sections"] == []
    assert {item["title"] for item in api.author.get("/inbox").json()["data"]} == {"One", "Two", "Three", "Four"}


def test_a_section_that_is_gone_is_not_found(api: Api, ids: dict[str, int]) -> None:
    api.author.delete(f"/sections/{ids['Last']}")

    assert api.author.delete(f"/sections/{ids['Last']}").status_code == 404
    assert api.author.patch(f"/sections/{ids['Last']}", json={"title": "Again"}).status_code == 404


def test_ids_of_sections_are_not_used_again(api: Api, ids: dict[str, int]) -> None:
    newest = api.author.post("/issues/75/sections", json={"title": "New"}).json()["id"]
    api.author.delete(f"/sections/{newest}")

    assert api.author.post("/issues/75/sections", json={"title": "Newer"}).json()["id"] > newest


def test_items_that_go_to_the_inbox_are_no_longer_public(api: Api, issue: Any, ids: dict[str, int]) -> None:
    api.editor.post("/issues/75/publish")

    assert api.editor.delete(f"/sections/{ids['Research']}").status_code == 204

    shown = api.get("/issues/75").json()
    assert [title for title, *_ in shape(shown)] == ["First", "Inner", "Inner too", "Last"]
    assert [item["title"] for item in api.walk("/items")] == ["Three", "Four"]
    assert api.get(f"/items/{items_of(issue)['One']['id']}").status_code == 404
    assert api.get("/tags/research").json()["count"] == 2
    assert api.get("/sections/research").status_code == 404
    assert api.get("/search?q=two").json()["data"] == []


def test_items_that_go_to_the_section_above_stay_public(api: Api, issue: Any, ids: dict[str, int]) -> None:
    api.editor.post("/issues/75/publish")

    api.editor.delete(f"/sections/{ids['Inner']}")

    assert [item["title"] for item in api.walk("/items")] == ["One", "Two", "Three", "Four"]
    shown = api.get(f"/items/{items_of(issue)['Three']['id']}").json()
    assert (shown["section"], shown["position"], shown["section_path"]) == ("research", 2, ["Research"])


def test_an_author_removes_nothing_that_is_published(api: Api, ids: dict[str, int]) -> None:
    published = api.editor.post("/issues/75/publish").json()

    assert api.author.delete(f"/sections/{ids['Last']}").status_code == 403
    assert present(api) == published


def test_only_the_version_that_was_read_is_removed(api: Api, ids: dict[str, int]) -> None:
    api.author.patch(f"/sections/{ids['Last']}", json={"intro": "Changed."})

    assert api.author.delete(f"/sections/{ids['Last']}", headers={"if-match": '"v1"'}).status_code == 412
    assert api.author.delete(f"/sections/{ids['Last']}", headers={"if-match": '"v2"'}).status_code == 204


def test_a_section_removed_at_once_by_many_is_removed_once(api: Api, ids: dict[str, int]) -> None:
    answers = api.together(*[lambda: api.author.delete(f"/sections/{ids['Research']}") for _ in range(6)])

    assert sorted(answer.status_code for answer in answers) == [204] + [404] * 5
    assert present(api)["version"] == 2
    assert len(api.author.get("/inbox").json()["data"]) == 2
