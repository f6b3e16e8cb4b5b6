"""What does not come into an issue, and why."""

from dataclasses import dataclass


class Unreadable(Exception):
    """A file or an edition cannot be read; the message says why, and what would help.

    Whoever reads several turns it into a `LeftOut`, so that one bad file never stops the rest.
    """


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file, an edition of a file, or a part of an edition's text that does not come in."""

    what: str
    """The name of the file or edition; the text itself."""
    reason: str
    place: int = 0
    """Of text: its line in the source, from 1; 0 where lines do not count."""
    is_error: bool = False
    """Whether it was meant to come in, but is damaged, too large or missing. Otherwise it is left out on purpose."""
