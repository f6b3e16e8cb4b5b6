"""Adding items: `POST /issues/{number}/items`."""

from typing import Any

import pytest

from tests.api import Api
from tests.factories import a_section, an_issue, an_item


@pytest.fixture(autouse=True)
def issue(api: Api) -> dict[str, Any]:
    """Issue 75, a draft: Things (with Research in it, of two items) and Career, without any."""
    things = {"title": "Things", "sections": [a_section("Research", items=2)]}
    made = api.editor.post("/issues", json=an_issue(75, sections=[things, {"title": "Career"}]))
    assert made.status_code == 201
    return made.json()  # type: ignore[no-any-return]


def titles(api: Api, section: str = "research") -> list[str]:
    """The titles of a section's items, in order; fails when a position has a gap."""
    copy = api.editor.get("/issues/75/draft").json()
    found = next(part for part in (*copy["sections"], *copy["sections"][0]["sections"]) if part["slug"] == section)
    assert [item["position"] for item in found["items"]] == list(range(len(found["items"])))
    return [item["title"] for item in found["items"]]


def test_an_item_is_appended_to_the_given_section(api: Api) -> None:
    answer = api.author.post("/issues/75/items", json=an_item("New", section="research"))

    assert answer.status_code == 201
    made = answer.json()
    assert answer.headers["location"] == f"/items/{made['id']}/draft"
    assert answer.headers["etag"] == '"v1"'
    assert (made["issue"], made["section"], made["position"], made["tags"]) == (75, "research", 2, ["research"])
    assert api.author.get(answer.headers["location"]).json() == made
    assert titles(api) == ["Item 0", "Item 1", "New"]


def test_a_section_is_named_by_its_id_too(api: Api, issue: dict[str, Any]) -> None:
    identifier = issue["sections"][0]["id"]

    made = api.author.post("/issues/75/items", json=an_item(section=identifier)).json()

    assert (made["section_id"], made["section"], made["tags"]) == (identifier, "things", [])


@pytest.mark.parametrize(
    ("position", "order"),
    [
        (0, ["New", "Item 0", "Item 1"]),
        (1, ["Item 0", "New", "Item 1"]),
        (2, ["Item 0", "Item 1", "New"]),
        (None, ["Item 0", "Item 1", "New"]),
    ],
    ids=["first", "middle", "last", "unsaid"],
)
def test_an_item_is_inserted_at_its_position_and_others_move_down(
    api: Api, position: int | None, order: list[str]
) -> None:
    made = api.author.post("/issues/75/items", json=an_item("New", section="research", position=position)).json()

    assert made["position"] == order.index("New")
    assert titles(api) == order


def test_a_position_beyond_the_end_is_reported(api: Api) -> None:
    answer = api.author.post("/issues/75/items", json=an_item(section="research", position=3))

    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"pointer": "/position", "code": "out-of-range", "detail": "position must be 0 to 2 here; you sent 3"}
    ]
    assert titles(api) == ["Item 0", "Item 1"]


def test_without_a_section_an_item_is_added_to_the_outermost_one_with_its_tag(api: Api) -> None:
    api.author.post("/issues/75/sections", json={"title": "Another", "tag": "research", "position": 0})

    made = api.author.post("/issues/75/items", json=an_item(tags=["safety", "Papers"])).json()

    assert (made["section"], made["tags"]) == ("another", ["safety", "research"])


def test_of_sections_equally_deep_the_first_takes_it(api: Api) -> None:
    api.author.post("/issues/75/sections", json={"title": "Later", "tag": "research", "parent": "things"})
    api.author.post(
        "/issues/75/sections", json={"title": "Before", "tag": "research", "parent": "things", "position": 0}
    )

    assert api.author.post("/issues/75/items", json=an_item(tags=["research"])).json()["section"] == "before"


def test_without_a_section_that_it_could_be_in_the_author_is_asked(api: Api) -> None:
    for fields in ({}, {"tags": []}, {"tags": None}, {"tags": ["safety"]}, {"section": None}):
        answer = api.author.post("/issues/75/items", json=an_item(**fields))

        assert answer.status_code == 422, fields
        assert answer.json()["code"] == "section-needed"
        assert answer.json()["errors"][0]["pointer"] == "/section"
        assert "'research'" in answer.json()["detail"]


def test_an_issue_without_sections_says_how_to_have_one(api: Api) -> None:
    api.author.post("/issues", json={"number": 76, "title": "Empty"})

    answer = api.author.post("/issues/76/items", json=an_item(tags=["research"]))

    assert answer.status_code == 422
    assert "POST /issues/76/sections" in answer.json()["detail"]


