"""Inserting a row unless one with its key is there, which each dialect says in its own way."""

from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.db.base import Base


def insert_unless_there(session: Session, table: type[Base], **values: Any) -> bool:
    """Whether it was inserted. Waits for another transaction that inserts the same key, until that has ended."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    statement = insert.values(**values).on_conflict_do_nothing().returning(*inspect(table).primary_key)
    return session.execute(statement).first() is not None
