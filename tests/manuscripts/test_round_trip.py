"""What is written reads back as it was."""

from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.content.document import DEEPEST
from app.manuscripts import syntax
from app.manuscripts.parser import ManuscriptError, parse, read
from app.manuscripts.writer import write
from tests.manuscripts.documents import (
    PIECES,
    a_section,
    an_issue,
    an_item,
    extras,
    issues,
    taken,
    texts,
    titles,
    with_body,
)

ANY_PIECE = st.lists(
    st.sampled_from((*PIECES, "\n", "---\n", "title: a\n", "extra:\n", "  a: ", "&a", "*a", "!!int"))
).map("".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(issues())
def test_any_issue_reads_back_as_it_was(issue: dict[str, Any]) -> None:
    assert taken(read(write(issue))) == taken(issue)


@given(texts)
def test_any_text_reads_back_as_it_was(text: str) -> None:
    item = read(write(with_body(text)))["sections"][0]["items"][0]

    assert item["body"] == text


@given(titles)
def test_any_title_reads_back_as_it_was(title: str) -> None:
    issue = an_issue(
        a_section(1, title=title, items=[an_item(1, title=title), an_item(2, title=title, url=None)]), title=title
    )

    read_back = read(write(issue))

    section = read_back["sections"][0]
    assert [read_back["title"], section["title"], *(item["title"] for item in section["items"])] == [title] * 4


@given(titles, extras)
def test_the_head_says_the_same_to_other_readers_of_yaml(title: str, extra: dict[str, Any]) -> None:
    head = write(an_issue(title=title, language="no", extra=extra)).split("---\n")[1]

    understood = yaml.safe_load(head)
    assert understood["title"] == title
    assert understood["language"] == "no"
    # YAML 1.1 takes 1e+16 for a text.
    assert {
        key: float(each) if isinstance(extra[key], float) else each for key, each in understood.get("extra", {}).items()
    } == extra


@given(issues())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_what_editors_and_git_make_of_line_ends_changes_nothing(issue: dict[str, Any]) -> None:
    manuscript = write(issue)

    assert "\r" not in manuscript
    assert read("\ufeff" + manuscript.replace("\n", "\r\n")) == read(manuscript)


@settings(deadline=None, max_examples=300)
@given(
    st.text()
    | ANY_PIECE
    | ANY_PIECE.map("---\n{}\n---\n".format)
    | ANY_PIECE.map("---\ntitle: a\n---\n# a\n{}".format)
    | ANY_PIECE.map(lambda text: "---\ntitle: a\n---\n# a\n{" + text.replace("\n", " ") + "}")
)
def test_an_invalid_manuscript_is_reported_with_a_line(text: str) -> None:
    told = _fault(text)

    if told is not None:
        assert str(told).startswith(f"Line {told.line}: ")
        assert 1 <= told.line <= text.count("\n") + text.count("\r") + 2


def _fault(text: str) -> ManuscriptError | None:
    try:
        read(text)
    except ManuscriptError as error:
        return error
    return None


@pytest.mark.parametrize(
    "body",
    [
        *("", "\n", " ", "\n\nlate", "trailing\n", "trailing  \n\n", "  indented", "\ttab"),
        *("# heading", "\\# heading", "a\n\n## [A](https://example.org)\n{#1}\n\nb", "#", "#\t"),
        *("{#401}", "{outro}", "a\n{outro}\nb", "{{ template }}", "\\", "a\n\\\nb", "\\\\"),
        *(
            "```sh\n# comment\n```",
            "```\n# never closed",
            "```a\n~~~\n# b\n```\n~~~",
            "> ```\n# x",
            "- a\n\n  ```\n  # b\n  ```",
        ),
        *("```\n## [B]\n{#1}\n```\n\n```\n# c\n```", "```\n\\{#1}\n```", "{#1}\n```\n{outro}\n```"),
        *("a\r\nb", "\r\n", "a\r\nb\n", "lone\rCR", "# a\r\n{outro}\r\n"),
        *("<!-- # not a heading\n# nor this\n-->", "a\n---\nb", "---", "u\u2028v\u0085w", "\ufeffbom"),
    ],
)
def test_texts_that_look_like_marks(body: str) -> None:
    issue = with_body(body) | {"intro": body, "outro": body}
    issue["sections"][0]["intro"] = body

    read_back = read(write(issue))

    section = read_back["sections"][0]
    assert [read_back["intro"], section["intro"], section["items"][0]["body"], read_back["outro"]] == [body] * 4
    assert len(section["items"]) == 2


@pytest.mark.parametrize(
    ("title", "url", "heading"),
    [
        ("Plain", "https://example.org/a_(b)", "## [Plain](https://example.org/a_(b))"),
        ("[2501.01234] A paper", None, "## [[2501.01234] A paper]"),
        ("f[x](y)", "https://example.org", "## [f[x\\](y)](https://example.org)"),
        ("C:\\", None, "## [C:\\\\]"),
        ("a \\ b *c* &amp; #1", None, "## [a \\ b *c* &amp; #1]"),
    ],
)
def test_headings_of_items(title: str, url: str | None, heading: str) -> None:
    assert syntax.item_heading(2, title, url) == heading
    assert syntax.item_title(heading.removeprefix("## ")) == (title, url)


@pytest.mark.parametrize("title", ["[Sponsored]", "\\[a", "# a", "{#1}", "a #", "\\", "]("])
def test_headings_of_sections(title: str) -> None:
    assert read(write(an_issue(a_section(1, title=title))))["sections"][0]["title"] == title


def test_sections_as_deep_as_they_may_be() -> None:
    section = a_section(DEEPEST, items=[an_item(1)])
    for depth in range(DEEPEST - 1, 0, -1):
        section = a_section(depth, sections=[section], items=[an_item(depth + 1)])

    assert taken(read(write(an_issue(section)))) == taken(an_issue(section))


def test_what_the_public_reads_can_be_written_too() -> None:
    issue = with_body("Words.")
    del issue["scheduled_at"]
    for part in (issue["sections"][0], *issue["sections"][0]["items"]):
        del part["version"]

    assert taken(read(write(issue))) == taken(issue)


def test_a_manuscript_without_ids_keeps_what_is_said_of_tags() -> None:
    sections = [
        {
            "title": "Research",
            "items": [{"title": "A"}, {"title": "B", "tags": []}, {"title": "C", "tags": ["safety"]}],
        },
        {"title": "Safety", "tag": None},
        {"title": None, "tag": "safety"},
    ]
    issue = {"title": "A", "sections": sections}

    assert taken(read(write(issue))) == taken(issue)


@pytest.mark.parametrize("piece", ["word ", "# \\\n", "\\", "```a\n", "[a](b) " * 20 + "\n"])
def test_ten_megabytes(piece: str) -> None:
    text = piece * (10_000_000 // len(piece) // (20 if "\n" in piece else 1))

    assert read(write(with_body(text)))["sections"][0]["items"][0]["body"] == text


def test_lines_of_what_a_problem_points_to() -> None:
    manuscript = parse(write(with_body("Words.") | {"outro": "Bye."}))
    lines = write(with_body("Words.") | {"outro": "Bye."}).split("\n")

    assert lines[manuscript.line_of("/sections/0/items/1/url") - 1] == "## [A title](https://example.org/a)"
    assert manuscript.line_of("/sections/0/items/1") > manuscript.line_of("/sections/0/items/0/tags/0")
    assert lines[manuscript.line_of("/sections/0/tag") - 1] == "# Research"
    assert lines[manuscript.line_of("/slug") - 1] == "slug: small-models"
    assert lines[manuscript.line_of("/outro") - 1] == "{outro}"
    assert manuscript.line_of("/nowhere") == 1
