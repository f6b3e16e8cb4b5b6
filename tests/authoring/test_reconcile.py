"""Reconciling an issue with a document: matching parts keep their ids."""

from collections.abc import Mapping
from typing import Any

import pytest

from app.auth.callers import OPERATOR
from app.authoring import issues
from app.authoring.reconcile import Matches, reconcile
from app.authoring.saving import load
from app.authoring.schemas import IssueInput
from app.content.models import Issue
from app.problems import UnknownTag
from tests.api import Api
from tests.factories import an_issue, an_item

NONE: Mapping[str, str] = {}


def put(
    api: Api, document: dict[str, Any], sections: Mapping[str, str] = NONE, items: Mapping[str, str] = NONE
) -> bool:
    """Replace issue 75. Existing parts are named by their titles, those of the document by pointers."""
    with api.database.writing() as session:
        issue = issues.get(session, 75)
        given = IssueInput.model_validate(document)
        slug = issues.new_slug(session, issue, given.slug, given.title)
        load(session, issue)
        matches = Matches(
            sections={pointer: _section(issue, title) for pointer, title in sections.items()},
            items={pointer: _item(issue, title) for pointer, title in items.items()},
        )
        return reconcile(session, issue, given, matches, OPERATOR, slug)


def _section(issue: Issue, title: str) -> Any:
    return next(section for section in issue.sections if section.title == title)


def _item(issue: Issue, title: str) -> Any:
    return next(item for section in issue.sections for item in section.items if item.title == title)


def shape(sections: list[Any]) -> list[Any]:
    return [(each["title"], [item["title"] for item in each["items"]], shape(each["sections"])) for each in sections]


def positions(sections: list[Any]) -> bool:
    """Whether they count from 0 without a gap, all the way down."""
    return [each["position"] for each in sections] == list(range(len(sections))) and all(
        [item["position"] for item in each["items"]] == list(range(len(each["items"]))) and positions(each["sections"])
        for each in sections
    )


def issue_75(**fields: Any) -> dict[str, Any]:
    return an_issue(
        75,
        sections=[
            {"title": "Research", "items": [an_item("One"), an_item("Two"), an_item("Three")]},
            {
                "title": "Elsewhere",
                "items": [an_item("Four")],
                "sections": [{"title": "Deep", "items": [an_item("Five")]}],
            },
        ],
        **fields,
    )


SECTIONS = {"/sections/0": "Research", "/sections/1": "Elsewhere", "/sections/1/sections/0": "Deep"}
ITEMS = {
    "/sections/0/items/0": "One",
    "/sections/0/items/1": "Two",
    "/sections/0/items/2": "Three",
    "/sections/1/items/0": "Four",
    "/sections/1/sections/0/items/0": "Five",
}


@pytest.fixture
def made(api: Api) -> Any:
    return api.editor.post("/issues", json=issue_75(published=True)).raise_for_status().json()


def test_the_same_again_changes_nothing(api: Api, made: Any) -> None:
    assert put(api, issue_75(), SECTIONS, ITEMS) is False

    assert api.editor.get("/issues/75/draft").json() == made


def test_moved_parts_keep_their_ids_and_missing_ones_are_deleted(api: Api, made: Any) -> None:
    document = issue_75()
    document["sections"] = [
        {"title": "Deep", "items": [an_item("Three"), an_item("New"), an_item("Five")]},
        {"title": "Research", "items": [an_item("Two"), an_item("One")]},
    ]
    sections = {"/sections/0": "Deep", "/sections/1": "Research"}
    items = {
        "/sections/0/items/0": "Three",
        "/sections/0/items/2": "Five",
        "/sections/1/items/0": "Two",
        "/sections/1/items/1": "One",
    }

    assert put(api, document, sections, items) is True

    copy = api.editor.get("/issues/75/draft").json()
    assert shape(copy["sections"]) == [("Deep", ["Three", "New", "Five"], []), ("Research", ["Two", "One"], [])]
    assert positions(copy["sections"])
    before = {item["title"]: item for item in api_items(made["sections"])}
    after = {item["title"]: item for item in api_items(copy["sections"])}
    assert {title: after[title]["id"] for title in ("One", "Two", "Three", "Five")} == {
        title: before[title]["id"] for title in ("One", "Two", "Three", "Five")
    }
    assert [after[title]["version"] for title in ("One", "Two", "Three", "Five", "New")] == [1, 1, 2, 1, 1]
    assert copy["sections"][0]["id"] == made["sections"][1]["sections"][0]["id"]
    assert copy["version"] == made["version"] + 1
    assert api.get(f"/items/{before['Four']['id']}").status_code == 404
    public = api.get("/issues/75").json()
    assert shape(public["sections"]) == shape(copy["sections"])


def api_items(sections: list[Any]) -> list[Any]:
    return [item for each in sections for item in (*each["items"], *api_items(each["sections"]))]


def test_without_matches_everything_is_created(api: Api, made: Any) -> None:
    assert put(api, issue_75()) is True

    copy = api.editor.get("/issues/75/draft").json()
    assert shape(copy["sections"]) == shape(made["sections"])
    assert {item["id"] for item in api_items(copy["sections"])}.isdisjoint(
        item["id"] for item in api_items(made["sections"])
    )


def test_fields_and_tags_are_those_of_the_document(api: Api, made: Any) -> None:
    document = issue_75(subtitle="New", intro=None, image={"url": "https://example.org/a.png"}, extra={"mood": "grey"})
    document["sections"][0] |= {"intro": "Read these.", "tag": "safety"}
    document["sections"][0]["items"][0] |= {"tags": ["career", "research"], "sponsored": True}
    document["sections"][0]["items"][1] |= {"title": None, "body": "Words alone. And more."}

    assert put(api, document, SECTIONS, ITEMS) is True

    public = api.get("/issues/75").json()
    assert (public["subtitle"], public["intro"], public["extra"]) == ("New", None, {"mood": "grey"})
    assert public["image"]["url"] == "https://example.org/a.png"
    section = public["sections"][0]
    assert (section["slug"], section["tag"], section["intro"]) == ("research", "safety", "Read these.")
    assert [item["tags"] for item in section["items"]] == [["career", "research"], ["safety"], ["safety"]]
    assert (section["items"][1]["title"], section["items"][1]["title_source"]) == ("Words alone", "body")
    assert [tag["count"] for tag in public["tags"]] == [1, 1, 2]


def test_a_slug_changes_only_when_given(api: Api, made: Any) -> None:
    put(api, issue_75(title="Another title"), SECTIONS, ITEMS)
    assert api.get("/issues/75").json()["slug"] == made["slug"]

    put(api, issue_75(slug="another"), SECTIONS, ITEMS)
    assert api.get("/issues/75").json()["slug"] == "another"


def test_of_what_cannot_be_nothing_is_kept(api: Api, made: Any) -> None:
    document = issue_75(title="Changed")
    document["sections"][1]["sections"][0]["items"][0]["tags"] = ["pottery"]

    with pytest.raises(UnknownTag) as raised:
        put(api, document, SECTIONS, ITEMS)

    assert raised.value.errors[0].pointer == "/sections/1/sections/0/items/0/tags/0"
    assert api.editor.get("/issues/75/draft").json() == made
