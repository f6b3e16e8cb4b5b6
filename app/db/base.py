"""The declarative base of all tables, and the column types they share."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite assigns ids automatically only to a column of type INTEGER."""

Slug = String(200).with_variant(String(200, collation="C"), "postgresql")
"""Sorts by code point on both databases, so that lists ordered by slug are the same on both."""

AUTOINCREMENT = {"sqlite_autoincrement": True}
"""Table arguments: ids are never reused on SQLite. PostgreSQL's sequences never reuse them anyway."""

LARGEST_INTEGER = 2**63 - 1
"""The largest value of an integer column on both databases."""


class UTCDateTime(TypeDecorator[datetime]):
    """A timezone-aware datetime in UTC. SQLite stores no time zone, so it is removed on write and added on read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("the datetime has no time zone")
        if value.tzinfo is not UTC:
            value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ExactJSON(JSON):
    """JSON whose values differ when their text does: in Python 1, 1.0 and True are equal."""

    def compare_values(self, x: Any, y: Any) -> bool:
        return is_same(x, y)


def is_same(one: Any, other: Any) -> bool:
    """Whether two values of a column are the same; objects are when their JSON is."""
    if isinstance(one, dict) and isinstance(other, dict):
        return orjson.dumps(one, option=orjson.OPT_SORT_KEYS) == orjson.dumps(other, option=orjson.OPT_SORT_KEYS)
    return bool(one == other)


class Base(DeclarativeBase):
    if TYPE_CHECKING:
        __table__: ClassVar[Table]

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UTCDateTime, str: Text, bytes: LargeBinary}  # noqa: RUF012


def now() -> datetime:
    """The current time in UTC, to the second: the precision of `updated_at` and all other stored times."""
    return datetime.now(UTC).replace(microsecond=0)
