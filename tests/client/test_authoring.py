"""Authoring: the inbox, issues, previews, scheduling, the bin and revisions."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from masthead_client import (
    Conflict,
    Forbidden,
    Gone,
    IfMatch,
    Invalid,
    Masthead,
    NotFound,
    PreconditionRequired,
    Stale,
)

from app.main import create_app
from tests.client.conftest import running
from tests.conftest import settings_for
from tests.factories import a_section, ahead, an_issue, an_item


def test_collected_items_become_an_issue(author: Masthead, editor: Masthead, reader: Masthead) -> None:
    first = author.collect_item(title="A paper", url="https://example.org/paper", tags=["research"])
    rest = author.collect_items([an_item("A tool", tags=["product"]), an_item("A post", tags=["career"])])

    assert (first.issue, first.section, first.section_id, first.position) == (None, None, None, None)
    assert (rest.made, rest.failed, [result.status for result in rest.results]) == (2, 0, [201, 201])
    assert [item.title for item in author.inbox()] == ["A post", "A tool", "A paper"]

    author.create_issue(number=76, title="The week", sections=[{"title": "Research"}, {"title": "Career"}])
    for item, section in ((first, None), (rest.results[0].item, "research"), (rest.results[1].item, "career")):
        assert item is not None
        place = {} if section is None else {"section": section}
        author.move_item(item.id, issue=76, position=0, if_match=item, **place)  # type: ignore[arg-type]
    straight = author.collect_item(an_item("Straight in"), issue=76, section="career")

    assert straight.issue == 76
    assert list(author.inbox(limit=1)) == []
    assert [item.title for item in author.draft(76).all_items()] == ["A tool", "A paper", "A post", "Straight in"]

    author.move_item(straight.id, issue=None)

    assert [item.id for item in author.inbox()] == [straight.id]
    editor.publish(76)
    assert [item.title for item in reader.items(issue=76)] == ["A tool", "A paper", "A post"]


def test_collecting_an_item_that_was_read_creates_a_copy(author: Masthead, editor: Masthead, reader: Masthead) -> None:
    editor.create_issue(an_issue(1, published=True, sections=[a_section(items=1, tag="research")]))
    body_made = editor.add_item(1, body="A title is made of this. Not of this.", section="research")

    copies = [
        author.collect_item(reader.item(body_made.id)),
        author.collect_item(author.draft_item(body_made.id), source="A friend"),
        *[result.item for result in author.collect_items(reader.issue(1).sections[0].items).results],
    ]

    titles = ["A title is made of this", "A title is made of this", "Item 0", "A title is made of this"]
    assert [copy.title for copy in copies if copy] == titles
    assert all(copy and copy.issue is None and copy.tags == ["research"] and copy.version == 1 for copy in copies)
    assert [copy.source for copy in copies if copy] == [None, "A friend", None, None]
    assert copies[0] is not None
    assert copies[0].title_source == "body"


def test_a_batch_creates_all_or_nothing_or_each_valid_item(author: Masthead) -> None:
    many = [an_item("Right"), {"title": "Wrong", "url": "javascript:alert(1)"}, {"titel": "Misspelt"}]

    with pytest.raises(Invalid) as caught:
        author.collect_items(many)
    assert {fault.pointer for fault in caught.value.errors} >= {"/items/1/url", "/items/2/titel"}
    assert list(author.inbox()) == []

    results = author.collect_items(iter(many), all_or_nothing=False)
    assert (results.made, results.failed) == (1, 2)
    right, wrong, _ = results.results
    assert right.item is not None
    assert right.problem is None
    assert wrong.item is None
    assert wrong.problem is not None
    assert (wrong.status, wrong.problem.status, wrong.problem.code) == (422, 422, "invalid")
    assert [item.title for item in author.inbox()] == ["Right"]


def test_sections_are_renamed_moved_and_deleted(author: Masthead) -> None:
    author.create_issue(an_issue(1, sections=[a_section("Research", items=1), {"title": "Ends"}]))
    research, ends = author.draft(1).sections

    changed = author.change_section(research.id, title="Papers", tag=None, intro="Read *these*.", if_match=research)
    assert (changed.title, changed.slug, changed.tag, changed.version) == ("Papers", "research", None, 2)
    moved = author.move_section(ends.id, parent=research.id, if_match=ends)
    assert moved.position == 0
    assert [section.title for section in author.draft(1).all_sections()] == ["Papers", "Ends"]
    author.move_section(ends.id, parent=None, position=0)
    assert [section.title for section in author.draft(1).sections] == ["Ends", "Papers"]

    with pytest.raises(Stale):
        author.delete_section(research.id, if_match=research)
    author.delete_section(research.id, if_match=changed)
    assert [section.title for section in author.draft(1).all_sections()] == ["Ends"]
    assert [item.title for item in author.inbox()] == ["Item 0"]


def test_putting_an_issue_as_it_was_read_changes_nothing(author: Masthead) -> None:
    made = author.put_issue(5, {"title": "Made by putting", "sections": [a_section(items=2)]})
    assert (made.number, made.version) == (5, 1)

    assert author.put_issue(5, made, if_match=made) == made
    document: dict[str, Any] = made.model_dump(mode="json")
    document["sections"][0]["items"].reverse()
    document["sections"][0]["items"].append(an_item("New"))
    turned = author.put_issue(5, document, if_match=made)

    ids = [item.id for item in made.all_items()]
    assert [item.id for item in turned.all_items()][:2] == ids[::-1]
    assert [item.title for item in turned.all_items()] == ["Item 1", "Item 0", "New"]
    with pytest.raises(Stale):
        author.put_issue(5, made, if_match=made)


def test_a_preview_shows_a_draft_to_anyone_with_the_link(author: Masthead, reader: Masthead) -> None:
    draft = author.create_issue(an_issue(1, title="As it was"))
    pinned = author.create_preview(1, version=draft.version, days=0.5)
    following = author.create_preview(1)
    author.change_issue(1, title="As it is")

    assert pinned.version == draft.version
    assert following.version is None
    assert following.url == f"/previews/{following.token}"
    assert following.frontend_url is None
    assert timedelta(days=6) < following.expires_at - datetime.now(UTC) <= timedelta(days=7)
    assert pinned.expires_at - datetime.now(UTC) <= timedelta(days=0.5)
    assert reader.previewed_issue(pinned.token).title == "As it was"
    assert reader.previewed_issue(following.token).title == "As it is"

    author.revoke_preview(following.token)
    with pytest.raises(Gone) as caught:
        reader.previewed_issue(following.token)
    assert caught.value.code == "preview-over"
    author.revoke_previews(1)
    with pytest.raises(Gone):
        reader.previewed_issue(pinned.token)
    with pytest.raises(NotFound):
        reader.previewed_issue("no such token")


def test_an_issue_is_scheduled_and_unscheduled(editor: Masthead, author: Masthead) -> None:
    draft = editor.create_issue(an_issue(1))
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)

    scheduled = editor.schedule(1, tomorrow, if_match=draft)
    assert (scheduled.status, scheduled.scheduled_at) == ("scheduled", tomorrow)
    assert [(each.number, each.scheduled_at) for each in author.drafts(status="scheduled")] == [(1, tomorrow)]
    assert list(author.drafts(status="draft")) == []

    day = tomorrow.date()
    by_an_offset = editor.schedule(1, f"{day}T12:00", zone="Etc/GMT-2")
    assert by_an_offset.scheduled_at == datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
    by_the_clocks = editor.schedule(1, datetime(day.year, day.month, day.day, 23), zone="Asia/Tokyo")  # noqa: DTZ001
    assert by_the_clocks.scheduled_at == datetime(day.year, day.month, day.day, 14, tzinfo=UTC)
    withdrawn = editor.unschedule(1)
    assert (withdrawn.status, withdrawn.scheduled_at) == ("draft", None)

    for at in (ahead(days=-1), f"{day}T09:00", "soon"):
        with pytest.raises(Invalid):
            editor.schedule(1, at)
    with pytest.raises(Forbidden):
        author.schedule(1, tomorrow)


def test_an_issue_is_restored_from_the_bin(editor: Masthead, reader: Masthead) -> None:
    made = editor.create_issue(an_issue(1, published=True))

    with pytest.raises(Stale):
        editor.delete_issue(1, if_match=made.version + 1)
    editor.delete_issue(1, if_match=made)

    with pytest.raises(NotFound):
        reader.issue(1)
    (deleted,) = editor.deleted_issues()
    assert (deleted.number, deleted.title) == (1, "Issue 1")
    assert deleted.deleted_at <= datetime.now(UTC) + timedelta(minutes=1)

    restored = editor.restore_issue(1, if_match=deleted)
    assert (restored.status, list(editor.deleted_issues())) == ("draft", [])
    assert [item.id for item in restored.all_items()] == [item.id for item in made.all_items()]


def test_revisions_are_listed_compared_and_restored(author: Masthead, editor: Masthead) -> None:
    first = author.create_issue(an_issue(1, items=2, title="The first words"))
    editor.change_issue(1, title="The last words")
    keep, drop = author.draft(1).all_items()
    author.delete_item(drop.id)
    author.move_item(keep.id, section=author.add_section(1, title="Ends").id)
    present = author.add_item(1, title="New", section="ends")

    revisions = list(author.revisions(1, limit=1))
    assert [(each.name, each.request.split()[0]) for each in revisions][-2:] == [
        ("editor", "PATCH"),
        ("author", "POST"),
    ]
    assert author.revision(1, first.version).title == "The first words"

    changes = author.diff(1, first.version)
    assert {(each.kind, each.title) for each in changes.added} == {("section", "Ends")}, "with all in it"
    assert [each.id for each in changes.removed] == [drop.id]
    assert [(each.id, each.before.section, each.after.section) for each in changes.moved] == [
        (keep.id, "Research", "Ends")
    ]
    (title,) = changes.changed
    assert (title.kind, title.field, title.before, title.after) == (
        "issue",
        "title",
        "The first words",
        "The last words",
    )
    assert title.words is not None
    assert ("delete", "first") in [(word.op, word.text) for word in title.words]
    assert author.diff(1, first.version, to=first.version + 1).added == []

    with pytest.raises(Stale):
        author.restore_revision(1, first.version, if_match=first)
    restored = author.restore_revision(1, first.version, if_match=author.draft(1))
    assert restored.title == "The first words"
    assert [item.title for item in restored.all_items()] == ["Item 0", "Item 1"]
    with pytest.raises(NotFound):
        author.revision(1, restored.version + 1)
    with pytest.raises(NotFound):
        author.draft_item(present.id)


def test_a_stale_write_gets_the_changes_since(author: Masthead, editor: Masthead) -> None:
    read = author.create_issue(an_issue(1, items=1))
    item = next(read.all_items())
    editor.change_issue(1, title="Theirs")
    theirs = editor.change_item(item.id, source="Theirs")

    with pytest.raises(Stale) as caught:
        author.change_issue(1, title="Mine", if_match=read)
    assert caught.value.changes is not None
    assert {(change.kind, change.field, change.after) for change in caught.value.changes.changed} == {
        ("issue", "title", "Theirs"),
        ("item", "source", "Theirs"),
    }
    assert caught.value.current is None

    with pytest.raises(Stale) as caught:
        author.change_item(item.id, source="Mine", if_match=item)
    assert caught.value.current is not None
    assert caught.value.current["source"] == "Theirs"
    assert caught.value.current["version"] == theirs.version
    assert caught.value.changes is None


def test_a_server_may_require_if_match(database_url: str) -> None:
    app = create_app(settings_for(database_url, require_if_match=True))
    with running(app) as address, Masthead(address, token=app.state.tokens.issue(1, 1)) as author:
        made = author.create_issue(an_issue(1))
        with pytest.raises(PreconditionRequired) as caught:
            author.change_issue(1, title="Mine")
        assert caught.value.code == "precondition-required"
        assert author.change_issue(1, title="Mine", if_match=made).title == "Mine"


def test_authors_cannot_change_what_is_published(author: Masthead, editor: Masthead) -> None:
    issue = editor.create_issue(an_issue(1, published=True, items=1))
    item = next(issue.all_items())
    calls: list[Callable[[], object]] = [
        lambda: author.put_issue(1, issue),
        lambda: author.delete_issue(1),
        lambda: author.move_item(item.id, issue=None),
        lambda: author.change_section(issue.sections[0].id, title="Mine"),
        lambda: author.delete_section(issue.sections[0].id),
        lambda: author.restore_revision(1, 1),
        lambda: author.collect_item(title="Mine", issue=1, section="research"),
    ]
    for call in calls:
        with pytest.raises(Forbidden):
            call()
    assert editor.draft(1) == issue


def test_every_write_that_overwrites_takes_if_match(editor: Masthead) -> None:
    issue = editor.create_issue(an_issue(1, items=1))
    item, section = next(issue.all_items()), issue.sections[0]
    late: IfMatch = 99
    calls: list[Callable[[], object]] = [
        lambda: editor.put_issue(1, {"title": "Mine"}, if_match=late),
        lambda: editor.delete_issue(1, if_match=late),
        lambda: editor.restore_issue(1, if_match=late),
        lambda: editor.schedule(1, ahead(days=1), if_match=late),
        lambda: editor.unschedule(1, if_match=late),
        lambda: editor.move_item(item.id, position=0, if_match=late),
        lambda: editor.change_section(section.id, title="Mine", if_match=late),
        lambda: editor.move_section(section.id, position=0, if_match=late),
        lambda: editor.delete_section(section.id, if_match=late),
        lambda: editor.restore_revision(1, 1, if_match=late),
    ]
    for call in calls:
        with pytest.raises(Stale):
            call()
    assert editor.draft(1) == issue


def test_a_slug_that_is_taken_is_a_conflict(author: Masthead) -> None:
    author.create_issue(title="One", slug="the-slug")
    with pytest.raises(Conflict) as caught:
        author.put_issue(9, {"title": "Two", "slug": "the-slug"})
    assert caught.value.code == "slug-taken"
