"""Moving items: `POST /items/{id}/move`."""

from typing import Any

import pytest

from tests.api import Api
from tests.authoring.shapes import items_of, sections_of, shape
from tests.factories import an_issue, an_item


@pytest.fixture(autouse=True)
def issue(api: Api) -> dict[str, Any]:
    """Issue 75, a draft: Research, of three items, with Deep in it, of one; and Things, of none."""
    research = {
        "title": "Research",
        "items": [an_item("One"), an_item("Two"), an_item("Three")],
        "sections": [{"title": "Deep", "items": [an_item("Four")]}],
    }
    made = api.author.post("/issues", json=an_issue(75, sections=[research, {"title": "Things"}]))
    return made.json()  # type: ignore[no-any-return]


@pytest.fixture
def other(api: Api, issue: Any) -> dict[str, Any]:
    """Issue 76, a draft: Safety, of one item, and Research, of one."""
    sections = [{"title": "Safety", "items": [an_item("Five")]}, {"title": "Research", "items": [an_item("Six")]}]
    return api.author.post("/issues", json=an_issue(76, sections=sections)).json()  # type: ignore[no-any-return]


def present(api: Api, number: int = 75) -> Any:
    return api.author.get(f"/issues/{number}/draft").json()


def address(issue: Any, title: str) -> str:
    return f"/items/{items_of(issue)[title]['id']}"


@pytest.mark.parametrize(
    ("moved", "position", "order"),
    [
        ("One", 0, ["One", "Two", "Three"]),
        ("One", 1, ["Two", "One", "Three"]),
        ("One", 2, ["Two", "Three", "One"]),
        ("One", None, ["Two", "Three", "One"]),
        ("Two", 0, ["Two", "One", "Three"]),
        ("Three", 0, ["Three", "One", "Two"]),
        ("Three", 1, ["One", "Three", "Two"]),
        ("Three", 2, ["One", "Two", "Three"]),
    ],
)
def test_an_item_moves_within_its_section(
    api: Api, issue: Any, moved: str, position: int | None, order: list[str]
) -> None:
    answer = api.author.post(f"{address(issue, moved)}/move", json={"position": position})

    assert answer.status_code == 200
    assert answer.headers["etag"] == '"v2"'
    copy = present(api)
    assert shape(copy) == [("Research", order, [("Deep", ["Four"], [])]), ("Things", [], [])]
    assert items_of(copy)[moved] == answer.json()
    assert answer.json()["id"] == items_of(issue)[moved]["id"]
    assert (copy["version"], answer.json()["version"]) == (2, 2)


def test_what_is_moved_past_keeps_its_version(api: Api, issue: Any) -> None:
    api.author.post(f"{address(issue, 'Three')}/move", json={"position": 0})

    assert {title: item["version"] for title, item in items_of(present(api)).items()} == {
        "One": 1,
        "Two": 1,
        "Three": 2,
        "Four": 1,
    }


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"section": "deep"}, (["One", "Three"], ["Four", "Two"], [])),
        ({"section": "deep", "position": 0}, (["One", "Three"], ["Two", "Four"], [])),
        ({"section": "things"}, (["One", "Three"], ["Four"], ["Two"])),
        ({"section": "things", "position": 0, "issue": 75}, (["One", "Three"], ["Four"], ["Two"])),
        ({"section": "research"}, (["One", "Three", "Two"], ["Four"], [])),
        ({"issue": 75}, (["One", "Three", "Two"], ["Four"], [])),
    ],
)
def test_an_item_moves_between_sections(
    api: Api, issue: Any, where: dict[str, Any], expected: tuple[list[str], ...]
) -> None:
    answer = api.author.post(f"{address(issue, 'Two')}/move", json=where)

    assert answer.status_code == 200
    sections = sections_of(present(api))
    assert (
        tuple([item["title"] for item in sections[title]["items"]] for title in ("Research", "Deep", "Things"))
        == expected
    )
    assert answer.json()["tags"] == ["research"]
    assert present(api)["version"] == 2


def test_a_section_is_named_by_its_id_too(api: Api, issue: Any) -> None:
    things = sections_of(issue)["Things"]["id"]

    moved = api.author.post(f"{address(issue, 'Two')}/move", json={"section": things}).json()

    assert (moved["section_id"], moved["position"]) == (things, 0)


