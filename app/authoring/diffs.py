"""Differences between revisions, and the current state for problems about conflicting writes."""

from typing import Any

from sqlalchemy.orm import Session

from app.archive import issues as archive
from app.content import compile, revisions
from app.content.differences import Differences, between
from app.content.document import Document, IssueDocument
from app.content.models import Issue


def changes_since(session: Session, issue: Issue, version: int) -> dict[str, Any]:
    """The changes of an issue since a version, as `changes` of a problem.

    If the version has no revision of its own, since the revision before it; empty if there is none.
    """
    base = revisions.nearest(session, issue, version)
    if base is None:
        return {}
    return {"changes": compare(session, issue, base, None).model_dump(mode="json")}


def current_state(document: Document) -> dict[str, Any]:
    """The current state of a resource without revisions, as `current` of a problem."""
    return {"current": document.model_dump(mode="json")}


def compare(session: Session, issue: Issue, before: int, after: int | None) -> Differences:
    """The differences between two revisions, or between a revision and the current state. Raises NotFound."""
    old = IssueDocument.thaw(revisions.document(session, issue, before))
    if after is not None:
        return between(old, IssueDocument.thaw(revisions.document(session, issue, after)))
    (current,) = compile.load(session, issue.number)
    return between(old, compile.issue(current, archive.neighbours(session, issue.number)))
