"""The bin: issues that were deleted. There they keep their number and slug, and come back by `restore`."""

from sqlalchemy.orm import Session

from app.auth.callers import Caller
from app.authoring.saving import load, record_draft, require_may_change, save, touch
from app.content.models import Issue
from app.db.base import now
from app.publishing import gate


def put(session: Session, issue: Issue, caller: Caller) -> None:
    """Delete an issue; what is published or scheduled of it ends with that. Raises Forbidden."""
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


def take_back(session: Session, issue: Issue, caller: Caller) -> None:
    """Bring an issue back as a draft, whatever it was before; one that is not in the bin stays as it is."""
    if issue.deleted_at is not None:
        load(session, issue)
        issue.deleted_at = None
        save(session, caller, issue)
