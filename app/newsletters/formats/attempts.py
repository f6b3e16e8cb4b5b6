"""One edition of several, which may be damaged without harm to the others."""

from collections.abc import Callable

from app.newsletters.blocks import Damaged, LeftOut, Source, Unreadable


def attempted(name: str, read: Callable[[], Source | LeftOut]) -> Source | LeftOut | Damaged:
    """What `read` gives, or why it does not."""
    try:
        return read()
    except Exception as error:  # what a library stumbles over in one edition must not stop the others
        return Damaged(name, why(error))


def why(error: Exception) -> str:
    """Why something is not read, in words for who wrote it."""
    if isinstance(error, Unreadable):
        return str(error)
    return f"it is damaged in a way that its reader does not know ({type(error).__name__})"
