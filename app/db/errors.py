"""What the database reports, as sentences for operators.

Neither statements nor the values of rows are shown: they may be secret.
"""

import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

UNAVAILABLE = (OperationalError, PoolTimeout)
"""Errors for a database that does not respond, is busy, or whose disk is full."""

_SQLITE_FULL = frozenset(
    {
        sqlite3.SQLITE_FULL,
        # To open a database, SQLite needs room for the index of its WAL. https://sqlite.org/rescode.html#ioerr_shmsize
        sqlite3.SQLITE_IOERR_SHMSIZE,
    }
)
_POSTGRESQL_FULL = "53100"


def disk_is_full(error: Exception) -> bool:
    """Whether the database could not write because its disk is full."""
    original = getattr(error, "orig", None)
    code = getattr(original, "sqlite_errorcode", None)
    return code in _SQLITE_FULL or getattr(original, "sqlstate", None) == _POSTGRESQL_FULL


def first_line(error: BaseException) -> str:
    """What the database reported, without the details, in which PostgreSQL shows the values of a row."""
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def sentence(error: DBAPIError) -> str:
    """What an operator needs to know of an error that ends a command."""
    if disk_is_full(error):
        return f"The disk of the database is full: free some space. The database reported: {first_line(error)}."
    return f"The database reported an error: {first_line(error)}."
