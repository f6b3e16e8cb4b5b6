"""Importing one issue: it is created, updated, left unchanged or refused."""

from typing import Literal

from sqlalchemy.orm import Session

from app.auth.callers import Caller
from app.authoring import issues, workflow
from app.authoring.reconcile import reconcile
from app.authoring.saving import load
from app.content.models import Issue
from app.content.tags import Vocabulary
from app.importing import records
from app.importing.candidate import Candidate, Refused, Seen
from app.importing.matching import match
from app.importing.models import ImportedIssue
from app.importing.tags import CachedVocabulary
from app.publishing import gate

Written = Literal["created", "updated", "unchanged"]


def plan(session: Session, candidate: Candidate, seen: Seen) -> tuple[Written, int | None]:
    """What `apply` would do, and the issue's number; None for the next number. Writes nothing. Raises Refused."""
    seen.require_new(candidate)
    issue, record = records.find(session, candidate, seen.numbers, lock=False)
    if issue is None:
        return "created", candidate.given.number
    _require_writable(issue, record, candidate)
    up_to_date = _is_up_to_date(issue, record, candidate) and not _publishes(issue, candidate)
    return "unchanged" if up_to_date else "updated", issue.number


def apply(
    session: Session, candidate: Candidate, seen: Seen, vocabulary: CachedVocabulary, caller: Caller
) -> tuple[Written, int]:
    """Create the issue, or update the one that was imported from the same source. It does not commit.

    `seen`: what this run has imported before. Raises Refused, and what `issues.create` and `reconcile` raise.
    """
    seen.require_new(candidate)
    issue, record = records.find(session, candidate, seen.numbers, lock=True)
    if issue is None:
        given = candidate.given.model_copy(update={"status": "published" if candidate.publish else "draft"})
        issue = issues.create(session, given, caller, vocabulary.load)
        records.remember(session, issue, candidate, new=True)
        vocabulary.note_clock(session, published=candidate.publish)
        return "created", issue.number
    _require_writable(issue, record, candidate)
    written = False
    up_to_date = _is_up_to_date(issue, record, candidate)
    slug = None if up_to_date else issues.new_slug(session, issue, candidate.given.slug, candidate.given.title)
    if _publishes(issue, candidate):
        gate.lock(session)  # before anything is written: see `publishing.gate`
    if not up_to_date:
        load(session, issue)
        matches = match(issue, candidate.given, Vocabulary.load(session))
        written = reconcile(session, issue, candidate.given, matches, caller, slug)
    if _publishes(issue, candidate):
        caller.require("content:publish", "publish an issue")
        workflow.publish(session, issue, caller)
        written = True
    if written or not up_to_date:
        records.remember(session, issue, candidate, new=record is None)
    return "updated" if written else "unchanged", issue.number


def _require_writable(issue: Issue, record: ImportedIssue | None, candidate: Candidate) -> None:
    """Raises Refused when the issue is from another source, or has an author's work in it."""
    number = issue.number
    if issue.deleted_at is not None:
        raise Refused(number, f"Issue {number} is in the bin; restore it first, or give this one another number.")
    if candidate.options.overwrite:
        return
    way_out = f"use {candidate.options.overwrite_option} to replace it."
    if record is None:
        raise Refused(number, f"Issue {number} exists and was not imported; {way_out}")
    if not records.is_same_source(issue, record, candidate):
        raise Refused(number, f"Issue {number} is {issue.title!r}, from another source; {way_out}")
    if issue.version != record.version and not (record.digest == candidate.digest and not _publishes(issue, candidate)):
        raise Refused(number, f"Issue {number} has been edited since it was imported; {way_out}")


def _is_up_to_date(issue: Issue, record: ImportedIssue | None, candidate: Candidate) -> bool:
    """Whether the source has not changed since it was imported, and edits made since are to stay."""
    if record is None or record.digest != candidate.digest:
        return False
    return issue.version == record.version or not candidate.options.overwrite


def _publishes(issue: Issue, candidate: Candidate) -> bool:
    return candidate.publish and issue.status != "published"
