"""The projection of published issues into the archive: their frozen documents, and the rows of the lists.

For an issue that is already in the archive, only rows that differ are written. None of these functions commits.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from app import etags
from app.archive import counts, issues
from app.archive.models import (
    ArchivedIssue,
    ArchivedIssueTag,
    ArchivedItem,
    ArchivedItemSection,
    ArchivedItemTag,
    ArchivedSection,
)
from app.content.compiled import Compiled, CompiledItem
from app.content.document import listed_item, sections_of, with_links
from app.db.base import Base
from app.db.insert import delete_rows, upsert

Rows = dict[tuple[Any, ...], Mapping[str, Any]]
"""Rows by primary key."""

_insert_issue = insert(ArchivedIssue.__table__)
_update_issue = update(ArchivedIssue.__table__).where(ArchivedIssue.number == bindparam("of"))
_frozen = select(ArchivedIssue.document, ArchivedIssue.listed).where(ArchivedIssue.number == bindparam("of"))


def put(session: Session, issue: Compiled) -> bool:
    """Replace `issue.before` with the current state of the issue. Returns whether anything has changed."""
    number = issue.document.number
    now = _rows(issue, issue.changed)
    before = {}
    if issue.before:
        differing = {item.document.id for item in issue.changed}.union(issue.removed)
        before = _rows(issue.before, [item for item in issue.before.items if item.document.id in differing])
    differs = _put_document(session, issue)
    # Rows that refer to another row are deleted before it, and inserted after it.
    for table in reversed(now):
        removed = before.get(table, {}).keys() - now[table].keys()
        delete_rows(session, table, sorted(removed))
        differs |= bool(removed)
    for table, rows in now.items():
        rows_before = before.get(table, {})
        changed = [row for key, row in rows.items() if rows_before.get(key) != row]
        upsert(session, table, changed)
        differs |= bool(changed)
    counts.change(
        session,
        number,
        counts.share_of(issue.before.document) if issue.before else counts.NO_SHARE,
        counts.share_of(issue.document),
    )
    if issue.before is None:
        _update_neighbour_links(session, number)
    return differs


def remove(session: Session, number: int) -> None:
    """Delete an issue from the archive, and link its neighbours to each other."""
    share = counts.share_in_archive(session, number)
    for table in (ArchivedItem, ArchivedSection, ArchivedIssueTag):
        session.execute(delete(table).where(table.issue_number == number))
    session.execute(delete(ArchivedIssue).where(ArchivedIssue.number == number))
    counts.change(session, number, share, counts.NO_SHARE)
    _update_neighbour_links(session, number)


def _put_document(session: Session, issue: Compiled) -> bool:
    if issue.before and issue.before.frozen == issue.frozen:
        return False
    columns = {
        "slug": issue.document.slug,
        "published_at": issue.document.published_at,
        "document": issue.frozen,
        "etag": etags.of_bytes(issue.frozen),
        "listed": issue.document.listed().freeze(),
        "compiler": issue.compiler,
    }
    if issue.before:
        session.execute(_update_issue, {"of": issue.document.number, **columns})
    else:
        session.execute(_insert_issue, {"number": issue.document.number, **columns})
    return True


def _rows(issue: Compiled, items: Sequence[CompiledItem]) -> dict[type[Base], Rows]:
    """The rows of an issue for the lists, for only these items. Tables come after those that they refer to."""
    document = issue.document
    listed: Rows = {}
    tags: Rows = {}
    sections: Rows = {}
    for item, path, sort_key in items:
        order = {"published_at": document.published_at, "issue_number": document.number, "place": sort_key}
        listed[item.id,] = {
            "id": item.id,
            "domain": item.domain,
            "sponsored": item.sponsored,
            "document": listed_item(document, item, path).freeze(),
            **order,
        }
        for tag in item.tags:
            tags[item.id, tag] = {"item_id": item.id, "tag": tag, **order}
        for slug in {section.slug for section in path}:
            sections[item.id, slug] = {"item_id": item.id, "section": slug, **order}
    return {
        ArchivedItem: listed,
        ArchivedItemTag: tags,
        ArchivedItemSection: sections,
        ArchivedSection: {
            (path[-1].id,): {
                "id": path[-1].id,
                "issue_number": document.number,
                "place": index,
                "slug": path[-1].slug,
                "title": path[-1].title,
                "tag": path[-1].tag,
            }
            for index, path in enumerate(sections_of(document.sections))
        },
        ArchivedIssueTag: {
            (tag.slug, document.number): {"issue_number": document.number, "tag": tag.slug, "count": tag.count}
            for tag in document.tags
        },
    }


def _update_neighbour_links(session: Session, number: int) -> None:
    """Update the links in the frozen documents of the issues before and after a number."""
    beside = issues.neighbours(session, number)
    for neighbour in (beside.previous, beside.next):
        if neighbour is not None:
            links = issues.neighbours(session, neighbour).links(f"/issues/{neighbour}")
            documents = session.execute(_frozen, {"of": neighbour}).one()
            document, listed = (with_links(frozen, links) for frozen in documents)
            columns = {"document": document, "listed": listed, "etag": etags.of_bytes(document)}
            session.execute(_update_issue, {"of": neighbour, **columns})
