"""Changing issues: `PATCH /issues/{number}`."""

from typing import Any

import pytest

from tests.api import Api
from tests.factories import an_issue


@pytest.fixture(autouse=True)
def issue(api: Api) -> dict[str, Any]:
    """Issue 75, a draft."""
    return api.editor.post("/issues", json=an_issue(75)).json()  # type: ignore[no-any-return]


def test_fields_that_are_given_replace_what_is_there_and_others_stay(api: Api, issue: dict[str, Any]) -> None:
    given = {
        "title": "Another",
        "subtitle": "And why",
        "language": "de",
        "published_at": "2025-12-23T12:00:00Z",
        "outro": "Bye.",
        "image": {"url": "https://example.org/a.png", "alt": None},
        "extra": {"a": 1},
    }

    answer = api.author.patch("/issues/75", json=given)

    assert answer.status_code == 200
    assert answer.headers["etag"] == '"v2"'
    after = answer.json()
    assert after == {
        **issue,
        **given,
        "outro_html": "<p>Bye.</p>",
        "version": 2,
        "updated_at": after["updated_at"],
    }
    assert api.author.get("/issues/75/draft").json() == after


def test_null_takes_away(api: Api) -> None:
    api.author.patch(
        "/issues/75",
        json={"subtitle": "A", "published_at": "2025-12-23", "outro": "B", "image": {"url": "https://example.org/a"}},
    )
    fields = ("subtitle", "published_at", "intro", "outro", "image")

    after = api.author.patch("/issues/75", json=dict.fromkeys(fields)).json()

    assert [after[field] for field in fields] == [None] * 5


def test_each_write_raises_the_version_by_one(api: Api) -> None:
    versions = [api.author.patch("/issues/75", json={"subtitle": title}).json()["version"] for title in "abc"]

    assert versions == [2, 3, 4]


def test_writes_beneath_an_issue_raise_its_version(api: Api, issue: dict[str, Any]) -> None:
    def version() -> int:
        return api.author.get("/issues/75/draft").json()["version"]  # type: ignore[no-any-return]

    item = f"/items/{issue['sections'][0]['items'][0]['id']}"
    api.author.post("/issues/75/sections", json={"title": "A"})
    assert version() == 2
    api.author.post("/issues/75/items", json={"title": "B", "section": "a"})
    assert version() == 3
    api.author.patch(item, json={"title": "C"})
    assert version() == 4
    api.author.delete(item)
    assert version() == 5


def test_a_read_or_a_write_that_is_refused_raises_no_version(api: Api) -> None:
    api.author.get("/issues/75/draft")
    api.author.patch("/issues/75", json={"title": ""})
    api.author.patch("/issues/75", json={"title": "A"}, headers={"if-match": '"v9"'})
    api.author.post("/issues/75/items", json={"title": "A", "section": "nonsense"})
    api.author.post("/issues/75/publish")

    assert api.author.get("/issues/75/draft").json()["version"] == 1


def test_what_an_issue_always_has_is_not_taken_away(api: Api, issue: dict[str, Any]) -> None:
    for field in ("title", "slug", "language", "extra"):
        answer = api.author.patch("/issues/75", json={"subtitle": "A", field: None})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == f"/{field}"
    assert api.author.get("/issues/75/draft").json() == issue


def test_a_published_issue_keeps_a_time_of_publication(api: Api) -> None:
    api.editor.post("/issues/75/publish")

    answer = api.editor.patch("/issues/75", json={"published_at": None})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/published_at"
    assert "unpublish the issue first" in answer.json()["detail"]


def test_fields_that_do_not_belong_are_rejected(api: Api, issue: dict[str, Any]) -> None:
    for field, value in (
        ("number", 76),
        ("status", "published"),
        ("sections", []),
        ("id", 1),
        ("version", 1),
        ("role", "admin"),
        ("updated_at", "2025-12-23T12:00:00Z"),
        ("intro_html", "<p>"),
        ("tittle", "A"),
    ):
        answer = api.author.patch("/issues/75", json={"title": "Another", field: value})
        assert answer.status_code == 422, field
        assert answer.json()["errors"] == [
            {"pointer": f"/{field}", "code": "extra-forbidden", "detail": "unknown field"}
        ]
    assert api.author.get("/issues/75/draft").json() == issue


def test_a_slug_changes_when_it_is_given_unless_another_issue_has_it(api: Api, issue: dict[str, Any]) -> None:
    other = api.author.post("/issues", json=an_issue(76)).json()

    assert api.author.patch("/issues/75", json={"slug": issue["slug"]}).status_code == 200
    answer = api.author.patch("/issues/75", json={"slug": other["slug"]})
    assert answer.status_code == 409
    assert answer.json()["code"] == "slug-taken"
    assert api.author.patch("/issues/75", json={"slug": "my-own"}).json()["slug"] == "my-own"
    assert api.author.patch("/issues/76", json={"slug": issue["slug"]}).json()["slug"] == issue["slug"]


def test_a_change_to_a_published_issue_is_public_immediately(api: Api) -> None:
    api.editor.post("/issues/75/publish")

    api.editor.patch(
        "/issues/75",
        json={"title": "All about zebras", "slug": "zebras", "intro": "*Stripes*", "published_at": "2020-01-01"},
    )

    shown = api.get("/issues/75").json()
    assert (shown["title"], shown["slug"]) == ("All about zebras", "zebras")
    assert shown["intro_html"] == "<p><em>Stripes</em></p>"
    assert shown["published_at"] == "2020-01-01T12:00:00Z"
    assert [issue["number"] for issue in api.get("/issues?slug=zebras").json()["data"]] == [75]
    assert [issue["number"] for issue in api.get("/issues?from=2020-01-01&to=2020-01-01").json()["data"]] == [75]
    assert {item["issue_title"] for item in api.get("/items").json()["data"]} == {"All about zebras"}
    assert [hit["type"] for hit in api.get("/search?q=zebras+stripes").json()["data"]] == ["issue"]


def test_there_must_be_an_issue(api: Api) -> None:
    answer = api.author.patch("/issues/76", json={"title": "A"})

    assert answer.status_code == 404
    assert "GET /drafts" in answer.json()["detail"]
