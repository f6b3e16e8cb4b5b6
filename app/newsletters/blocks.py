"""What every reader makes of its format, and all that the reading of a newsletter knows of it: a row of blocks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple
from unicodedata import category

from app.newsletters.left_out import LeftOut

Kind = Literal["heading", "paragraph", "item", "image", "divider", "verbatim"]
"""`item` is the beginning of a list's entry; what else stands in that entry follows as blocks of the same depth.
`verbatim` is what has a form of its own: a table, code."""

Role = Literal["content", "button", "navigation", "hidden"]
"""What the format itself says of a block: a link made to look like a button, the frame around the text
(navigation, forms, footers), or text that no reader is shown."""


class Mark(NamedTuple):
    """What is special about a part of a block's text, `text[start:end]`."""

    kind: Literal["link", "bold", "italic", "code", "strike", "image"]
    start: int
    end: int
    url: str | None = None
    """Of a link or an image, whose text is its description."""


@dataclass(frozen=True, slots=True)
class Block:
    kind: Kind
    text: str = ""
    """Its words, without markup. White space is single spaces; a line end is one that its author wants."""
    marks: tuple[Mark, ...] = ()
    """By their start, outer ones first."""
    place: int = 0
    """Where it begins: the line in the source, from 1."""
    level: int = 0
    """A heading's, from 1."""
    depth: int = 0
    """How many lists it is in."""
    ordered: bool = False
    """An entry of a numbered list."""
    quoted: bool = False
    gap: int = 1
    """Empty lines before it: 0 where it stands right beneath the block before."""
    size: float = 1.0
    """Of its letters; 1 is what most of the text has."""
    role: Role = "content"
    raw: str | None = None
    """A verbatim block as Markdown."""

    @property
    def links(self) -> list[Mark]:
        return [mark for mark in self.marks if mark.kind == "link"]

    @property
    def is_visible(self) -> bool:
        """Whether there is something to see: more than white space, and marks that take no room."""
        return (
            self.kind == "image"
            or any(mark.kind == "image" for mark in self.marks)
            or any(category(char)[0] not in "CZ" for char in self.raw or self.text)
        )


@dataclass(frozen=True, slots=True)
class Source:
    """One edition, as its format gives it: what the format says about it, and its blocks."""

    name: str
    """What people know it by: a file's name, an entry's title."""
    blocks: tuple[Block, ...]
    key: str = ""
    """What stays the same when it is read again: an entry's id, or the name."""
    identified: bool = False
    """Its key is an id, which no other edition has."""
    title: str | None = None
    subtitle: str | None = None
    number: str | None = None
    date: str | datetime | None = None
    """As written; a `datetime` where the format has but one way to write it."""
    language: str | None = None
    url: str | None = None
    image: str | None = None
    publication: str | None = None
    draft: bool = False
    """The format says that it was not published."""
    left_out: tuple[LeftOut, ...] = ()
    """By the reader: comments, template tags."""
