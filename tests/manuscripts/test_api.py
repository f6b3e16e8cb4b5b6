"""Pulled and pushed: what `PUT /issues/{number}` makes of a manuscript."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from app.manuscripts.parser import read
from app.manuscripts.writer import write
from tests.api import Api
from tests.factories import COMPLEX, ahead
from tests.manuscripts.documents import issues

SECTIONS = [
    {"title": None, "items": [{"title": "Under no heading", "tags": ["safety"]}]},
    {
        "title": "Things you should know",
        "intro": "- a list\n\n# and a heading\n",
        "sections": [
            {
                "title": "New & Trends",
                "extra": {"colour": "blue", "rank": 3, "big": 1e300, "on": True},
                "items": [
                    {"title": "Inherits", "url": "https://example.org/a_(b)"},
                    {"title": "Says none", "tags": [], "body": ""},
                    {"title": "[1] of `these` \\", "tags": ["career", "research"], "sponsored": True},
                    {"body": "The body's first sentence. And more.\r\n\r\n# Windows\r\n"},
                    {
                        "title": "Everything",
                        "source": 'The "Labs"',
                        "image": {"url": "https://example.org/a.png", "alt": "A {small} one"},
                        "body": "{outro}\n\n```\n# code\n```\n",
                        "extra": {"note": "two\nlines"},
                    },
                ],
            },
            {"title": "Research", "tag": None, "items": [{"title": "Untagged"}]},
            {"title": "Deep", "tag": "product", "sections": [{"title": "Deeper", "items": [{"title": "Inherits"}]}]},
        ],
    },
]


@pytest.fixture
def pull(api: Api) -> Callable[[int], str]:
    return lambda number: write(api.editor.get(f"/issues/{number}/draft").raise_for_status().json())


@pytest.fixture
def push(api: Api) -> Callable[[str], Any]:
    def put(manuscript: str) -> Any:
        document = read(manuscript)
        return api.editor.request("PUT", f"/issues/{document['number']}", json=document).raise_for_status().json()

    return put


def post(api: Api, **fields: Any) -> Any:
    issue = {"number": 76, "title": "Small models", "sections": SECTIONS, "intro": "", "outro": "{outro}", **fields}
    return api.editor.post("/issues", json=issue).raise_for_status().json()


@pytest.mark.parametrize("status", ["draft", "published"])
def test_pulled_and_pushed_nothing_changes(api: Api, pull: Any, push: Any, status: str) -> None:
    made = post(api, status=status)

    push(pull(76))

    assert api.editor.get("/issues/76/draft").json() == made


def test_an_issue_with_warnings_pulled_and_pushed_stays(api: Api, pull: Any, push: Any) -> None:
    made = post(api, intro=COMPLEX, sections=[{"title": "Research", "items": [{"title": "A paper", "body": COMPLEX}]}])
    assert [warning["pointer"] for warning in made["warnings"]] == ["/intro", "/sections/0/items/0/body"]

    assert "not-rendered" not in pull(76)
    assert push(pull(76)) == made


def test_what_the_public_reads_pushed_changes_nothing(api: Api, push: Any) -> None:
    made = post(api, status="published", published_at="2025-12-23")

    push(write(api.get("/issues/76").json()))

    assert api.editor.get("/issues/76/draft").json() == made


def test_an_issue_to_come(api: Api, pull: Any, push: Any) -> None:
    post(api)
    api.editor.post("/issues/76/schedule", json={"at": ahead(days=30)}).raise_for_status()
    scheduled = api.editor.get("/issues/76/draft").json()

    push(pull(76))

    assert api.editor.get("/issues/76/draft").json() == scheduled


def test_any_issue_pulled_and_pushed_stays(api: Api) -> None:
    @settings(
        max_examples=12,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(issues())
    def pulled_and_pushed(issue: dict[str, Any]) -> None:
        number = len(made) + 1
        document = _new(issue) | {"number": number, "slug": None, "version": None}
        answer = api.editor.request("PUT", f"/issues/{number}", json=document)
        assert answer.status_code in (201, 422), answer.text
        if answer.status_code == 422:  # a title that no slug can be made of, and the like
            return
        draft = api.editor.get(f"/issues/{number}/draft").json()
        pushed = api.editor.request("PUT", f"/issues/{number}", json=read(write(draft)))
        assert pushed.status_code == 200, pushed.text
        assert api.editor.get(f"/issues/{number}/draft").json() == draft
        made.append(number)

    made: list[int] = []
    pulled_and_pushed()
    assert len(made) > 6


def _new(part: dict[str, Any]) -> dict[str, Any]:
    """The same without ids, and with tags that there are."""
    kept = {name: value for name, value in part.items() if name != "id"}
    for name in ("sections", "items"):
        if name in kept:
            kept[name] = [_new(each) for each in kept[name]]
    if kept.get("tag") == "none":
        kept["tag"] = None
    if "section_id" in kept:
        kept["tags"] = [slug for slug in kept["tags"] if slug != "none"]
    return kept


def test_an_edit_changes_just_that(api: Api, pull: Any, push: Any) -> None:
    before = post(api)

    push(pull(76).replace("[Inherits](", "[Inherits a lot]("))

    after = api.editor.get("/issues/76/draft").json()
    known = {item["id"]: item for item in _items(before)}
    changed = [item for item in _items(after) if item["version"] != known[item["id"]]["version"]]
    assert [item["title"] for item in changed] == ["Inherits a lot"]
    assert after["version"] == before["version"] + 1


def test_a_manuscript_that_is_behind_is_refused(api: Api, pull: Any, push: Any) -> None:
    post(api)
    manuscript = pull(76)
    api.editor.patch("/issues/76", json={"title": "Meanwhile"}).raise_for_status()

    assert api.editor.request("PUT", "/issues/76", json=read(manuscript)).status_code == 412


def test_a_new_issue_by_hand(api: Api, push: Any) -> None:
    push(
        """\
---
number: 77
title: By hand
---

Hello.

# New & Trends

## [A thing](https://example.org/thing)

Words about it.

## []
{tags="Career resources"}

No title. Its first sentence is one.
"""
    )

    draft = api.editor.get("/issues/77/draft").json()
    assert draft["sections"][0]["slug"] == "news-trends"
    assert [(item["title"], item["tags"]) for item in _items(draft)] == [
        ("A thing", ["news-trends"]),
        ("No title", ["career"]),
    ]


def _items(part: dict[str, Any]) -> list[Any]:
    return [*part.get("items", []), *(item for each in part["sections"] for item in _items(each))]
