"""Pages of a list, by keyset: a page begins after the key of the last row of the page before it.

A row's key is its place in the list's order. So a page costs the same wherever it is, and rows that are added or
removed meanwhile neither repeat nor hide others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.db.base import LARGEST_INTEGER
from app.problems import Fault, InvalidCursor

Row = TypeVar("Row")
Other = TypeVar("Other")
Key = Sequence[str | int | datetime]


@dataclass(frozen=True)
class PageRequest:
    """Which page of a list is wanted."""

    limit: int = 20
    """Rows on the page."""
    after: Key | None = None
    """`next_key` of the page before; None for the first page. Its times may be text in ISO 8601."""
    count_total: bool = False
    """Count the whole list too."""

    def key(self, *types: type[str | int | datetime]) -> list[Any] | None:
        """`after`, as values of these types; None for the first page.

        Raises InvalidCursor when it is not a key of such a list: it may come from a stranger.
        """
        if self.after is None:
            return None
        if len(self.after) != len(types):
            raise unknown_cursor()
        return [_part(part, wanted) for part, wanted in zip(self.after, types, strict=True)]


@dataclass(frozen=True)
class Page(Generic[Row]):
    rows: Sequence[Row]
    next_key: Key | None = None
    """The key of the last row when there are more after it."""
    total: int | None = None
    """Rows in the whole list, when the request wants them counted."""

    def map(self, convert: Callable[[Row], Other]) -> "Page[Other]":
        """The same page with other rows."""
        return Page([convert(row) for row in self.rows], self.next_key, self.total)


def fetch(
    session: Session,
    request: PageRequest,
    statement: Select[*tuple[Any, ...]],
    key: Callable[[Any], Key],
    *,
    total: Select[int] | None = None,
) -> Page[Any]:
    """A page of the rows that a statement selects, which begins after `request.after` and has the list's order.

    `key` gives a row's key; `total` counts the whole list, and is executed only when the request wants that.
    """
    found = session.execute(statement.limit(request.limit + 1)).all()
    shown = found[: request.limit]
    return Page(
        shown,
        next_key=key(shown[-1]) if len(found) > request.limit else None,
        total=session.scalar(total) if request.count_total and total is not None else None,
    )


def unknown_cursor() -> InvalidCursor:
    return invalid_cursor("this is not a cursor from this server")


def invalid_cursor(reason: str) -> InvalidCursor:
    detail = f"{reason}; follow page.next, or leave cursor out to start again"
    return InvalidCursor(detail, errors=[Fault("cursor", "invalid-cursor", detail)])


def _part(part: Any, wanted: type) -> Any:
    """A part of a key as the type that its list wants; nothing else may reach the database."""
    if wanted is datetime and isinstance(part, str):
        try:
            part = datetime.fromisoformat(part)
        except ValueError:
            raise unknown_cursor() from None
    if wanted is datetime and isinstance(part, datetime) and part.tzinfo is not None:
        try:
            return part.astimezone(UTC)
        except OverflowError:
            pass
    elif wanted is int and type(part) is int:
        if abs(part) <= LARGEST_INTEGER:
            return part
    elif wanted is str and isinstance(part, str) and "\0" not in part:
        return part
    raise unknown_cursor()
