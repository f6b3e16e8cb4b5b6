"""The bin: `DELETE /issues/{number}`, `GET /bin`, and `POST /issues/{number}/restore`."""

from typing import Any

import pytest

from tests.api import Api
from tests.authoring.shapes import items_of
from tests.factories import ahead, an_issue, an_item


@pytest.fixture(autouse=True)
def issue(api: Api) -> dict[str, Any]:
    """Issue 75, published: Research, of one item."""
    made = api.editor.post("/issues", json=an_issue(75, published=True, title="Zebras", items=1))
    return made.json()  # type: ignore[no-any-return]


def test_an_issue_that_is_deleted_is_in_the_bin_and_nowhere_else(api: Api, issue: Any) -> None:
    api.editor.post("/issues", json=an_issue(74, published=True, items=1))
    item = items_of(issue)["Item 0"]["id"]

    answer = api.editor.delete("/issues/75")

    assert (answer.status_code, answer.content) == (204, b"")
    (binned,) = api.author.get("/bin").json()["data"]
    assert (binned["number"], binned["title"], binned["status"], binned["version"]) == (75, "Zebras", "draft", 2)
    assert binned["deleted_at"]
    for address in ("/issues/75", "/issues/75/items", f"/items/{item}"):
        assert api.get(address).status_code == 404
    assert [each["number"] for each in api.walk("/issues")] == [74]
    assert [each["issue"] for each in api.walk("/items")] == [74]
    assert [each["issue"] for each in api.walk("/tags/research/items")] == [74]
    assert [each["issue"] for each in api.walk("/sections/research/items")] == [74]
    assert api.get("/issues/latest").json()["number"] == 74
    assert api.get("/issues/74").json()["links"]["next"] is None
    assert api.get("/tags/research").json()["count"] == 1
    assert api.get("/search?q=zebras").json()["data"] == []
    assert api.author.get("/drafts").json()["data"] == []
    assert api.author.get("/inbox").json()["data"] == []


def test_the_bin_is_listed_by_number_downwards_in_pages(api: Api) -> None:
    for number in (3, 9, 5):
        api.author.post("/issues", json=an_issue(number))
        api.author.delete(f"/issues/{number}")

    assert [each["number"] for each in api.author.walk("/bin?limit=2")] == [9, 5, 3]
    assert api.author.get("/bin?limit=1&total=true").json()["page"]["total"] == 3
    assert api.author.get("/bin?fields=number").json()["data"] == [{"number": 9}, {"number": 5}, {"number": 3}]
    assert api.get("/bin").status_code == 401
    assert api.author.get("/bin?limit=0").status_code == 422


def test_an_issue_is_restored_as_a_draft_with_its_contents(api: Api, issue: Any) -> None:
    api.editor.delete("/issues/75")

    answer = api.author.post("/issues/75/restore")

    assert answer.status_code == 200
    assert answer.headers["etag"] == '"v3"'
    back = answer.json()
    assert (back["status"], back["published_at"], back["slug"]) == ("draft", issue["published_at"], issue["slug"])
    assert back["sections"] == issue["sections"]
    assert back == api.author.get("/issues/75/draft").json()
    assert api.author.get("/bin").json()["data"] == []
    assert api.get("/issues/75").status_code == 404
    api.editor.post("/issues/75/publish")
    assert api.get("/issues/75").json()["published_at"] == issue["published_at"]
    assert len(api.get("/search?q=zebras").json()["data"]) == 1


def test_restoring_has_no_effect_on_an_issue_that_is_not_in_the_bin(api: Api, issue: Any) -> None:
    answer = api.author.post("/issues/75/restore")

    assert (answer.status_code, answer.json()) == (200, issue)
    assert api.get("/issues/75").status_code == 200
    assert api.author.post("/issues/99/restore").status_code == 404


def test_what_was_scheduled_is_not_published_from_the_bin(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(76))
    api.editor.post("/issues/76/schedule", json={"at": ahead(days=1)})

    api.editor.delete("/issues/76").raise_for_status()

    back = api.author.post("/issues/76/restore").json()
    assert (back["status"], back["scheduled_at"]) == ("draft", None)


def test_an_author_deletes_drafts_alone(api: Api, issue: Any) -> None:
    api.author.post("/issues", json=an_issue(76))
    api.author.post("/issues", json=an_issue(77))
    api.editor.post("/issues/77/schedule", json={"at": ahead(days=1)})

    assert [api.author.delete(f"/issues/{number}").status_code for number in (75, 76, 77)] == [403, 204, 403]
    assert api.get("/issues/75").status_code == 200
    assert api.author.get("/issues/77/draft").json()["status"] == "scheduled"


