"""What the routes of authors answer in common."""

from sqlalchemy.orm import Session

from app.authoring import issues
from app.problems import (
    Forbidden,
    Invalid,
    MalformedBody,
    NotFound,
    PreconditionRequired,
    Problem,
    Stale,
    TooLarge,
    Unauthenticated,
    UnsupportedMediaType,
)
from app.web.responses import AuthorResponse

Problems = tuple[type[Problem], ...]
CALLER: Problems = (Unauthenticated, Forbidden)
BODY: Problems = (MalformedBody, TooLarge, UnsupportedMediaType, Invalid)
OVERWRITES: Problems = (NotFound, Stale, PreconditionRequired, Invalid)
"""Of whatever takes `If-Match`."""


def working_copy(session: Session, number: int) -> AuthorResponse:
    """An issue as it is after a write."""
    copy = issues.working_copy(session, number)
    return AuthorResponse(copy, version=copy.version)
