"""Runs of words, each of one text_style, put together as the text and the marks of blocks."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from app.newsletters.blocks import Mark, Role

_SPACES = re.compile(r"\s+")
# Soft hyphens, points where a word may break, and what mail pads its preview line with.
_INVISIBLE = re.compile(r"[\u00ad\u034f\u180e\u200b\u2060-\u2064\ufeff]+")
# Joiners and picture selectors belong to what they stand behind.
_LONE = re.compile(
    r"(?<=\s)[\u200c\u200d\ufe0e\ufe0f]+|(?<![\u200c\u200d])[\u200c\u200d]++(?=\s)|\A[\u200c\u200d\ufe0e\ufe0f]++\Z"
)

LONGEST_BUTTON = 80
"""Characters."""

_Kind = Literal["link", "bold", "italic", "code", "strike", "image"]


class TextStyle(NamedTuple):
    """How a span of words looks, and what the format says of it."""

    link: str | None = None
    bold: bool = False
    italic: bool = False
    code: bool = False
    strike: bool = False
    size: float | None = None
    """In pixels; None where nothing is said of a heading's."""
    role: Role = "content"
    button: bool = False


class Span(NamedTuple):
    text: str
    text_style: TextStyle
    line: int
    image: str | None = None
    """The address of an image that the text describes."""


class Paragraph(NamedTuple):
    """A block's worth of spans."""

    text: str
    marks: tuple[Mark, ...]
    place: int
    size: float | None
    role: Role
    is_image: bool
    gap: int


class _MarkedSpan(NamedTuple):
    """A mark over pieces `begin` to `end`."""

    kind: _Kind
    value: str | bool | None
    begin: int
    end: int


def visible(text: str) -> str:
    """Text with single spaces, without characters that nobody sees."""
    if text.isascii():
        return _SPACES.sub(" ", text)
    return _SPACES.sub(" ", _LONE.sub("", _INVISIBLE.sub("", text)))


def paragraphs(spans: Sequence[Span]) -> Iterator[Paragraph]:
    """Spans as paragraphs: one for each role, between empty lines, and for each image in a line of images.

    A span of `"\\n"` ends a line. Lines in another font size, and lines of buttons, are paragraphs of their own too.
    """
    for role in dict.fromkeys(span.text_style.role for span in spans if not _is_space(span)):
        part: list[Span] = []
        gap, font = 1, _font([])
        for line in _lines(span for span in spans if span.text_style.role == role or _is_space(span)):
            before, font = font, _font(line)
            if part and not (line and _has_words(line) and font == before):
                yield _block(part, gap)
                part, gap = [], 0
            if not line:
                gap = 1
            elif _has_words(line):
                part += [_line_end(part[-1], line[0]), *line] if part else line
            else:
                for image in (span for span in line if span.image is not None):
                    yield _block([image], gap)
                    gap = 0
        if part:
            yield _block(part, gap)


def _is_space(span: Span) -> bool:
    return span.image is None and not span.text.strip()


def _lines(spans: Iterator[Span]) -> Iterator[list[Span]]:
    for ends, line in groupby(spans, lambda span: span.text == "\n" and span.image is None):
        if ends:
            yield from ([] for _ in list(line)[1:])
        else:
            yield _tidy(line)


def _tidy(spans: Iterator[Span]) -> list[Span]:
    """A line's spans with single spaces between words, and none at its ends."""
    tidy: list[Span] = []
    spaced = True
    for span in spans:
        text = visible(span.text)
        if spaced:
            text = text.removeprefix(" ")
        if text or span.image is not None:
            tidy.append(span._replace(text=text))
            spaced = text.endswith(" ") if text else spaced
    for index in range(len(tidy) - 1, -1, -1):
        tidy[index] = tidy[index]._replace(text=tidy[index].text.rstrip(" "))
        if tidy[index].text:
            break
    return [span for span in tidy if span.text or span.image is not None]


