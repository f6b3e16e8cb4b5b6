"""Blocks: the common form of all formats, which the readers produce and `structure` interprets."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple
from unicodedata import category

from app.newsletters.left_out import LeftOut

Kind = Literal["heading", "paragraph", "item", "image", "divider", "verbatim"]
"""`item` is the first block of a list item; its other blocks follow with the same depth. `verbatim` is a table or
code."""

Role = Literal["content", "button", "navigation", "hidden"]
"""What the format says about a block: a link that looks like a button, a part around the main text (navigation, forms,
footers), or hidden text."""


class Mark(NamedTuple):
    """Formatting of a part of a block's text, `text[start:end]`."""

    kind: Literal["link", "bold", "italic", "code", "strike", "image"]
    start: int
    end: int
    url: str | None = None
    """Of a link or an image. The text of an image is its description."""


@dataclass(frozen=True, slots=True)
class Block:
    kind: Kind
    text: str = ""
    """Without markup, with single spaces; `\\n` only where the author wants a line break."""
    marks: tuple[Mark, ...] = ()
    """By their start, outer ones first."""
    place: int = 0
    """The line in the source where it begins, from 1."""
    level: int = 0
    """Of a heading, from 1."""
    depth: int = 0
    """How many lists it is in."""
    ordered: bool = False
    """An entry of a numbered list."""
    quoted: bool = False
    gap: int = 1
    """Empty lines before it; 0 if it directly follows the block before."""
    size: float = 1.0
    """Font size, relative to most of the text."""
    role: Role = "content"
    raw: str | None = None
    """A verbatim block as Markdown."""

    @property
    def links(self) -> list[Mark]:
        return [mark for mark in self.marks if mark.kind == "link"]

    @property
    def is_visible(self) -> bool:
        """Whether it has anything visible: an image, or more than white space and control characters."""
        return (
            self.kind == "image"
            or any(mark.kind == "image" for mark in self.marks)
            or any(category(char)[0] not in "CZ" for char in self.raw or self.text)
        )


@dataclass(frozen=True, slots=True)
class Source:
    """One edition of a newsletter, as read from its format: metadata and blocks."""

    name: str
    """For messages: a file's name, an entry's title."""
    blocks: tuple[Block, ...]
    key: str = ""
    """Identifies it when it is read again: an entry's id, or the name."""
    identified: bool = False
    """Whether its key is an id, which no other edition has."""
    title: str | None = None
    subtitle: str | None = None
    number: str | None = None
    date: str | datetime | None = None
    """As written; a `datetime` if the format defines how dates are written."""
    language: str | None = None
    url: str | None = None
    image: str | None = None
    publication: str | None = None
    draft: bool = False
    """Whether the format says that it was not published."""
    left_out: tuple[LeftOut, ...] = ()
    """Such as comments and template tags."""
