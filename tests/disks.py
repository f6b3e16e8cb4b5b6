"""Databases whose disk is full."""

from typing import Any

from sqlalchemy import event

from app.db.engine import Database

_REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'could not extend file "base/1/1": No space left on device' USING ERRCODE = 'disk_full';
END $$
"""


def fill(database: Database, *tables: str) -> None:
    """Let writes to these tables fail as on a full disk: on SQLite those to all tables that need another page."""
    if database.dialect == "sqlite":
        database.engine.dispose()  # the limit belongs to a connection

        @event.listens_for(database.engine, "connect")
        def limit(dbapi: Any, record: object) -> None:
            dbapi.execute("PRAGMA max_page_count = 1")  # which is raised to the present number

        return
    with database.engine.begin() as connection:
        connection.exec_driver_sql(_REFUSE)
        for table in tables:
            connection.exec_driver_sql(
                f"CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION refuse()"
            )
