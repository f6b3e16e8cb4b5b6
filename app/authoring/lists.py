"""What authors look through: drafts, the bin, the inbox."""

from collections.abc import Callable, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from app.archive import issues as archive
from app.authoring.schemas import DraftsQuery
from app.content import compile
from app.content.document import ListedIssue
from app.content.models import Issue, Item, ItemTag
from app.web.pages import ListRequest, Rows


def drafts(session: Session, request: ListRequest, query: DraftsQuery) -> Rows:
    """Issues that are not published, by number downwards."""
    unpublished = select(Issue.number).where(Issue.status != "published", Issue.deleted_at.is_(None))
    if query.status is not None:
        unpublished = unpublished.where(Issue.status == query.status)
    return _page(
        session, request, unpublished, lambda issue: compile.listed(issue, archive.neighbours(session, issue.number))
    )


def deleted(session: Session, request: ListRequest) -> Rows:
    """Issues in the bin, by number downwards."""
    return _page(session, request, select(Issue.number).where(Issue.deleted_at.is_not(None)), compile.deleted)


def inbox(session: Session, request: ListRequest) -> Rows:
    """Items that belong to no issue, the newest first."""
    ids = select(Item.id).where(Item.section_id.is_(None))
    shown, more, total = _keys(session, request, ids, Item.id)
    statement = (
        select(Item)
        .where(Item.id.in_(shown))
        .options(selectinload(Item.tag_links).selectinload(ItemTag.tag))
        .order_by(Item.id.desc())
    )
    return Rows(
        frozen=[compile.working_item(item).freeze() for item in session.scalars(statement)],
        last_key=[shown[-1]] if more else None,
        total=total,
    )


def _page(session: Session, request: ListRequest, numbers: Select[int], listed: Callable[[Issue], ListedIssue]) -> Rows:
    shown, more, total = _keys(session, request, numbers, Issue.number)
    return Rows(
        frozen=[listed(issue).freeze() for issue in compile.load(session, *shown)],
        last_key=[shown[-1]] if more else None,
        total=total,
    )


def _keys(
    session: Session, request: ListRequest, keys: Select[int], key: InstrumentedAttribute[int]
) -> tuple[Sequence[int], bool, int | None]:
    """The keys of a page, downwards; whether there are more; and how many there are, if that is asked for."""
    statement = keys.order_by(key.desc()).limit(request.limit + 1)
    after = request.after(int)
    if after:
        statement = statement.where(key < after[0])
    found = session.scalars(statement).all()
    total = session.scalar(select(func.count()).select_from(keys.subquery())) if request.total else None
    return found[: request.limit], len(found) > request.limit, total
