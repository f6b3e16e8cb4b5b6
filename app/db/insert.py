"""`INSERT … ON CONFLICT DO NOTHING`, which SQLAlchemy has for each dialect separately."""

from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.db.base import Base


def insert_if_absent(session: Session, table: type[Base], **values: Any) -> bool:
    """Insert a row unless one with the same key exists; return whether it was inserted.

    If another transaction is inserting the same key, this waits until that transaction ends.
    """
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    statement = insert.values(**values).on_conflict_do_nothing().returning(*inspect(table).primary_key)
    return session.execute(statement).first() is not None
