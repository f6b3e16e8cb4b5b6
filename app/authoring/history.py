"""The history of an issue: its revisions, listed, read, and compared."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.authoring.schemas import RevisionDocument
from app.content import revisions
from app.content.document import Neighbours, with_links
from app.content.models import Issue, Revision
from app.db.pages import Page, PageRequest, fetch


def page(session: Session, request: PageRequest, issue: Issue) -> Page[bytes]:
    """An issue's revisions, the newest first."""
    statement = revisions.of(issue)
    if after := request.key(int):
        statement = statement.where(Revision.version < after[0])
    total = select(func.count()).select_from(Revision).where(Revision.issue_id == issue.id)
    page = fetch(session, request, statement, lambda row: [row.version], total=total)
    return page.map(lambda row: RevisionDocument(**row._mapping).freeze())


def read(session: Session, issue: Issue, version: int) -> bytes:
    """An issue as it stood at a revision, in the shape that GET gives. Raises NotFound."""
    links = Neighbours().links(f"/issues/{issue.number}/revisions/{version}")
    return with_links(revisions.document(session, issue, version), links)