def test_only_the_version_that_was_read_is_deleted_or_restored(api: Api) -> None:
    api.editor.patch("/issues/75", json={"title": "Changed"})

    for method, address, late, present in (("DELETE", "", 1, 2), ("POST", "/restore", 2, 3)):
        answer = api.editor.request(method, f"/issues/75{address}", headers={"if-match": f'"v{late}"'})
        assert (answer.status_code, answer.headers["etag"]) == (412, f'"v{present}"')
        answer = api.editor.request(method, f"/issues/75{address}", headers={"if-match": f'"v{present}"'})
        assert answer.is_success


def test_the_number_stays_taken(api: Api) -> None:
    api.editor.delete("/issues/75")

    answer = api.author.post("/issues", json=an_issue(75))

    assert (answer.status_code, answer.json()["code"]) == (409, "number-taken")
    assert "/issues/75/restore" in answer.json()["detail"]
    assert "PUT /issues/75" in answer.json()["detail"]
    assert api.author.post("/issues", json=an_issue()).json()["number"] == 76


def test_the_slug_stays_taken(api: Api, issue: Any) -> None:
    api.editor.delete("/issues/75")

    answer = api.author.post("/issues", json=an_issue(76, slug=issue["slug"]))

    assert (answer.status_code, answer.json()["code"]) == (409, "slug-taken")
    assert "Issue 75, which is in the bin," in answer.json()["detail"]
    assert api.author.post("/issues", json=an_issue(76, title="Zebras")).json()["slug"] == "zebras-2"


def test_nothing_is_done_to_an_issue_in_the_bin_or_to_what_is_in_it(api: Api, issue: Any) -> None:
    section, item = issue["sections"][0]["id"], issue["sections"][0]["items"][0]["id"]
    collected = api.author.post("/items", json=an_item()).json()["id"]
    api.editor.delete("/issues/75")

    for method, address, body in (
        ("GET", "/issues/75/draft", None),
        ("PATCH", "/issues/75", {"title": "Changed"}),
        ("DELETE", "/issues/75", None),
        ("POST", "/issues/75/publish", None),
        ("POST", "/issues/75/unpublish", None),
        ("POST", "/issues/75/schedule", {"at": ahead(days=1)}),
        ("POST", "/issues/75/unschedule", None),
        ("POST", "/issues/75/preview", {}),
        ("GET", "/issues/75/revisions", None),
        ("GET", "/issues/75/revisions/1", None),
        ("GET", "/issues/75/revisions/1/diff", None),
        ("POST", "/issues/75/revisions/1/restore", None),
        ("POST", "/issues/75/sections", {"title": "New"}),
        ("POST", "/issues/75/items", an_item(section="research")),
        ("POST", "/items", an_item(issue=75, section="research")),
        ("POST", "/items/batch", {"items": [an_item(issue=75, section="research")]}),
        ("POST", f"/items/{collected}/move", {"issue": 75, "section": "research"}),
        ("PATCH", f"/sections/{section}", {"title": "Changed"}),
        ("POST", f"/sections/{section}/move", {"position": 0}),
        ("DELETE", f"/sections/{section}", None),
        ("GET", f"/items/{item}/draft", None),
        ("PATCH", f"/items/{item}", {"title": "Changed"}),
        ("POST", f"/items/{item}/move", {"issue": None}),
        ("DELETE", f"/items/{item}", None),
    ):
        answer = api.editor.request(method, address, json=body)
        assert answer.status_code == 404, (method, address)
        assert "/issues/75/restore" in answer.json()["detail"], (method, address)

    back = api.editor.post("/issues/75/restore").json()
    assert (back["version"], back["sections"]) == (3, issue["sections"])


def test_tags_of_what_is_in_the_bin_are_in_use_and_follow(api: Api, issue: Any) -> None:
    api.editor.delete("/issues/75")

    assert api.editor.delete("/tags/research").status_code == 409
    api.editor.post("/tags/research/merge", json={"into": "safety"}).raise_for_status()

    back = api.editor.post("/issues/75/restore").json()
    assert (back["sections"][0]["tag"], back["sections"][0]["items"][0]["tags"]) == ("safety", ["safety"])


def test_deleting_and_coming_back_are_in_the_history(api: Api) -> None:
    api.editor.delete("/issues/75")
    api.author.post("/issues/75/restore")

    revisions = api.author.get("/issues/75/revisions").json()["data"]

    assert [(each["version"], each["name"], each["request"]) for each in revisions] == [
        (3, "author", "POST /issues/75/restore"),
        (2, "editor", "DELETE /issues/75"),
        (1, "editor", "POST /issues"),
    ]


def test_of_those_who_delete_one_at_once_one_does(api: Api) -> None:
    answers = api.together(*[lambda: api.editor.delete("/issues/75") for _ in range(6)])

    assert sorted(answer.status_code for answer in answers) == [204] + [404] * 5
    assert api.author.get("/bin").json()["data"][0]["version"] == 2
