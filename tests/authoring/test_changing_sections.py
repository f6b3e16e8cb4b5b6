"""Changing sections: `PATCH /sections/{section}`."""

from typing import Any

import pytest

from tests.api import Api
from tests.authoring.shapes import sections_of
from tests.factories import a_section, ahead, an_issue, an_item


@pytest.fixture(autouse=True)
def issue(api: Api) -> dict[str, Any]:
    """Issue 75, a draft: Research, of two items, with Deep in it, of one."""
    research = a_section("Research", intro="Read *these*.", sections=[a_section("Deep", items=1)])
    return api.author.post("/issues", json=an_issue(75, sections=[research])).json()  # type: ignore[no-any-return]


@pytest.fixture
def section(issue: dict[str, Any]) -> str:
    """The address of Research."""
    return f"/sections/{issue['sections'][0]['id']}"


def test_fields_that_are_given_replace_what_is_there_and_others_stay(api: Api, issue: Any, section: str) -> None:
    answer = api.author.patch(section, json={"title": "Papers of the week", "extra": {"mood": "grey"}})

    assert answer.status_code == 200
    assert answer.headers["etag"] == '"v2"'
    assert answer.json() == {
        **issue["sections"][0],
        "title": "Papers of the week",
        "extra": {"mood": "grey"},
        "version": 2,
    }
    copy = api.author.get("/issues/75/draft").json()
    assert copy["sections"] == [answer.json()]
    assert copy["version"] == 2


def test_the_slug_stays_and_so_do_the_tags_of_items(api: Api, section: str) -> None:
    after = api.author.patch(section, json={"title": "Safety", "tag": "safety"}).json()

    assert (after["slug"], after["tag"]) == ("research", "safety")
    assert [item["tags"] for item in after["items"]] == [["research"], ["research"]]


def test_a_new_title_names_no_new_tag(api: Api, section: str) -> None:
    assert api.author.patch(section, json={"title": "Safety"}).json()["tag"] == "research"


def test_items_that_come_afterwards_take_the_new_tag(api: Api, section: str) -> None:
    api.author.patch(section, json={"tag": "AI Safety"})

    assert api.author.post("/issues/75/items", json=an_item(section="deep")).json()["tags"] == ["safety"]
    assert api.author.post("/issues/75/items", json=an_item(tags=["safety"])).json()["section"] == "research"


def test_null_takes_away(api: Api, section: str) -> None:
    after = api.author.patch(section, json={"title": None, "tag": None, "intro": None}).json()

    assert (after["title"], after["tag"], after["intro"], after["intro_html"]) == (None, None, None, None)
    assert after["slug"] == "research"
    assert api.author.post("/issues/75/items", json=an_item(section="research")).json()["tags"] == []


def test_a_section_deep_in_an_issue_is_answered_with_what_is_in_it(api: Api, issue: Any) -> None:
    deep = sections_of(issue)["Deep"]

    answer = api.author.patch(f"/sections/{deep['id']}", json={"intro": "Deeper."}).json()

    assert answer == {**deep, "intro": "Deeper.", "intro_html": "<p>Deeper.</p>", "version": 2}
    assert api.author.get("/issues/75/draft").json()["sections"][0]["version"] == 1


def test_a_section_of_a_published_issue_changes_at_once(api: Api, section: str) -> None:
    api.editor.post("/issues/75/publish")

    api.editor.patch(section, json={"title": "Papers of the week", "tag": "safety"})

    shown = api.get("/issues/75").json()["sections"][0]
    assert (shown["title"], shown["tag"], shown["slug"]) == ("Papers of the week", "safety", "research")
    assert api.get("/sections/research").json()["title"] == "Papers of the week"
    assert api.get("/items?section=deep").json()["data"][0]["section_path"] == ["Papers of the week", "Deep"]


def test_an_author_does_not_change_what_is_published_or_scheduled(api: Api, section: str) -> None:
    for action, body in (("publish", None), ("unpublish", None), ("schedule", {"at": ahead(days=1)})):
        api.editor.post(f"/issues/75/{action}", json=body)
        allowed = action == "unpublish"
        assert api.author.patch(section, json={"title": action}).status_code == (200 if allowed else 403), action


def test_only_the_version_that_was_read_is_changed(api: Api, section: str) -> None:
    api.author.patch(section, json={"title": "Once"}, headers={"if-match": '"v1"'}).raise_for_status()

    late = api.author.patch(section, json={"title": "Twice"}, headers={"if-match": '"v1"'})

    assert late.status_code == 412
    assert late.headers["etag"] == '"v2"'
    assert late.json()["current"]["title"] == "Once"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"titel": "A"}, "/titel"),
        ({"title": ""}, "/title"),
        ({"title": "x" * 10_000}, "/title"),
        ({"title": "a\x07b"}, "/title"),
        ({"tag": "pottery"}, "/tag"),
        ({"slug": "another"}, "/slug"),
        ({"position": 0}, "/position"),
        ({"items": []}, "/items"),
        ({"version": 1}, "/version"),
        ({"extra": {"a": []}}, "/extra/a"),
    ],
)
def test_faults_are_reported_with_their_pointers_and_nothing_is_changed(
    api: Api, issue: Any, section: str, body: dict[str, Any], pointer: str
) -> None:
    answer = api.author.patch(section, json={"intro": "Changed", **body})

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert api.author.get("/issues/75/draft").json() == issue


@pytest.mark.parametrize("identifier", [999, 2**62])
def test_there_must_be_a_section(api: Api, identifier: int) -> None:
    for method, address, body in (("PATCH", "", {}), ("POST", "/move", {}), ("DELETE", "", None)):
        answer = api.author.request(method, f"/sections/{identifier}{address}", json=body)
        assert answer.status_code == 404
        assert answer.json()["code"] == "not-found"
