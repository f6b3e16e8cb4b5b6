"""A context manager that opens the server's own database for a command."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from app.cli.output import fail
from app.db.engine import Database
from app.db.migrations import require_current
from app.settings import Settings


@contextmanager
def open_database(settings: Settings, *, current: bool = True) -> Iterator[Database]:
    """Open the database of the settings, and close it at the end of the block.

    Exits with an error if it cannot be written. With `current`, raises WrongVersion unless it is migrated.
    """
    database = Database(settings.database_url)
    try:
        require_writable(database)
        if current:
            if database.file and not database.file.exists():
                fail(f"There is no database {database.file} yet. Create it with: masthead migrate")
            require_current(database)
        yield database
    finally:
        database.close()


def require_writable(database: Database) -> None:
    """Exit with an error if the SQLite file cannot be written."""
    file = database.file
    if file is None:
        return
    if not file.parent.is_dir():
        fail(f"The folder {file.parent} for the database does not exist. Create it, or set MASTHEAD_DATABASE_URL.")
    if not os.access(file.parent, os.W_OK) or (file.exists() and not os.access(file, os.W_OK)):
        fail(f"The database {file} cannot be written. Make its folder writable, or set MASTHEAD_DATABASE_URL.")
