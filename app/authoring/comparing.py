"""What has changed: from a revision to another, or to the present."""

from typing import Any

from sqlalchemy.orm import Session

from app.archive import issues as archive
from app.content import compile, revisions
from app.content.differences import Differences, between
from app.content.document import Document, IssueDocument
from app.content.models import Issue


def changes_since(session: Session, issue: Issue, version: int) -> dict[str, Any]:
    """What has been done to an issue since a version, for whoever has read that one and is late (`changes`).

    When that is no revision of its own, since the one before; nothing when there is none.
    """
    base = revisions.nearest(session, issue, min(version, issue.version))
    if base is None:
        return {}
    return {"changes": compare(session, issue, base, None).model_dump(mode="json")}


def what_is_now(document: Document) -> dict[str, Any]:
    """The same of what has no revisions: all of it as it is (`current`)."""
    return {"current": document.model_dump(mode="json")}


def compare(session: Session, issue: Issue, before: int, after: int | None) -> Differences:
    """What is different in one revision from another, or, without another, now. Raises NotFound."""
    old = IssueDocument.thaw(revisions.document(session, issue, before))
    if after is not None:
        return between(old, IssueDocument.thaw(revisions.document(session, issue, after)))
    (present,) = compile.load(session, issue.number)
    return between(old, compile.issue(present, archive.neighbours(session, issue.number)))