def test_an_item_moves_to_another_issue(api: Api, issue: Any, other: Any) -> None:
    answer = api.author.post(f"{address(issue, 'Two')}/move", json={"issue": 76, "section": "safety", "position": 0})

    moved = answer.json()
    assert (moved["issue"], moved["section"], moved["position"], moved["tags"]) == (76, "safety", 0, ["research"])
    assert moved["id"] == items_of(issue)["Two"]["id"]
    assert shape(present(api)) == [("Research", ["One", "Three"], [("Deep", ["Four"], [])]), ("Things", [], [])]
    assert shape(present(api, 76)) == [("Safety", ["Two", "Five"], []), ("Research", ["Six"], [])]
    assert (present(api)["version"], present(api, 76)["version"], moved["version"]) == (2, 2, 2)
    for number in (75, 76):
        newest = api.author.get(f"/issues/{number}/revisions").json()["data"][0]
        assert newest["version"] == 2
        revision = api.author.get(f"/issues/{number}/revisions/2").json()
        assert shape(revision) == shape(present(api, number))


def test_in_another_issue_the_section_of_one_of_its_tags_takes_it(api: Api, issue: Any, other: Any) -> None:
    moved = api.author.post(f"{address(issue, 'Two')}/move", json={"issue": 76}).json()

    assert (moved["issue"], moved["section"], moved["position"]) == (76, "research", 1)


def test_in_another_issue_it_needs_a_section_or_the_tag_of_one(api: Api, issue: Any) -> None:
    api.author.post("/issues", json=an_issue(77, sections=[{"title": "Things"}]))

    answer = api.author.post(f"{address(issue, 'Two')}/move", json={"issue": 77})

    assert answer.status_code == 422
    assert answer.json()["code"] == "section-needed"
    assert answer.json()["errors"][0]["pointer"] == "/section"
    assert "'things'" in answer.json()["detail"]
    assert present(api) == issue


def test_an_item_moves_to_the_inbox_and_out_of_it_again(api: Api, issue: Any) -> None:
    item = address(issue, "Two")

    collected = api.author.post(f"{item}/move", json={"issue": None}).json()

    assert (collected["issue"], collected["section"], collected["position"]) == (None, None, None)
    assert api.author.get("/inbox").json()["data"] == [collected]
    assert list(items_of(present(api))) == ["One", "Three", "Four"]
    shape(present(api))

    back = api.author.post(f"{item}/move", json={"issue": 75, "section": "deep", "position": 0}).json()

    assert (back["issue"], back["section"], back["position"], back["version"]) == (75, "deep", 0, 3)
    assert back["id"] == items_of(issue)["Two"]["id"]
    assert api.author.get("/inbox").json()["data"] == []
    assert present(api)["version"] == 3


@pytest.mark.parametrize(
    ("given", "section", "tags"),
    [
        ({}, "deep", ["research"]),
        ({}, "things", []),
        ({"tags": []}, "deep", []),
        ({"tags": ["safety"]}, "deep", ["safety"]),
    ],
)
def test_an_item_of_whose_tags_nothing_was_said_takes_that_of_the_section_where_it_is_placed(
    api: Api, given: dict[str, Any], section: str, tags: list[str]
) -> None:
    item = f"/items/{api.author.post('/items', json=an_item(**given)).json()['id']}"

    moved = api.author.post(f"{item}/move", json={"issue": 75, "section": section}).json()

    assert moved["tags"] == tags
    assert api.author.get(f"{item}/draft").json() == moved


def test_it_takes_a_tag_when_it_is_first_placed_and_not_again(api: Api, other: Any) -> None:
    item = f"/items/{api.author.post('/items', json=an_item()).json()['id']}"

    for where, tags in (
        ({"issue": 75, "section": "research"}, ["research"]),
        ({"issue": 76, "section": "safety"}, ["research"]),
        ({"issue": None}, ["research"]),
        ({"issue": 76, "section": "safety"}, ["research"]),
    ):
        assert api.author.post(f"{item}/move", json=where).json()["tags"] == tags


def test_tags_that_were_said_meanwhile_are_kept(api: Api) -> None:
    for tags in (["safety"], []):
        item = f"/items/{api.author.post('/items', json=an_item()).json()['id']}"
        api.author.patch(item, json={"tags": tags})

        assert api.author.post(f"{item}/move", json={"issue": 75, "section": "deep"}).json()["tags"] == tags


