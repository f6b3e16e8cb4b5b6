"""Inserting rows where some may exist, and deleting rows, by primary key. SQLAlchemy has `ON CONFLICT` for each
dialect separately."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Delete, bindparam, delete, inspect
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


def upsert(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, all with the same columns, each in place of the row that has its primary key; one statement."""
    if rows:
        session.execute(_upsert(table, session.get_bind().dialect.name), rows)


def delete_rows(session: Session, table: type[Base], keys: Sequence[tuple[Any, ...]]) -> None:
    """Delete the rows that have these primary keys; one statement."""
    if keys:
        names = [column.name for column in table.__table__.primary_key]
        session.execute(_delete(table), [dict(zip(names, key, strict=True)) for key in keys])


@cache
def _upsert(table: type[Base], dialect: str) -> Any:
    # The table itself, not its class: nothing here is an object of the session, which would take as long.
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(table.__table__)
    key = [column.name for column in table.__table__.primary_key]
    others = {column.name: insert.excluded[column.name] for column in table.__table__.columns if not column.primary_key}
    return insert.on_conflict_do_update(index_elements=key, set_=others)


@cache
def _delete(table: type[Base]) -> Delete:
    return delete(table.__table__).where(*(column == bindparam(column.name) for column in table.__table__.primary_key))
