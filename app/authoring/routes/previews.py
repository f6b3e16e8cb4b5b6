"""Preview links: creating and revoking them, and reading their issues.

The responses contain a credential, so they are not stored for idempotency keys.
"""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request

from app.auth.permissions import ContentWrite
from app.authoring import issues, previews
from app.authoring.schemas import PreviewDocument, PreviewInput
from app.content.document import IssueDocument
from app.problems import Invalid, NotFound, PreviewOver
from app.web.body import BodyRoute
from app.web.database import Snapshot, Transaction
from app.web.problems import BODY, CALLER, problems
from app.web.responses import AuthorResponse, NoContent
from app.web.root_path import link
from app.web.values import IssueNumber

router = APIRouter(route_class=BodyRoute)

Token = Annotated[str, Path(min_length=1, max_length=1000, description="from `POST /issues/{number}/preview`")]
_HIDDEN = {"x-robots-tag": "noindex", "referrer-policy": "no-referrer"}


@router.post(
    "/issues/{number}/preview",
    status_code=201,
    response_model=PreviewDocument,
    responses=problems(*CALLER, *BODY, NotFound),
)
def create_preview(
    request: Request, number: IssueNumber, caller: ContentWrite, session: Transaction, given: PreviewInput | None = None
) -> AuthorResponse:
    """Create a link with which people without an account can read an issue, for 7 days by default."""
    preview = previews.create(session, issues.get(session, number), given or PreviewInput(), caller)
    token = request.app.state.tokens.for_preview(preview.id, preview.expires_at)
    frontend = request.app.state.settings.preview_url
    path = f"/previews/{token}"
    document = PreviewDocument(
        token=token,
        url=link(request, path),
        frontend_url=frontend.replace("{token}", token) if frontend else None,
        version=preview.version,
        expires_at=preview.expires_at,
    )
    return AuthorResponse(document, status_code=201, headers={"location": path})


@router.delete(
    "/issues/{number}/preview", status_code=204, response_model=None, responses=problems(*CALLER, NotFound, Invalid)
)
def revoke_previews(number: IssueNumber, caller: ContentWrite, session: Transaction) -> NoContent:
    """Revoke all preview links of an issue."""
    previews.revoke_all(session, issues.get(session, number))
    return NoContent()


@router.get("/previews/{token}", response_model=IssueDocument, responses=problems(NotFound, PreviewOver, Invalid))
def read_preview(request: Request, token: Token, snapshot: Snapshot) -> AuthorResponse:
    """Read the issue of a preview link. Requires no authentication other than the link."""
    with snapshot() as session:
        document = previews.show(session, request.app.state.tokens, token)
    return AuthorResponse(document, headers=_HIDDEN)


@router.delete(
    "/previews/{token}", status_code=204, response_model=None, responses=problems(*CALLER, NotFound, Invalid)
)
def revoke_preview(request: Request, token: Token, caller: ContentWrite, session: Transaction) -> NoContent:
    """Revoke a preview link."""
    previews.revoke(session, request.app.state.tokens, token)
    return NoContent()