def test_an_item_in_the_inbox_can_be_moved_to_the_inbox(api: Api) -> None:
    made = api.author.post("/items", json=an_item()).json()

    for body in ({}, {"issue": None}):
        answer = api.author.post(f"/items/{made['id']}/move", json=body)
        assert (answer.status_code, answer.json()) == (200, made)


@pytest.mark.parametrize(
    ("where", "pointer", "code"),
    [
        ({"position": 3}, "/position", "out-of-range"),
        ({"section": "deep", "position": 2}, "/position", "out-of-range"),
        ({"issue": 76, "section": "safety", "position": 2}, "/position", "out-of-range"),
        ({"section": "safety"}, "/section", "unknown-section"),
        ({"issue": 76, "section": "deep"}, "/section", "unknown-section"),
        ({"section": 2**62}, "/section", "unknown-section"),
        ({"issue": None, "section": "deep"}, "/section", "needs-issue"),
        ({"issue": None, "position": 0}, "/position", "needs-issue"),
    ],
)
def test_a_place_that_does_not_exist_is_rejected(
    api: Api, issue: Any, other: Any, where: dict[str, Any], pointer: str, code: str
) -> None:
    answer = api.author.post(f"{address(issue, 'Two')}/move", json=where)

    assert answer.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [(pointer, code)]
    assert (present(api), present(api, 76)) == (issue, other)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"position": -1}, "/position"),
        ({"position": "0"}, "/position"),
        ({"issue": 0}, "/issue"),
        ({"issue": 2**63}, "/issue"),
        ({"section": []}, "/section"),
        ({"tags": []}, "/tags"),
    ],
)
def test_an_invalid_place_is_rejected(api: Api, issue: Any, body: dict[str, Any], pointer: str) -> None:
    answer = api.author.post(f"{address(issue, 'Two')}/move", json=body)

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


