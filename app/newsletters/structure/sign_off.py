"""The sign-off: closing words to the readers after the last item."""

from collections.abc import Sequence
from functools import lru_cache

from app.newsletters.structure import phrases
from app.newsletters.structure.lines import Line

LONGEST = 60
"""Words of a line that can belong to a sign-off."""
SHORT = 14
"""Words of one that is recognised by its position and shape alone."""
_CLOSING = phrases.any_of(phrases.CLOSING)
_SIGNING = phrases.any_of(phrases.SIGNING)
_ASKING = phrases.any_of(phrases.ASKING_READERS)


def is_closing(line: Line) -> bool:
    """Whether a line says goodbye in one of the usual phrases."""
    return can_be_sign_off(line) and bool(_CLOSING.search(line.text) or _SIGNING.search(line.text))


def is_closing_heading(text: str) -> bool:
    """Whether a heading says goodbye or asks readers for something, so that it is not a section's."""
    return len(text) <= 90 and _closes_or_asks(text)


@lru_cache(1024)  # a heading is checked several times, and issues of a newsletter repeat them
def _closes_or_asks(text: str) -> bool:
    return bool(_CLOSING.search(text) or _ASKING.search(text))


def can_be_sign_off(line: Line) -> bool:
    """Whether a line could belong to a sign-off: a few words, not in a list, and not a link."""
    if line.shape == "divider":
        return True
    if line.shape not in ("prose", "heading") or line.block.quoted or line.block.depth:
        return False
    if line.words > LONGEST or len(line.text) > 10 * LONGEST:
        return False
    return not line.is_linked and len(line.links) <= 2


def start(lines: Sequence[Line], bodies: Sequence[int]) -> int:
    """The index where the sign-off begins in the lines after the last item's title, or in the last paragraphs.

    `bodies`: the numbers of lines in the bodies of the items before. Returns `len(lines)` if there is no sign-off.
    """
    end = len(lines)
    while end and can_be_sign_off(lines[end - 1]):
        end -= 1
    closing = next(
        (index for index in range(end, len(lines)) if is_closing(lines[index]) and lines[index].shape != "divider"),
        None,
    )
    short = len(lines)
    while short > end and lines[short - 1].words <= SHORT:
        short -= 1
    # This item's body is taken to be as long as the longest of the others.
    short = max(short, max(bodies, default=1))
    return min(short, len(lines) if closing is None else closing, len(lines))
