"""Bringing issues in: what comes in, and what does not and why."""

from datetime import date

import pytest

from app.auth.callers import OPERATOR, SCOPES, Caller
from app.importing.importer import Importer
from app.importing.options import Options
from app.newsletters.document import ItemRead, KeyKind
from app.newsletters.left_out import LeftOut
from tests.api import Api
from tests.importing.factories import a_section_read, an_issue_read, an_item_read
from tests.importing.runs import draft, dry_run, import_issues, statuses

AUTHOR = Caller("user:1", "ada", "author", SCOPES["author"], "POST /import")


def test_issues_come_in_as_drafts(api: Api) -> None:
    assert statuses(import_issues(api, an_issue_read(7), an_issue_read(8))) == [(7, "created"), (8, "created")]

    assert draft(api, 7)["status"] == "draft"
    assert [item["title"] for item in draft(api, 7)["sections"][0]["items"]] == ["One", "Two"]
    assert api.get("/issues").json()["data"] == []


def test_they_are_published_when_asked(api: Api) -> None:
    (outcome,) = import_issues(api, an_issue_read(7), publish=True)

    assert outcome.reason is None
    assert outcome.document["status"] == "published"
    assert api.get("/issues/7").json()["published_at"] == "2025-01-07T12:00:00Z"


def test_a_section_whose_title_names_a_tag_takes_it(api: Api) -> None:
    import_issues(api, an_issue_read(7, a_section_read("Career resources"), a_section_read("Elsewhere")))

    named, other = draft(api, 7)["sections"]
    assert (named["slug"], named["tag"], named["items"][0]["tags"]) == ("career", "career", ["career"])
    assert (other["slug"], other["tag"], other["items"][0]["tags"]) == ("elsewhere", None, [])


def test_an_issue_without_a_date_stays_a_draft(api: Api) -> None:
    (outcome,) = import_issues(api, an_issue_read(7, published_at=None), publish=True)

    assert outcome.status == "created"
    assert outcome.reason == "It has no date, so it stays a draft; use --date to give it one."
    assert draft(api, 7)["status"] == "draft"


def test_a_date_for_issues_without_one(api: Api) -> None:
    issues = an_issue_read(7, published_at=None), an_issue_read(8)
    import_issues(api, *issues, publish=True, default_date=date(2024, 2, 29))

    assert api.get("/issues/7").json()["published_at"] == "2024-02-29T12:00:00Z"
    assert api.get("/issues/8").json()["published_at"] == "2025-01-08T12:00:00Z"


def test_a_draft_stays_one(api: Api) -> None:
    (outcome,) = import_issues(api, an_issue_read(7, draft=True), publish=True)

    assert outcome.reason == "It is a draft in its source, so it stays a draft."
    assert draft(api, 7)["status"] == "draft"


def test_notes_are_reported(api: Api) -> None:
    note = LeftOut("Unsubscribe", "a footer")
    (outcome,) = import_issues(api, an_issue_read(7, notes=[note], confidence=0.8))

    assert (outcome.notes, outcome.confidence) == ([note], 0.8)


def test_since_and_limit(api: Api) -> None:
    importer = Importer(api.database, Options(since=date(2025, 1, 3), limit=2), OPERATOR)
    issues = [an_issue_read(5, published_at=None), *(an_issue_read(number) for number in (1, 4, 3, 2, 6))]

    assert statuses(importer.run(issues)) == [(4, "created"), (3, "created")]
    assert importer.skipped_by_date == 2


def test_an_invalid_issue_is_reported_with_the_place_and_the_others_are_imported(api: Api) -> None:
    bad = an_issue_read(7, a_section_read("Research", items=[an_item_read("A kiln", url="javascript:alert(1)")]))
    outcomes = import_issues(api, an_issue_read(6), bad, an_issue_read(8))

    assert statuses(outcomes) == [(6, "created"), (7, "failed"), (8, "created")]
    assert outcomes[1].reason is not None
    assert outcomes[1].reason.startswith(
        "Research › A kiln, url: it must be a URL that starts with https:// or http://"
    )
    assert api.editor.get("/issues/7/draft").status_code == 404


def test_what_has_no_title_names_its_place(api: Api) -> None:
    bad = an_issue_read(7, a_section_read(None, items=[an_item_read(), ItemRead(url="https://example.org/x")]))
    (outcome,) = import_issues(api, bad)

    assert outcome.status == "failed"
    assert (
        outcome.reason
        == "section 1 › item 2, title: send a title, or a body from whose first sentence one can be generated"
    )


def test_files_that_could_not_be_read_are_reported(api: Api) -> None:
    outcomes = import_issues(
        api,
        LeftOut("a.bin", "It is no text.", is_error=True),
        an_issue_read(7),
        LeftOut("b.bin", "It is empty.", is_error=True),
    )

    assert [(outcome.name, outcome.status, outcome.reason) for outcome in outcomes] == [
        ("a.bin", "failed", "It is no text."),
        ("Issue 7", "created", None),
        ("b.bin", "failed", "It is empty."),
    ]


