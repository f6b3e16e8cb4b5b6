"""The inbox: `POST /items`, and `GET /inbox`."""

from typing import Any

import pytest

from tests.api import Api
from tests.authoring.shapes import shape
from tests.factories import a_section, an_issue, an_item


def titles(items: list[Any]) -> list[str]:
    return [item["title"] for item in items]


def test_an_item_is_added_to_the_inbox(api: Api) -> None:
    answer = api.author.post("/items", json=an_item("A zebra appears", source="Example Labs", sponsored=True))

    assert answer.status_code == 201
    made = answer.json()
    assert answer.headers["location"] == f"/items/{made['id']}/draft"
    assert answer.headers["etag"] == '"v1"'
    assert (made["issue"], made["section"], made["section_id"], made["position"]) == (None, None, None, None)
    assert (made["title"], made["source"], made["sponsored"], made["tags"]) == (
        "A zebra appears",
        "Example Labs",
        True,
        [],
    )
    assert api.author.get(answer.headers["location"]).json() == made
    assert api.author.get("/inbox").json()["data"] == [made]


def test_what_is_in_the_inbox_is_nowhere_in_public(api: Api) -> None:
    made = api.author.post("/items", json=an_item("A zebra appears", tags=["research"])).json()

    assert api.get(f"/items/{made['id']}").status_code == 404
    assert api.get("/items").json()["data"] == api.get("/search?q=zebra").json()["data"] == []
    assert api.get("/tags/research").json()["count"] == 0
    for address in ("/inbox", f"/items/{made['id']}/draft"):
        assert api.get(address).status_code == 401


def test_the_newest_comes_first_and_pages_are_the_list(api: Api) -> None:
    for place in range(7):
        api.author.post("/items", json=an_item(f"Item {place}"))
    newest_first = [f"Item {place}" for place in range(6, -1, -1)]

    assert titles(api.author.get("/inbox").json()["data"]) == newest_first
    assert titles(api.author.walk("/inbox?limit=3")) == newest_first
    page = api.author.get("/inbox?limit=3&total=true").json()["page"]
    assert (page["limit"], page["has_more"], page["total"]) == (3, True, 7)


def test_rows_added_between_two_pages_do_not_repeat_others(api: Api) -> None:
    for place in range(4):
        api.author.post("/items", json=an_item(f"Item {place}"))
    first = api.author.get("/inbox?limit=2").json()
    api.author.post("/items", json=an_item("New"))

    assert titles(api.author.get(first["page"]["next"]).json()["data"]) == ["Item 1", "Item 0"]


def test_fields_are_chosen(api: Api) -> None:
    made = api.author.post("/items", json=an_item("One")).json()

    assert api.author.get("/inbox?fields=id,title").json()["data"] == [{"id": made["id"], "title": "One"}]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=nonsense", "tag=research"])
def test_a_query_that_is_wrong_is_reported(api: Api, query: str) -> None:
    answer = api.author.get(f"/inbox?{query}")

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [query.split("=")[0]]


def test_with_an_issue_it_is_added_there(api: Api) -> None:
    issue = api.author.post("/issues", json=an_issue(75, items=2)).json()

    by_section = api.author.post("/items", json=an_item("New", issue=75, section="research", position=0)).json()
    by_tag = api.author.post("/items", json=an_item("Newer", issue=75, tags=["Papers"])).json()

    assert (by_section["issue"], by_section["section"], by_section["position"]) == (75, "research", 0)
    assert (by_section["tags"], by_tag["tags"]) == (["research"], ["research"])
    copy = api.author.get("/issues/75/draft").json()
    assert shape(copy) == [("Research", ["New", "Item 0", "Item 1", "Newer"], [])]
    assert copy["version"] == issue["version"] + 2
    assert api.author.get("/inbox").json()["data"] == []


@pytest.mark.parametrize("field", ["section", "position"])
def test_the_inbox_has_no_places(api: Api, field: str) -> None:
    answer = api.author.post("/items", json=an_item(**{field: 0 if field == "position" else "research"}))

    assert answer.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [(f"/{field}", "needs-issue")]
    assert api.author.get("/inbox").json()["data"] == []


def test_an_issue_that_does_not_exist_is_reported(api: Api) -> None:
    answer = api.author.post("/items", json=an_item(issue=76, section="research"))

    assert answer.status_code == 404
    assert "Issue 76" in answer.json()["detail"]


