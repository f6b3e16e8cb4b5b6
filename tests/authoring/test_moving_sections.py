"""Moving sections: `POST /sections/{section}/move`."""

from typing import Any

import pytest

from app.content.document import DEEPEST
from tests.api import Api
from tests.authoring.shapes import items_of, outline, sections_of, shape
from tests.factories import an_issue, an_item


@pytest.fixture(autouse=True)
def issue(api: Api) -> dict[str, Any]:
    """Issue 75, a draft: A (with B, which has an item and C in it, and D), and E."""
    b = {"title": "B", "items": [an_item("One")], "sections": [{"title": "C"}]}
    sections = [{"title": "A", "sections": [b, {"title": "D"}]}, {"title": "E"}]
    return api.author.post("/issues", json=an_issue(75, sections=sections)).json()  # type: ignore[no-any-return]


@pytest.fixture
def ids(issue: dict[str, Any]) -> dict[str, int]:
    return {title: section["id"] for title, section in sections_of(issue).items()}


def present(api: Api) -> Any:
    return api.author.get("/issues/75/draft").json()


@pytest.mark.parametrize(
    ("moved", "where", "expected"),
    [
        ("E", {"position": 0}, [["E"], ["A", ["B", ["C"]], ["D"]]]),
        ("A", {"position": 1}, [["E"], ["A", ["B", ["C"]], ["D"]]]),
        ("A", {}, [["E"], ["A", ["B", ["C"]], ["D"]]]),
        ("A", {"position": 0}, [["A", ["B", ["C"]], ["D"]], ["E"]]),
        ("B", {"position": 1}, [["A", ["D"], ["B", ["C"]]], ["E"]]),
        ("B", {"parent": None}, [["A", ["D"]], ["E"], ["B", ["C"]]]),
        ("B", {"parent": None, "position": 0}, [["B", ["C"]], ["A", ["D"]], ["E"]]),
        ("B", {"parent": "e"}, [["A", ["D"]], ["E", ["B", ["C"]]]]),
        ("C", {"parent": "a", "position": 1}, [["A", ["B"], ["C"], ["D"]], ["E"]]),
        ("D", {"parent": "c"}, [["A", ["B", ["C", ["D"]]]], ["E"]]),
        ("E", {"parent": "a", "position": 2}, [["A", ["B", ["C"]], ["D"], ["E"]]]),
        ("A", {"parent": "e"}, [["E", ["A", ["B", ["C"]], ["D"]]]]),
    ],
)
def test_a_section_is_moved_to_a_position_with_its_contents(
    api: Api, ids: dict[str, int], moved: str, where: dict[str, Any], expected: list[Any]
) -> None:
    answer = api.author.post(f"/sections/{ids[moved]}/move", json=where)

    assert answer.status_code == 200
    assert answer.headers["etag"] == '"v2"'
    copy = present(api)
    assert outline(copy) == expected
    assert sections_of(copy)[moved] == answer.json()
    assert {title: section["id"] for title, section in sections_of(copy).items()} == ids
    assert items_of(copy)["One"]["section_id"] == ids["B"]
    assert copy["version"] == 2


def test_a_parent_is_named_by_its_id_too(api: Api, ids: dict[str, int]) -> None:
    api.author.post(f"/sections/{ids['D']}/move", json={"parent": ids["E"]})

    assert outline(present(api)) == [["A", ["B", ["C"]]], ["E", ["D"]]]


@pytest.mark.parametrize(("moved", "parent"), [("A", "a"), ("A", "b"), ("A", "c"), ("B", "c")])
def test_a_section_does_not_go_beneath_itself(
    api: Api, issue: Any, ids: dict[str, int], moved: str, parent: str
) -> None:
    answer = api.author.post(f"/sections/{ids[moved]}/move", json={"parent": parent})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/parent"
    assert answer.json()["errors"][0]["code"] == "beneath-itself"
    assert present(api) == issue


