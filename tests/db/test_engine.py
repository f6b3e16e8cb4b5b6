"""Engines and sessions."""

import threading

import pytest
from sqlalchemy import text

from app.db import clock
from app.db.engine import Database, InvalidDatabaseURL, parse_url


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
