"""What the lists of the archive have in common: their orders, their pages, and the days that bound them."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.archive.models import ArchivedSeries, ArchivedTag
from app.content.document import Document
from app.db.pages import Page, PageRequest, fetch

HasSlug = TypeVar("HasSlug", ArchivedTag, ArchivedSeries)


def by_slug(
    session: Session, request: PageRequest, table: type[HasSlug], document: Callable[[HasSlug], Document]
) -> Page[bytes]:
    """A page of a list that goes by slug."""
    statement = select(table).order_by(table.slug)
    if after := request.key(str):
        statement = statement.where(table.slug > after[0])
    total = select(func.count()).select_from(table)
    page = fetch(session, request, statement, lambda row: [row[0].slug], total=total)
    return page.map(lambda row: document(row[0]).freeze())


def by_publication(
    session: Session,
    request: PageRequest,
    statement: Select[*tuple[Any, ...]],
    columns: Sequence[Any],
    *,
    newest_first: bool,
) -> Page[bytes]:
    """A page of a list that goes by publication. The statement selects a frozen row, then `columns`, which are its
    time of publication, its issue's number, and what goes up within that."""
    total = statement.with_only_columns(func.count(), maintain_column_froms=True)
    if after := request.key(datetime, *[int] * (len(columns) - 1)):
        statement = statement.where(behind(after, *columns, newest_first=newest_first))
    published_at, number, *rest = columns
    order = [published_at.desc(), number.desc()] if newest_first else [published_at, number]
    page = fetch(session, request, statement.order_by(*order, *rest), lambda row: row[1:], total=total)
    return page.map(lambda row: row[0])


def published(column: Any, first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    """That something was published from one day to another, in UTC, both included."""
    conditions = []
    if first:
        conditions.append(column >= datetime.combine(first, time(), UTC))
    if last and last < date.max:
        conditions.append(column < datetime.combine(last + timedelta(days=1), time(), UTC))
    return conditions


def behind(key: Sequence[Any], published_at: Any, number: Any, *rest: Any, newest_first: bool) -> ColumnElement[bool]:
    """That a row comes behind the key in that order."""
    instant, issue, *sort_key = key
    past, same = (
        (published_at < instant, published_at <= instant)
        if newest_first
        else (
            published_at > instant,
            published_at >= instant,
        )
    )
    beyond = number < issue if newest_first else number > issue
    within = [and_(number == issue, column > value) for column, value in zip(rest, sort_key, strict=True)]
    # The first condition follows from the second, and is what lets an index begin at the right row.
    return and_(same, or_(past, and_(published_at == instant, or_(beyond, *within))))
