"""Responses that several routes of authors return."""

from sqlalchemy.orm import Session

from app.authoring import issues
from app.content.models import Issue
from app.problems import Invalid, InvalidPrecondition, NotFound, PreconditionRequired, Problem, Stale, UnknownVersion
from app.web.responses import AuthorResponse

CONDITIONAL: tuple[type[Problem], ...] = (
    InvalidPrecondition,
    NotFound,
    Stale,
    UnknownVersion,
    PreconditionRequired,
    Invalid,
)
"""The problems of all routes that take `If-Match`."""


def working_copy(session: Session, issue: Issue) -> AuthorResponse:
    """The working copy of an issue after a write."""
    copy = issues.working_copy(session, issue)
    return AuthorResponse(copy, version=copy.version)
