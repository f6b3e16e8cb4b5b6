"""What the routes of authors answer in common."""

from sqlalchemy.orm import Session

from app.authoring import issues
from app.content.models import Issue
from app.problems import Invalid, NotFound, PreconditionRequired, Problem, Stale
from app.web.responses import AuthorResponse

OVERWRITES: tuple[type[Problem], ...] = (NotFound, Stale, PreconditionRequired, Invalid)
"""Of whatever takes `If-Match`."""


def working_copy(session: Session, issue: Issue) -> AuthorResponse:
    """An issue as it is after a write."""
    copy = issues.working_copy(session, issue)
    return AuthorResponse(copy, version=copy.version)
