"""The statements that a call sends to the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import event

from app.db.engine import Database

_watching: ContextVar[object] = ContextVar("watching", default=None)


@contextmanager
def watching(database: Database, note: Callable[[str], object]) -> Iterator[None]:
    """Give each statement of the calls made in the block to `note`, before it is sent.

    What the server does in the background meanwhile is not noted, nor are calls made in other threads: a context
    variable follows a call through the event loop and into its worker threads.
    """
    this = object()

    def before(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if _watching.get() is this:
            note(statement)

    event.listen(database.engine, "before_cursor_execute", before)
    token = _watching.set(this)
    try:
        yield
    finally:
        _watching.reset(token)
        event.remove(database.engine, "before_cursor_execute", before)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Record the statements of the calls made in the block, as `watching` does, without those that begin a
    transaction."""
    sent: list[str] = []
    with watching(database, lambda statement: statement.startswith("BEGIN") or sent.append(statement)):
        yield sent