def test_names_do_not_steer_a_terminal(api: Api) -> None:
    unread = LeftOut("a\x1b[2J\udcff.md", "It is \x07 no text.", is_error=True)
    issue = an_issue_read(7, title="Issue\x1b[31m 7")

    assert [(outcome.name, outcome.reason) for outcome in import_issues(api, unread, issue)] == [
        ("a�[2J�.md", "It is � no text."),
        ("Issue�[31m 7", None),
    ]


def test_an_issue_that_was_not_imported_is_left_alone(api: Api) -> None:
    api.author.post("/issues", json={"number": 7, "title": "Mine"}).raise_for_status()

    (outcome,) = import_issues(api, an_issue_read(7))

    assert (outcome.number, outcome.status) == (7, "refused")
    assert outcome.reason == "Issue 7 exists and was not imported; use --overwrite to replace it."
    assert draft(api, 7)["title"] == "Mine"
    assert statuses(import_issues(api, an_issue_read(7), overwrite=True)) == [(7, "updated")]
    assert draft(api, 7)["title"] == "Issue 7"


def test_two_sources_with_one_number_do_not_take_turns(api: Api) -> None:
    first, second = an_issue_read(7), an_issue_read(7, key="copy.md", title="A copy")

    outcomes = import_issues(api, first, second)

    assert statuses(outcomes) == [(7, "created"), (7, "refused")]
    assert "'issue-7.md'" in (outcomes[1].reason or "")
    assert draft(api, 7)["title"] == "Issue 7"


@pytest.mark.parametrize("kind", ["id", "name", "none"])
def test_what_comes_twice_in_one_run_comes_in_once(api: Api, kind: KeyKind) -> None:
    twice = [an_issue_read(key="garden", key_kind=kind), an_issue_read(key="garden", key_kind=kind)]

    assert statuses(dry_run(api, *twice)) == [(None, "created"), (None, "refused")]
    outcomes = import_issues(api, *twice)

    assert statuses(outcomes) == [(1, "created"), (1, "refused")]
    assert outcomes[1].reason == "The same issue was already imported from 'garden' in this run, as issue 1."
    assert statuses(import_issues(api, *twice)) == [(1, "unchanged"), (1, "refused")]


def test_so_does_an_entry_that_a_feed_has_in_two_wordings(api: Api) -> None:
    second = an_issue_read(None, a_section_read("Research", "Three"), key="tag:1", key_kind="id")

    outcomes = import_issues(api, an_issue_read(key="tag:1", key_kind="id"), second)

    assert statuses(outcomes) == [(1, "created"), (1, "refused")]


def test_a_rehearsal_tells_of_two_sources_with_one_number_too(api: Api) -> None:
    assert statuses(dry_run(api, an_issue_read(7), an_issue_read(7, title="A copy"))) == [
        (7, "created"),
        (7, "refused"),
    ]


def test_an_author_may_not_publish_nor_change_what_is_published(api: Api) -> None:
    (refused,) = import_issues(api, an_issue_read(7), caller=AUTHOR, publish=True)
    assert (refused.status, "content:publish" in (refused.reason or "")) == ("refused", True)
    import_issues(api, an_issue_read(7), publish=True)
    before = api.get("/issues/7").content

    (refused,) = import_issues(api, an_issue_read(7, title="Mine"), caller=AUTHOR)

    assert (refused.status, "content:publish" in (refused.reason or "")) == ("refused", True)
    assert api.get("/issues/7").content == before


def test_it_tells_what_would_become_of_each_and_writes_nothing(api: Api) -> None:
    import_issues(api, an_issue_read(1), an_issue_read(2), an_issue_read(3))
    api.author.patch("/issues/3", json={"subtitle": "By hand"})
    bad = an_issue_read(5, a_section_read("Research", items=[an_item_read(url="nowhere")]))

    outcomes = dry_run(
        api, an_issue_read(1), an_issue_read(2, title="New"), an_issue_read(3), an_issue_read(4), bad, publish=True
    )

    assert statuses(outcomes) == [
        (1, "updated"),
        (2, "updated"),
        (3, "refused"),
        (4, "created"),
        (5, "failed"),
    ]
    assert draft(api, 2)["title"] == "Issue 2"
    assert api.get("/issues").json()["data"] == []
    assert api.editor.get("/issues/4/draft").status_code == 404


def test_a_number_that_is_taken_by_the_next_is_not_foretold(api: Api) -> None:
    assert statuses(dry_run(api, an_issue_read(), an_issue_read(key="b", title="Another"))) == [
        (None, "created"),
        (None, "created"),
    ]
