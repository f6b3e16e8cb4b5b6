"""A real newsletter, created on an empty server, published and read."""

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from masthead_client import IssueHit, Masthead

NEWSLETTERS = Path(__file__).parents[2].parent / "shared" / "newsletters"
FOLDER = NEWSLETTERS / "issue-75"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the newsletter is not part of the project, and not at {FOLDER}"
)


@pytest.fixture
def written() -> dict[str, Any]:
    """The issue as its author wrote it: a body of `POST /issues`."""
    issue: dict[str, Any] = json.loads((FOLDER / "issue.json").read_text())
    return issue


@pytest.fixture
def published(editor: Masthead, written: dict[str, Any]) -> dict[str, Any]:
    """The same issue, created and published."""
    draft = editor.create_issue(written)
    assert draft.status == "draft"
    assert list(editor.issues()) == []
    editor.publish(draft.number, if_match=draft)
    return written


@pytest.mark.usefixtures("published")
def test_it_has_25_items_in_10_sections(reader: Masthead) -> None:
    issue = reader.issue(75)

    assert issue.status == "published"
    assert issue.item_count == 25
    assert [(section.title, len(section.items)) for section in issue.all_sections()] == [
        ("This week’s curated highlights", 6),
        ("Things you should know", 0),
        ("New & Trends", 5),
        ("Research", 2),
        ("Product & Releases", 5),
        ("Safety", 1),
        ("Career resources", 0),
        ("State of the market", 2),
        ("Interesting opportunities", 1),
        ("Learning Resources", 3),
    ]
    assert [len(section.sections) for section in issue.sections] == [0, 4, 3]


@pytest.mark.usefixtures("published")
def test_it_counts_its_tags(reader: Masthead) -> None:
    counts = {"career": 6, "news-trends": 5, "product": 5, "research": 2, "safety": 1}
    issue = reader.issue(75)

    assert {tag.slug: tag.count for tag in issue.tags} == counts
    assert {tag.slug: tag.count for tag in reader.tags()} == counts
    assert {tag: reader.items(tag=tag).total() for tag in counts} == counts
    untagged = [item for item in issue.all_items() if item.tags == []]
    assert [item.section for item in untagged] == [issue.sections[0].slug] * 6


def test_every_paragraph_is_there(reader: Masthead, published: dict[str, Any]) -> None:
    issue = reader.issue(75)

    assert (issue.title, issue.subtitle) == (published["title"], published["subtitle"])
    assert (issue.intro, issue.outro) == (published["intro"], published["outro"])
    bodies = [item["body"] for item in _items(published["sections"])]
    assert [item.body for item in issue.all_items()] == bodies

    rendered = [(issue.intro, issue.intro_html), (issue.outro, issue.outro_html)]
    rendered += [(item.body, item.body_html) for item in issue.all_items()]
    paragraphs = 0
    for text, html in rendered:
        assert text is not None
        assert html is not None
        shown = _words(re.sub("<[^>]*>", " ", unescape(html)))
        for paragraph in re.split(r"\n\n+|\n(?=- )", text):
            assert _words(paragraph.removeprefix("- ")) in shown
            paragraphs += 1
    assert paragraphs == 11 + 4 + 27, "the intro's, the outro's, the items'"


def test_it_matches_the_annotation(reader: Masthead, published: dict[str, Any]) -> None:
    expected = json.loads((FOLDER / "expected.json").read_text())
    issue = reader.issue(75)

    assert published["number"] == expected["number"] == issue.number
    assert str(issue.published_at).startswith(expected["date"])
    for item, wanted in zip(issue.all_items(), _items(expected["sections"]), strict=True):
        assert item.body is not None
        assert item.body.startswith(wanted["body_starts"])
        assert item.body.endswith(wanted["body_ends"])
        assert len(item.body.split("\n\n")) == wanted["paragraphs"]
        assert wanted["title"] in (None, item.title)


def test_ten_titles_are_made_from_bodies(reader: Masthead, published: dict[str, Any]) -> None:
    given = {item["body"]: item.get("title") for item in _items(published["sections"])}
    made = [item for item in reader.issue(75).all_items() if item.title_source == "body"]

    assert len(made) == 10
    for item in made:
        assert item.body is not None
        assert given[item.body] is None
        assert 20 < len(item.title) <= 120
        assert item.body.startswith(item.title.rstrip("…").rstrip())


@pytest.mark.usefixtures("published")
def test_its_sections_and_tags_can_be_listed(reader: Masthead, server: str) -> None:
    assert [item.section_path for item in reader.items(tag="safety")] == [["Things you should know", "Safety"]]
    career = list(reader.items(section="career"))
    assert [item.section_path[-1] for item in career] == [
        *["State of the market"] * 2,
        "Interesting opportunities",
        *["Learning Resources"] * 3,
    ]
    assert {tuple(item.tags) for item in career} == {("career",)}
    assert reader.section("career").title == "Career resources"

    # The same at the addresses that their links name.
    for links, count in ((reader.tag("safety").links, 1), (reader.section("career").links, 6)):
        address = links["items"]
        assert address in ("/tags/safety/items", "/sections/career/items")
        assert len(httpx.get(f"{server}{address}").raise_for_status().json()["data"]) == count


@pytest.mark.usefixtures("published")
def test_a_search_for_its_subject_finds_the_issue_first(reader: Masthead) -> None:
    first = next(iter(reader.search("world models")))

    assert isinstance(first, IssueHit)
    assert first.number == 75
    assert first.highlights.title == "What are <mark>World</mark> <mark>Models</mark>?"


@pytest.mark.usefixtures("published")
def test_its_items_are_the_same_in_one_document_and_in_pages(reader: Masthead) -> None:
    whole = [item.id for item in reader.issue(75).all_items()]

    assert [item.id for item in reader.items(limit=7)] == whole
    assert reader.latest_issue() == reader.issue(75)
    assert list(reader.issues(full=True)) == [reader.issue(75)]


def _items(sections: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for section in sections:
        yield from section.get("items", [])
        yield from _items(section.get("sections", []))


def _words(text: str) -> str:
    return " ".join(text.split())
