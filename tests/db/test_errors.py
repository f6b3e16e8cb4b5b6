"""Errors of the database, told to operators."""

import sqlite3

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.db import errors
from app.db.engine import Database
from tests.conftest import on_sqlite
from tests.disks import fill


def test_a_full_disk_is_told_by_what_to_do(database: Database) -> None:
    fill(database, "publication")

    with pytest.raises(OperationalError) as raised, database.writing() as session:
        session.execute(text("UPDATE publication SET description = :long"), {"long": "x" * 100_000})

    assert errors.disk_is_full(raised.value)
    assert errors.sentence(raised.value).startswith("The disk of the database is full: free some space. ")


def test_another_error_is_told_as_the_database_reports_it(database: Database) -> None:
    failing = {
        "sqlite": "SELECT load_extension('nothing')",
        "postgresql": "SET LOCAL statement_timeout = 1; SELECT pg_sleep(10)",
    }
    with pytest.raises(OperationalError) as raised, database.reading() as session:
        session.execute(text(failing[database.dialect]))

    assert not errors.disk_is_full(raised.value)
    assert errors.sentence(raised.value).startswith("The database reported an error: ")


@on_sqlite
def test_no_room_for_the_index_of_the_wal_is_a_full_disk(database_url: str) -> None:
    original = sqlite3.OperationalError("disk I/O error")
    original.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE

    assert errors.disk_is_full(OperationalError("", {}, original))
    original.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
    assert not errors.disk_is_full(OperationalError("", {}, original))