def test_in_an_issue_it_needs_a_section_or_the_tag_of_one(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))

    for given in ({}, {"tags": ["career"]}, {"tags": []}):
        answer = api.author.post("/items", json=an_item(issue=75, **given))
        assert answer.status_code == 422
        assert answer.json()["code"] == "section-needed"
        assert "'research'" in answer.json()["detail"]


def test_an_author_puts_nothing_into_what_is_published(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(75, published=True))

    assert api.author.post("/items", json=an_item(issue=75, section="research")).status_code == 403
    assert api.get("/issues/75").json()["item_count"] == 3


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"title": None, "body": None}, "/title"),
        ({"title": None, "body": "![](https://example.org/a.png)"}, "/title"),
        ({"title": "x" * 10_000}, "/title"),
        ({"title": " \t "}, "/title"),
        ({"title": "a\x00b".replace("\x00", "\x07")}, "/title"),
        ({"tags": ["research", "pottery"]}, "/tags/1"),
        ({"url": "javascript:alert(1)"}, "/url"),
        ({"id": 7}, "/id"),
        ({"version": 1}, "/version"),
        ({"takes_tag": False}, "/takes_tag"),
        ({"issue": 0}, "/issue"),
        ({"issue": "75"}, "/issue"),
    ],
)
def test_faults_are_reported_with_their_pointers(api: Api, fields: dict[str, Any], pointer: str) -> None:
    answer = api.author.post("/items", json=an_item(**fields))

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert api.author.get("/inbox").json()["data"] == []


def test_an_item_in_the_inbox_is_changed_and_deleted(api: Api) -> None:
    item = f"/items/{api.author.post('/items', json=an_item('One')).json()['id']}"

    changed = api.author.patch(item, json={"title": "Another", "tags": ["safety"]}, headers={"if-match": '"v1"'})
    late = api.author.patch(item, json={"title": "Late"}, headers={"if-match": '"v1"'})

    assert (changed.status_code, changed.headers["etag"]) == (200, '"v2"')
    assert (changed.json()["title"], changed.json()["tags"], changed.json()["issue"]) == ("Another", ["safety"], None)
    assert (late.status_code, late.json()["current"]["title"]) == (412, "Another")
    assert api.author.delete(item).status_code == 204
    assert api.author.delete(item).status_code == api.author.get(f"{item}/draft").status_code == 404
    assert api.author.get("/inbox").json()["data"] == []


def test_a_title_made_from_the_body_follows_it(api: Api) -> None:
    made = api.author.post("/items", json={"body": "Words alone. And more."}).json()
    assert (made["title"], made["title_source"]) == ("Words alone", "body")

    after = api.author.patch(f"/items/{made['id']}", json={"body": "Other words. And more."}).json()

    assert (after["title"], after["title_source"]) == ("Other words", "body")


def test_a_tag_of_items_in_the_inbox_alone_is_in_use(api: Api) -> None:
    api.author.post("/items", json=an_item(tags=["career"]))

    assert api.editor.get("/tags/career/draft").json()["item_count"] == 1
    assert api.editor.delete("/tags/career").status_code == 409
    api.editor.post("/tags/career/merge", json={"into": "research"})
    assert api.author.get("/inbox").json()["data"][0]["tags"] == ["research"]


def test_eight_links_become_an_issue(api: Api) -> None:
    """What a curator does in a week."""
    links = [api.author.post("/items", json=an_item(f"Link {place}")).json()["id"] for place in range(8)]
    api.author.post(
        "/issues", json=an_issue(76, sections=[a_section("Research", items=0), a_section("Safety", items=0)])
    )

    for place, link in enumerate(links):
        section = "research" if place % 2 else "safety"
        api.author.post(f"/items/{link}/move", json={"issue": 76, "section": section}).raise_for_status()
    published = api.editor.post("/issues/76/publish").json()

    assert shape(published) == [
        ("Research", ["Link 1", "Link 3", "Link 5", "Link 7"], []),
        ("Safety", ["Link 0", "Link 2", "Link 4", "Link 6"], []),
    ]
    assert [item["id"] for item in api.walk("/tags/safety/items")] == links[::2]
    assert api.author.get("/inbox").json()["data"] == []
