"""Batches of items: `POST /items/batch`."""

from typing import Any

import httpx
import pytest

from app.authoring.schemas import MOST_IN_BATCH
from app.authoring.sizes import MOST_ITEMS
from tests.api import Api
from tests.authoring.shapes import shape
from tests.factories import a_section, an_issue, an_item


@pytest.fixture(autouse=True)
def issue(api: Api) -> dict[str, Any]:
    """Issue 75, a draft: Research, of one item."""
    return api.author.post("/issues", json=an_issue(75, items=1)).json()  # type: ignore[no-any-return]


def send(api: Api, *items: Any, each_by_itself: bool = False) -> httpx.Response:
    body: dict[str, Any] = {"items": list(items)}
    if each_by_itself:
        body["all_or_nothing"] = False
    return api.author.post("/items/batch", json=body)


def inbox(api: Api) -> list[str]:
    return [item["title"] for item in api.author.walk("/inbox?limit=100")]


def present(api: Api, number: int = 75) -> Any:
    return api.author.get(f"/issues/{number}/draft").json()


@pytest.mark.parametrize("each_by_itself", [False, True])
def test_items_go_into_the_inbox_and_into_issues(api: Api, each_by_itself: bool) -> None:
    api.author.post("/issues", json=an_issue(76, sections=[a_section("Safety", items=0)]))

    answer = send(
        api,
        an_item("One", issue=75, section="research"),
        an_item("Two"),
        an_item("Three", issue=76, tags=["safety"]),
        an_item("Four", issue=75, section="research", position=0),
        an_item("Five", tags=["Papers"]),
        each_by_itself=each_by_itself,
    )

    assert answer.status_code == 201
    told = answer.json()
    assert (told["made"], told["failed"]) == (5, 0)
    assert [(row["status"], row["problem"]) for row in told["results"]] == [(201, None)] * 5
    made = [row["item"] for row in told["results"]]
    assert [item["title"] for item in made] == ["One", "Two", "Three", "Four", "Five"]
    assert [item["issue"] for item in made] == [75, None, 76, 75, None]
    assert [item["tags"] for item in made] == [["research"], [], ["safety"], ["research"], ["research"]]
    assert made == [api.author.get(f"/items/{item['id']}/draft").json() for item in made]
    assert shape(present(api)) == [("Research", ["Four", "Item 0", "One"], [])]
    assert shape(present(api, 76)) == [("Safety", ["Three"], [])]
    assert inbox(api) == ["Five", "Two"]


@pytest.mark.parametrize("each_by_itself", [False, True])
def test_an_issue_gets_all_of_its_items_at_one_version(api: Api, each_by_itself: bool) -> None:
    api.author.post("/issues", json=an_issue(76))
    items = [an_item(f"New {place}", issue=75 + place % 2, section="research") for place in range(6)]

    send(api, *items, each_by_itself=each_by_itself)

    for number in (75, 76):
        assert present(api, number)["version"] == 2
        assert api.author.get(f"/issues/{number}/revisions").json()["data"][0]["version"] == 2
        assert shape(api.author.get(f"/issues/{number}/revisions/2").json()) == shape(present(api, number))


def test_items_of_the_inbox_alone_change_no_issue(api: Api, issue: Any) -> None:
    send(api, an_item("One"), an_item("Two"))

    assert present(api) == issue


@pytest.mark.parametrize(
    ("wrong", "status", "code", "pointer"),
    [
        (an_item(tags=["research", "pottery"]), 422, "unknown-tag", "/tags/1"),
        (an_item(issue=75, section="nonsense"), 422, "unknown-section", "/section"),
        (an_item(issue=75), 422, "section-needed", "/section"),
        (an_item(issue=75, section="research", position=3), 422, "invalid", "/position"),
        (an_item(section="research"), 422, "invalid", "/section"),
        (an_item(position=0), 422, "invalid", "/position"),
        ({"url": "https://example.org"}, 422, "invalid", "/title"),
        (an_item(titel="A"), 422, "invalid", "/titel"),
        (an_item(""), 422, "invalid", "/title"),
        (an_item(id=1), 422, "invalid", "/id"),
        (an_item(issue=99, section="research"), 404, "not-found", "/issue"),
        ("nonsense", 422, "invalid", ""),
        (None, 422, "invalid", ""),
    ],
)
def test_a_fault_is_reported_with_its_pointer(
    api: Api, issue: Any, wrong: Any, status: int, code: str, pointer: str
) -> None:
    good = an_item("One", issue=75, section="research")

    whole = send(api, good, an_item("Two"), wrong)

    assert (whole.status_code, whole.json()["code"]) == (status, code)
    assert [fault["pointer"] for fault in whole.json()["errors"]] == [f"/items/2{pointer}"]
    assert present(api) == issue
    assert inbox(api) == []

    single = send(api, good, wrong, an_item("Two"), each_by_itself=True)

    assert single.status_code == 201
    told = single.json()
    assert (told["made"], told["failed"]) == (2, 1)
    assert [row["status"] for row in told["results"]] == [201, status, 201]
    assert [row["item"] and row["item"]["title"] for row in told["results"]] == ["One", None, "Two"]
    problem = told["results"][1]["problem"]
    assert (problem["status"], problem["code"]) == (status, code)
    assert [fault["pointer"] for fault in problem["errors"]] == [f"/items/1{pointer}"]
    assert shape(present(api)) == [("Research", ["Item 0", "One"], [])]
    assert present(api)["version"] == 2
    assert inbox(api) == ["Two"]


