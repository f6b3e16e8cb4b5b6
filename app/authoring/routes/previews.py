"""Previews: making links, showing what they lead to, and ending them.

The answers carry a credential, so no idempotency key keeps them.
"""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request

from app.auth.permissions import ContentWrite
from app.authoring import issues, previews
from app.authoring.schemas import PreviewInput, PreviewMade
from app.content.document import IssueDocument
from app.problems import Invalid, NotFound, PreviewOver
from app.web.body import BodyRoute
from app.web.database import Snapshot, Transaction
from app.web.problems import BODY, CALLER, problems
from app.web.responses import AuthorResponse, NoContent
from app.web.values import IssueNumber

router = APIRouter(route_class=BodyRoute)

Token = Annotated[str, Path(min_length=1, max_length=1000, description="from `POST /issues/{number}/preview`")]
_HIDDEN = {"x-robots-tag": "noindex", "referrer-policy": "no-referrer"}


@router.post(
    "/issues/{number}/preview",
    status_code=201,
    response_model=PreviewMade,
    responses=problems(*CALLER, *BODY, NotFound),
)
def make_preview(
    request: Request, number: IssueNumber, caller: ContentWrite, session: Transaction, given: PreviewInput | None = None
) -> AuthorResponse:
    """Make a link that shows an issue to people without an account, for 7 days unless said."""
    preview = previews.make(session, issues.get(session, number), given or PreviewInput(), caller)
    token = request.app.state.tokens.for_preview(preview.id, preview.expires_at)
    frontend = request.app.state.settings.preview_url
    made = PreviewMade(
        token=token,
        url=f"/previews/{token}",
        frontend_url=frontend.replace("{token}", token) if frontend else None,
        version=preview.version,
        expires_at=preview.expires_at,
    )
    return AuthorResponse(made, status_code=201, headers={"location": made.url})


@router.delete(
    "/issues/{number}/preview", status_code=204, response_model=None, responses=problems(*CALLER, NotFound, Invalid)
)
def revoke_previews(number: IssueNumber, caller: ContentWrite, session: Transaction) -> NoContent:
    """End every link to an issue."""
    previews.revoke_all(session, issues.get(session, number))
    return NoContent()


@router.get("/previews/{token}", response_model=IssueDocument, responses=problems(NotFound, PreviewOver, Invalid))
def show_preview(request: Request, token: Token, snapshot: Snapshot) -> AuthorResponse:
    """The issue that a link leads to. The link is all that it takes."""
    with snapshot() as session:
        document = previews.show(session, request.app.state.tokens, token)
    return AuthorResponse(document, headers=_HIDDEN)


@router.delete(
    "/previews/{token}", status_code=204, response_model=None, responses=problems(*CALLER, NotFound, Invalid)
)
def revoke_preview(request: Request, token: Token, caller: ContentWrite, session: Transaction) -> NoContent:
    """End a link."""
    previews.revoke(session, request.app.state.tokens, token)
    return NoContent()
