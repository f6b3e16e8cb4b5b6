"""Reading what is published."""

from datetime import UTC, date, datetime

import pytest
from masthead_client import IssueHit, ItemHit, Masthead, NotFound

from tests.factories import TAGS, a_section, an_issue, an_item


def test_the_front_has_the_publication_and_links(reader: Masthead, editor: Masthead) -> None:
    assert reader.front().links["latest"] is None

    editor.create_issue(an_issue(75, published=True))

    front = reader.front()
    assert front.publication.title
    assert front.publication.language == "en"
    assert front.links["latest"] == "/issues/latest"


def test_a_published_issue_is_complete(reader: Masthead, editor: Masthead) -> None:
    editor.create_issue(
        an_issue(
            75,
            published=True,
            subtitle="Notes",
            outro="*Until* then.",
            published_at="2025-12-23",
            image={"url": "https://example.org/a.png", "alt": "A picture"},
            extra={"season": 3, "sponsor": "nobody", "live": True},
        )
    )

    issue = reader.issue(75)

    assert (issue.number, issue.title, issue.subtitle, issue.status) == (75, "Issue 75", "Notes", "published")
    assert issue.published_at == datetime(2025, 12, 23, 12, tzinfo=UTC)
    assert issue.intro == "How it begins."
    assert issue.outro_html == "<p><em>Until</em> then.</p>"
    assert issue.image is not None
    assert issue.image.alt == "A picture"
    assert issue.extra == {"season": 3, "sponsor": "nobody", "live": True}
    assert [(tag.slug, tag.name, tag.count) for tag in issue.tags] == [("research", "Research", 3)]
    assert [item.title for item in issue.sections[0].items] == ["Item 0", "Item 1", "Item 2"]
    assert issue.links["self"] == "/issues/75"
    assert issue.links["previous"] is None


def test_all_sections_and_items_are_in_reading_order(reader: Masthead, editor: Masthead) -> None:
    inner = a_section("Safety", items=1)
    editor.create_issue(
        title="Deep",
        number=1,
        status="published",
        sections=[
            {"title": "Opening", "items": [an_item("First")], "sections": [{"title": "Middle", "sections": [inner]}]},
            {"title": "Close", "items": [an_item("Last")]},
        ],
    )

    issue = reader.issue(1)

    assert [section.title for section in issue.all_sections()] == ["Opening", "Middle", "Safety", "Close"]
    assert [item.title for item in issue.all_items()] == ["First", "Item 0", "Last"]
    assert [section.title for section in issue.sections[0].sections[0].walk()] == ["Middle", "Safety"]


def test_the_latest_issue_has_the_highest_number(reader: Masthead, editor: Masthead) -> None:
    for number in (7, 9, 8):
        editor.create_issue(an_issue(number, published=True))

    assert reader.latest_issue().number == 9


def test_without_issues_there_is_no_latest_one(reader: Masthead) -> None:
    with pytest.raises(NotFound) as caught:
        reader.latest_issue()
    assert caught.value.detail == "No issue has been published yet."


def test_issues_are_listed_newest_first(reader: Masthead, editor: Masthead) -> None:
    for number in (1, 2, 3):
        editor.create_issue(an_issue(number, published=True, published_at=f"2025-0{number}-15"))
    editor.create_issue(an_issue(4))

    assert [issue.number for issue in reader.issues()] == [3, 2, 1]
    assert [issue.number for issue in reader.issues(order="published_at")] == [1, 2, 3]
    assert [issue.number for issue in reader.issues(from_=date(2025, 2, 15), to="2025-03-14")] == [2]
    assert [issue.number for issue in reader.issues(slug="issue-3")] == [3]
    assert [issue.number for issue in reader.issues(tag="safety")] == []
    assert [issue.item_count for issue in reader.issues(tag="Research", limit=1)] == [3, 3, 3]


def test_issues_are_complete_with_full(reader: Masthead, editor: Masthead) -> None:
    for number in (1, 2):
        editor.create_issue(an_issue(number, published=True, items=number))

    assert [len(list(issue.all_items())) for issue in reader.issues(full=True)] == [2, 1]
    assert reader.issues(full=True).total() == 2