def test_items_for_an_unknown_issue_are_each_reported_with_their_pointer(api: Api) -> None:
    told = send(api, *[an_item(issue=99, section="research") for _ in range(2)], each_by_itself=True).json()

    assert [row["problem"]["errors"][0]["pointer"] for row in told["results"]] == ["/items/0/issue", "/items/1/issue"]


def test_several_invalid_items_are_all_reported(api: Api) -> None:
    answer = send(api, an_item(""), an_item(), an_item(titel="A"), None)

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/items/0/title", "/items/2/titel", "/items/3"]
    assert inbox(api) == []


def test_where_all_are_wrong_each_has_its_problem_and_nothing_is_written(api: Api, issue: Any) -> None:
    answer = send(api, an_item(""), an_item(tags=["pottery"]), an_item(issue=75), each_by_itself=True)

    assert answer.status_code == 201
    assert [row["problem"]["code"] for row in answer.json()["results"]] == ["invalid", "unknown-tag", "section-needed"]
    assert present(api) == issue


def test_an_author_puts_nothing_into_what_is_published(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(76, published=True))
    items = [
        an_item("One"),
        an_item("Two", issue=76, section="research"),
        an_item("Three", issue=75, tags=["research"]),
    ]

    whole = send(api, *items)

    assert (whole.status_code, whole.json()["code"]) == (403, "forbidden")
    assert [fault["pointer"] for fault in whole.json()["errors"]] == ["/items/1/issue"]
    assert inbox(api) == []
    assert present(api)["version"] == 1

    told = send(api, *items, each_by_itself=True).json()

    assert [row["status"] for row in told["results"]] == [201, 403, 201]
    assert api.get("/issues/76").json()["item_count"] == 3
    assert shape(present(api)) == [("Research", ["Item 0", "Three"], [])]


def test_what_an_editor_puts_into_published_issues_is_live_at_once(api: Api) -> None:
    api.editor.post("/issues/75/publish")
    api.editor.post("/issues", json=an_issue(76, published=True, items=1))

    answer = api.editor.post(
        "/items/batch",
        json={"items": [an_item(f"New {place}", issue=76 - place % 2, tags=["research"]) for place in range(4)]},
    )

    assert answer.status_code == 201
    assert [item["title"] for item in api.walk("/issues/75/items")] == ["Item 0", "New 1", "New 3"]
    assert [item["title"] for item in api.walk("/issues/76/items")] == ["Item 0", "New 0", "New 2"]
    assert api.get("/tags/research").json()["count"] == 6


def test_a_batch_has_a_limit(api: Api) -> None:
    assert MOST_IN_BATCH == 200
    most = [an_item(f"Item {place}") for place in range(MOST_IN_BATCH)]

    too_many = send(api, *most, an_item())
    none = send(api)

    for answer in (too_many, none):
        assert answer.status_code == 422
        assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/items"]
    assert "200" in too_many.json()["errors"][0]["detail"]
    assert inbox(api) == []
    assert send(api, *most).json()["made"] == MOST_IN_BATCH
    assert len(inbox(api)) == MOST_IN_BATCH


def test_an_issue_that_is_full_takes_no_more(api: Api) -> None:
    api.author.post("/issues", json=an_issue(76, items=MOST_ITEMS - 1)).raise_for_status()
    items = [an_item(f"New {place}", issue=76, section="research", position=0) for place in range(3)]

    whole = send(api, *items)

    assert whole.status_code == 422
    assert f"{MOST_ITEMS:,} items" in whole.json()["detail"]
    assert [fault["pointer"] for fault in whole.json()["errors"]] == ["/items/1/issue"]
    assert present(api, 76)["item_count"] == MOST_ITEMS - 1

    told = send(api, *items, each_by_itself=True).json()

    assert [row["status"] for row in told["results"]] == [201, 422, 422]
    copy = present(api, 76)
    assert copy["item_count"] == MOST_ITEMS
    assert shape(copy)[0][1][:2] == ["New 0", "Item 0"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/items"),
        ({"items": {}}, "/items"),
        ({"items": [an_item()], "all_or_nothing": "no"}, "/all_or_nothing"),
        ({"items": [an_item()], "atomic": True}, "/atomic"),
    ],
)
def test_a_body_that_is_not_a_batch_is_rejected(api: Api, body: dict[str, Any], pointer: str) -> None:
    answer = api.author.post("/items/batch", json=body)

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


def test_a_batch_at_once_with_others_leaves_no_gap(api: Api) -> None:
    items = [an_item(f"New {place}", issue=75, section="research", position=0) for place in range(3)]

    answers = api.together(*[lambda: send(api, *items) for _ in range(4)])

    assert [answer.status_code for answer in answers] == [201] * 4
    assert len(shape(present(api))[0][1]) == 13
    assert present(api)["version"] == 5
