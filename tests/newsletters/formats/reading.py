"""What tests ask of a reading."""

from collections.abc import Iterable
from typing import Any

from app.newsletters.blocks import Block, Source
from app.newsletters.formats import html


def texts(blocks: Iterable[Block]) -> list[str]:
    return [block.text for block in blocks]


def the_block(source: str) -> Block:
    """The one block that a piece of HTML makes."""
    (block,) = html.blocks_of(source)
    return block


def marks(block: Block) -> list[tuple[Any, ...]]:
    """Its marks, with the words that they are over instead of their places."""
    return [(mark.kind, block.text[mark.start : mark.end], *([mark.url] if mark.url else [])) for mark in block.marks]


def all_words(source: Source) -> list[str]:
    """Every word that came out of a source, wherever it went."""
    said = [block.text for block in source.blocks] + [left.what for left in source.left_out]
    return " ".join(said).split()


def well_formed(block: Block) -> bool:
    """Whether its marks are within its text, in order, and each within or beside each other."""
    places = [(mark.start, mark.end) for mark in block.marks]
    nested = all(
        other[0] >= one[1] or other[1] <= one[1] for index, one in enumerate(places) for other in places[index + 1 :]
    )
    within = all(0 <= start <= end <= len(block.text) for start, end in places)
    return within and nested and places == sorted(places, key=lambda place: (place[0], -place[1]))
