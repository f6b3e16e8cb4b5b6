"""The history of an issue: its revisions, listed, read, and compared."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.authoring.schemas import RevisionDocument
from app.content import revisions
from app.content.document import Neighbours, with_links
from app.content.models import Issue, Revision
from app.web.pages import ListRequest, Rows


def page(session: Session, request: ListRequest, issue: Issue) -> Rows:
    """An issue's revisions, the newest first."""
    statement = revisions.of(issue).limit(request.limit + 1)
    after = request.after(int)
    if after:
        statement = statement.where(Revision.version < after[0])
    found = session.execute(statement).all()
    shown = found[: request.limit]
    count = select(func.count()).select_from(Revision).where(Revision.issue_id == issue.id)
    return Rows(
        frozen=[RevisionDocument(**row._mapping).freeze() for row in shown],
        last_key=[shown[-1].version] if len(found) > request.limit else None,
        total=session.scalar(count) if request.total else None,
    )


def read(session: Session, issue: Issue, version: int) -> bytes:
    """An issue as it stood at a revision, in the shape that GET gives. Raises NotFound."""
    links = Neighbours().links(f"/issues/{issue.number}/revisions/{version}")
    return with_links(revisions.document(session, issue, version), links)
