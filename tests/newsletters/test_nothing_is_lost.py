"""No line of a source is lost: each word and address stands in the issue, or in a note that says why it does not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.newsletters.blocks import Source
from app.newsletters.formats import html, markdown, text
from app.newsletters.structure import Series, interpret

TEXT = """
    Research Tools news links weekly 75 #12 Sponsor unsubscribe Thanks for reading: a compiler rewrote itself.
    It is faster! Really? See (https://example.org/a) https://example.net/b?x=1 [1] 3. März 2025 Issue 7 — “quoted”
    STATE OF THE MARKET 読みもの 週刊 12/24/2025 - * # > snake_case <b> & [video] View in browser
"""
WORDS = st.sampled_from(TEXT.split())
PHRASES = st.lists(WORDS, min_size=1, max_size=14).map(" ".join)


def words_of(written: str) -> set[str]:
    plain = re.sub(r"\\(?=\W)|&(?:amp|lt|gt|quot|#39);", " ", written.replace("\\\n", "\n").replace("\\", ""))
    return set(re.findall(r"[^\W_]+", plain))


def lost(written: str, source: Source) -> set[str]:
    """The words of a text that stand neither in the issue that is read from it nor in a note."""
    issue = interpret(source, Series())
    said = _texts(issue.document()) + " " + " ".join(f"{note.what} {note.reason}" for note in issue.notes)
    squeezed = re.sub(r"[\W_]", "", said)  # a script without spaces has none where two lines are joined
    return {word for word in words_of(written) - words_of(said) - words_of(source.name) if word not in squeezed}


def _texts(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(map(_texts, value.values()))
    return " ".join(map(_texts, value)) if isinstance(value, list) else str(value)


def _unnumbered(written: str) -> str:
    """Without the numbers of a list's entries, which are counted anew, and of notes, whose links say what they do."""
    return re.sub(r"\[\d\]", "", re.sub(r"(?m)^[\s>*#-]*(?:\d{1,2}[.)](?: +|$))+", "", written))


PREFIXES = st.sampled_from(["", "", "", "* ", "  * ", "- ", "1. ", "# ", "## ", "> ", "    "])
LINES = st.builds(lambda prefix, phrase: prefix + phrase, PREFIXES, PHRASES) | st.sampled_from(
    ["", "", "", "---", "====", "* * *", "-----------", "```", "[1] https://example.com/note", "--"]
)
DOCUMENTS = st.lists(LINES, max_size=25).map("\n".join)


@given(DOCUMENTS)
def test_of_any_text(written: str) -> None:
    assert not lost(_unnumbered(written), text.read(written, "letter.txt"))


@given(DOCUMENTS)
def test_of_any_markdown(written: str) -> None:
    assert not lost(_unnumbered(written), markdown.read(written, "letter.md")) - {"b"}


def _element(tag: str, inner: list[str]) -> str:
    attributes = ' href="https://example.org/linked"' if tag == "a" else ""
    return f"<{tag}{attributes}>{' '.join(inner)}</{tag}>"


TAGS = st.sampled_from(
    ["p", "p", "h1", "h2", "h3", "li", "ul", "td", "div", "strong", "em", "blockquote", "a", "pre", "nav"]
)
TREES = st.recursive(
    PHRASES.map(lambda phrase: phrase.replace("&", "and").replace("<", "")),
    lambda inner: st.builds(_element, TAGS, st.lists(inner, max_size=5)),
    max_leaves=25,
)


@given(st.lists(TREES, max_size=6).map("\n".join))
def test_of_any_html(written: str) -> None:
    visible = _unnumbered(re.sub(r"<[^>]*>", "\n", written))
    assert not lost(visible, html.read(written.encode(), "letter.html"))


@pytest.mark.parametrize(
    "repeated", ["a word\n", "* [a](https://example.org)\n", "Title\n\nText of it.\n\n", "> " * 300 + "deep\n"]
)
def test_of_what_is_repeated_many_times(repeated: str) -> None:
    assert not lost(repeated, markdown.read(repeated * 50, "letter.md"))
