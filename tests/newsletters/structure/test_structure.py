"""What single lines and sections mean, where one shape could be two things."""

from typing import Any

import pytest

from app.newsletters.document import IssueRead, SectionRead
from app.newsletters.formats import html, markdown, text
from app.newsletters.left_out import LeftOut, Unreadable
from app.newsletters.structure import Series, interpret


def reading_of(written: str) -> IssueRead:
    return interpret(markdown.read(written, "letter.md"), Series())


def outline(sections: list[SectionRead]) -> list[Any]:
    """Sections as their titles, each with the titles of its items, and those in it."""
    return [(section.title, [item.title for item in section.items], outline(section.sections)) for section in sections]


def left_out(issue: IssueRead) -> str:
    return " ".join(note.what for note in issue.notes if isinstance(note, LeftOut))


LISTED = "# Letter 3\n\n## News\n\n* [One thing](https://example.org/1)\n* [Two things](https://example.org/2)\n\n"


@pytest.mark.parametrize(
    "title", ["Best of the rest", "Partners in crime", "Love letters to Lisp", "Subscribe pattern"]
)
def test_a_section_is_one_whatever_words_its_head_begins_with(title: str) -> None:
    issue = reading_of(
        f"{LISTED}## {title}\n\n* [A](https://example.org/a)\n* [B](https://example.org/b)\n* [C](https://example.org/c)"
    )
    assert [(section.title, len(section.items)) for section in issue.sections] == [("News", 2), (title, 3)]


@pytest.mark.parametrize(
    "title", ["Sponsor", "Our sponsors", "Sponsored by Acme", "Together with Acme", "Anzeige", "Werbung"]
)
def test_a_sponsors_box_is_left_out(title: str) -> None:
    issue = reading_of(
        f"{LISTED}## {title}\n\nAcme sells [anvils](https://acme.example.org).\n\n"
        "## Tools\n\n* [A](https://example.org/a)\n"
    )
    assert [section.title for section in issue.sections] == ["News", "Tools"]
    assert "anvils" in left_out(issue)


def test_a_sponsors_box_ends_with_the_next_head() -> None:
    page = """<h1>Letter</h1>
      <p style="font-size:24px"><b>News</b></p><ul><li><a href=https://example.org/1>One thing</a></ul>
      <p><b>Together with Acme</b></p><p>Anvils for all. <a href=https://acme.example.org>Buy</a></p>
      <p style="font-size:24px"><b>Quick links</b></p><ul><li><a href=https://example.org/2>Two things</a></ul>"""
    issue = interpret(html.read(page, "mail.html"), Series())
    assert outline(issue.sections) == [("News", ["One thing"], []), ("Quick links", ["Two things"], [])]


@pytest.mark.parametrize(
    ("entry", "title", "body", "extra"),
    [
        ("[A title](URL) (5 min read)", "A title", None, {"reading_time": "5 min read"}),
        ("[A title](URL) (5 min read) — Why not?", "A title", "Why not?", {"reading_time": "5 min read"}),
        ("[A title (5 min read)](URL)", "A title", None, {"reading_time": "5 min read"}),
        ("[video] [A title](URL)", "A title", None, {"label": "video"}),
        ("**May 12–14**: [A title](URL), Oslo", "A title", "Oslo", {"label": "May 12–14"}),
        ("[A title](URL): a remark", "A title", "a remark", {}),
        ("**A title.** A remark with [a link](URL).", "A title", "A remark with [a link](URL).", {}),
        ("A title with [a link](URL) in it", "A title with a link in it", None, {}),
        ("A whole sentence. And a [second](URL) one.", None, "A whole sentence. And a [second](URL) one.", {}),
        ("A title (URL)", "A title", None, {}),
    ],
)
def test_an_entry_begins_with_its_title_or_has_none(
    entry: str, title: str | None, body: str | None, extra: dict[str, str]
) -> None:
    url = "https://example.org/a"
    issue = reading_of(f"# Letter\n\n## News\n\n* {entry}\n* [B](https://example.org/b)\n".replace("URL", url))
    item = issue.sections[0].items[0]
    wanted = body.replace("URL", url) if body else None
    assert (item.title, item.url, item.body, item.extra) == (title, url, wanted, extra)


@pytest.mark.parametrize("entry", ["[Anvils](URL) (Sponsor)", "[Anvils (Sponsored)](URL)", "[Anvils](URL) (Anzeige)"])
def test_an_entry_can_be_a_sponsors(entry: str) -> None:
    issue = reading_of(
        f"# Letter\n\n## News\n\n* {entry}\n* [B thing](https://example.org/b)".replace("URL", "https://example.org/a")
    )
    first = issue.sections[0].items[0]
    assert (first.title, first.sponsored, first.body) == ("Anvils", True, None)
    assert left_out(issue) == ""


def test_lines_around_the_newsletter_are_taken_off_and_its_title_is_found_below_them() -> None:
    written = (
        "View in browser\nPowered by Acme\n© 2024 Acme\nAcme Weekly 12\n\nHello to all who read this every week.\n"
    )
    issue = interpret(text.read(written, "mail.txt"), Series())
    assert (issue.title, issue.number, issue.intro) == (
        "Acme Weekly 12",
        12,
        "Hello to all who read this every week.",
    )
    assert "Powered by Acme" in left_out(issue)


