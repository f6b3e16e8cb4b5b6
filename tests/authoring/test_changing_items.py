"""Changing and removing items: `PATCH` and `DELETE /items/{id}`."""

from typing import Any

import pytest

from tests.api import Api
from tests.factories import an_issue, an_item


@pytest.fixture(autouse=True)
def issue(api: Api) -> dict[str, Any]:
    """Issue 75, a draft: Research, of three items."""
    return api.editor.post("/issues", json=an_issue(75, items=3)).json()  # type: ignore[no-any-return]


@pytest.fixture
def item(issue: dict[str, Any]) -> str:
    """The address of its second item."""
    return f"/items/{issue['sections'][0]['items'][1]['id']}"


def titles(api: Api) -> list[str]:
    """Fails when a position has a gap."""
    items = api.editor.get("/issues/75/draft").json()["sections"][0]["items"]
    assert [item["position"] for item in items] == list(range(len(items)))
    return [item["title"] for item in items]


def test_fields_that_are_given_replace_what_is_there_and_others_stay(api: Api, item: str) -> None:
    before = api.author.get(f"{item}/draft").json()

    answer = api.author.patch(item, json={"title": "Another", "tags": ["safety", "product"], "sponsored": True})

    assert answer.status_code == 200
    assert answer.headers["etag"] == '"v2"'
    after = answer.json()
    assert after == {
        **before,
        "title": "Another",
        "tags": ["safety", "product"],
        "sponsored": True,
        "version": 2,
        "updated_at": after["updated_at"],
    }
    assert api.author.get(f"{item}/draft").json() == after


def test_null_takes_away(api: Api, item: str) -> None:
    api.author.patch(item, json={"source": "Example Labs", "image": {"url": "https://example.org/a.png", "alt": "A"}})

    after = api.author.patch(item, json={"url": None, "source": None, "image": None, "body": None}).json()

    assert (after["url"], after["domain"], after["source"], after["image"]) == (None, None, None, None)
    assert (after["body"], after["body_html"]) == (None, None)


def test_an_image_is_replaced_whole(api: Api, item: str) -> None:
    api.author.patch(item, json={"image": {"url": "https://example.org/a.png", "alt": "A"}})

    after = api.author.patch(item, json={"image": {"url": "https://example.org/b.png"}}).json()

    assert after["image"] == {"url": "https://example.org/b.png", "alt": None}


def test_extra_is_replaced_whole(api: Api, item: str) -> None:
    api.author.patch(item, json={"extra": {"a": 1, "b": 2}})

    assert api.author.patch(item, json={"extra": {"b": 3}}).json()["extra"] == {"b": 3}
    assert api.author.patch(item, json={"extra": {}}).json()["extra"] == {}


def test_tags_are_replaced_in_their_new_order(api: Api, item: str) -> None:
    for given, tags in (
        (["safety", "research"], ["safety", "research"]),
        (["research", "safety"], ["research", "safety"]),
        (["Papers", "Careers", "research"], ["research", "career"]),
        ([], []),
        (["research"], ["research"]),
    ):
        assert api.author.patch(item, json={"tags": given}).json()["tags"] == tags
        assert api.author.get(f"{item}/draft").json()["tags"] == tags


def test_a_title_from_the_body_follows_its_edits(api: Api) -> None:
    made = api.author.post("/issues/75/items", json={"section": "research", "body": "First words. More."}).json()
    item = f"/items/{made['id']}"

    after = api.author.patch(item, json={"body": "Other words. More."}).json()
    assert (after["title"], after["title_source"]) == ("Other words", "body")

    after = api.author.patch(item, json={"url": "https://example.org/b"}).json()
    assert (after["title"], after["title_source"]) == ("Other words", "body")


def test_a_title_that_an_author_gives_stays_whatever_the_body(api: Api) -> None:
    made = api.author.post("/issues/75/items", json={"section": "research", "body": "First words. More."}).json()
    item = f"/items/{made['id']}"

    api.author.patch(item, json={"title": "My own"})
    after = api.author.patch(item, json={"body": "Other words. More."}).json()

    assert (after["title"], after["title_source"]) == ("My own", "author")


def test_a_title_is_given_back_to_the_body_by_null(api: Api, item: str) -> None:
    after = api.author.patch(item, json={"title": None}).json()
    assert (after["title"], after["title_source"]) == ("Some words about it", "body")

    after = api.author.patch(item, json={"title": "Own", "body": "Other words."}).json()
    assert (after["title"], after["title_source"]) == ("Own", "author")

    after = api.author.patch(item, json={"title": None, "body": "Last words."}).json()
    assert (after["title"], after["title_source"]) == ("Last words", "body")


def test_a_title_cannot_come_from_a_missing_body(api: Api, item: str) -> None:
    assert api.author.patch(item, json={"title": None, "body": None}).status_code == 422

    api.author.patch(item, json={"title": None})
    answer = api.author.patch(item, json={"body": None})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/title"
    assert api.author.get(f"{item}/draft").json()["body"] == "Some words about it."


