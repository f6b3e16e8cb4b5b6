"""Bringing a database to the version of the tables that this code wants, and telling where it stands."""

from __future__ import annotations

import tempfile
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from app.db.engine import Database

if TYPE_CHECKING:
    from alembic.config import Config

ROOT = Path(__file__).resolve().parents[2]


class Standing(Enum):
    """Where a database stands beside the migrations of this code."""

    NEW = "new"
    BEHIND = "behind"
    CURRENT = "current"
    AHEAD = "ahead"


class WrongVersion(Exception):
    """The database is of another version than the code; the message says what to type."""


def config(database: Database) -> Config:
    # Alembic takes a quarter of a second to import, and most commands have no need of it.
    from alembic.config import Config

    settings = Config(ROOT / "alembic.ini")
    settings.attributes["database"] = database
    return settings


def standing(database: Database) -> Standing:
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with database.engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_heads()
    scripts = ScriptDirectory.from_config(config(database))
    if not here:
        return Standing.NEW
    if set(here) == set(scripts.get_heads()):
        return Standing.CURRENT
    known = {script.revision for script in scripts.walk_revisions()}
    return Standing.BEHIND if set(here) <= known else Standing.AHEAD


def require_current(database: Database) -> None:
    """Raises WrongVersion unless the database is just what this code wants."""
    found = standing(database)
    if found is Standing.NEW:
        raise WrongVersion("The database has no tables yet. Type: masthead migrate")
    if found is Standing.BEHIND:
        raise WrongVersion("The database is of an older version of Masthead. Type: masthead migrate")
    if found is Standing.AHEAD:
        raise WrongVersion(
            "The database is of a newer version of Masthead than this code. "
            "Install that version (git pull), or restore a backup made with this one."
        )


def upgrade(database: Database) -> bool:
    """Run the migrations that are missing; whether there were any. Raises WrongVersion when it is ahead."""
    from alembic import command

    found = standing(database)
    if found is Standing.AHEAD:
        require_current(database)
    if found is Standing.CURRENT:
        return False
    command.upgrade(config(database), "head")
    return True


def differences() -> list[str]:
    """How the tables that the migrations make differ from the models, tried on a scratch SQLite database."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from migrations.models import include_object, metadata

    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/scratch.db")
        upgrade(database)
        with database.engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "include_object": include_object}
            )
            found = [str(difference) for difference in compare_metadata(context, metadata)]
        database.close()
    return found
