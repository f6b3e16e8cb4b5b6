"""Reading items across issues: newest issue first, each as it is read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from app.archive import tags
from app.archive.lists import by_publication, published
from app.archive.models import ArchivedItem, ArchivedItemSection, ArchivedItemTag
from app.archive.schemas import ItemFilters
from app.db.pages import Page, PageRequest
from app.problems import NotFound


def find(session: Session, identifier: int) -> bytes:
    """A published item, frozen. Raises NotFound."""
    frozen = session.scalar(select(ArchivedItem.document).where(ArchivedItem.id == identifier))
    if frozen is None:
        raise NotFound(f"No published item has the id {identifier}. GET /items lists those that are.")
    return frozen


def page(session: Session, request: PageRequest, filters: ItemFilters) -> Page[bytes]:
    wanted = wanted_tags(session, filters.tag)
    lead, conditions = _lead(filters, wanted)
    columns = (lead.published_at, lead.issue_number, lead.sort_key)
    newest_first = filters.order == "-published_at"
    statement = select(ArchivedItem.document, *columns).where(*conditions)
    if lead is not ArchivedItem:
        statement = statement.join(ArchivedItem, ArchivedItem.id == lead.item_id)
    return by_publication(session, request, statement, columns, newest_first=newest_first)


def wanted_tags(session: Session, labels: Sequence[str]) -> list[list[str]]:
    """A filter's tags by slug: every one of the outer list, any of each inner one."""
    groups = [label.split(",") for label in labels]
    known = tags.meant(session, {label for group in groups for label in group})
    return [[known[label] for label in group if label in known] for group in groups]


def _has_any(tags: Sequence[str]) -> ColumnElement[bool]:
    # An alias, for the list itself may begin from the same table.
    row = aliased(ArchivedItemTag)
    return exists().where(row.item_id == ArchivedItem.id, row.tag.in_(tags))


def _is_in(section: str) -> ColumnElement[bool]:
    row = aliased(ArchivedItemSection)
    return exists().where(row.item_id == ArchivedItem.id, row.section == section)


def _lead(filters: ItemFilters, wanted: Sequence[Sequence[str]]) -> tuple[Any, list[ColumnElement[bool]]]:
    """The table that the list begins from, and its conditions.

    A list of one tag, or of one section, begins from the rows of that tag or section: their index has its order.
    """
    single = next((group for group in wanted if len(group) == 1), None)
    lead: Any = ArchivedItem
    conditions = [_has_any(group) for group in wanted if group is not single]
    if single is not None:
        lead = ArchivedItemTag
        conditions.append(ArchivedItemTag.tag == single[0])
    if filters.section is not None:
        if lead is ArchivedItem:
            lead = ArchivedItemSection
            conditions.append(ArchivedItemSection.section == filters.section)
        else:
            conditions.append(_is_in(filters.section))
    if filters.issue is not None:
        conditions.append(lead.issue_number == filters.issue)
    if filters.domain is not None:
        conditions.append(ArchivedItem.domain == filters.domain.lower().removeprefix("www."))
    if filters.sponsored is not None:
        conditions.append(ArchivedItem.sponsored.is_(filters.sponsored))
    return lead, conditions + published(lead.published_at, filters.from_, filters.to)
