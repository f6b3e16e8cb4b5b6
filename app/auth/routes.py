"""Signing in."""

from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Form
from starlette.requests import Request

from app.auth import tokens, users
from app.auth.models import User
from app.auth.permissions import Authenticated
from app.auth.schemas import Me, PasswordForm, Token
from app.problems import Invalid, TooLarge, Unauthenticated, UnsupportedMediaType, WrongPassword
from app.web.body import BodyRoute
from app.web.database import Snapshot
from app.web.problems import problems
from app.web.responses import AuthorResponse

router = APIRouter(prefix="/auth", tags=["signing in"], route_class=BodyRoute)


@router.post(
    "/token",
    response_model=Token,
    responses=problems(WrongPassword, TooLarge, UnsupportedMediaType, Invalid),
)
async def sign_in(request: Request, form: Annotated[PasswordForm, Form()], snapshot: Snapshot) -> AuthorResponse:
    """Sign in with a name and a password; the token is good for 15 minutes."""

    def check() -> User:
        with snapshot() as session:
            found = users.find(session, form.username)
        return users.check_password(found, form.password)

    user = await anyio.to_thread.run_sync(check, limiter=request.app.state.password_limiter)
    return AuthorResponse(Token(access_token=request.app.state.tokens.issue(user.id), expires_in=tokens.LIFETIME))


@router.get("/me", response_model=Me, responses=problems(Unauthenticated))
def read_me(caller: Authenticated) -> AuthorResponse:
    """Who is signed in, and what they may do."""
    return AuthorResponse(Me(name=caller.name, role=caller.role, scopes=list(caller.scopes)))
