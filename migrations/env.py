"""How Alembic finds the database, and what it compares."""

from alembic import context
from sqlalchemy import Connection, text

from app.db.engine import Database
from app.settings import Settings
from migrations.models import include_object, metadata


def run() -> None:
    given = context.config.attributes.get("database")
    database = given or Database(Settings().database_url)
    with database.engine.execution_options(sqlite_write=True).connect() as connection:
        if database.dialect == "sqlite":
            run_on_sqlite(connection)
        else:
            # Of two servers that migrate at once, one waits and finds it done.
            connection.execute(text("SELECT pg_advisory_xact_lock(76)"))
            run_migrations(connection)
            connection.commit()
    if given is None:
        database.close()


def run_on_sqlite(connection: Connection) -> None:
    """SQLite changes a table by making it anew, and dropping the old one must not delete what refers to it."""
    driver = connection.connection.driver_connection
    # The pragma does nothing within a transaction, so it goes past SQLAlchemy, which would begin one.
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        run_migrations(connection)
        if connection.execute(text("PRAGMA foreign_key_check")).first():
            raise RuntimeError("A migration has left rows that refer to none; nothing of it was kept.")
        connection.commit()
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")


def run_migrations(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_object=include_object,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Masthead's migrations look at the database, so they cannot be written out as SQL.")
run()