def test_a_slug_that_two_sections_have_is_answered_with_their_ids(api: Api, issue: dict[str, Any]) -> None:
    other = api.author.post("/issues/75/sections", json={"title": "Research"}).json()["id"]
    first = issue["sections"][0]["sections"][0]["id"]

    answer = api.author.post("/issues/75/items", json=an_item(section="research"))

    assert answer.status_code == 409
    assert answer.json()["code"] == "ambiguous-section"
    assert answer.json()["errors"][0]["pointer"] == "/section"
    assert f"{first}, {other}" in answer.json()["detail"]
    assert api.author.post("/issues/75/items", json=an_item(section=other)).json()["section_id"] == other


def test_an_unknown_section_is_reported_with_those_of_the_issue(api: Api) -> None:
    elsewhere = api.author.post("/issues", json=an_issue(76)).json()["sections"][0]["id"]

    for section in ("nonsense", elsewhere, 2**62):
        answer = api.author.post("/issues/75/items", json=an_item(section=section))
        assert answer.status_code == 422
        assert answer.json()["code"] == "unknown-section"
        assert "'things'" in answer.json()["detail"]


def test_fields_that_are_not_right_are_reported_by_their_place(api: Api) -> None:
    for fields, pointer in (
        ({"section": 0}, "/section"),
        ({"section": ""}, "/section"),
        ({"section": []}, "/section"),
        ({"section": "research", "position": -1}, "/position"),
        ({"section": "research", "position": "0"}, "/position"),
        ({"section": "research", "tags": ["nonsense"]}, "/tags/0"),
        ({"section": "research", "title": None, "body": None}, "/title"),
        ({"section": "research", "url": "javascript:alert(1)"}, "/url"),
        ({"section": "research", "issue": 75}, "/issue"),
        ({"section": "research", "version": 1}, "/version"),
    ):
        answer = api.author.post("/issues/75/items", json=an_item(**fields))
        assert answer.status_code == 422, fields
        assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert titles(api) == ["Item 0", "Item 1"]


def test_each_item_raises_the_issues_version_by_one_and_no_other_items(api: Api, issue: dict[str, Any]) -> None:
    neighbour = issue["sections"][0]["sections"][0]["items"][1]["id"]

    api.author.post("/issues/75/items", json=an_item(section="research", position=0))

    assert api.author.get("/issues/75/draft").json()["version"] == 2
    assert api.author.get(f"/items/{neighbour}/draft").json()["version"] == 1


def test_an_item_of_a_published_issue_is_public_everywhere_immediately(api: Api) -> None:
    api.editor.post("/issues/75/publish")

    made = api.editor.post(
        "/issues/75/items",
        json=an_item("A zebra appears", section="research", position=1, url="https://zebra.example/", tags=["safety"]),
    ).json()

    def found(address: str) -> list[int]:
        return [item["id"] for item in api.get(address).json()["data"] if item["title"] == "A zebra appears"]

    shown = api.get("/issues/75").json()
    assert shown["item_count"] == 3
    assert shown["sections"][0]["sections"][0]["items"][1]["id"] == made["id"]
    for address in (
        *("/items", "/issues/75/items", "/tags/safety/items", "/items?tag=safety", "/items?domain=zebra.example"),
        *("/sections/research/items", "/sections/things/items", "/search?q=zebra", "/search?q=zebra&tag=safety"),
    ):
        assert found(address) == [made["id"]], address
    assert api.get(f"/items/{made['id']}").json()["section_path"] == ["Things", "Research"]
    assert api.get("/tags/safety").json()["count"] == 1
    assert [item["title"] for item in api.get("/issues/75/items").json()["data"]][:3] == [
        *("Item 0", "A zebra appears", "Item 1"),
    ]


def test_an_item_of_a_draft_is_nowhere_in_public(api: Api) -> None:
    made = api.author.post("/issues/75/items", json=an_item("A zebra appears", section="research")).json()

    assert api.get(f"/items/{made['id']}").status_code == 404
    assert api.get("/items").json()["data"] == api.get("/search?q=zebra").json()["data"] == []


def test_there_must_be_an_issue(api: Api) -> None:
    answer = api.author.post("/issues/76/items", json=an_item(section="research"))

    assert answer.status_code == 404
    assert answer.json()["code"] == "not-found"


def test_ids_of_items_are_not_used_again(api: Api) -> None:
    given = []
    for _ in range(3):
        made = api.author.post("/issues/75/items", json=an_item(section="research")).json()["id"]
        given.append(made)
        assert api.author.delete(f"/items/{made}").status_code == 204

    assert sorted(set(given)) == given
