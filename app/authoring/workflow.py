"""The workflow of an issue: from draft to scheduled to published, and back."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.auth.callers import Caller
from app.authoring.saving import load, record_draft, save, touch
from app.content import revisions
from app.content.models import Issue
from app.db.base import now
from app.problems import Conflict, Invalid
from app.publishing import gate

FURTHEST = timedelta(days=5 * 366)
"""How long ahead an issue may be scheduled: what is further is a slip of the pen."""


def publish(session: Session, issue: Issue, caller: Caller, at: datetime | None = None) -> None:
    """Publish an issue, which may be scheduled; one that is published already stays as it is.

    Unless it has a time of publication, that is `at`, or now.
    """
    if issue.status == "published":
        return
    gate.hold(session)
    load(session, issue)
    touch(issue)
    issue.published_at = issue.published_at or at or now()
    issue.status = "published"
    issue.scheduled_at = None
    compiled = gate.publish(session, issue)[issue.number]
    revisions.record(session, issue, compiled.frozen, caller, folds=True)


def unpublish(session: Session, issue: Issue, caller: Caller) -> None:
    """Take an issue back from the public; a draft stays as it is. Its time of publication is kept.

    Raises Conflict when it is scheduled.
    """
    if issue.status == "scheduled":
        raise Conflict(
            f"Issue {issue.number} is scheduled, not published: "
            f"POST /issues/{issue.number}/unschedule makes it a draft."
        )
    if issue.status == "published":
        load(session, issue)
        touch(issue)
        issue.status = "draft"
        gate.withdraw(session, issue.number)
        record_draft(session, issue, caller)


def schedule(session: Session, issue: Issue, at: datetime, caller: Caller) -> None:
    """Let an issue be published by itself at a time to come; one that is scheduled gets another time.

    Raises Invalid for a time that is past or too far, and Conflict when it is published.
    """
    if issue.status == "published":
        raise Conflict(
            f"Issue {issue.number} is published already. POST /issues/{issue.number}/unpublish takes it back first."
        )
    present = now()
    if not present < at <= present + FURTHEST:
        which = "is past" if at <= present else "is more than five years ahead"
        raise Invalid.at("/at", f"{_shown(at)} {which}; it is {_shown(present)} now", "out-of-range")
    if issue.scheduled_at != at:
        load(session, issue)
        issue.status = "scheduled"
        issue.scheduled_at = at
        save(session, caller, issue)


def unschedule(session: Session, issue: Issue, caller: Caller) -> None:
    """Make a scheduled issue a draft again; a draft stays as it is. Raises Conflict when it is published already."""
    if issue.status == "published":
        raise Conflict(
            f"Issue {issue.number} is published already. POST /issues/{issue.number}/unpublish takes it back."
        )
    if issue.status == "scheduled":
        load(session, issue)
        issue.status = "draft"
        issue.scheduled_at = None
        save(session, caller, issue)


def _shown(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
