"""Records of what was imported, by which the issue of a source is found when it is imported again."""

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Select, bindparam, insert, select, update
from sqlalchemy.orm import Session

from app.authoring import issues
from app.authoring.schemas import IssueInput
from app.content.models import Issue, Item, Section
from app.db.base import now
from app.importing.candidate import Candidate
from app.importing.models import ImportedIssue
from app.importing.similarity import MOST, all_sections, similarity

LONGEST_KEY = 500

_numbered = select(Issue).where(Issue.number == bindparam("number"))
_insert = insert(ImportedIssue.__table__)


def digest_of(document: Mapping[str, Any]) -> str:
    return sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()


def find(
    session: Session, candidate: Candidate, taken: Collection[int], *, lock: bool
) -> tuple[Issue | None, ImportedIssue | None]:
    """The issue that was imported from this source, and the record of that import; None for a new issue.

    It is found by its number. A source without a number is looked for among the imported issues by its key, then by
    its title, unless date and content differ too much; never among those `taken` by other sources of this run.
    """
    number = candidate.given.number
    if number is None:
        number = _find_by_content(session, candidate, taken)
    if number is None:
        return None, None
    # Only the issue that is found is locked, and what is known of it is read after that: it may have changed meanwhile.
    issue = issues.lock(session, number) if lock else session.scalars(_numbered, {"number": number}).one_or_none()
    return issue, None if issue is None else session.get(ImportedIssue, issue.id, populate_existing=True)


def _find_by_content(session: Session, candidate: Candidate, taken: Collection[int]) -> int | None:
    """The number of the issue that was imported from a source without a number."""
    imported = select(Issue, ImportedIssue).join(ImportedIssue)
    title, has_key = candidate.given.title, ImportedIssue.key == _stored(candidate.read.key)
    if (
        candidate.read.key_kind == "none"
    ):  # so many may have this key that only those with a link in common are compared
        has_key &= (ImportedIssue.digest == candidate.digest) | Issue.id.in_(_with_links_of(candidate.given))
    by_key = imported.where(has_key).order_by(ImportedIssue.title != title)
    by_title = imported.where(ImportedIssue.title == title)
    for issue, record in session.execute(by_key.order_by(Issue.number)):
        if issue.number not in taken and _matches_by_key(issue, record, candidate):
            return issue.number
    for issue, record in session.execute(by_title.order_by(Issue.number)):
        if issue.number not in taken and _matches_by_title(issue, record, candidate):
            return issue.number
    return None


def is_same_source(issue: Issue, record: ImportedIssue, candidate: Candidate) -> bool:
    """Whether an issue of the same number can have been imported from this source.

    Not when title, date and content all differ; where the keys differ too, two of these are enough.
    """
    has_same_key = candidate.read.key_kind != "none" and record.key == _stored(candidate.read.key)
    return _differences(issue, record, candidate) < (3 if has_same_key else 2)


def remember(session: Session, issue: Issue, candidate: Candidate, *, new: bool) -> None:
    """Record that the issue was imported, in its present version; `new`: for the first time."""
    columns = {
        "key": _stored(candidate.read.key),
        "title": issue.title,
        "digest": candidate.digest,
        "version": issue.version,
        "imported_at": now(),
    }
    if new:
        session.execute(_insert, {"issue_id": issue.id, **columns})
    else:
        session.execute(update(ImportedIssue).where(ImportedIssue.issue_id == issue.id).values(columns))


def _matches_by_key(issue: Issue, record: ImportedIssue, candidate: Candidate) -> bool:
    """Whether an issue with this key is from the same source.

    A feed entry may change in everything, though not at once; a file name may be used again for the next newsletter.
    """
    if candidate.read.key_kind == "none":
        return record.digest == candidate.digest or (similarity(issue, candidate.given) or 0) >= MOST
    if candidate.read.key_kind == "id":
        return _differences(issue, record, candidate) < 3
    return _is_same_day(issue, candidate.given) or _differences(issue, record, candidate) < 2


def _matches_by_title(issue: Issue, record: ImportedIssue, candidate: Candidate) -> bool:
    """Whether an issue with this title is from the same source."""
    if record.digest == candidate.digest:
        return True
    return not _differs_in_day(issue, candidate.given) and similarity(issue, candidate.given) != 0


def _differences(issue: Issue, record: ImportedIssue, candidate: Candidate) -> int:
    """How many of title, date and content differ; 0 when the content is mostly the same.

    The issue may have been edited since it was imported: while its source has not changed, nothing differs.
    """
    if record.digest == candidate.digest:
        return 0
    differences = (record.title != candidate.given.title) + _differs_in_day(issue, candidate.given)
    same = similarity(issue, candidate.given) if differences else None
    if same is None:
        return differences
    return 0 if same >= MOST else differences + 1


def _is_same_day(issue: Issue, given: IssueInput) -> bool:
    return bool(issue.published_at and given.published_at) and not _differs_in_day(issue, given)


def _differs_in_day(issue: Issue, given: IssueInput) -> bool:
    """Whether both have a date, and not the same."""
    old, new = issue.published_at, given.published_at
    return old is not None and new is not None and old.date() != new.date()


def _with_links_of(given: IssueInput) -> Select[int]:
    """Ids of the issues that have a link in common."""
    urls = {item.url for section in all_sections(given.sections) for item in section.items if item.url}
    return select(Section.issue_id).join(Section.items).where(Item.url.in_(urls))


def _stored(key: str) -> str:
    """The key as it is stored: hashed when it is too long, or has bytes that are not characters."""
    if len(key) <= LONGEST_KEY and key.isprintable():
        return key
    return "sha256:" + sha256(key.encode(errors="surrogatepass")).hexdigest()
