"""The server's own database, for commands that work on it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from app.cli.output import fail
from app.db.engine import Database
from app.db.migrations import require_current
from app.settings import Settings


@contextmanager
def the_database(settings: Settings, *, current: bool = True) -> Iterator[Database]:
    """The database of the settings; raises WrongVersion unless it is current, where that is wanted."""
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
    """Say so in a sentence when SQLite's file cannot be written."""
    file = database.file
    if file is None:
        return
    if not file.parent.is_dir():
        fail(f"There is no folder {file.parent} for the database. Make it, or set MASTHEAD_DATABASE_URL.")
    if not os.access(file.parent, os.W_OK) or (file.exists() and not os.access(file, os.W_OK)):
        fail(f"The database {file} cannot be written. Make its folder writable, or set MASTHEAD_DATABASE_URL.")
