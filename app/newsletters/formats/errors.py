"""Errors in one edition, which must not stop the others."""

from collections.abc import Callable

from app.newsletters.blocks import Source
from app.newsletters.left_out import LeftOut, Unreadable


def attempt(name: str, read: Callable[[], Source | LeftOut]) -> Source | LeftOut:
    """What `read` returns; if it raises, the edition of this name as left out, with the reason."""
    try:
        return read()
    except Exception as error:  # parsing libraries raise anything for a damaged edition
        return LeftOut(name, reason_for(error), is_error=True)


def reason_for(error: Exception) -> str:
    """Why something could not be read, in a sentence for the person who imports it."""
    if isinstance(error, Unreadable):
        return str(error)
    if isinstance(error, MemoryError):
        return "it takes too much memory to read: split it, or import its issues one by one"
    return f"it is damaged in an unexpected way ({type(error).__name__})"
