"""How Alembic finds the database, and what it compares."""

from alembic import context

from app.db.engine import Database
from app.settings import Settings
from migrations.models import include_object, metadata


def run() -> None:
    given = context.config.attributes.get("database")
    database = given or Database(Settings().database_url)
    # Tables of SQLite are changed by copying them, and then foreign keys must not follow the copies about.
    engine = database.engine.execution_options(sqlite_write=True)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            include_object=include_object,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    if given is None:
        database.close()


if context.is_offline_mode():
    raise SystemExit("Masthead's migrations look at the database, so they cannot be written out as SQL.")
run()
