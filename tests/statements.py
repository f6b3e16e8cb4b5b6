"""The statements that a call sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import event

from app.db.engine import Database

_recorded: ContextVar[list[str] | None] = ContextVar("recorded", default=None)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Record the statements of the calls made in the block, without those that begin a transaction.

    What the server does in the background meanwhile is not recorded, nor are calls made in other threads: a context
    variable follows a call through the event loop and into its worker threads.
    """
    sent: list[str] = []

    def record(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if _recorded.get() is sent and not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", record)
    token = _recorded.set(sent)
    try:
        yield sent
    finally:
        _recorded.reset(token)
        event.remove(database.engine, "before_cursor_execute", record)
