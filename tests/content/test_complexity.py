"""No text keeps a worker busy, whatever reads it."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

import pytest

from app.content import markdown, titles
from app.content.complexity import MOST_STEPS, as_written, cost, is_too_complex
from app.content.lengths import LONGEST_TEXT
from app.content.sanitizer import sanitize, text_of
from app.content.slugs import slug_of
from app.manuscripts import ManuscriptError, read, write
from app.search.analysis import terms_to_index
from app.search.highlights import excerpt
from tests.content.hostile import UNITS, texts
from tests.cpu_time import cpu_time, measured

MOST = 0.3
"""Seconds of CPU time for one text of the largest size. Nearly all take less than a third of it."""


def slowest(
    work: Callable[[str], object], texts: dict[str, str], halves: dict[str, str], most: float = MOST
) -> dict[str, float]:
    """The texts that take longer than `most`.

    Where a text of half the size takes an eighth of the time, the whole one is quick enough even if the work grows with
    the cube of the size. So only the others are tried whole.
    """
    long = [name for name, half in halves.items() if measured(partial(work, half)) > most / 8]
    times = {name: cpu_time(partial(work, texts[name]), most) for name in long}
    return {name: taken for name, taken in times.items() if taken > most}


def through_a_manuscript(text: str) -> None:
    read(write({"title": "T", "sections": [{"title": "S", "items": [{"title": "a", "body": text}]}]}))


def as_a_manuscript(text: str) -> None:
    with suppress(ManuscriptError):
        read(f"---\ntitle: T\n---\n\n{text}")


READERS: dict[str, Callable[[str], object]] = {
    "rendering": markdown._render,
    "title": titles.from_body,
    "sanitiser": sanitize,
    "text": lambda text: text_of(as_written(text)),
    "text of HTML": text_of,
    "words": str.split,
    "terms": lambda text: terms_to_index(text, "en"),
    "highlights": lambda text: excerpt(text, {"a"}, "en"),
    "slug": lambda text: slug_of(text, "x"),
    "manuscript": through_a_manuscript,
    "text of a manuscript": as_a_manuscript,
}
# The sanitiser alone is given only what has passed the bound.
_BOUNDED = {"sanitiser", "text of HTML"}
# Half of the largest size, in half the time, shows as well what grows with the square of the length, at half the cost.
_HALVED = {"title", "terms", "highlights", "slug", "manuscript", "text of a manuscript"}


@pytest.mark.parametrize("reader", READERS)
def test_no_text_of_a_large_size_takes_long(reader: str) -> None:
    parts = 2 if reader in _HALVED else 1
    length = LONGEST_TEXT // parts
    given = {name: text for name, text in texts(length).items() if reader not in _BOUNDED or not is_too_complex(text)}
    halves = {name: text for name, text in texts(length // 2).items() if name in given}
    assert len(given) > 40
    assert all(length * 0.9 <= len(text) <= length for text in given.values())

    assert slowest(READERS[reader], given, halves, MOST / parts) == {}


@pytest.mark.parametrize("part", range(4))
def test_texts_just_below_the_bound_do_not_take_long_either(part: int) -> None:
    wholes, halves = {}, {}
    for unit in UNITS[part::4]:
        times = most_below_the_bound(unit)
        if times == LONGEST_TEXT // len(unit):
            continue  # it fills the largest text, and is among those above
        named = zip(
            filled_with(unit, times, LONGEST_TEXT), filled_with(unit, times // 2, LONGEST_TEXT // 2), strict=True
        )
        for place, (whole, half) in enumerate(named):
            if not is_too_complex(whole):
                name = f"{unit!r} {times} times, {place}"
                wholes[name], halves[name] = whole, half

    assert slowest(markdown._render, wholes, halves) == {}


def filled_with(unit: str, times: int, length: int) -> Iterator[str]:
    """Texts of a length that have the unit so many times: together at either end, and evenly."""
    room = length - times * len(unit)
    gap = "a" * (room // max(times, 1))
    yield unit * times + "a" * room
    yield "a" * room + unit * times
    yield (unit + gap) * times
    yield (unit + " " + gap[1:]) * times


def most_below_the_bound(unit: str) -> int:
    """How many times a text can have the unit and is still rendered."""
    low, high = 0, LONGEST_TEXT // len(unit)
    while low < high:
        middle = (low + high + 1) // 2
        if is_too_complex((unit * middle + "a" * 400)[:LONGEST_TEXT]):
            high = middle - 1
        else:
            low = middle
    return low


@pytest.mark.parametrize(
    "text",
    [
        "*a* " * 5_000,
        "[" * 4_000,
        "[a](b) " * 1_100,
        "<b>a</b> " * 1_100,
        "http://a.example/ " * 401,
        "a@b.example " * 401,
        "- a\n" * 3_100,
        "> " * 3_100 + "a",
        "a\n\n" * 3_100,
        "http://a.example/" * 50 + "a" * 60_000,
        "//a.example " * 500,
        ">" * 89 + "a\n" + "b\n" * 2_900,
        (">" * 85 + "a\n" + "a\n" * 85) * 33,
        "> - " * 40 + "a\n" + "a\n" * 2_900,
        "|".join("a" * 60) + "\n" + "|".join("-" * 60) + "\n" + "a\n" * 1_000,
        ("|".join("a" * 30) + "\n" + "|".join("-" * 30) + "\n" + "a\n" * 100 + "\n") * 20,
        "".join(f"<b id={place}>" for place in range(900)) + "<p>x" * 900,
        "".join(f"<i id={place}></b><p>" for place in range(600)),
    ],
    ids=lambda text: repr(text[:20]),
)
def test_what_is_too_much_work_is_shown_as_it_was_written(text: str) -> None:
    html = markdown.to_html(text) or ""

    assert html == as_written(text)
    assert markdown.is_as_written(text)
    assert "<a" not in html
    assert sanitize(html) == html


@pytest.mark.parametrize(
    "text",
    [
        "*a* " * 1_500,
        "[a](https://example.org/b) " * 300,
        "[a](/b), " * 900,
        "- [a](https://example.org/b) and *c*\n" * 300,
        "| a | b |\n| - | - |\n" + "| `c` | **d** |\n" * 500,
        "<b>a</b> " * 700,
        "A line of an ordinary length, which a person has written.\n\n" * 800,
        "Note [1] says so, and [2] too, and so do [3] and [4]. " * 10,
        "> quoted\n" * 500,
        "> > quoted twice\n" * 500,
        "- a\n  - b\n    - c\n" * 300,
        "<b>a</b> <i>b</i> <b>c\n\n" * 3,
        "---\n" * 1_000,
    ],
    ids=lambda text: repr(text[:20]),
)
def test_what_is_more_than_any_newsletter_has_is_rendered(text: str) -> None:
    assert not markdown.is_as_written(text)
    assert markdown.to_html(text) == sanitize(markdown._markdown.render(text)).strip()


def test_brackets_that_are_not_closed_are_given_up_on() -> None:
    """They are few enough to pass the first look, but each searches the whole rest."""
    text = "[a " * 1_500 + "*b* c " * 300

    assert not is_too_complex(text)
    assert markdown.is_as_written(text)
    assert MOST_STEPS < 1_500 * 300


def test_as_written_it_is_escaped_in_paragraphs_with_its_line_breaks() -> None:
    assert as_written("<b>a</b> & c\n  d\n\n\n[e](f)\r\n\r\ng") == (
        "<p>&lt;b&gt;a&lt;/b&gt; &amp; c<br>\nd</p>\n<p>[e](f)</p>\n<p>g</p>"
    )
    assert as_written("\n \n") == ""


def test_a_title_is_made_of_a_text_that_is_too_complex() -> None:
    assert titles.from_body("Kilns learn. " + "[" * 9_000) == "Kilns learn"


@pytest.mark.parametrize("length", [99, 2_000])
def test_the_estimated_cost_of_a_text_bounds_the_time_that_it_takes(length: int) -> None:
    """Three microseconds a unit: short texts are measured coarsely, and each has some work of its own."""
    named = {name: text for name, text in texts(length).items() if not is_too_complex(text)}
    allowed = {name: (100 + 3 * cost(text)) / 1e6 for name, text in named.items()}

    times = {name: cpu_time(partial(markdown._render, text), allowed[name]) for name, text in named.items()}

    assert {name: taken for name, taken in times.items() if taken > allowed[name]} == {}


def test_texts_without_a_meaning_in_markdown_cost_next_to_nothing() -> None:
    assert cost("Words and words. " * 1_000) < 5_000
    assert 5_000 < cost("[a](b) " * 500) < 50_000
    links = "".join(f"- [Title {n}](https://example.org/{n}?utm_source=x&utm_medium=y): a remark.\n" for n in range(60))
    assert cost(links) < 15_000
