"""The lists of authors: drafts, the bin and the inbox."""

from collections.abc import Callable

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from app.archive import issues as archive
from app.content import compile
from app.content.document import ListedIssue, Status
from app.content.models import Issue, Item, ItemTag
from app.db.pages import Page, PageRequest, fetch


def drafts(session: Session, request: PageRequest, status: Status | None = None) -> Page[bytes]:
    """Issues that are not published, highest number first; with `status`, only those with this status."""
    unpublished = select(Issue.number).where(Issue.status != "published", Issue.deleted_at.is_(None))
    if status is not None:
        unpublished = unpublished.where(Issue.status == status)
    return _page(
        session, request, unpublished, lambda issue: compile.listed(issue, archive.neighbours(session, issue.number))
    )


def deleted(session: Session, request: PageRequest) -> Page[bytes]:
    """Issues in the bin, highest number first."""
    return _page(session, request, select(Issue.number).where(Issue.deleted_at.is_not(None)), compile.deleted)


def inbox(session: Session, request: PageRequest) -> Page[bytes]:
    """Items in the inbox, newest first."""
    page = _keys(session, request, select(Item.id).where(Item.section_id.is_(None)), Item.id)
    statement = (
        select(Item).where(Item.id.in_(page.rows)).options(selectinload(Item.tag_links).selectinload(ItemTag.tag))
    )
    items = {item.id: item for item in session.scalars(statement)}
    return page.map(lambda identifier: compile.working_item(items[identifier]).freeze())


def _page(
    session: Session, request: PageRequest, numbers: Select[int], listed: Callable[[Issue], ListedIssue]
) -> Page[bytes]:
    page = _keys(session, request, numbers, Issue.number)
    issues = {issue.number: issue for issue in compile.load(session, *page.rows)}
    return page.map(lambda number: listed(issues[number]).freeze())


def _keys(session: Session, request: PageRequest, keys: Select[int], key: InstrumentedAttribute[int]) -> Page[int]:
    """The keys of a page, highest first."""
    statement = keys.order_by(key.desc())
    if after := request.key(int):
        statement = statement.where(key < after[0])
    total = select(func.count()).select_from(keys.subquery())
    return fetch(session, request, statement, tuple, total=total).map(lambda row: row[0])
