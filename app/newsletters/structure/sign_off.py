"""The end of a newsletter: the words to its readers behind the last item."""

from collections.abc import Sequence
from functools import lru_cache

from app.newsletters.structure import phrases
from app.newsletters.structure.lines import Line

LONGEST = 60
"""Words of a line that can be one of farewell."""
SHORT = 14
"""Words of one that is so by its shape alone, at the end of all."""
_CLOSING = phrases.any_of(phrases.CLOSING)
_SIGNING = phrases.any_of(phrases.SIGNING)
_ASKING = phrases.any_of(phrases.ASKING_READERS)


def is_closing(line: Line) -> bool:
    """Whether a line says goodbye, in the words that people use for it."""
    return can_be_sign_off(line) and bool(_CLOSING.search(line.text) or _SIGNING.search(line.text))


def is_closing_heading(text: str) -> bool:
    """Whether a head says goodbye, or asks readers for something: what is beneath it is no section."""
    return len(text) <= 90 and _closes_or_asks(text)


@lru_cache(1024)  # a head is asked about from several sides, and sections of a newsletter's issues have the same ones
def _closes_or_asks(text: str) -> bool:
    return bool(_CLOSING.search(text) or _ASKING.search(text))


def can_be_sign_off(line: Line) -> bool:
    """Whether a line could be one of farewell: a few words, not a list's, and no way to somewhere."""
    if line.shape == "divider":
        return True
    if line.shape not in ("prose", "heading") or line.block.quoted or line.block.depth:
        return False
    if line.words > LONGEST or len(line.text) > 10 * LONGEST:
        return False
    return not line.is_linked and len(line.links) <= 2


def start(lines: Sequence[Line], bodies: Sequence[int]) -> int:
    """Where the farewell begins among the lines that follow an item's title or are the last paragraphs.

    `bodies`: how many lines the bodies of the items before have. It is `len(lines)` when there is none.
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
    # What is as long as the other bodies is this one's.
    short = max(short, max(bodies, default=1))
    return min(short, len(lines) if closing is None else closing, len(lines))
