"""The Alembic environment: the database, and the tables that are compared with the models."""

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
            # If two servers migrate at the same time, the second one waits, and then finds the database migrated.
            connection.execute(text("SELECT pg_advisory_xact_lock(76)"))
            run_migrations(connection)
            connection.commit()
    if given is None:
        database.close()


def run_on_sqlite(connection: Connection) -> None:
    """Disable foreign keys on SQLite. Alembic changes a table by copying and dropping it, which would otherwise delete
    the rows that refer to it."""
    driver = connection.connection.driver_connection
    # The pragma has no effect within a transaction, so it is executed without SQLAlchemy, which would start one.
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        run_migrations(connection)
        if connection.execute(text("PRAGMA foreign_key_check")).first():
            raise RuntimeError("The migration would break foreign keys, so it was rolled back.")
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
    raise SystemExit("Masthead's migrations read the database, so they cannot be generated as SQL (offline mode).")
run()
