"""Commands on the database: `migrate` and `demo`."""

import tempfile
from typing import Annotated

import typer

from app.cli.opened import the_database
from app.cli.output import fail
from app.db import migrations
from app.db.engine import Database
from app.demo import samples
from app.publishing import maintenance
from app.settings import Settings


def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Only tell whether the migrations make what the models describe.")
    ] = False,
) -> None:
    """Bring the database to this version: its tables, its first rows, and documents that it compiles anew."""
    if check:
        differences = _differences()
        for difference in differences:
            print(difference)
        if differences:
            fail("The migrations do not make what the models describe: write one (alembic revision --autogenerate).")
        return
    settings = Settings()
    with the_database(settings, current=False) as database:
        changed = migrations.upgrade(database)
        maintenance.bootstrap(database, settings)
    print("The database is of this version now." if changed else "The database is of this version already.")


def _differences() -> list[str]:
    """What the migrations, tried on a scratch database, make otherwise than the models describe."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/scratch.db")
        migrations.upgrade(database)
        found = migrations.differences(database)
        database.close()
    return found


def demo() -> None:
    """Publish three sample issues into a database that has never had any issue."""
    settings = Settings()
    with the_database(settings) as database:
        maintenance.bootstrap(database, settings)
        numbers = samples.load(database)
    if numbers:
        print(f"Published sample issues {', '.join(map(str, numbers))}.")
    else:
        print("The database has issues, or had: the sample issues are for one that never did.")
