"""The events of a page: an element begins, text, an element ends."""

from dataclasses import dataclass, field
from typing import NamedTuple

from app.newsletters.left_out import LeftOut


def names(words: str) -> frozenset[str]:
    return frozenset(words.split())


HEADINGS = names("h1 h2 h3 h4 h5 h6")
BLOCKS = HEADINGS | names(
    "address article aside audio blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form head header hgroup hr html legend li main menu nav noscript ol optgroup option p"
    " pre search section select summary table tbody td template tfoot th thead tr ul video"
)


@dataclass(eq=False, slots=True)
class Element:
    """An element; its events are `events[begin + 1:end]`."""

    name: str
    attributes: dict[str, str]
    line: int
    begin: int
    end: int = 0
    goes_on: bool = False
    """Whether the element continues after it: a misplaced closing tag has split it."""
    again: bool = False


class Words(NamedTuple):
    text: str
    line: int


class End(NamedTuple):
    element: Element


@dataclass(slots=True)
class Markup:
    events: list[Element | Words | End] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
