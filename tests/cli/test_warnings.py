"""The commands for any server print the warnings about what they print."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Masthead
from tests.factories import COMPLEX, ahead

DETAIL = (
    "this text is too complex to be rendered, so it is shown as it was written; make it simpler, or divide it. A text "
    "can have 8,000 characters with a meaning in Markdown, 1,000 links, 400 URLs without brackets, 2,000 HTML "
    "elements, 3,000 lines, and 3,000 quotations and list items, or fewer if they are deeply nested"
)
MANUSCRIPT = f"""\
---
number: 76
title: "What agents remember"
---

{COMPLEX.strip()}

# Research

## [Small models]

They fit.

## [Long "books"]

{COMPLEX.strip()}
"""
INTRO = f"masthead: Warning: 'What agents remember' (/intro): {DETAIL}.\n"
BOOKS = f"masthead: Warning: 'Long \"books\"' (/sections/0/items/1/body): {DETAIL}.\n"


def warned(remote: Masthead, *arguments: str, stdin: str = "") -> tuple[str, str]:
    """What a command that succeeds prints on standard output and on standard error."""
    outcome = remote(*arguments, stdin=stdin)
    assert outcome.code == 0, outcome
    return outcome.out, outcome.err


@pytest.fixture
def issue(remote: Masthead) -> int:
    """A draft with two texts that are not rendered."""
    remote("issue", "push", "-", stdin=MANUSCRIPT)
    return 76


def test_a_push_warns_of_each_text_that_is_not_rendered(remote: Masthead, tmp_path: Path) -> None:
    file = tmp_path / "76.md"
    file.write_text(MANUSCRIPT)

    out, err = warned(remote, "issue", "push", "76.md")
    assert out == "Issue 76, 'What agents remember', is now at version 1.\n"
    assert err == INTRO + BOOKS

    pushed = file.read_text()
    assert warned(remote, "issue", "push", "76.md") == ("Issue 76, 'What agents remember', is unchanged.\n", err)
    assert warned(remote, "issue", "pull", "76") == (pushed, err)

    file.write_text(pushed.replace(COMPLEX.strip(), "Simpler."))
    assert warned(remote, "issue", "push", "76.md")[1] == ""
    assert warned(remote, "issue", "pull", "76") == (file.read_text(), "")


def test_every_command_that_shows_or_changes_an_issue_warns(remote: Masthead, issue: int) -> None:
    for command in (
        ("show", "76"),
        ("schedule", "76", ahead(days=2)),
        ("unschedule", "76"),
        ("publish", "76"),
        ("unpublish", "76"),
        ("restore", "76", "1"),
    ):
        plain, err = warned(remote, "issue", *command)
        assert err == INTRO + BOOKS
        assert "Warning" not in plain
        out, err = warned(remote, "issue", *command, "--json")
        assert err == INTRO + BOOKS
        assert json.loads(out)["number"] == 76

    remote("issue", "delete", "76")
    assert warned(remote, "issue", "restore", "76")[1] == INTRO + BOOKS


def test_what_has_no_warnings_is_printed_without(remote: Masthead, issue: int) -> None:
    assert warned(remote, "issue", "new", "Another", "--section", "Research")[1] == ""
    assert warned(remote, "post", "Small models")[1] == ""
    assert warned(remote, "inbox")[1] == ""
    assert warned(remote, "issue", "list")[1] == ""
    remote("issue", "publish", "76")
    assert warned(remote, "issue", "show", "76", "--public")[1] == ""
    assert warned(remote, "search", "agents")[1] == ""


def test_items_are_warned_of_by_their_titles(remote: Masthead, issue: int) -> None:
    first, second = (f"masthead: Warning: '{title}' (/body): {DETAIL}.\n" for title in ("First", "Second"))

    assert warned(remote, "post", "First", "--body", "-", stdin=COMPLEX) == (
        "Item 3, 'First', is in the inbox.\n",
        first,
    )
    out, err = warned(remote, "post", "Second", "--body", "-", "--json", stdin=COMPLEX)
    assert json.loads(out)["title"] == "Second"
    assert err == second

    assert warned(remote, "inbox")[1] == second + first
    out, err = warned(remote, "inbox", "--json")
    assert [item["title"] for item in json.loads(out)] == ["Second", "First"]
    assert err == second + first

    assert warned(remote, "issue", "add", "76", "3", "--section", "research") == (
        "Item 3, 'First', is in research, at position 2.\n",
        first,
    )
    out, err = warned(remote, "issue", "add", "76", "3", "4", "--section", "research", "--json")
    assert [item["title"] for item in json.loads(out)] == ["First", "Second"]
    assert err == first + second