def test_items_are_filtered(reader: Masthead, editor: Masthead) -> None:
    editor.create_issue(
        title="One",
        number=1,
        status="published",
        published_at=date(2025, 1, 1),
        sections=[
            {
                "title": "Research",
                "items": [
                    an_item("A paper"),
                    an_item("Its code", tags=["research", "product"], url="https://www.example.com/code"),
                ],
            },
            {"title": "Ends", "items": [an_item("Advertised", sponsored=True, tags=[])]},
        ],
    )
    editor.create_issue(an_issue(2, published=True, items=1, published_at="2025-02-01"))

    def titles(**filters: object) -> list[str]:
        return [item.title for item in reader.items(**filters)]  # type: ignore[arg-type]

    assert titles() == ["Item 0", "A paper", "Its code", "Advertised"]
    assert titles(order="published_at") == ["A paper", "Its code", "Advertised", "Item 0"]
    assert titles(issue=1) == ["A paper", "Its code", "Advertised"]
    assert titles(issue=1, section="ends") == ["Advertised"]
    assert titles(section="research") == ["Item 0", "A paper", "Its code"]
    assert titles(tag="product") == ["Its code"]
    assert titles(tag=["research", "product"]) == ["Its code"]
    assert titles(tag="product,research", issue=1) == ["A paper", "Its code"]
    assert titles(domain="example.com") == ["Its code"]
    assert titles(sponsored=True) == ["Advertised"]
    assert titles(sponsored=False, to="2025-01-31") == ["A paper", "Its code"]
    assert titles(tag="no-such-tag") == []


def test_a_listed_item_has_its_issue_s_title(reader: Masthead, editor: Masthead) -> None:
    made = editor.create_issue(an_issue(5, published=True, title="The fifth", published_at="2025-05-05"))
    first = next(made.all_items())

    item = reader.item(first.id)

    assert (item.title, item.domain, item.tags) == ("Item 0", "example.org", ["research"])
    assert (item.issue, item.issue_title, item.section, item.section_path) == (5, "The fifth", "research", ["Research"])
    assert item.published_at == datetime(2025, 5, 5, 12, tzinfo=UTC)


def test_a_section_spans_all_issues(reader: Masthead, editor: Masthead) -> None:
    for number in (1, 2):
        editor.create_issue(an_issue(number, published=True, items=2))

    assert [series.slug for series in reader.sections()] == ["research"]
    series = reader.section("research")
    assert (series.title, series.tag, series.issue_count, series.item_count) == ("Research", "research", 2, 4)
    assert series.latest_issue == 2


def test_tags_without_items_are_listed_too(reader: Masthead, editor: Masthead) -> None:
    editor.create_issue(an_issue(1, published=True))

    tags = {tag.slug: tag.count for tag in reader.tags(limit=2)}

    assert tags == dict.fromkeys(sorted(TAGS), 0) | {"research": 3}


def test_a_tag_is_found_by_its_alias(reader: Masthead) -> None:
    assert reader.tag("new-trends").slug == "news-trends"
    assert reader.tag("News & Trends").name == "News & Trends"


def test_a_missing_slug_is_not_found_whatever_its_characters(reader: Masthead) -> None:
    for slug in ("nothing", "..", ".", "", "a/b", "a?b#c", "ünï", "%2e%2e", "a b"):
        for read in (reader.section, reader.tag):
            with pytest.raises(NotFound):
                read(slug)


def test_a_search_finds_what_was_published(reader: Masthead, editor: Masthead) -> None:
    lemurs = an_item("On lemurs", body="They leap.")
    editor.create_issue(
        title="Madagascar",
        number=1,
        status="published",
        intro="Of lemurs.",
        sections=[{"title": "A", "items": [lemurs]}],
    )
    editor.create_issue(title="Lemurs in secret", number=2)

    hits = list(reader.search("lemur"))

    assert [hit.type for hit in hits] == ["item", "issue"]
    item, issue = hits
    assert isinstance(item, ItemHit)
    assert item.highlights.title == "On <mark>lemurs</mark>"
    assert item.issue == 1
    assert isinstance(issue, IssueHit)
    assert issue.title == "Madagascar"
    assert item.score > issue.score


def test_a_search_is_filtered_by_tag_or_issue(reader: Masthead, editor: Masthead) -> None:
    for number in (1, 2):
        editor.create_issue(an_issue(number, published=True, items=1))

    assert reader.search("item", issue=2).total() == 1
    assert reader.search("item", tag="research").total() == 2
    assert reader.search("item", tag=["research", "safety"]).total() == 0


def test_any_text_is_a_valid_search(reader: Masthead) -> None:
    for q in ('"', "a AND (", "*", "", "&tag=x", "日本", "'; drop table items", "\N{GRINNING FACE}"):
        assert list(reader.search(q)) == []
