"""Importing what has come in before: nothing doubles, ids stay, and nobody's work is lost."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.newsletters.document import IssueRead, KeyKind
from tests.api import Api
from tests.importing.factories import a_section_read, an_issue_read
from tests.importing.runs import draft, import_issues, statuses


def ids(issue: Any) -> dict[str, int]:
    """The id of each section and item, by its title."""
    found: dict[str, int] = {}
    for section in issue["sections"]:
        found[section["title"]] = section["id"]
        found |= {item["title"]: item["id"] for item in section["items"]} | ids(section)
    return found


@pytest.mark.parametrize("publish", [False, True])
def test_what_has_not_changed_is_not_written(api: Api, publish: bool) -> None:
    issues = [an_issue_read(7), an_issue_read(8)]
    import_issues(api, *issues, publish=publish)
    before = [draft(api, 7), draft(api, 8)]

    assert statuses(import_issues(api, *issues, publish=publish)) == [(7, "unchanged"), (8, "unchanged")]
    assert [draft(api, 7), draft(api, 8)] == before


def test_a_change_keeps_ids(api: Api) -> None:
    import_issues(api, an_issue_read(7, a_section_read("Research", "One", "Two"), a_section_read("Product", "Three")))
    before = ids(draft(api, 7))
    moved = an_issue_read(
        7,
        a_section_read("Product", "Two", "Four", "Three"),
        a_section_read("Research", "One"),
        a_section_read("Safety", "Five"),
    )
    moved.sections[1].items[0].title = "One, as it is called now"

    assert statuses(import_issues(api, moved)) == [(7, "updated")]

    after = draft(api, 7)
    assert [section["title"] for section in after["sections"]] == ["Product", "Research", "Safety"]
    assert [item["title"] for item in after["sections"][0]["items"]] == ["Two", "Four", "Three"]
    assert [item["position"] for item in after["sections"][0]["items"]] == [0, 1, 2]
    found = ids(after)
    assert {title: found[title] for title in ("Research", "Product", "Two", "Three")} == {
        title: before[title] for title in ("Research", "Product", "Two", "Three")
    }
    assert found["One, as it is called now"] == before["One"]
    assert after["version"] == 2


def test_a_change_of_a_published_issue_is_live(api: Api) -> None:
    import_issues(api, an_issue_read(7), publish=True)

    import_issues(api, an_issue_read(7, a_section_read("Research", "Two")))

    assert [item["title"] for item in api.get("/issues/7/items").json()["data"]] == ["Two"]
    assert api.get("/search?q=one").json()["data"] == []


def test_drafts_may_be_published_by_importing_again(api: Api) -> None:
    import_issues(api, an_issue_read(7))

    assert statuses(import_issues(api, an_issue_read(7), publish=True)) == [(7, "updated")]
    assert api.get("/issues/7").status_code == 200
    assert statuses(import_issues(api, an_issue_read(7), publish=True)) == [(7, "unchanged")]


def test_what_somebody_has_edited_is_not_overwritten(api: Api) -> None:
    import_issues(api, an_issue_read(7))
    api.author.patch("/issues/7", json={"subtitle": "By hand"}).raise_for_status()
    item = draft(api, 7)["sections"][0]["items"][0]["id"]

    (outcome,) = import_issues(api, an_issue_read(7, title="Changed"))
    assert (outcome.number, outcome.status) == (7, "refused")
    assert outcome.reason == "Issue 7 has been edited since it was imported; use --overwrite to replace it."
    assert draft(api, 7)["subtitle"] == "By hand"

    assert statuses(import_issues(api, an_issue_read(7), overwrite=True)) == [(7, "updated")]
    assert draft(api, 7)["subtitle"] is None
    assert draft(api, 7)["sections"][0]["items"][0]["id"] == item
    assert statuses(import_issues(api, an_issue_read(7))) == [(7, "unchanged")]


def test_an_edited_issue_is_not_a_failure_while_its_source_stays(api: Api) -> None:
    import_issues(api, an_issue_read(7))
    api.author.patch("/issues/7", json={"subtitle": "By hand"}).raise_for_status()

    assert statuses(import_issues(api, an_issue_read(7))) == [(7, "unchanged")]
    assert draft(api, 7)["subtitle"] == "By hand"
    assert statuses(import_issues(api, an_issue_read(7), publish=True)) == [(7, "refused")]


def test_a_source_without_number_is_known_by_its_key(api: Api) -> None:
    letter = an_issue_read(key="entry-1")
    assert statuses(import_issues(api, letter)) == [(1, "created")]

    assert statuses(import_issues(api, letter)) == [(1, "unchanged")]
    letter.title = "A letter, renamed"
    assert statuses(import_issues(api, letter)) == [(1, "updated")]
    assert draft(api, 1)["slug"] == "a-letter"


def test_else_by_its_title_unless_something_speaks_against_it(api: Api) -> None:
    import_issues(api, an_issue_read(key="letter.md"))

    assert statuses(import_issues(api, an_issue_read(key="moved.md"))) == [(1, "unchanged")]
    another_day = an_issue_read(key="b.md", published_at=datetime(2025, 2, 1, tzinfo=UTC))
    assert statuses(import_issues(api, another_day)) == [(2, "created")]
    other_links = an_issue_read(None, a_section_read("Research", "Three"), key="c.md", published_at=None)
    assert statuses(import_issues(api, other_links)) == [(3, "created")]


def test_several_files_of_one_name_are_several_issues(api: Api) -> None:
    letters = [an_issue_read(key="index.md", title=title) for title in ("Spring", "Summer", "Autumn")]

    assert statuses(import_issues(api, *letters)) == [(1, "created"), (2, "created"), (3, "created")]
    assert statuses(import_issues(api, *letters)) == [(1, "unchanged"), (2, "unchanged"), (3, "unchanged")]


SPRING = datetime(2025, 4, 1, tzinfo=UTC)


def a_garden_letter(**fields: Any) -> IssueRead:
    """With nothing in common with `an_issue_read`."""
    given = {"title": "Gardening", "published_at": SPRING, **fields}
    return an_issue_read(None, a_section_read("Tools", "Spade", "Rake"), **given)


@pytest.mark.parametrize("kind", ["id", "name", "none"])
@pytest.mark.parametrize("publish", [False, True])
def test_another_newsletter_by_the_same_key_is_another_issue(api: Api, kind: KeyKind, publish: bool) -> None:
    letters = [an_issue_read(key="body.md", key_kind=kind), a_garden_letter(key="body.md", key_kind=kind)]

    for letter, number in zip(letters, (1, 2), strict=True):
        assert statuses(import_issues(api, letter, publish=publish)) == [(number, "created")]

    assert (draft(api, 1)["title"], draft(api, 2)["title"]) == ("A letter", "Gardening")
    assert statuses(import_issues(api, *letters, publish=publish)) == [(1, "unchanged"), (2, "unchanged")]


def test_what_has_no_name_counts_by_what_it_says(api: Api) -> None:
    undated: dict[str, Any] = {"key": "standard input", "key_kind": "none", "published_at": None}
    import_issues(api, an_issue_read(**undated))

    assert statuses(import_issues(api, a_garden_letter(**undated))) == [(2, "created")]
    essays = [an_issue_read(**undated, intro=words) for words in ("Of clay, at some length.", "A walk in the snow.")]
    for essay in essays:
        essay.sections = []
    assert statuses(import_issues(api, essays[0])) == [(3, "created")]
    assert statuses(import_issues(api, essays[1])) == [(4, "created")]


def test_a_file_of_the_same_name_and_title_may_be_next_weeks(api: Api) -> None:
    weekly = "Clay weekly"
    import_issues(api, an_issue_read(key="letter.md", title=weekly))

    assert statuses(import_issues(api, a_garden_letter(key="letter.md", title=weekly))) == [(2, "created")]


@pytest.mark.parametrize("kind", ["id", "name", "none"])
@pytest.mark.parametrize(
    "changed",
    [{"title": "Renamed"}, {"published_at": SPRING}, {"title": "Renamed", "published_at": SPRING}],
    ids=["title", "date", "both"],
)
def test_with_most_of_its_links_it_is_the_same(api: Api, kind: KeyKind, changed: dict[str, Any]) -> None:
    key: dict[str, Any] = {"key": "letter.md", "key_kind": kind}
    import_issues(api, an_issue_read(None, a_section_read("Research", "One", "Two", "Three"), **key))
    again = an_issue_read(None, a_section_read("Research", "Two", "Three", "Four"), **key, **changed)

    assert statuses(import_issues(api, again)) == [(1, "updated")]


def test_one_link_that_every_letter_has_does_not_make_it_the_same(api: Api) -> None:
    key: dict[str, Any] = {"key": "standard input", "key_kind": "none"}
    import_issues(api, an_issue_read(None, a_section_read("Research", "One", "Two", "Join us"), **key))
    other = an_issue_read(None, a_section_read("Tools", "Spade", "Rake", "Join us"), **key, title="Gardening")

    assert statuses(import_issues(api, other)) == [(2, "created")]


def test_an_essay_is_known_by_its_words(api: Api) -> None:
    words = "There is a kiln in the village, and nobody knows who built it. It has been cold for forty years."
    essay = an_issue_read(key="essay.md", intro=words)
    essay.sections = []
    import_issues(api, essay)
    essay.title, essay.published_at, essay.intro = "The kiln", SPRING, words.replace("forty", "fifty")

    assert statuses(import_issues(api, essay)) == [(1, "updated")]


@pytest.mark.parametrize("changed", [{"title": "Renamed"}, {"published_at": SPRING}], ids=["title", "date"])
def test_an_entry_is_known_by_its_id_though_its_links_are_others(api: Api, changed: dict[str, Any]) -> None:
    import_issues(api, an_issue_read(key="tag:1", key_kind="id"))
    rewritten = an_issue_read(None, a_section_read("Research", "Three"), key="tag:1", key_kind="id", **changed)

    assert statuses(import_issues(api, rewritten)) == [(1, "updated")]


@pytest.mark.parametrize("kind", ["id", "name", "none"])
def test_what_was_rewritten_by_hand_does_not_come_in_a_second_time(api: Api, kind: KeyKind) -> None:
    letter = an_issue_read(None, a_section_read("Research", "One"), key="letter.md", key_kind=kind)
    import_issues(api, letter)
    item = draft(api, 1)["sections"][0]["items"][0]["id"]
    api.author.patch(f"/items/{item}", json={"url": "https://example.org/another"}).raise_for_status()
    by_hand = {"title": "By hand", "published_at": SPRING.isoformat()}
    api.author.patch("/issues/1", json=by_hand).raise_for_status()

    assert statuses(import_issues(api, letter)) == [(1, "unchanged")]


def test_a_number_and_a_body_without_a_name_do_not_make_it_the_same(api: Api) -> None:
    import_issues(api, an_issue_read(7, title="Alpha", key="body.md", key_kind="none"))
    other = a_garden_letter(key="body.md", key_kind="none")
    other.number = 7

    assert statuses(import_issues(api, other)) == [(7, "refused")]
    assert draft(api, 7)["title"] == "Alpha"


@pytest.mark.parametrize("key", ["k" * 5000, "a\udcffb", "a\x00b"], ids=["long", "no characters", "nul"])
def test_any_key_is_remembered(api: Api, key: str) -> None:
    import_issues(api, an_issue_read(key=key))

    assert statuses(import_issues(api, an_issue_read(key=key))) == [(1, "unchanged")]


def test_another_newsletters_issue_of_the_same_number_is_not_replaced(api: Api) -> None:
    import_issues(api, an_issue_read(7, a_section_read("Research", "One"), title="Alpha", key="foo.md"))
    other = an_issue_read(7, a_section_read("Product", "Two"), title="Beta", key="bar.md")

    (outcome,) = import_issues(api, other)
    assert (outcome.status, draft(api, 7)["title"]) == ("refused", "Alpha")
    assert "'Alpha', from another source" in (outcome.reason or "")

    assert statuses(import_issues(api, other, overwrite=True)) == [(7, "updated")]
    assert draft(api, 7)["title"] == "Beta"
