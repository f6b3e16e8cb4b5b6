"""The database, as routes are handed it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Annotated

from fastapi import Depends
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from starlette.requests import Request

from app.db.engine import Database
from app.web.idempotency import RequestKey, key_of


def database_of(request: Request) -> Database:
    database = request.app.state.database
    assert isinstance(database, Database)
    return database


async def _snapshot(request: Request) -> Callable[[], AbstractContextManager[Session]]:
    # Handed out unopened, and opened within the route: a dependency with `yield` costs two more turns in the
    # thread pool, half the time of a public read.
    return database_of(request).reading


async def _read_connection(request: Request) -> Callable[[], AbstractContextManager[Connection]]:
    return database_of(request).reading_connection


def _transaction(request: Request) -> Iterator[Session]:
    with database_of(request).writing() as session:
        session.info[RequestKey] = key_of(request)
        yield session


Snapshot = Annotated[Callable[[], AbstractContextManager[Session]], Depends(_snapshot)]
"""Opens a session that reads one state of the database: `with snapshot() as session:`."""

ReadConnection = Annotated[Callable[[], AbstractContextManager[Connection]], Depends(_read_connection)]
"""Opens a connection for a single statement that reads: `with connect() as connection:`."""

# FastAPI ends a dependency after the answer has gone unless its scope is the function: a commit that fails would
# come behind a success.
Transaction = Annotated[Session, Depends(_transaction, scope="function")]
"""The request's one transaction, committed before the answer is sent."""