def test_fields_that_are_not_right_are_reported_and_nothing_is_written(api: Api, item: str) -> None:
    before = api.author.get(f"{item}/draft").json()
    for fields, pointer in (
        ({"title": ""}, "/title"),
        ({"url": "javascript:alert(1)"}, "/url"),
        ({"tags": None}, "/tags"),
        ({"title": "New", "tags": ["research", "nonsense"]}, "/tags/1"),
        ({"sponsored": None}, "/sponsored"),
        ({"extra": None}, "/extra"),
        ({"image": {}}, "/image/url"),
        ({"position": 0}, "/position"),
        ({"section": "research"}, "/section"),
        ({"id": 1}, "/id"),
        ({"version": 7}, "/version"),
        ({"title_source": "body"}, "/title_source"),
    ):
        answer = api.author.patch(item, json=fields)
        assert answer.status_code == 422, fields
        assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert api.author.get(f"{item}/draft").json() == before


def test_a_merge_patch_may_be_called_one(api: Api, item: str) -> None:
    answer = api.author.patch(
        item, content=b'{"title": "Merged"}', headers={"content-type": "application/merge-patch+json; charset=utf-8"}
    )

    assert answer.json()["title"] == "Merged"


def test_a_change_to_a_published_item_is_public_everywhere_immediately(api: Api, item: str) -> None:
    api.editor.post("/issues/75/publish")

    api.editor.patch(
        item,
        json={"title": "A zebra", "body": "It has stripes.", "tags": ["safety"], "url": "https://www.zebra.example"},
    )

    shown = api.get(item).json()
    assert (shown["title"], shown["domain"]) == ("A zebra", "zebra.example")
    assert api.get("/issues/75").json()["sections"][0]["items"][1]["title"] == "A zebra"
    assert [hit["title"] for hit in api.get("/search?q=stripes").json()["data"]] == ["A zebra"]
    assert api.get("/tags/research").json()["count"] == 2
    assert api.get("/tags/safety").json()["count"] == 1
    assert [item["title"] for item in api.get("/items?tag=research").json()["data"]] == ["Item 0", "Item 2"]


def test_a_deleted_item_is_gone_and_those_after_it_move_up(api: Api, item: str) -> None:
    answer = api.author.delete(item)

    assert answer.status_code == 204
    assert answer.content == b""
    assert titles(api) == ["Item 0", "Item 2"]
    assert api.author.get(f"{item}/draft").status_code == 404
    assert api.author.delete(item).status_code == 404
    assert api.author.patch(item, json={"title": "A"}).status_code == 404
    assert api.author.get("/issues/75/draft").json()["version"] == 2


def test_positions_never_have_gaps(api: Api, issue: dict[str, Any]) -> None:
    first, _, last = [f"/items/{item['id']}" for item in issue["sections"][0]["items"]]

    api.author.delete(first)
    api.author.post("/issues/75/items", json=an_item("A", section="research", position=1))
    api.author.delete(last)
    api.author.post("/issues/75/items", json=an_item("B", section="research", position=0))
    api.author.post("/issues/75/items", json=an_item("C", section="research"))

    assert titles(api) == ["B", "Item 1", "A", "C"]


def test_a_published_item_that_is_removed_is_gone_everywhere(api: Api, item: str) -> None:
    api.editor.patch(item, json={"title": "A zebra", "tags": ["safety"]})
    api.editor.post("/issues/75/publish")

    assert api.editor.delete(item).status_code == 204

    assert api.get(item).status_code == 404
    assert api.get("/issues/75").json()["item_count"] == 2
    assert [item["position"] for item in api.get("/items").json()["data"]] == [0, 1]
    assert api.get("/search?q=zebra").json()["data"] == []
    assert api.get("/tags/safety").json()["count"] == 0


def test_the_last_item_may_be_removed(api: Api, issue: dict[str, Any]) -> None:
    for item in issue["sections"][0]["items"]:
        api.author.delete(f"/items/{item['id']}")

    assert titles(api) == []


def test_an_item_that_does_not_exist_is_reported(api: Api) -> None:
    for address in ("/items/999999", "/items/9223372036854775807"):
        for answer in (
            api.author.get(f"{address}/draft"),
            api.author.patch(address, json={}),
            api.author.delete(address),
        ):
            assert answer.status_code == 404
            assert answer.json()["code"] == "not-found"


def test_an_id_that_is_not_valid_is_rejected(api: Api) -> None:
    for identifier in ("0", "-1", "1.0", "+1", "01", "1e3", "9223372036854775808", "9" * 30, "a"):
        for answer in (
            api.author.get(f"/items/{identifier}/draft"),
            api.author.patch(f"/items/{identifier}", json={}),
            api.author.delete(f"/items/{identifier}"),
        ):
            assert answer.status_code == 422
            assert answer.json()["errors"][0]["pointer"] == "id"
