"""Markup that nobody closed, crossed, or made to hurt."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.newsletters.blocks import Source
from app.newsletters.formats import html
from app.newsletters.formats.html import markup, nesting
from app.newsletters.formats.html.elements import BLOCKS
from app.newsletters.left_out import Unreadable
from tests.newsletters.formats.reading import all_words, marks, texts, the_block, well_formed


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>a<p>b", ["a", "b"]),
        ("<p>a<div>b</div>c", ["a", "b", "c"]),
        ("<ul><li>a<li>b</ul>c", ["a", "b", "c"]),
        ("<ul><li>a<ul><li>b</li></li></ul>c</ul>", ["a", "b", "c"]),
        ("<table><tr><td>a<td>b<tr><td>c</table>d", ["a", "b", "c", "d"]),
        ("<td>a</td><td>b</td>", ["a", "b"]),
        ("<div><span>a</div>b</span>c", ["a", "bc"]),
        ("</div></p></table>a", ["a"]),
        ("<h2>a</h3>b", ["a", "b"]),
        ("<h2>a<h3>b", ["a", "b"]),
        ("a < b <3 <> </> c", ["a < b <3 <> </> c"]),
        ("<P TITLE=it's>a</P>", ["a"]),
        ("<p title='>'>a</p>", ["a"]),
        ("<textarea>a<b></textarea>b", ["a<b>", "b"]),
        ("<html><body>a</body></html>b", ["ab"]),
        ("<title>never closed", ["never closed"]),
        ("<select><option>a<option>b</select>", ["a", "b"]),
        ("<table><caption>a</caption><tr><td>b", ["a", "b"]),
        ("<svg><path/><g/></svg>a", ["a"]),
        ("<!>a<!-->b<?php x ?>c<![if !mso]>d<![endif]>", ["abcd"]),
    ],
)
def test_broken_markup_loses_no_words(source: str, expected: list[str]) -> None:
    assert texts(html.blocks_of(source)) == expected


def test_a_tag_without_an_end_is_noted() -> None:
    blocks, left_out = html.parts_of('<p>a</p><a href="https://a.example/>b and all the rest')
    assert texts(blocks) == ["a"]
    assert left_out[0].what.endswith("b and all the rest")


def test_a_link_does_not_reach_out_of_its_cell() -> None:
    first, second = html.blocks_of("<table><tr><td><a href=u>a</td><td>b</td></tr></table>")
    assert (marks(first), marks(second)) == ([("link", "a", "u")], [])


def test_a_link_ends_where_the_next_begins() -> None:
    assert marks(the_block("<a href=u>a<a href=v>b")) == [("link", "a", "u"), ("link", "b", "v")]


def test_a_closing_tag_parts_no_paragraph() -> None:
    first, second = html.blocks_of("<div><p>a <a href=u>b</p><p>c</a> d</p></div>")
    assert (marks(first), marks(second)) == ([("link", "b", "u")], [("link", "c", "u")])


COUNT = 5_000


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * COUNT + "word",
        "<b>" * COUNT + "word",
        "<ul><li>" * COUNT + "word",
        "<table><tr><td>" * COUNT + "word",
        "<table><tr><td>&bull;<td>" * COUNT + "word",
        "<blockquote>" * COUNT + "word",
        "".join(f"<font color={number}><p>" for number in range(COUNT)) + "word",
        "<b>" * COUNT + "<div>" * COUNT + "</b>" * COUNT + "word",
        "<select>" + "<option>" * COUNT + "word",
        "<header>" * COUNT + "word",
        "word<br>" * COUNT,
        "<p>" + "<a href=u>word</a> <i>x</i>" * COUNT,
        f"<p {' '.join(f'a{number}=1' for number in range(COUNT))}>word",
        f"<p class='{'a ' * COUNT}'>word",
        f"<style>{'.a{color:red}' * COUNT}{'{' * COUNT}</style>word",
        f"<style>{'a' * COUNT}{'/*' * COUNT}</style>word",
        "<!--" + "[if " * COUNT + "-->word",
        "<!--" + "<style" * COUNT + "-->word",
        "word" + "\u200c" * COUNT + "x",
        "word " + " \u200c" * COUNT,
        "word " + "<" * COUNT,
        "word " + "&#" + "9" * COUNT,
        "word <a b='" * COUNT,
        "<title>" * COUNT + "word",
        "word " * (COUNT * 100),
    ],
    ids=lambda source: source[:24],
)
def test_no_page_takes_a_time_that_grows_faster_than_it(source: str) -> None:
    read = html.read(source, "hostile.html")
    assert any("word" in text for text in [*texts(read.blocks), *(left.what for left in read.left_out)])
    assert len(read.blocks) <= 2 * COUNT


def test_what_is_too_much_is_refused_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nesting, "MOST_TAGS", 10)
    monkeypatch.setattr(markup, "MOST_CHARACTERS", 100)
    with pytest.raises(Unreadable, match=r"more than 10 tags: import"):
        html.read("<p>" * 11, "x")
    with pytest.raises(Unreadable, match=r"more than 100 characters: import"):
        html.read("a" * 101, "x")


NOT_RENDERED = {"head", "html", "noscript", "template", "audio", "video", "col", "colgroup"}
TAGS = [
    *sorted(BLOCKS - NOT_RENDERED),
    "a",
    "b",
    "i",
    "em",
    "strong",
    "s",
    "small",
    "font",
    "span",
    "label",
    "code",
    "button",
]
ATTRIBUTES = (
    "",
    " href=u",
    " style='font-weight:bold'",
    " style='display:none'",
    " class=btn",
    " style='display:block'",
)

words = st.integers(0, 9999).map("w{}".format)
elements: st.SearchStrategy[Any] = st.recursive(
    words | st.sampled_from(["<br>", "<hr>", "<img src=i>", " ", "</p>", "</b>", "</div>", "</td>", "</a>"]),
    lambda inner: st.builds(
        lambda tag, attribute, inside, closed: f"<{tag}{attribute}>{' '.join(inside)}{f'</{tag}>' * closed}",
        st.sampled_from(TAGS),
        st.sampled_from(ATTRIBUTES),
        st.lists(inner, max_size=4),
        st.booleans(),
    ),
    max_leaves=40,
)


def read_of(source: str) -> Source:
    return html.read(source, "any.html")


@given(st.lists(elements, max_size=6).map(" ".join))
def test_every_visible_word_comes_out_once_and_marks_nest(source: str) -> None:
    read = read_of(source)
    written = [word for word in source.replace("<", " <").replace(">", "> ").split() if word[0] == "w"]
    found = [word for word in all_words(read) if word != "|"]
    assert sorted(found) == sorted(written)
    assert all(well_formed(block) for block in read.blocks)
    assert all(block.text or block.kind in ("image", "divider", "item") for block in read.blocks)


@given(st.text(alphabet="<>/!-=\"' &;#abp\n", max_size=60))
def test_any_text_can_be_read(source: str) -> None:
    assert all(well_formed(block) for block in read_of(source).blocks)
