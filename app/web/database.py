"""Database sessions and connections as dependencies of routes."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Annotated

from fastapi import Depends
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from starlette.requests import Request

from app.db.engine import Database


def database_of(request: Request) -> Database:
    database = request.app.state.database
    assert isinstance(database, Database)
    return database


async def _snapshot(request: Request) -> Callable[[], AbstractContextManager[Session]]:
    # The route itself opens the session: a dependency with `yield` would cost two more round trips to the thread pool,
    # half the time of a public read.
    return database_of(request).reading


async def _read_connection(request: Request) -> Callable[[], AbstractContextManager[Connection]]:
    return database_of(request).reading_connection


def _transaction(request: Request) -> Iterator[Session]:
    with database_of(request).writing() as session:
        session.info[Request] = request  # for idempotency keys
        yield session


Snapshot = Annotated[Callable[[], AbstractContextManager[Session]], Depends(_snapshot)]
"""Opens a session that reads one snapshot of the database: `with snapshot() as session:`."""

ReadConnection = Annotated[Callable[[], AbstractContextManager[Connection]], Depends(_read_connection)]
"""Opens an autocommit connection for a single read: `with connect() as connection:`."""

# By default FastAPI ends a dependency after the response was sent, so that a failing commit would follow a response
# that reported success.
Transaction = Annotated[Session, Depends(_transaction, scope="function")]
"""The transaction of the request, committed before the response is sent."""
