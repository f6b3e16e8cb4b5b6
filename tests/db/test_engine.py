"""Engines and sessions."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.db import clock
from app.db.engine import Database, InvalidDatabaseURL, parse_url
from tests.conftest import on_sqlite


@pytest.mark.parametrize(
    "url", ["mysql://x/y", "nonsense", "", "sqlite://", "sqlite:///:memory:", "oracle://x", "postgresql+asyncpg://x/y"]
)
def test_another_database_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(InvalidDatabaseURL, match="sqlite:///"):
        parse_url(url)


@pytest.mark.parametrize("url", ["postgresql://a@b/c", "postgres://a@b/c", "postgresql+psycopg://a@b/c"])
def test_postgresql_goes_through_psycopg_3(url: str) -> None:
    assert parse_url(url).drivername == "postgresql+psycopg"


def test_sqlite_is_durable_and_checks_foreign_keys(database: Database) -> None:
    if database.dialect != "sqlite":
        pytest.skip("PostgreSQL does by itself")
    with database.reading() as session:
        pragmas = {
            name: session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_writers_take_turns_and_lose_nothing(database: Database) -> None:
    def write() -> None:
        for _ in range(10):
            with database.writing() as session:
                clock.tick(session)

    with database.reading() as session:
        before = clock.read(session)
    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reading() as session:
        assert clock.read(session) == before + 40


def test_a_reader_sees_one_state_of_the_database(database: Database) -> None:
    with database.reading() as session:
        before = clock.read(session)
        with database.writing() as writer:
            clock.tick(writer)
        assert clock.read(session) == before
    with database.reading() as session:
        assert clock.read(session) == before + 1


def test_what_raises_is_rolled_back(database: Database) -> None:
    with database.reading() as session:
        before = clock.read(session)
    with pytest.raises(RuntimeError), database.writing() as session:  # noqa: PT012
        clock.tick(session)
        raise RuntimeError
    with database.reading() as session:
        assert clock.read(session) == before


@on_sqlite
def test_a_writer_waits_for_those_of_all_processes_together(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time that it has waited for writers of its own process is not given to those of another one again."""
    monkeypatch.setattr("app.db.engine.LOCK_TIMEOUT", 600)
    another = Database(database.url.render_as_string())

    def write() -> float:
        started = time.monotonic()
        with pytest.raises((OperationalError, PoolTimeout)), database.writing() as session:
            session.connection()
        return time.monotonic() - started

    with ThreadPoolExecutor(3) as threads, another.writing() as other:
        other.connection()
        waited = [each.result() for each in [threads.submit(write) for _ in range(3)]]
    another.close()
    assert max(waited) < 1
