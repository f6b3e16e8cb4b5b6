"""The bin: deleted issues, which keep their number and slug, and can be restored."""

from sqlalchemy.orm import Session

from app.auth.callers import Caller
from app.authoring.saving import load, record_draft, require_may_change, save, touch
from app.content.models import Issue
from app.db.base import now
from app.publishing import gate


def delete(session: Session, issue: Issue, caller: Caller) -> None:
    """Move an issue to the bin. It is no longer published or scheduled. Raises Forbidden."""
    require_may_change(issue, caller)
    was_published = issue.status == "published"
    load(session, issue)
    touch(issue)
    issue.status = "draft"
    issue.scheduled_at = None
    issue.deleted_at = now()
    if was_published:
        gate.withdraw(session, issue.number)
    record_draft(session, issue, caller)


def restore(session: Session, issue: Issue, caller: Caller) -> None:
    """Restore an issue from the bin as a draft. Has no effect on an issue that is not in the bin."""
    if issue.deleted_at is not None:
        load(session, issue)
        issue.deleted_at = None
        save(session, caller, issue)
