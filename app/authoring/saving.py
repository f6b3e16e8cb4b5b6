"""How a write to issues begins and ends: what it changes is loaded once, and then has a version, a revision, and, where
the public reads it, its place there.

Whatever changes an issue, or what is in it, locks it (`issues.get`), calls `load` before it changes anything, and ends
in `save`.
"""

from sqlalchemy.orm import Session

from app.archive import issues as archive
from app.auth.callers import Caller
from app.content import compile, revisions
from app.content.models import Issue, Item, Publication, Section, Tag
from app.db.base import now
from app.publishing import gate


def load(session: Session, *issues: Issue) -> None:
    """Load all that is in issues that are locked. No other row of theirs is to be locked after this."""
    if any(issue.status == "published" for issue in issues):
        gate.hold(session)
    compile.load_sections(session, *issues)


def save(session: Session, caller: Caller, *issues: Issue) -> None:
    """Keep what has been written to issues that are loaded, all of them at once.

    Of two between which an item moves, that which it leaves comes first.
    """
    for issue in issues:
        touch(issue)
    published = [issue for issue in issues if issue.status == "published"]
    compiled = gate.publish(session, *published) if published else {}
    for issue in issues:
        if issue.number in compiled:
            revisions.record(session, issue, compiled[issue.number].frozen, caller)
        else:
            record_draft(session, issue, caller)


def record_draft(session: Session, issue: Issue, caller: Caller) -> None:
    """Record the revision of an issue that is not published, at its new version, as it is loaded."""
    session.flush()
    document = compile.issue(issue, archive.neighbours(session, issue.number))
    revisions.record(session, issue, document.freeze(), caller, folds=True)


def touch(written: Issue | Section | Item | Tag | Publication) -> None:
    """Note that something, or what is in it, is being written."""
    written.version += 1
    written.updated_at = now()


def require_may_change(issue: Issue, caller: Caller) -> None:
    """Raises Forbidden when a change would reach the public, now or by itself later, and the caller may not do that."""
    if issue.status != "draft":
        caller.require("content:publish", f"change issue {issue.number}, which is {issue.status}")