@pytest.mark.parametrize(
    ("moved", "where", "last"),
    [("A", {"position": 2}, 1), ("C", {"position": 1}, 0), ("D", {"parent": "e", "position": 1}, 0)],
)
def test_a_position_beyond_the_end_is_reported(
    api: Api, issue: Any, ids: dict[str, int], moved: str, where: dict[str, Any], last: int
) -> None:
    answer = api.author.post(f"/sections/{ids[moved]}/move", json=where)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/position"
    assert f"0 to {last} here" in answer.json()["detail"]
    assert present(api) == issue


@pytest.mark.parametrize("body", [{"position": -1}, {"position": "1"}, {"position": 0.5}, {"position": True}])
def test_a_position_is_a_natural_number(api: Api, ids: dict[str, int], body: dict[str, Any]) -> None:
    answer = api.author.post(f"/sections/{ids['E']}/move", json=body)

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/position"]


def test_a_parent_must_be_in_the_same_issue(api: Api, issue: Any, ids: dict[str, int]) -> None:
    elsewhere = api.author.post("/issues", json=an_issue(76)).json()["sections"][0]["id"]

    for parent in (elsewhere, "research", "nonsense", 2**62):
        answer = api.author.post(f"/sections/{ids['E']}/move", json={"parent": parent})
        assert answer.status_code == 422
        assert answer.json()["code"] == "unknown-section"
        assert answer.json()["errors"][0]["pointer"] == "/parent"
        assert "'a'" in answer.json()["detail"]
    assert present(api) == issue


def test_a_parent_that_two_sections_could_be_is_asked_for_by_id(api: Api, ids: dict[str, int]) -> None:
    other = api.author.post("/issues/75/sections", json={"title": "B"}).json()["id"]

    answer = api.author.post(f"/sections/{ids['E']}/move", json={"parent": "b"})

    assert answer.status_code == 409
    assert answer.json()["code"] == "ambiguous-section"
    assert str(other) in answer.json()["detail"]
    assert api.author.post(f"/sections/{ids['E']}/move", json={"parent": other}).status_code == 200


def test_unknown_fields_are_reported(api: Api, ids: dict[str, int]) -> None:
    answer = api.author.post(f"/sections/{ids['E']}/move", json={"issue": 76})

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/issue"]


def test_sections_do_not_go_deeper_than_the_limit_by_moving(api: Api, ids: dict[str, int]) -> None:
    deep: dict[str, Any] = {"title": "Bottom"}
    for level in range(DEEPEST - 3):
        deep = {"title": f"Level {level}", "sections": [deep]}
    deep = api.author.post("/issues/75/sections", json=deep).json()
    before = present(api)

    too_deep = api.author.post(f"/sections/{ids['A']}/move", json={"parent": "bottom"})

    assert too_deep.status_code == 422
    assert f"{DEEPEST} deep" in too_deep.json()["detail"]
    assert too_deep.json()["errors"][0]["pointer"] == "/parent"
    assert present(api) == before
    assert api.author.post(f"/sections/{ids['B']}/move", json={"parent": "bottom"}).status_code == 200


def test_a_move_in_a_published_issue_is_live_at_once(api: Api, ids: dict[str, int]) -> None:
    api.editor.post("/issues/75/publish")

    api.editor.post(f"/sections/{ids['B']}/move", json={"parent": "e"})

    shown = api.get("/issues/75").json()
    assert shape(shown) == [("A", [], [("D", [], [])]), ("E", [], [("B", ["One"], [("C", [], [])])])]
    assert [item["section_path"] for item in api.get("/items?section=e").json()["data"]] == [["E", "B"]]
    assert api.get("/sections/a/items").json()["data"] == []


def test_an_author_moves_nothing_that_is_published(api: Api, ids: dict[str, int]) -> None:
    published = api.editor.post("/issues/75/publish").json()

    assert api.author.post(f"/sections/{ids['E']}/move", json={"position": 0}).status_code == 403
    assert present(api) == published


def test_sections_that_are_moved_beneath_each_other_at_once_do_not_vanish(api: Api, ids: dict[str, int]) -> None:
    answers = api.together(
        lambda: api.author.post(f"/sections/{ids['A']}/move", json={"parent": "e"}),
        lambda: api.author.post(f"/sections/{ids['E']}/move", json={"parent": "a"}),
    )

    assert sorted(answer.status_code for answer in answers) == [200, 422]
    assert set(sections_of(present(api))) == set("ABCDE")
