"""The engine for each dialect, and the sessions that read and write through it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

CONNECTIONS = 12
"""The number of threads that use the database at a time. The pool has one connection more, for the readiness check.

More would not make reads faster, because Python's threads compete for the interpreter.
"""

LOCK_TIMEOUT = 10_000
"""Milliseconds that a writer waits for another one."""


class InvalidDatabaseURL(Exception):
    """The database URL is not one that Masthead supports; the message says which are."""


class Database:
    """A database, given by its URL.

    Read with `reading()`; write with `writing()`, which is one transaction: committed when the block ends, rolled
    back when it raises.
    """

    def __init__(self, url: str) -> None:
        self.url = parse_url(url)
        self.engine = build_engine(self.url)
        self._writer = self.engine.execution_options(sqlite_write=True)
        self._reader: Engine = self.engine
        self._autocommit = self.engine.execution_options(sqlite_autocommit=True)
        if self.dialect == "postgresql":
            # In READ COMMITTED each statement has its own snapshot, but a page and its total must share one.
            self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            self._autocommit = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @property
    def dialect(self) -> str:
        return self.engine.dialect.name

    @property
    def file(self) -> Path | None:
        """The SQLite file; None on PostgreSQL."""
        return Path(self.url.database or "").absolute() if self.dialect == "sqlite" else None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A read-only session. It sees one snapshot of the database, taken at its first statement."""
        with Session(self._reader, autoflush=False, expire_on_commit=False) as session:
            yield session

    def reading_connection(self) -> Connection:
        """An autocommit connection, for reading with a single statement.

        It is used for the most frequent query, that for a whole issue, where beginning and ending a transaction
        would be a large part of the cost.
        """
        return self._autocommit.connect()

    @contextmanager
    def writing(self, *, patience: float | None = None) -> Iterator[Session]:
        """A session in one transaction. Its first statement takes a connection, and on SQLite the write lock.

        `patience`: seconds that it waits for other writers; LOCK_TIMEOUT by default.
        """
        writer = self._writer if patience is None else self._writer.execution_options(patience=patience)
        with Session(writer, autoflush=False, expire_on_commit=False) as session:
            if patience is not None and self.dialect == "postgresql":
                session.execute(text(f"SET LOCAL lock_timeout = {int(patience * 1000)}"))
            yield session
            session.commit()

    def close(self) -> None:
        self.engine.dispose()


def parse_url(url: str) -> URL:
    """Parse a URL and set its driver.

    Raises InvalidDatabaseURL for other kinds of databases, and for SQLite in memory, where each connection would have
    a database of its own.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = URL.create("none")
    if parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        if not parsed.database or ":memory:" in parsed.database or parsed.query:
            raise InvalidDatabaseURL(
                "SQLite needs a file and takes no options, for example sqlite:///masthead.db; "
                "an in-memory database would not be saved."
            )
        return parsed
    raise InvalidDatabaseURL(
        "MASTHEAD_DATABASE_URL must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME; "
        f"this one starts with {url.split(':', 1)[0]!r}."
    )


def build_engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url,
            pool_size=CONNECTIONS + 1,
            max_overflow=0,
            hide_parameters=True,
            connect_args={"check_same_thread": False, "timeout": LOCK_TIMEOUT / 1000},
        )
        event.listen(engine, "connect", _configure_sqlite)
        writer_lock = _WriterLock()
        event.listen(engine, "begin", writer_lock.begin)
        event.listen(engine, "checkin", writer_lock.release)
        return engine
    # psycopg returns times in the session's time zone, and fails for the years 1 and 9999 unless that is UTC.
    arguments = {"connect_timeout": 10, "options": f"-c timezone=utc -c lock_timeout={LOCK_TIMEOUT}"}
    return create_engine(
        url,
        pool_size=CONNECTIONS + 1,
        max_overflow=0,
        hide_parameters=True,  # errors are logged, and values may be secrets
        pool_pre_ping=True,
        connect_args={**arguments, **url.query},
    )


def _configure_sqlite(dbapi: Any, record: object) -> None:
    # Transactions are begun by the `begin` event; the driver would begin them too late for a snapshot.
    dbapi.isolation_level = None
    for pragma in (
        f"busy_timeout={LOCK_TIMEOUT}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "wal_autocheckpoint=4000",
        "foreign_keys=ON",
    ):
        dbapi.execute(f"PRAGMA {pragma}")


class _WriterLock:
    """Lets the writers of this process take turns on SQLite.

    SQLite has no queue for its write lock, so that with many writers some would wait until they time out. The lock is
    held from the first statement of a transaction until its connection is returned to the pool.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def begin(self, connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("sqlite_write"):
            if not options.get("sqlite_autocommit"):
                connection.exec_driver_sql("BEGIN")
            return
        patience = options.get("patience", LOCK_TIMEOUT / 1000)
        deadline = time.monotonic() + patience
        if not connection.info.get("holds_writer_lock"):
            if not self._lock.acquire(timeout=patience):
                raise PoolTimeout("timed out waiting for other writers of this process")
            connection.info["holds_writer_lock"] = True
        # What is left is for writers of other processes. A transaction that reads first and writes later could not wait
        # for the lock: SQLite fails with 'locked' at once.
        remaining = max(0, round((deadline - time.monotonic()) * 1000))
        if remaining == LOCK_TIMEOUT:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        connection.exec_driver_sql(f"PRAGMA busy_timeout={remaining}")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={LOCK_TIMEOUT}")

    def release(self, dbapi: Any, record: ConnectionPoolEntry) -> None:
        if record.info.pop("holds_writer_lock", False):
            self._lock.release()
