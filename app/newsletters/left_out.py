"""What is not imported, and why."""

from dataclasses import dataclass


class Unreadable(Exception):
    """A file or an edition cannot be read; the message says why, and what to do.

    Code that reads several catches it and gives a `LeftOut`, so that one bad file never stops the rest.
    """


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file, an edition of a file, or a part of an edition's text that is not imported."""

    what: str
    """The name of the file or edition; the text itself."""
    reason: str
    place: int = 0
    """Of text: its line in the source, from 1; 0 if the source has no lines."""
    is_error: bool = False
    """Whether it should be imported, but is damaged, too large or missing. Otherwise it is left out on purpose."""
