"""Orders, pages and date filters that the lists of the archive share."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.archive.models import ArchivedSeries, ArchivedTag
from app.content.document import Document
from app.db.pages import Page, PageRequest, fetch

HasSlug = TypeVar("HasSlug", ArchivedTag, ArchivedSeries)


def page_by_slug(
    session: Session, request: PageRequest, table: type[HasSlug], document: Callable[[HasSlug], Document]
) -> Page[bytes]:
    """A page of a list ordered by slug."""
    statement = select(table).order_by(table.slug)
    if after := request.key(str):
        statement = statement.where(table.slug > after[0])
    total = select(func.count()).select_from(table)
    page = fetch(session, request, statement, lambda row: [row[0].slug], total=total)
    return page.map(lambda row: document(row[0]).freeze())


def page_by_publication(
    session: Session,
    request: PageRequest,
    statement: Select[*tuple[Any, ...]],
    columns: Sequence[Any],
    *,
    newest_first: bool,
    largest: int | None = None,
) -> Page[bytes]:
    """A page of a list in the order of publication.

    The statement selects the frozen row, then `columns`: the publication time, the number of the issue, and columns
    that are in ascending order within an issue. With `largest` the page has fewer rows, but at least one, if they have
    more bytes together.
    """
    total = statement.with_only_columns(func.count(), maintain_column_froms=True)
    if after := request.key(datetime, *[int] * (len(columns) - 1)):
        statement = statement.where(after_key(after, *columns, newest_first=newest_first))
    published_at, number, *rest = columns
    order = [published_at.desc(), number.desc()] if newest_first else [published_at, number]
    statement = statement.order_by(*order, *rest)
    if largest is not None:
        size = func.length(statement.selected_columns[0])
        sizes = session.scalars(statement.with_only_columns(size, maintain_column_froms=True).limit(request.limit))
        fitting = sum(together <= largest for together in accumulate(sizes))
        request = replace(request, limit=max(1, fitting))
    page = fetch(session, request, statement, lambda row: row[1:], total=total)
    return page.map(lambda row: row[0])


def published(column: Any, first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    """The conditions that something was published from one day to another, in UTC, both included."""
    conditions = []
    if first:
        conditions.append(column >= datetime.combine(first, time(), UTC))
    if last and last < date.max:
        conditions.append(column < datetime.combine(last + timedelta(days=1), time(), UTC))
    return conditions


def after_key(
    key: Sequence[Any], published_at: Any, number: Any, *rest: Any, newest_first: bool
) -> ColumnElement[bool]:
    """The condition that a row comes after the key in this order."""
    time, issue, *sort_key = key
    later, later_or_equal = (
        (published_at < time, published_at <= time) if newest_first else (published_at > time, published_at >= time)
    )
    later_issue = number < issue if newest_first else number > issue
    later_in_issue = [and_(number == issue, column > value) for column, value in zip(rest, sort_key, strict=True)]
    # The first condition follows from the second, but lets the database start at the right row of an index.
    return and_(later_or_equal, or_(later, and_(published_at == time, or_(later_issue, *later_in_issue))))
