"""A bound on the work of rendering one text, above which it is shown as it was written.

Rendering takes some microseconds for each character that has a meaning in Markdown or HTML, and some of them make the
parser search the rest of the text. No newsletter comes near these limits; texts that are made to keep a server busy do.
"""

import re
from html import escape

MOST_MARKS = 8_000
"""Characters that can have a meaning in Markdown, as many as all of `_MARKS`."""
MOST_LINKS = 1_000
"""`](`, from each of which an address is looked for."""
MOST_TAGS = 2_000
"""`<`. The sanitiser takes longer, the deeper elements are nested."""
MOST_ADDRESSES = 400
"""`://`, `www.` and `@`, from each of which an address without brackets is looked for, to the end of the word."""
MOST_IN_ADDRESSES = 1_000_000
"""The number of these and of links (up to 32: so many can be in each other), times the length of the longest word."""
MOST_LINES = 3_000
MOST_BLOCKS = 3_000
"""Marks at the beginnings of lines that begin a quotation or a list item, which can be in each other."""
MOST_STEPS = 15_000
"""Steps in search of the ends of links. Each `[` that is not closed searches the whole paragraph."""

_MARKS = "*_~`[]<>&\\|!{}$%^#"
_ADDRESSES = ("://", "www.", "@")
_BLOCKS = re.compile(r"^[ \t>*+\-\d.)]+", re.MULTILINE)
_BLOCK = re.compile(r">|[-+*.)](?=[ \t])")
_SHORT = 400
"""Characters: a shorter text cannot be too complex."""


class TooComplex(Exception):
    """The parser has taken more than MOST_STEPS steps for a text."""


def is_too_complex(text: str) -> bool:
    """Whether a text is not rendered. Others may still raise TooComplex while they are."""
    if len(text) < _SHORT:
        return False
    addresses, links = sum(map(text.lower().count, _ADDRESSES)), text.count("](")
    return (
        sum(map(text.count, _MARKS)) > MOST_MARKS
        or links > MOST_LINKS
        or text.count("<") > MOST_TAGS
        or addresses > MOST_ADDRESSES
        or (addresses + min(links, 32)) * max(map(len, text.split()), default=0) > MOST_IN_ADDRESSES
        or text.count("\n") > MOST_LINES
        or sum(len(_BLOCK.findall(start)) for start in _BLOCKS.findall(text)) > MOST_BLOCKS
    )


def may_take_too_many_steps(text: str) -> bool:
    """Whether the parser can have raised TooComplex for a text: each `[` can take a step for each part of the text."""
    return text.count("[") * 2 * (sum(map(text.count, _MARKS)) + text.count("\n") + 1) > MOST_STEPS


def as_written(text: str) -> str:
    """The text as HTML that shows it as it was written: escaped, in paragraphs, with its line breaks."""
    paragraphs: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.strip():
            paragraphs[-1].append(escape(line.strip(), quote=False))
        elif paragraphs[-1]:
            paragraphs.append([])
    return "\n".join("<p>" + "<br>\n".join(lines) + "</p>" for lines in paragraphs if lines)