def test_numbered_lines_with_text_beneath_are_sections() -> None:
    novel = "Anna Bell: Small things\nA novel about little.\nhttps://example.org/1"
    written = f"Brief\n\n1. New books\n\n{novel}\n\n2. Dates\n\nWe meet on Friday, as we always do.\n"
    issue = interpret(text.read(written, "brief.txt"), Series())
    assert [section.title for section in issue.sections] == ["New books", "Dates"]


def test_titles_in_capitals_are_told_from_labels_by_their_notes() -> None:
    first = "ARTICLES\n\nHOW WE DID IT (8 MINUTE READ) [1]\n\nA team moved from one thing to another."
    second = "OPINIONS\n\nSTOP IT (5 MINUTE READ) [2]\n\nA rant, and a good one."
    notes = "Links:\n------\n[1] https://example.org/1\n[2] https://example.org/2"
    written = f"WEEKLY 2025-02-11\n\n{first}\n\n{second}\n\n{notes}\n"
    issue = interpret(text.read(written, "mail.txt"), Series())
    assert outline(issue.sections) == [("ARTICLES", ["HOW WE DID IT"], []), ("OPINIONS", ["STOP IT"], [])]
    assert [item.url for section in issue.sections for item in section.items] == [
        "https://example.org/1",
        "https://example.org/2",
    ]


def test_a_goodbye_that_speaks_of_forwarding_is_one() -> None:
    issue = reading_of(f"{LISTED}That's all for this week. If you liked it, forward it to a friend.\n\nAda\n")
    assert issue.outro == "That's all for this week. If you liked it, forward it to a friend.\n\nAda"


@pytest.mark.parametrize(
    "written",
    [
        "A" * 399 + "!\n" * 8,
        "* " * 900 + "x",
        "<ul><li>" * 900 + "x",
        "\n".join("a*b*c" * 3 for _ in range(2000)),
        "# h\n\n" * 5000,
        "1/2/2025 " * 10_000,
        "(" * 50_000,
    ],
)
def test_what_nobody_writes_is_read_all_the_same(written: str) -> None:
    reading_of(written)
    interpret(html.read(written, "page.html"), Series())
    interpret(text.read(written, "letter.txt"), Series())


@pytest.mark.parametrize(
    ("written", "said"), [("b" * 100_001, "100,001"), ("* [a](https://example.org)\n" * 10_001, "10,001")]
)
def test_what_no_issue_holds_is_refused_at_once(written: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        reading_of(written)


@pytest.mark.parametrize(
    ("written", "number"), [("12", 12), ("#12", 12), ("Issue 12", 12), ("No.12", 12), ("S-12", 12), ("0012", 12)]
)
def test_a_head_says_the_number(written: str, number: int) -> None:
    issue = reading_of(f"---\ntitle: A letter\nnumber: '{written}'\n---\nText.")
    assert (issue.number, left_out(issue)) == (number, "")


@pytest.mark.parametrize("written", ["-1", "1.5", "2147483648", "99999999999999999999999", "0", ".inf", "12/2024"])
def test_an_invalid_number_is_noted_and_not_shortened(written: str) -> None:
    issue = reading_of(f"---\ntitle: A letter\nnumber: {written}\n---\nText.")
    assert issue.number is None
    assert [(note.what, note.reason) for note in issue.notes] == [
        (written.removeprefix("."), "a number that could not be read")
    ]


def test_words_that_marks_stand_within_are_looked_for_together() -> None:
    written = "\n\n".join(" ".join(f"w{line}x{word}*y*z" for word in range(500)) for line in range(25))
    assert left_out(reading_of(f"# T\n\n{written}")) == ""


def test_white_space_before_no_sign_is_passed_over_once() -> None:
    for gap in (" " * 50_000, "\u3000" * 50_000):
        assert reading_of(f"# T\n\n## S\n\n- [a](https://example.org/) b{gap}end\n- b{gap}end\n").sections


@pytest.mark.parametrize(
    ("entry", "title"),
    [
        ('"[Ice inside](https://example.org/a)" by Nell Ashby', "Ice inside"),
        (
            "Spindles can be reversed ([#12](https://example.org/a) by [Oda](https://example.org/o))",
            "Spindles can be reversed",
        ),
    ],
)
def test_a_title_ends_where_its_quotation_does_or_a_bracket_of_links_begins(entry: str, title: str) -> None:
    issue = reading_of(f"{LISTED}## Read\n\n* {entry}\n* [B](https://example.org/b)\n")
    assert issue.sections[1].items[0].title == title
    assert issue.sections[1].items[0].url == "https://example.org/a"


def test_questions_of_a_conversation_are_not_items() -> None:
    issue = reading_of(f"## Interview\n\n**How old is it?**\n\nVery.\n\n**Who made it?**\n\nMy aunt.\n\n{LISTED}")
    assert outline(issue.sections)[0] == ("Interview", [], [])


@pytest.mark.parametrize("line", ["March 3, 2025 | View in browser", "By Una Fell • Mar 3, 2025 • View in browser"])
def test_a_line_of_the_frame_tells_the_date(line: str) -> None:
    first, _, last = line.rpartition("View")
    issue = interpret(
        html.read(f'<p>{first}<a href="https://example.org/w">View{last}</a></p><h1>A</h1><p>B.</p>', "a"), Series()
    )
    assert issue.published_at is not None
    assert issue.published_at.date().isoformat() == "2025-03-03"
