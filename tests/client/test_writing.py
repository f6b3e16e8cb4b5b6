"""Creating and changing issues, sections and items."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from masthead_client import (
    Conflict,
    DraftIssue,
    Forbidden,
    IfMatch,
    Invalid,
    Masthead,
    NotFound,
    ProblemError,
    Stale,
    Unauthenticated,
)

from tests.factories import a_section, an_issue, an_item


def test_an_issue_is_a_draft_until_it_is_published(reader: Masthead, author: Masthead, editor: Masthead) -> None:
    draft = author.create_issue(title="In the making", sections=[a_section()])

    assert (draft.number, draft.status, draft.version, draft.published_at) == (1, "draft", 1, None)
    assert [issue.number for issue in author.drafts()] == [1]
    with pytest.raises(NotFound):
        reader.issue(1)

    published = editor.publish(1)

    assert published.status == "published"
    assert reader.issue(1).title == "In the making"
    assert list(author.drafts()) == []

    withdrawn = editor.unpublish(1)

    assert (withdrawn.status, withdrawn.published_at) == ("draft", published.published_at)
    with pytest.raises(NotFound):
        reader.issue(1)


def test_an_issue_is_created_from_a_dictionary_arguments_or_both(author: Masthead) -> None:
    written = json.loads('{"title": "From a file", "number": 7, "subtitle": "As it was"}')

    assert author.create_issue(written).number == 7
    assert author.create_issue(title="By name").number == 8
    both = author.create_issue(written, number=20, slug="another")
    assert (both.number, both.slug, both.title, both.subtitle) == (20, "another", "From a file", "As it was")
    assert written["number"] == 7


def test_creating_an_issue_that_was_read_makes_a_copy(editor: Masthead) -> None:
    editor.create_issue(
        title="The first",
        number=1,
        status="published",
        published_at="2025-01-01",
        intro="It *begins*.",
        extra={"season": 1},
        image={"url": "https://example.org/a.png", "alt": "A picture"},
        sections=[
            {
                "title": "Research",
                "intro": "Papers.",
                "items": [{"body": "A title is made of this. Not of this."}, an_item("Own", tags=[], sponsored=True)],
                "sections": [{"title": "Beneath", "tag": "safety", "items": [an_item(image=None)]}],
            }
        ],
    )
    first = editor.issue(1)

    copy = editor.create_issue(first, number=2, slug="the-copy")

    assert (copy.status, copy.published_at) == ("draft", first.published_at)
    assert _content(copy) == _content(editor.draft(1))
    assert next(copy.all_items()).title_source == "body"


def test_adding_a_section_or_item_that_was_read_makes_a_copy(author: Masthead) -> None:
    author.create_issue(an_issue(1, items=2))
    author.create_issue(title="Empty", number=2)
    section = author.draft(1).sections[0]

    author.add_section(2, section)
    author.add_item(2, section.items[0], title="Another title", section="research")

    assert [item.title for item in author.draft(2).all_items()] == ["Item 0", "Item 1", "Another title"]


def test_only_given_fields_are_changed_and_none_clears(author: Masthead) -> None:
    author.create_issue(title="A title", subtitle="A subtitle", intro="An intro", number=1)

    changed = author.change_issue(1, intro=None)
    assert (changed.title, changed.subtitle, changed.intro) == ("A title", "A subtitle", None)

    changed = author.change_issue(1, title="Another", extra={"mood": "calm"}, language="de")
    assert (changed.title, changed.subtitle, changed.language) == ("Another", "A subtitle", "de")
    assert changed.extra == {"mood": "calm"}


def test_only_given_fields_of_an_item_are_changed(author: Masthead) -> None:
    author.create_issue(an_issue(1, items=1))
    item = next(author.draft(1).all_items())

    changed = author.change_item(item.id, url=None, tags=["Product & Releases"])
    assert (changed.title, changed.url, changed.body, changed.tags) == ("Item 0", None, item.body, ["product"])

    changed = author.change_item(item.id, title=None, body="A new beginning. And an end.")
    assert (changed.title, changed.title_source) == ("A new beginning", "body")
    assert author.draft_item(item.id) == changed


def test_dates_and_times_are_accepted(author: Masthead) -> None:
    noon = datetime(2025, 12, 23, 12, tzinfo=UTC)
    for given in (date(2025, 12, 23), "2025-12-23", datetime(2025, 12, 23, 14, tzinfo=timezone(timedelta(hours=2)))):
        assert author.create_issue(title="Dated", published_at=given).published_at == noon


def test_a_time_without_an_offset_is_invalid(author: Masthead) -> None:
    with pytest.raises(Invalid) as caught:
        author.create_issue(title="Dated", published_at=datetime(2025, 12, 23, 9, 30))  # noqa: DTZ001
    assert [fault.pointer for fault in caught.value.errors] == ["/published_at"]


def test_an_item_posted_to_a_published_issue_is_live(reader: Masthead, editor: Masthead) -> None:
    editor.create_issue(an_issue(1, published=True, items=1))

    item = editor.add_item(1, title="Just in", url="https://example.org/new", tags=["research"], position=0)

    assert reader.item(item.id).title == "Just in"
    assert [each.title for each in reader.issue(1).all_items()] == ["Just in", "Item 0"]

    editor.delete_item(item.id)

    with pytest.raises(NotFound):
        reader.item(item.id)


def test_a_section_is_added_at_the_given_place(author: Masthead) -> None:
    author.create_issue(an_issue(1))

    first = author.add_section(1, title="First", position=0, items=[an_item()])
    author.add_section(1, title="Within", parent=first.id)
    author.add_item(1, an_item("Deep"), section="within")

    assert [section.title for section in author.draft(1).all_sections()] == ["First", "Within", "Research"]
    assert [item.title for item in author.draft(1).all_items()][:2] == ["An item", "Deep"]


def test_a_write_with_if_match_does_not_overwrite_a_newer_version(editor: Masthead, author: Masthead) -> None:
    read = editor.create_issue(an_issue(1))
    between = author.change_issue(1, title="Theirs")

    writes: list[Callable[[IfMatch], object]] = [
        lambda version: editor.change_issue(1, title="Mine", if_match=version),
        lambda version: editor.add_section(1, title="Mine", if_match=version),
        lambda version: editor.add_item(1, title="Mine", tags=["research"], if_match=version),
        lambda version: editor.publish(1, if_match=version),
    ]
    for write in writes:
        for version in (read, read.version, f'"v{read.version}"'):
            with pytest.raises(Stale) as caught:
                write(version)
            assert caught.value.headers["ETag"] == f'"v{between.version}"'
    assert editor.draft(1) == between

    for write in writes:
        write(editor.draft(1))
    assert editor.draft(1).version == between.version + len(writes)


def test_a_version_that_has_never_existed_has_its_own_code(author: Masthead) -> None:
    read = author.create_issue(an_issue(1))

    with pytest.raises(Stale) as caught:
        author.change_issue(1, title="Mine", if_match=read.version + 1)

    assert caught.value.code == "unknown-version"
    assert caught.value.headers["ETag"] == f'"v{read.version}"'
    assert caught.value.changes is None
    assert caught.value.current is None
    assert author.draft(1) == read


def test_a_version_of_an_issue_that_does_not_exist_has_its_own_code(author: Masthead) -> None:
    read = author.create_issue(an_issue(1))

    with pytest.raises(Stale) as caught:
        author.put_issue(2, {"title": "Mine", "version": read.version})

    assert (caught.value.code, caught.value.title) == ("precondition-failed", "Precondition failed")
    assert "etag" not in caught.value.headers


def test_if_match_of_an_item_is_the_item_s_version(author: Masthead) -> None:
    author.create_issue(an_issue(1, items=1))
    read = next(author.draft(1).all_items())
    between = author.change_item(read.id, source="Theirs", if_match=read)

    with pytest.raises(Stale):
        author.change_item(read.id, source="Mine", if_match=read)
    with pytest.raises(Stale):
        author.delete_item(read.id, if_match=read)

    author.delete_item(read.id, if_match=between)
    assert list(author.draft(1).all_items()) == []


def test_unpublishing_takes_if_match(editor: Masthead) -> None:
    made = editor.create_issue(an_issue(1, published=True))
    with pytest.raises(Stale):
        editor.unpublish(1, if_match=made.version + 1)
    assert editor.unpublish(1, if_match=editor.issue(1)).status == "draft"


def test_a_number_that_is_taken_is_a_conflict(author: Masthead) -> None:
    author.create_issue(an_issue(1))
    with pytest.raises(Conflict) as caught:
        author.create_issue(an_issue(1))
    assert caught.value.code == "number-taken"


def test_authors_do_not_publish(author: Masthead, editor: Masthead) -> None:
    editor.create_issue(an_issue(1, published=True))
    author.create_issue(an_issue(2))

    for write in (
        lambda: author.publish(2),
        lambda: author.unpublish(1),
        lambda: author.change_issue(1, title="Mine"),
        lambda: author.add_item(1, title="Mine", tags=["research"]),
        lambda: author.create_issue(title="Mine", status="published"),
    ):
        with pytest.raises(Forbidden) as caught:
            write()
        assert "content:publish" in caught.value.detail
    assert author.draft(2).status == "draft"


def test_writing_needs_credentials(reader: Masthead) -> None:
    for call in (
        lambda: reader.create_issue(title="Mine"),
        lambda: reader.draft(1),
        lambda: reader.drafts().first_page(),
        reader.me,
    ):
        with pytest.raises(Unauthenticated):
            call()


def test_an_unknown_field_is_refused_by_the_server(author: Masthead) -> None:
    with pytest.raises(Invalid) as caught:
        author.create_issue({"tilte": "Misspelt", "sections": [{"items": [{"url": "javascript:alert(1)"}]}]})

    pointers = [fault.pointer for fault in caught.value.errors]
    assert pointers == ["/title", "/sections/0/items/0/url", "/tilte"]
    assert "/tilte: unknown field" in str(caught.value)
    assert list(author.drafts()) == []


def test_values_that_are_not_json_are_refused_by_the_server(author: Masthead) -> None:
    for value in ("\ud800", float("nan"), float("inf"), "a\0b"):
        with pytest.raises(ProblemError) as caught:
            author.create_issue(title="A title", extra={"key": value})
        assert (caught.value.status, caught.value.code) == (400, "malformed-body")


def _content(issue: DraftIssue) -> object:
    """The content of an issue, without the fields in which copies differ."""
    own = {"id", "section_id", "issue", "updated_at", "number", "slug", "version", "status", "links"}

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: strip(part) for name, part in value.items() if name not in own}
        return [strip(part) for part in value] if isinstance(value, list) else value

    return strip(issue.model_dump())
