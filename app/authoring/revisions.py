"""Listing and reading the revisions of an issue."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.authoring.schemas import RevisionDocument
from app.content import revisions as stored
from app.content.document import Neighbours, with_links
from app.content.models import Issue, Revision
from app.db.pages import Page, PageRequest, fetch, unknown_cursor
from app.validation import LARGEST_NUMBER


def page(session: Session, request: PageRequest, issue: Issue) -> Page[bytes]:
    """The revisions of an issue, newest first."""
    statement = stored.select_all(issue)
    if after := request.key(int):
        if after[0] > LARGEST_NUMBER:
            raise unknown_cursor()
        statement = statement.where(Revision.version < after[0])
    total = select(func.count()).select_from(Revision).where(Revision.issue_id == issue.id)
    page = fetch(session, request, statement, lambda row: [row.version], total=total)
    return page.map(lambda row: RevisionDocument(**row._mapping).freeze())


def read(session: Session, issue: Issue, version: int) -> bytes:
    """The frozen document of an issue at a revision. Raises NotFound."""
    links = Neighbours().links(f"/issues/{issue.number}/revisions/{version}")
    return with_links(stored.document(session, issue, version), links)
