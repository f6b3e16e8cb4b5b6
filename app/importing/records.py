"""Remembering what came in, and finding the issue that a source made when it is read again."""

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Select, bindparam, insert, select, update
from sqlalchemy.orm import Session

from app.authoring.schemas import IssueInput
from app.content.models import Issue, Item, Section
from app.db.base import now
from app.importing.candidate import Arrival
from app.importing.models import ImportedIssue
from app.importing.similarity import MOST, every_section, likeness

LONGEST_KEY = 500

_numbered = select(Issue).where(Issue.number == bindparam("number"))
_numbered_locked = _numbered.with_for_update()
_insert = insert(ImportedIssue.__table__)


def digest_of(document: Mapping[str, Any]) -> str:
    return sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()


def find(
    session: Session, arrival: Arrival, taken: Collection[int], *, lock: bool
) -> tuple[Issue | None, ImportedIssue | None]:
    """The issue that a source is, and what is remembered of its import; None when it is a new one.

    It is known by its number. Without one it is known among those that were imported by its key, then by its title,
    unless what they say speaks against it; never as one of those `taken` by others of this run.
    """
    if arrival.given.number is not None:
        statement = _numbered_locked if lock else _numbered
        issue = session.scalars(statement, {"number": arrival.given.number}).one_or_none()
        return issue, None if issue is None else session.get(ImportedIssue, issue.id)
    imported = select(Issue, ImportedIssue).join(ImportedIssue)
    if lock:
        imported = imported.with_for_update(of=Issue)
    title, has_key = arrival.given.title, ImportedIssue.key == _fitting(arrival.read.key)
    if arrival.read.key_kind == "none":  # so many may have it that only those are looked at which can be the same
        has_key &= (ImportedIssue.digest == arrival.digest) | Issue.id.in_(_with_links_of(arrival.given))
    by_key = imported.where(has_key).order_by(ImportedIssue.title != title)
    by_title = imported.where(ImportedIssue.title == title)
    for issue, record in session.execute(by_key.order_by(Issue.number)):
        if issue.number not in taken and _is_by_key(issue, record, arrival):
            return issue, record
    for issue, record in session.execute(by_title.order_by(Issue.number)):
        if issue.number not in taken and _is_by_title(issue, record, arrival):
            return issue, record
    return None, None


def is_same_source(issue: Issue, record: ImportedIssue, arrival: Arrival) -> bool:
    """Whether an issue of the same number can have come from what is read: not if all else speaks against it.

    Two things against it are enough where the key does not speak for it.
    """
    has_its_key = arrival.read.key_kind != "none" and record.key == _fitting(arrival.read.key)
    return _against(issue, record, arrival) < (3 if has_its_key else 2)


def remember(session: Session, issue: Issue, arrival: Arrival, *, new: bool) -> None:
    """Note that the issue, new or one that came in before, came in as it is now."""
    columns = {
        "key": _fitting(arrival.read.key),
        "title": issue.title,
        "digest": arrival.digest,
        "version": issue.version,
        "imported_at": now(),
    }
    if new:
        session.execute(_insert, {"issue_id": issue.id, **columns})
    else:
        session.execute(update(ImportedIssue).where(ImportedIssue.issue_id == issue.id).values(columns))


def _is_by_key(issue: Issue, record: ImportedIssue, arrival: Arrival) -> bool:
    """Whether an issue is what is read, which has its key.

    An entry may change all that it says, if not at once; a file's name may be used again for the next newsletter.
    """
    if arrival.read.key_kind == "none":
        return record.digest == arrival.digest or (likeness(issue, arrival.given) or 0) >= MOST
    if arrival.read.key_kind == "id":
        return _against(issue, record, arrival) < 3
    return _is_same_day(issue, arrival.given) or _against(issue, record, arrival) < 2


def _is_by_title(issue: Issue, record: ImportedIssue, arrival: Arrival) -> bool:
    """Whether an issue is what is read, which has its title."""
    if record.digest == arrival.digest:
        return True
    return not _is_another_day(issue, arrival.given) and likeness(issue, arrival.given) != 0


def _against(issue: Issue, record: ImportedIssue, arrival: Arrival) -> int:
    """How many of title, date and content speak against their being the same; none if the content speaks for it.

    The issue may have been edited since: while its source says what it said, nothing speaks against it.
    """
    if record.digest == arrival.digest:
        return 0
    against = (record.title != arrival.given.title) + _is_another_day(issue, arrival.given)
    alike = likeness(issue, arrival.given) if against else None
    if alike is None:
        return against
    return 0 if alike >= MOST else against + 1


def _is_same_day(issue: Issue, given: IssueInput) -> bool:
    return bool(issue.published_at and given.published_at) and not _is_another_day(issue, given)


def _is_another_day(issue: Issue, given: IssueInput) -> bool:
    """Whether both are dated, and differently."""
    there, here = issue.published_at, given.published_at
    return there is not None and here is not None and there.date() != here.date()


def _with_links_of(given: IssueInput) -> Select[int]:
    """The ids of the issues that have one of its links."""
    urls = {item.url for section in every_section(given.sections) for item in section.items if item.url}
    return select(Section.issue_id).join(Section.items).where(Item.url.in_(urls))


def _fitting(key: str) -> str:
    """The key, or what stands for it when it is too long, or is made of bytes that are no characters."""
    if len(key) <= LONGEST_KEY and key.isprintable():
        return key
    return "sha256:" + sha256(key.encode(errors="surrogatepass")).hexdigest()