def test_out_of_the_inbox_it_needs_an_issue(api: Api) -> None:
    made = api.author.post("/items", json=an_item()).json()

    answer = api.author.post(f"/items/{made['id']}/move", json={"section": "research"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "needs-issue"


def test_there_must_be_the_issue_and_the_item(api: Api, issue: Any) -> None:
    assert api.author.post(f"{address(issue, 'Two')}/move", json={"issue": 99}).status_code == 404
    assert api.author.post("/items/999/move", json={"issue": 75}).status_code == 404
    assert present(api) == issue


def test_a_section_that_two_could_be_is_asked_for_by_id(api: Api, issue: Any) -> None:
    api.author.post("/issues/75/sections", json={"title": "Deep"})

    answer = api.author.post(f"{address(issue, 'Two')}/move", json={"section": "deep"})

    assert (answer.status_code, answer.json()["code"]) == (409, "ambiguous-section")


def test_only_the_version_that_was_read_is_moved(api: Api, issue: Any) -> None:
    item = address(issue, "Two")
    api.author.patch(item, json={"title": "Changed"})

    late = api.author.post(f"{item}/move", json={"section": "deep"}, headers={"if-match": '"v1"'})

    assert (late.status_code, late.headers["etag"], late.json()["current"]["title"]) == (412, '"v2"', "Changed")
    assert api.author.post(f"{item}/move", json={"section": "deep"}, headers={"if-match": '"v2"'}).status_code == 200


def test_a_move_between_published_issues_is_live_at_once(api: Api, issue: Any, other: Any) -> None:
    for number in (75, 76):
        api.editor.post(f"/issues/{number}/publish", json=None)
    item = address(issue, "Two")

    api.editor.post(f"{item}/move", json={"issue": 76, "section": "safety", "position": 0}).raise_for_status()

    shown = api.get(item).json()
    assert (shown["issue"], shown["section_path"], shown["issue_title"]) == (76, ["Safety"], "Issue 76")
    assert shape(api.get("/issues/76").json())[0] == ("Safety", ["Two", "Five"], [])
    assert "Two" not in items_of(api.get("/issues/75").json())
    assert [item["title"] for item in api.walk("/items?issue=75")] == ["One", "Three", "Four"]
    assert [item["title"] for item in api.walk("/issues/76/items")] == ["Two", "Five", "Six"]
    assert [item["title"] for item in api.walk("/tags/research/items")] == ["Two", "Six", "One", "Three", "Four"]
    assert api.get("/tags/research").json()["count"] == 5
    assert [hit["issue"] for hit in api.get("/search?q=two").json()["data"]] == [76]


def test_the_same_back_from_the_lower_number_to_the_higher(api: Api, issue: Any, other: Any) -> None:
    for number in (75, 76):
        api.editor.post(f"/issues/{number}/publish")
    item = address(other, "Six")

    api.editor.post(f"{item}/move", json={"issue": 75, "position": 0}).raise_for_status()

    assert api.get(item).json()["issue"] == 75
    assert [item["title"] for item in api.walk("/issues/75/items")] == ["Six", "One", "Two", "Three", "Four"]
    assert [item["title"] for item in api.walk("/issues/76/items")] == ["Five"]


def test_what_leaves_a_published_issue_is_no_longer_public(api: Api, issue: Any, other: Any) -> None:
    api.editor.post("/issues/75/publish")

    api.editor.post(f"{address(issue, 'Two')}/move", json={"issue": 76, "section": "safety"}).raise_for_status()
    api.editor.post(f"{address(issue, 'Three')}/move", json={"issue": None}).raise_for_status()

    assert [item["title"] for item in api.walk("/items")] == ["One", "Four"]
    assert [api.get(address(issue, title)).status_code for title in ("One", "Two", "Three")] == [200, 404, 404]
    assert api.get("/issues/75").json()["item_count"] == api.get("/tags/research").json()["count"] == 2


def test_a_part_added_to_a_published_issue_is_public(api: Api, issue: Any, other: Any) -> None:
    api.editor.post("/issues/76/publish")
    collected = api.author.post("/items", json=an_item("From the inbox")).json()["id"]

    api.editor.post(f"{address(issue, 'Two')}/move", json={"issue": 76, "position": 0}).raise_for_status()
    api.editor.post(f"/items/{collected}/move", json={"issue": 76, "section": "safety"}).raise_for_status()

    assert [item["title"] for item in api.walk("/items")] == ["Five", "From the inbox", "Two", "Six"]
    assert api.get(f"/items/{collected}").json()["tags"] == ["safety"]


def test_an_author_moves_nothing_into_what_is_published_or_out_of_it(api: Api, issue: Any, other: Any) -> None:
    published = api.editor.post("/issues/75/publish").json()

    for item, where in (
        (address(other, "Six"), {"issue": 75}),
        (address(issue, "Two"), {"issue": 76}),
        (address(issue, "Two"), {"issue": None}),
        (address(issue, "Two"), {"position": 0}),
    ):
        assert api.author.post(f"{item}/move", json=where).status_code == 403, where
    assert (present(api)["sections"], present(api, 76)["sections"]) == (published["sections"], other["sections"])


def test_items_that_change_places_at_once_do_not_wait_for_each_other_for_ever(api: Api, issue: Any, other: Any) -> None:
    for number in (75, 76):
        api.editor.post(f"/issues/{number}/publish")
    to_76 = [address(issue, title) for title in ("One", "Two", "Three", "Four")]
    to_75 = [address(other, title) for title in ("Five", "Six")]

    answers = api.together(
        *[lambda item=item: api.editor.post(f"{item}/move", json={"issue": 76, "section": "safety"}) for item in to_76],
        *[lambda item=item: api.editor.post(f"{item}/move", json={"issue": 75, "section": "deep"}) for item in to_75],
    )

    assert [answer.status_code for answer in answers] == [200] * 6
    assert {item["title"] for item in api.walk("/issues/75/items")} == {"Five", "Six"}
    assert {item["title"] for item in api.walk("/issues/76/items")} == {"One", "Two", "Three", "Four"}
    for number in (75, 76):
        assert shape(present(api, number)) == shape(api.get(f"/issues/{number}").json())
        assert present(api, number)["version"] == 8


def test_an_item_that_is_moved_at_once_to_several_places_is_in_one(api: Api, issue: Any, other: Any) -> None:
    item = address(issue, "Two")
    places: list[dict[str, Any]] = [{"issue": 76}, {"issue": None}, {"section": "deep"}, {"section": "things"}]

    answers = api.together(
        *[lambda where=where: api.author.post(f"{item}/move", json=where) for where in places for _ in range(2)]
    )

    assert {answer.status_code for answer in answers} <= {200, 409, 422}
    assert any(answer.status_code == 200 for answer in answers)
    found = [*items_of(present(api)), *items_of(present(api, 76))]
    found += [each["title"] for each in api.author.get("/inbox").json()["data"]]
    assert sorted(found) == sorted(["One", "Two", "Three", "Four", "Five", "Six"])
    shape(present(api))
    shape(present(api, 76))
