"""Remembering what came in, and finding the issue that a source made when it is read again."""

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from app.authoring.schemas import IssueInput
from app.content.models import Issue
from app.db.base import now
from app.transfer.importing.matching import have_no_link_in_common
from app.transfer.models import ImportedIssue
from app.transfer.reading.result import IssueRead

LONGEST_KEY = 500

_numbered = select(Issue).where(Issue.number == bindparam("number"))
_numbered_locked = _numbered.with_for_update()
_insert = insert(ImportedIssue.__table__)


def digest_of(document: Mapping[str, Any]) -> str:
    return sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()


def find(
    session: Session, read: IssueRead, given: IssueInput, taken: Collection[int], *, lock: bool
) -> tuple[Issue | None, ImportedIssue | None]:
    """The issue that a source is, and what is remembered of its import; None when it is a new one.

    It is known by its number. Without one it is known by its key, then by its title among those that were imported,
    unless it has another date or not one link in common; never as one of those `taken` by others of this run.
    """
    if given.number is not None:
        statement = _numbered_locked if lock else _numbered
        issue = session.scalars(statement, {"number": given.number}).one_or_none()
        return issue, None if issue is None else session.get(ImportedIssue, issue.id)
    imported = select(Issue, ImportedIssue).join(ImportedIssue).order_by(Issue.number)
    if lock:
        imported = imported.with_for_update(of=Issue)
    known = session.execute(imported.where(ImportedIssue.key == _fitting(read.key)))
    candidates = [(issue, record) for issue, record in known if issue.number not in taken]
    if candidates:
        return next((pair for pair in candidates if pair[1].title == given.title), candidates[0])
    for issue, record in session.execute(imported.where(ImportedIssue.title == given.title)):
        if issue.number not in taken and not _contradict(issue, given):
            return issue, record
    return None, None


def is_same_source(issue: Issue, record: ImportedIssue, read: IssueRead, given: IssueInput) -> bool:
    """Whether an issue of the same number can have come from what is read, by its key or by a link in common."""
    return record.key == _fitting(read.key) or not have_no_link_in_common(issue, given)


def remember(session: Session, issue: Issue, read: IssueRead, digest: str, *, new: bool) -> None:
    """Note that the issue, new or one that came in before, came in as it is now."""
    columns = {
        "key": _fitting(read.key),
        "title": issue.title,
        "digest": digest,
        "version": issue.version,
        "imported_at": now(),
    }
    if new:
        session.execute(_insert, {"issue_id": issue.id, **columns})
    else:
        session.execute(update(ImportedIssue).where(ImportedIssue.issue_id == issue.id).values(columns))


def _contradict(issue: Issue, given: IssueInput) -> bool:
    dates = issue.published_at, given.published_at
    return (None not in dates and dates[0] != dates[1]) or have_no_link_in_common(issue, given)


def _fitting(key: str) -> str:
    """The key, or what stands for it when it is too long, or is made of bytes that are no characters."""
    if len(key) <= LONGEST_KEY and key.isprintable():
        return key
    return "sha256:" + sha256(key.encode(errors="surrogatepass")).hexdigest()