def _has_words(line: Sequence[Span]) -> bool:
    return any(span.image is None for span in line)


def _font(spans: Sequence[Span]) -> tuple[float | None, bool]:
    """What most of the words text_style like, as far as lines may differ in it."""
    sizes = Counter[float | None]()
    for span in spans:
        if span.image is None:
            sizes[span.text_style.size] += len(span.text)
    return max(sizes, key=sizes.__getitem__, default=None), all(
        span.text_style.button or _is_space(span) for span in spans
    )


def _line_end(before: Span, after: Span) -> Span:
    """The end of a line, which looks as what is on both of its sides."""
    first, second = before.text_style, after.text_style
    text_style = first._replace(
        link=first.link if first.link == second.link else None,
        bold=first.bold and second.bold,
        italic=first.italic and second.italic,
        code=first.code and second.code,
        strike=first.strike and second.strike,
        button=first.button and second.button,
    )
    return Span("\n", text_style, after.line)


def _block(pieces: Sequence[Span], gap: int) -> Paragraph:
    text = "".join(piece.text for piece in pieces)
    is_image = not _has_words(pieces)
    text_style = pieces[0].text_style
    size, is_button = _font(pieces)
    is_button = is_button and not is_image and len(text) <= LONGEST_BUTTON
    role: Role = "button" if is_button and text_style.role == "content" else text_style.role
    return Paragraph(text, _marks(text, pieces), pieces[0].line, size, role, is_image, gap)


def _marks(text: str, pieces: Sequence[Span]) -> tuple[Mark, ...]:
    places = [0]
    for piece in pieces:
        places.append(places[-1] + len(piece.text))
    marks = []
    for span in _spans(pieces):
        start, end = places[span.begin], places[span.end]
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        pictured = span.kind in ("image", "link") and any(piece.image for piece in pieces[span.begin : span.end])
        if start < end or pictured:
            marks.append(Mark(span.kind, start, end, span.value if isinstance(span.value, str) else None))
    return tuple(sorted(marks, key=lambda mark: (mark.start, -mark.end)))


def _spans(pieces: Sequence[Span]) -> list[_MarkedSpan]:
    """Nested spans, outer ones first where they begin. A link is never parted; the rest is where a link ends."""
    values: dict[_Kind, list[str | bool | None]] = {
        "link": [piece.text_style.link for piece in pieces],
        "bold": [piece.text_style.bold for piece in pieces],
        "italic": [piece.text_style.italic for piece in pieces],
        "strike": [piece.text_style.strike for piece in pieces],
        "code": [piece.text_style.code for piece in pieces],
        "image": [piece.image for piece in pieces],
    }
    ends = {kind: _ends(each, apart=kind == "image") for kind, each in values.items()}
    order = list(values)
    spans: list[_MarkedSpan] = []
    around: list[_MarkedSpan] = []
    for index in range(len(pieces) + 1):
        while around and around[-1].end <= index:
            spans.append(around.pop())
        if index == len(pieces):
            break
        begins = {kind for kind in order if values[kind][index]} - {span.kind for span in around}
        while "link" in begins and around and around[-1].end < ends["link"][index]:
            begins.add(around[-1].kind)
            spans.append(around.pop()._replace(end=index))
        for kind in sorted(begins, key=lambda kind: (-ends[kind][index], order.index(kind))):
            end = min(ends[kind][index], around[-1].end if around else len(pieces))
            around.append(_MarkedSpan(kind, values[kind][index], index, end))
    return sorted(spans, key=lambda span: (span.begin, -span.end, order.index(span.kind)))


def _ends(values: Sequence[str | bool | None], *, apart: bool) -> list[int]:
    """For each place, where the span of equal values that it is in ends."""
    ends = list(range(1, len(values) + 1))
    if not apart:
        for index in range(len(values) - 2, -1, -1):
            if values[index] == values[index + 1]:
                ends[index] = ends[index + 1]
    return ends
