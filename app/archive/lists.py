"""What the lists of the archive have in common: their orders, their pages, and the days that bound them."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.archive.models import ArchivedSeries, ArchivedTag
from app.web.pages import ListRequest, Rows

HasSlug = TypeVar("HasSlug", ArchivedTag, ArchivedSeries)


def by_slug(
    session: Session, request: ListRequest, table: type[HasSlug], document: Callable[[HasSlug], BaseModel]
) -> Rows:
    """A page of a list that goes by slug."""
    statement = select(table).order_by(table.slug).limit(request.limit + 1)
    after = request.after(str)
    if after:
        statement = statement.where(table.slug > after[0])
    found = session.scalars(statement).all()
    shown = found[: request.limit]
    return Rows(
        frozen=[document(row).model_dump_json().encode() for row in shown],
        last_key=[shown[-1].slug] if len(found) > request.limit else None,
        total=session.scalar(select(func.count()).select_from(table)) if request.total else None,
    )


def by_publication(
    session: Session,
    request: ListRequest,
    statement: Select[*tuple[Any, ...]],
    columns: Sequence[Any],
    *,
    newest_first: bool,
) -> Rows:
    """A page of a list that goes by publication. The statement selects a frozen row, then `columns`, which are its
    time of publication, its issue's number, and what goes up within that."""
    total = None
    if request.total:
        total = session.scalar(statement.with_only_columns(func.count(), maintain_column_froms=True))
    after = request.after(datetime, *[int] * (len(columns) - 1))
    if after:
        statement = statement.where(behind(after, *columns, newest_first=newest_first))
    published_at, number, *rest = columns
    order = [published_at.desc(), number.desc()] if newest_first else [published_at, number]
    found = session.execute(statement.order_by(*order, *rest).limit(request.limit + 1)).all()
    shown = found[: request.limit]
    return Rows(
        frozen=[row[0] for row in shown],
        last_key=shown[-1][1:] if len(found) > request.limit else None,
        total=total,
    )


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
    instant, issue, *places = key
    past, same = (
        (published_at < instant, published_at <= instant)
        if newest_first
        else (
            published_at > instant,
            published_at >= instant,
        )
    )
    beyond = number < issue if newest_first else number > issue
    within = [and_(number == issue, column > place) for column, place in zip(rest, places, strict=True)]
    # The first condition follows from the second, and is what lets an index begin at the right row.
    return and_(same, or_(past, and_(published_at == instant, or_(beyond, *within))))
