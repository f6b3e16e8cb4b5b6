"""The workflow of an issue: draft, scheduled, published, and back."""

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
"""How far ahead an issue can be scheduled. A later time is probably a typing error."""


def publish(session: Session, issue: Issue, caller: Caller, at: datetime | None = None) -> None:
    """Publish an issue, which may be scheduled. Has no effect on a published issue.

    An issue without a publication time gets `at`, by default the current time.
    """
    if issue.status == "published":
        return
    gate.lock(session)
    load(session, issue)
    touch(issue)
    issue.published_at = issue.published_at or at or now()
    issue.status = "published"
    issue.scheduled_at = None
    compiled = gate.publish(session, issue)[issue.number]
    revisions.record(session, issue, compiled.frozen, caller, combine=True)


def unpublish(session: Session, issue: Issue, caller: Caller) -> None:
    """Make a published issue a draft again. Its publication time is kept. Has no effect on a draft.

    Raises Conflict if it is scheduled.
    """
    if issue.status == "scheduled":
        raise Conflict(
            f"Issue {issue.number} is scheduled, not published. "
            f"POST /issues/{issue.number}/unschedule makes it a draft."
        )
    if issue.status == "published":
        load(session, issue)
        touch(issue)
        issue.status = "draft"
        gate.withdraw(session, issue.number)
        record_draft(session, issue, caller)


def schedule(session: Session, issue: Issue, at: datetime, caller: Caller) -> None:
    """Schedule an issue to be published automatically at a future time, or change the time of a scheduled issue.

    Raises Invalid for a time in the past or too far ahead, and Conflict if the issue is published.
    """
    if issue.status == "published":
        raise Conflict(
            f"Issue {issue.number} is already published. Unpublish it first with POST /issues/{issue.number}/unpublish."
        )
    current = now()
    if not current < at <= current + FURTHEST:
        which = "is in the past" if at <= current else "is more than five years ahead"
        raise Invalid.at("/at", f"{_shown(at)} {which}; the current time is {_shown(current)}", "out-of-range")
    if issue.scheduled_at != at:
        load(session, issue)
        issue.status = "scheduled"
        issue.scheduled_at = at
        save(session, caller, issue)


def unschedule(session: Session, issue: Issue, caller: Caller) -> None:
    """Make a scheduled issue a draft again. Has no effect on a draft. Raises Conflict if the issue is published."""
    if issue.status == "published":
        raise Conflict(
            f"Issue {issue.number} is already published. POST /issues/{issue.number}/unpublish makes it a draft."
        )
    if issue.status == "scheduled":
        load(session, issue)
        issue.status = "draft"
        issue.scheduled_at = None
        save(session, caller, issue)


def _shown(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
