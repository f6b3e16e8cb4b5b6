"""An engine for each dialect, and the two ways to use it: to read, and to write."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

CONNECTIONS = 8
"""The size of the connection pool, and of the thread pool that uses it. The few threads that check passwords come on
top, and may wait a moment for a connection.

More would not read faster, for threads of Python get in each other's way.
"""

BUSY_TIMEOUT = 30_000
"""Milliseconds that a writer on SQLite waits for one in another process."""


class UnusableURL(Exception):
    """The setting names no database that Masthead can use; the message says which it can."""


class Database:
    """One database, by its URL.

    Read through `reading()`; write through `writing()`, which is one transaction, committed when the block ends and
    rolled back when it raises.
    """

    def __init__(self, url: str) -> None:
        self.url = parse(url)
        self.engine = build(self.url)
        self._writer = self.engine.execution_options(sqlite_write=True)
        self._reader: Engine = self.engine
        self._glancer = self.engine.execution_options(sqlite_no_begin=True)
        if self.dialect == "postgresql":
            # Each statement of a READ COMMITTED transaction sees another state; a page and its total must not.
            self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            self._glancer = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @property
    def dialect(self) -> str:
        return self.engine.dialect.name

    @property
    def file(self) -> Path | None:
        """SQLite's file; None on PostgreSQL."""
        return Path(self.url.database or "").absolute() if self.dialect == "sqlite" else None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the database from its first statement on, and writes nothing."""
        with Session(self._reader, autoflush=False, expire_on_commit=False) as session:
            yield session

    def glancing(self) -> Connection:
        """A connection to read by a single statement, which sees one state of the database without a transaction.

        For the look-up that is asked for most, a whole issue: beginning and ending a transaction costs it much.
        """
        return self._glancer.connect()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session in one transaction. It takes a connection, and on SQLite the lock, at its first statement."""
        with Session(self._writer, autoflush=False, expire_on_commit=False) as session:
            yield session
            session.commit()

    def close(self) -> None:
        self.engine.dispose()


def parse(url: str) -> URL:
    """The URL, with its driver filled in.

    Raises UnusableURL for another kind of database, and for SQLite in memory: each connection would see its own.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = URL.create("none")
    if parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        if not parsed.database or ":memory:" in parsed.database or parsed.query:
            raise UnusableURL(
                "SQLite needs a file, without options, as in sqlite:///masthead.db; in memory nothing would be kept."
            )
        return parsed
    raise UnusableURL(
        "MASTHEAD_DATABASE_URL must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME; "
        f"this one begins with {url.split(':', 1)[0]!r}."
    )


def build(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url,
            pool_size=CONNECTIONS,
            max_overflow=0,
            connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT / 1000},
        )
        event.listen(engine, "connect", _configure_sqlite)
        turns = _Turns()
        event.listen(engine, "begin", turns.begin)
        event.listen(engine, "checkin", turns.end)
        return engine
    # psycopg reads times in the session's zone, and has no room for year 1 or 9999 in one that is off UTC.
    arguments = {"connect_timeout": 10, "options": "-c timezone=utc"}
    return create_engine(
        url, pool_size=CONNECTIONS, max_overflow=0, pool_pre_ping=True, connect_args={**arguments, **url.query}
    )


def _configure_sqlite(dbapi: Any, record: object) -> None:
    # SQLAlchemy's events begin transactions; the driver, left to itself, begins too late for a snapshot.
    dbapi.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "wal_autocheckpoint=4000",
        "foreign_keys=ON",
    ):
        dbapi.execute(f"PRAGMA {pragma}")


class _Turns:
    """How the writers of this process take turns on SQLite.

    SQLite itself lets whoever asks at the right moment go first, so that of many writers some would wait until their
    time is up. A turn lasts from the first statement of a transaction until its connection is given back.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def begin(self, connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("sqlite_write"):
            if not options.get("sqlite_no_begin"):
                connection.exec_driver_sql("BEGIN")
            return
        if not connection.info.get("has_turn"):
            if not self._lock.acquire(timeout=BUSY_TIMEOUT / 1000):
                raise PoolTimeout("other writers of this process took too long")
            connection.info["has_turn"] = True
        # A transaction that reads first and writes later cannot wait for another one: SQLite says 'locked' at once.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def end(self, dbapi: Any, record: ConnectionPoolEntry) -> None:
        if record.info.pop("has_turn", False):
            self._lock.release()
