"""Spans of text in one style, joined into the text and marks of blocks."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from app.newsletters.blocks import Mark, Role

_SPACES = re.compile(r"\s+")
# Soft hyphens, zero-width spaces, and characters that pad the preview line of e-mails.
_INVISIBLE = re.compile(r"[\u00ad\u034f\u180e\u200b\u2060-\u2064\ufeff]+")
# Joiners and variation selectors belong to the character before them.
_LONE = re.compile(
    r"(?<=\s)[\u200c\u200d\ufe0e\ufe0f]+|(?<![\u200c\u200d])[\u200c\u200d]++(?=\s)|\A[\u200c\u200d\ufe0e\ufe0f]++\Z"
)

LONGEST_BUTTON = 80
"""Characters."""

_Kind = Literal["link", "bold", "italic", "code", "strike", "image"]


class TextStyle(NamedTuple):
    """The style of a span, and what the page says about it."""

    link: str | None = None
    bold: bool = False
    italic: bool = False
    code: bool = False
    strike: bool = False
    size: float | None = None
    """In pixels; None for a heading without a font size."""
    role: Role = "content"
    button: bool = False


class Span(NamedTuple):
    text: str
    text_style: TextStyle
    line: int
    image: str | None = None
    """The URL of an image; the text is its description."""


class Paragraph(NamedTuple):
    """The content of one block."""

    text: str
    marks: tuple[Mark, ...]
    place: int
    size: float | None
    role: Role
    is_image: bool
    gap: int


class _Range(NamedTuple):
    """A mark over the spans `begin` to `end`."""

    kind: _Kind
    value: str | bool | None
    begin: int
    end: int


def visible(text: str) -> str:
    """Text with single spaces and without invisible characters."""
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
    """The spans of a line with single spaces between words, and none at its ends."""
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
    """The font size of most of the words, and whether all are buttons: what separates one paragraph from the next."""
    sizes = Counter[float | None]()
    for span in spans:
        if span.image is None:
            sizes[span.text_style.size] += len(span.text)
    return max(sizes, key=sizes.__getitem__, default=None), all(
        span.text_style.button or _is_space(span) for span in spans
    )


def _line_end(before: Span, after: Span) -> Span:
    """A line break, in the style that both of its sides have in common."""
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


def _block(spans: Sequence[Span], gap: int) -> Paragraph:
    text = "".join(span.text for span in spans)
    is_image = not _has_words(spans)
    text_style = spans[0].text_style
    size, is_button = _font(spans)
    is_button = is_button and not is_image and len(text) <= LONGEST_BUTTON
    role: Role = "button" if is_button and text_style.role == "content" else text_style.role
    return Paragraph(text, _marks(text, spans), spans[0].line, size, role, is_image, gap)


def _marks(text: str, spans: Sequence[Span]) -> tuple[Mark, ...]:
    starts = [0]
    for span in spans:
        starts.append(starts[-1] + len(span.text))
    marks = []
    for each in _ranges(spans):
        start, end = starts[each.begin], starts[each.end]
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        pictured = each.kind in ("image", "link") and any(span.image for span in spans[each.begin : each.end])
        if start < end or pictured:
            marks.append(Mark(each.kind, start, end, each.value if isinstance(each.value, str) else None))
    return tuple(sorted(marks, key=lambda mark: (mark.start, -mark.end)))


def _ranges(spans: Sequence[Span]) -> list[_Range]:
    """Nested marks, outer ones first. A link is never split; other marks are split where a link begins."""
    values: dict[_Kind, list[str | bool | None]] = {
        "link": [span.text_style.link for span in spans],
        "bold": [span.text_style.bold for span in spans],
        "italic": [span.text_style.italic for span in spans],
        "strike": [span.text_style.strike for span in spans],
        "code": [span.text_style.code for span in spans],
        "image": [span.image for span in spans],
    }
    ends = {kind: _ends(each, apart=kind == "image") for kind, each in values.items()}
    order = list(values)
    closed: list[_Range] = []
    opened: list[_Range] = []
    for index in range(len(spans) + 1):
        while opened and opened[-1].end <= index:
            closed.append(opened.pop())
        if index == len(spans):
            break
        begins = {kind for kind in order if values[kind][index]} - {each.kind for each in opened}
        while "link" in begins and opened and opened[-1].end < ends["link"][index]:
            begins.add(opened[-1].kind)
            closed.append(opened.pop()._replace(end=index))
        for kind in sorted(begins, key=lambda kind: (-ends[kind][index], order.index(kind))):
            end = min(ends[kind][index], opened[-1].end if opened else len(spans))
            opened.append(_Range(kind, values[kind][index], index, end))
    return sorted(closed, key=lambda each: (each.begin, -each.end, order.index(each.kind)))


def _ends(values: Sequence[str | bool | None], *, apart: bool) -> list[int]:
    """For each index, where the sequence of equal values that it is in ends."""
    ends = list(range(1, len(values) + 1))
    if not apart:
        for index in range(len(values) - 2, -1, -1):
            if values[index] == values[index + 1]:
                ends[index] = ends[index + 1]
    return ends
