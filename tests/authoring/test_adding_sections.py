"""Adding sections: `POST /issues/{number}/sections`."""

from typing import Any

import pytest

from app.content.document import DEEPEST
from tests.api import Api
from tests.factories import a_section, an_issue, an_item


@pytest.fixture(autouse=True)
def issue(api: Api) -> dict[str, Any]:
    """Issue 75, a draft: sections A (with B and C in it) and D."""
    sections = [{"title": "A", "sections": [{"title": "B"}, {"title": "C", "items": [an_item()]}]}, {"title": "D"}]
    made = api.editor.post("/issues", json=an_issue(75, sections=sections))
    assert made.status_code == 201
    return made.json()  # type: ignore[no-any-return]


def outline(api: Api, number: int = 75) -> list[Any]:
    """Titles of sections as nested lists; fails when a position has a gap."""

    def of(sections: list[dict[str, Any]]) -> list[Any]:
        assert [section["position"] for section in sections] == list(range(len(sections)))
        return [[section["title"], *of(section["sections"])] for section in sections]

    return of(api.editor.get(f"/issues/{number}/draft").json()["sections"])


def test_a_section_is_appended_with_its_contents(api: Api) -> None:
    answer = api.author.post(
        "/issues/75/sections",
        json={"title": "Career resources", "intro": "*Jobs*", "items": [an_item()], "sections": [{"title": "E"}]},
    )

    assert answer.status_code == 201
    assert answer.headers["location"] == "/issues/75/draft"
    assert answer.headers["etag"] == api.author.get("/issues/75/draft").headers["etag"]
    made = answer.json()
    assert (made["slug"], made["tag"], made["position"], made["version"]) == ("career", "career", 2, 1)
    assert made["intro_html"] == "<p><em>Jobs</em></p>"
    assert made["items"][0]["tags"] == ["career"]
    assert made["items"][0]["section_id"] == made["id"]
    assert made == api.author.get("/issues/75/draft").json()["sections"][2]
    assert outline(api) == [["A", ["B"], ["C"]], ["D"], ["Career resources", ["E"]]]


@pytest.mark.parametrize(
    ("position", "order"),
    [(0, "EAD"), (1, "AED"), (2, "ADE"), (None, "ADE")],
    ids=["first", "middle", "last", "unsaid"],
)
def test_a_section_is_inserted_at_its_position_and_others_move_down(api: Api, position: int | None, order: str) -> None:
    api.author.post("/issues/75/sections", json={"title": "E", "position": position})

    assert [title for title, *_ in outline(api)] == list(order)


def test_a_section_is_added_to_another_by_its_id_or_slug(api: Api, issue: dict[str, Any]) -> None:
    api.author.post("/issues/75/sections", json={"title": "E", "parent": issue["sections"][0]["id"], "position": 1})
    api.author.post("/issues/75/sections", json={"title": "F", "parent": "e"})
    api.author.post("/issues/75/sections", json={"title": "G", "parent": None})

    assert outline(api) == [["A", ["B"], ["E", ["F"]], ["C"]], ["D"], ["G"]]


def test_a_position_beyond_the_end_is_reported(api: Api) -> None:
    for given, last in (({"position": 3}, 2), ({"parent": "a", "position": 3}, 2), ({"parent": "d", "position": 1}, 0)):
        answer = api.author.post("/issues/75/sections", json={"title": "E", **given})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/position"
        assert f"0 to {last}" in answer.json()["detail"]
    assert outline(api) == [["A", ["B"], ["C"]], ["D"]]


def test_a_parent_that_two_sections_could_be_is_asked_for_by_id(api: Api) -> None:
    other = api.author.post("/issues/75/sections", json={"title": "B"}).json()

    answer = api.author.post("/issues/75/sections", json={"title": "E", "parent": "b"})

    assert answer.status_code == 409
    assert answer.json()["code"] == "ambiguous-section"
    assert str(other["id"]) in answer.json()["detail"]
    assert api.author.post("/issues/75/sections", json={"title": "E", "parent": other["id"]}).status_code == 201


def test_an_unknown_parent_is_reported_with_the_sections_of_the_issue(api: Api) -> None:
    elsewhere = api.author.post("/issues", json=an_issue(76)).json()["sections"][0]["id"]

    for parent in ("nonsense", elsewhere, 2**62):
        answer = api.author.post("/issues/75/sections", json={"title": "E", "parent": parent})
        assert answer.status_code == 422
        assert answer.json()["code"] == "unknown-section"
        assert answer.json()["errors"][0]["pointer"] == "/parent"
        assert "'a'" in answer.json()["detail"]


def test_a_parent_that_is_neither_id_nor_slug_is_reported(api: Api) -> None:
    for parent in (0, -1, 1.5, True, "", [], {}, 2**63):
        answer = api.author.post("/issues/75/sections", json={"title": "E", "parent": parent})

        assert answer.status_code == 422, parent
        assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/parent"]


def test_a_section_inherits_tags_from_its_new_parent(api: Api) -> None:
    api.author.post("/issues/75/sections", json={"title": "Safety", "parent": "a"})
    made = api.author.post("/issues/75/sections", json={"title": "E", "parent": "safety", "items": [an_item()]}).json()

    assert made["tag"] is None
    assert made["items"][0]["tags"] == ["safety"]


def test_a_section_may_not_go_deeper_than_the_limit(api: Api) -> None:
    deep: dict[str, Any] = {"title": "Bottom"}
    for level in range(DEEPEST - 1):
        deep = {"title": f"Level {level}", "sections": [deep]}
    assert api.author.post("/issues/75/sections", json=deep).status_code == 201

    answer = api.author.post("/issues/75/sections", json={"title": "E", "parent": "bottom"})

    assert answer.status_code == 422
    assert f"{DEEPEST} deep" in answer.json()["detail"]


def test_a_section_added_to_a_published_issue_is_live(api: Api) -> None:
    api.editor.post("/issues/75/publish")

    api.editor.post("/issues/75/sections", json=a_section("Research", items=2, parent="a", position=0))

    assert [below["title"] for below in api.get("/issues/75").json()["sections"][0]["sections"]] == [
        "Research",
        "B",
        "C",
    ]
    assert api.get("/sections/research").json()["item_count"] == 2
    assert api.get("/tags/research").json()["count"] == 2
    assert [item["title"] for item in api.get("/issues/75/items").json()["data"]] == ["Item 0", "Item 1", "An item"]


def test_each_section_raises_the_issues_version_by_one(api: Api) -> None:
    api.author.post("/issues/75/sections", json=a_section(items=3, sections=[a_section(items=2)]))

    assert api.author.get("/issues/75/draft").headers["etag"] == '"v2"'


def test_a_section_that_is_wrong_leaves_nothing(api: Api, issue: dict[str, Any]) -> None:
    answer = api.author.post(
        "/issues/75/sections", json={"title": "E", "items": [an_item(), an_item(tags=["nonsense"])]}
    )

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/items/1/tags/0"
    assert api.author.get("/issues/75/draft").json() == issue


def test_there_must_be_an_issue(api: Api) -> None:
    assert api.author.post("/issues/76/sections", json={"title": "E"}).status_code == 404
