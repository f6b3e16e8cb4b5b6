"""Reading published items across issues: newest issue first, in reading order within an issue."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from app.archive import tags
from app.archive.lists import page_by_publication, published
from app.archive.models import ArchivedItem, ArchivedItemSection, ArchivedItemTag
from app.archive.schemas import ItemFilters
from app.db.pages import Page, PageRequest
from app.problems import NotFound


def find(session: Session, identifier: int) -> tuple[bytes, int]:
    """A published item, frozen, and the number of its issue. Raises NotFound."""
    statement = select(ArchivedItem.document, ArchivedItem.issue_number).where(ArchivedItem.id == identifier)
    row = session.execute(statement).first()
    if row is None:
        raise NotFound(f"There is no published item with the id {identifier}. GET /items lists all published items.")
    return row[0], row[1]


def page(session: Session, request: PageRequest, filters: ItemFilters) -> Page[bytes]:
    wanted = tag_groups(session, filters.tag)
    table, conditions = _driving_table(filters, wanted)
    columns = (table.published_at, table.issue_number, table.sort_key)
    newest_first = filters.order == "-published_at"
    statement = select(ArchivedItem.document, *columns).where(*conditions)
    if table is not ArchivedItem:
        statement = statement.join(ArchivedItem, ArchivedItem.id == table.item_id)
    return page_by_publication(session, request, statement, columns, newest_first=newest_first)


def tag_groups(session: Session, labels: Sequence[str]) -> list[list[str]]:
    """The slugs of the tags of a filter: a result must have at least one tag of every group."""
    groups = [label.split(",") for label in labels]
    slugs = tags.resolve(session, {label for group in groups for label in group})
    return [[slugs[label] for label in group if label in slugs] for group in groups]


def _has_any(tags: Sequence[str]) -> ColumnElement[bool]:
    # An alias, because the same table may drive the query.
    row = aliased(ArchivedItemTag)
    return exists().where(row.item_id == ArchivedItem.id, row.tag.in_(tags))


def _is_in(section: str) -> ColumnElement[bool]:
    row = aliased(ArchivedItemSection)
    return exists().where(row.item_id == ArchivedItem.id, row.section == section)


def _driving_table(filters: ItemFilters, wanted: Sequence[Sequence[str]]) -> tuple[Any, list[ColumnElement[bool]]]:
    """The driving table of the query, and its conditions.

    For a list of one tag or one section, that is the table of tags or sections, whose index has the order of the list.
    """
    single = next((group for group in wanted if len(group) == 1), None)
    table: Any = ArchivedItem
    conditions = [_has_any(group) for group in wanted if group is not single]
    if single is not None:
        table = ArchivedItemTag
        conditions.append(ArchivedItemTag.tag == single[0])
    if filters.section is not None:
        if table is ArchivedItem:
            table = ArchivedItemSection
            conditions.append(ArchivedItemSection.section == filters.section)
        else:
            conditions.append(_is_in(filters.section))
    if filters.issue is not None:
        conditions.append(table.issue_number == filters.issue)
    if filters.domain is not None:
        conditions.append(ArchivedItem.domain == filters.domain.lower().removeprefix("www."))
    if filters.sponsored is not None:
        conditions.append(ArchivedItem.sponsored.is_(filters.sponsored))
    return table, conditions + published(table.published_at, filters.from_, filters.to)
