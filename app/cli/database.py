"""The commands `migrate` and `demo`."""

import tempfile
from typing import Annotated

import typer

from app.cli.database_context import open_database
from app.cli.output import fail
from app.db import migrations
from app.db.engine import Database
from app.demo import samples
from app.publishing import maintenance
from app.settings import Settings


def migrate(
    check: Annotated[bool, typer.Option("--check", help="Only check whether the migrations match the models.")] = False,
) -> None:
    """Migrate the database to this version: tables, initial rows, and published documents."""
    if check:
        differences = _differences()
        for difference in differences:
            print(difference)
        if differences:
            fail("The migrations do not match the models. Add one with: alembic revision --autogenerate")
        return
    settings = Settings()
    with open_database(settings, current=False) as database:
        changed = migrations.upgrade(database)
        maintenance.bootstrap(database, settings)
    print("The database was migrated." if changed else "The database is already up to date.")


def _differences() -> list[str]:
    """How the tables that the migrations create in a temporary database differ from the models."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/scratch.db")
        migrations.upgrade(database)
        found = migrations.differences(database)
        database.close()
    return found


def demo() -> None:
    """Publish three sample issues, if the database has never had an issue."""
    settings = Settings()
    with open_database(settings) as database:
        maintenance.bootstrap(database, settings)
        numbers = samples.load(database)
    if numbers:
        print(f"Published sample issues {', '.join(map(str, numbers))}.")
    else:
        print("No sample issues were published, because the database has, or had, other issues.")
