"""The end of every write: what it wrote has a version, a revision, and, where the public reads it, its place there.

Whatever changes an issue locks it first (`issues.get`), and ends here.
"""

from sqlalchemy.orm import Session

from app.archive import issues as archive
from app.auth.callers import Caller
from app.content import compile, revisions
from app.content.document import IssueDocument
from app.content.models import Issue, Item, Publication, Section, Tag
from app.db.base import now
from app.publishing import gate


def save(session: Session, caller: Caller, *issues: Issue) -> None:
    """Keep what has been written to issues that are locked, all of them at once.

    Of two between which an item moves, that which it leaves comes first. Afterwards the session has them whole.
    """
    for issue in issues:
        touch(issue)
    published = [issue.number for issue in issues if issue.status == "published"]
    documents = gate.recompile(session, *published) if published else {}
    for issue in issues:
        keep(session, issue, documents.get(issue.number), caller)


def keep(session: Session, issue: Issue, document: IssueDocument | None, caller: Caller) -> None:
    """Keep the revision of an issue at its new version: as the archive has it, else as it is loaded now."""
    if document is None:
        compile.load(session, issue.number)
        document = compile.issue(issue, archive.neighbours(session, issue.number))
    revisions.keep(session, issue, document, caller)


def touch(written: Issue | Section | Item | Tag | Publication) -> None:
    """Note that something, or what is in it, is being written."""
    written.version += 1
    written.updated_at = now()


def require_may_change(issue: Issue, caller: Caller) -> None:
    """Raises Forbidden when a change would reach the public, now or by itself later, and the caller may not do that."""
    if issue.status != "draft":
        caller.require("content:publish", f"change issue {issue.number}, which is {issue.status}")
