"""Routes for API keys, for admins."""

from typing import Annotated

from fastapi import APIRouter, Path

from app.auth import api_keys
from app.auth.permissions import Admin
from app.auth.schemas import ApiKeyDocument, ApiKeys, CreatedApiKey, NewApiKey
from app.db.base import LARGEST_INTEGER
from app.problems import Invalid, NotFound
from app.validation import StrictInteger
from app.web.body import BodyRoute
from app.web.database import Snapshot, Transaction
from app.web.problems import BODY, CALLER, problems
from app.web.responses import AuthorResponse, NoContent

router = APIRouter(prefix="/api-keys", tags=["users and keys"], route_class=BodyRoute)

KeyId = Annotated[int, Path(ge=1, le=LARGEST_INTEGER, description="the id of an API key"), StrictInteger]


@router.get("", response_model=ApiKeys, responses=problems(*CALLER))
def list_keys(caller: Admin, snapshot: Snapshot) -> AuthorResponse:
    """List all API keys, newest first, including revoked and expired ones. The keys themselves are not stored."""
    with snapshot() as session:
        return AuthorResponse(ApiKeys(data=[ApiKeyDocument.model_validate(key) for key in api_keys.list_all(session)]))


@router.post("", status_code=201, response_model=CreatedApiKey, responses=problems(*CALLER, *BODY))
def add_key(given: NewApiKey, caller: Admin, session: Transaction) -> AuthorResponse:
    """Create an API key for a program. `key` is only returned in this response."""
    key, secret = api_keys.add(session, given.name, given.scopes, given.expires_at, caller.name, caller.user)
    # This response contains a secret, so it is not stored for an idempotency key.
    return AuthorResponse(CreatedApiKey(**ApiKeyDocument.model_validate(key).model_dump(), key=secret), status_code=201)


@router.delete("/{id}", status_code=204, response_model=None, responses=problems(*CALLER, NotFound, Invalid))
def revoke_key(id: KeyId, caller: Admin, session: Transaction) -> NoContent:
    """Revoke an API key immediately."""
    api_keys.revoke(session, id)
    return NoContent()
