"""Signing in, staying so, and signing out."""

from collections.abc import Callable
from typing import Annotated, TypeVar

import anyio.to_thread
from fastapi import APIRouter, Form
from starlette.requests import Request

from app.auth import sign_ins, throttle, users
from app.auth.models import SignIn, User
from app.auth.permissions import Authenticated
from app.auth.schemas import Me, NewPassword, PasswordForm, RefreshInput, Token
from app.auth.tokens import LIFETIME
from app.db.engine import Database
from app.problems import (
    Forbidden,
    Invalid,
    SignedOut,
    TooLarge,
    TooManyAttempts,
    Unauthenticated,
    UnsupportedMediaType,
    WrongPassword,
)
from app.web.addresses import address_of
from app.web.body import BodyRoute
from app.web.database import database_of
from app.web.problems import BODY, CALLER, problems
from app.web.responses import AuthorResponse, Gone

Result = TypeVar("Result")

# Answers here carry secrets: no idempotency key keeps them.
router = APIRouter(prefix="/auth", tags=["signing in"], route_class=BodyRoute)


@router.post(
    "/token",
    response_model=Token,
    responses=problems(WrongPassword, TooLarge, UnsupportedMediaType, Invalid, TooManyAttempts),
)
async def sign_in(request: Request, form: Annotated[PasswordForm, Form()]) -> AuthorResponse:
    """Sign in with a name and a password.

    The access token is good for 15 minutes, the refresh token for 30 days and once.
    """
    database, address = database_of(request), address_of(request)

    def enter() -> tuple[SignIn, str]:
        user = _check_password(database, form.username, form.password, address)
        with database.writing() as session:
            return sign_ins.begin(session, user)

    begun, refresh_token = await _slowly(request, enter)
    return AuthorResponse(_token(request, begun.user_id, begun.id, refresh_token))


@router.post("/refresh", response_model=Token, responses=problems(SignedOut, *BODY))
def refresh(request: Request, given: RefreshInput) -> AuthorResponse:
    """Get the next access token, and the next refresh token, for the last refresh token.

    One that comes again later than 10 seconds after its use was stolen, or is used by two: then all tokens of that
    sign-in end.
    """
    with database_of(request).writing() as session:
        found = sign_ins.refresh(session, given.refresh_token)
    if found is None:
        raise SignedOut("The refresh token is not good, or no longer: sign in again by POST /auth/token.")
    user, begun, refresh_token = found
    return AuthorResponse(_token(request, user.id, begun.id, refresh_token))


@router.post("/logout", status_code=204, response_model=None, responses=problems(*BODY))
def sign_out(request: Request, given: RefreshInput) -> Gone:
    """End a sign-in with all of its tokens, at once. A token that is none is no error."""
    with database_of(request).writing() as session:
        sign_ins.end(session, given.refresh_token)
    return Gone()


@router.post("/password", status_code=204, response_model=None, responses=problems(*CALLER, *BODY, TooManyAttempts))
async def change_password(request: Request, given: NewPassword, caller: Authenticated) -> Gone:
    """Take another password. All other sign-ins of the user end with that; this one goes on."""
    if caller.sign_in is None:
        raise Forbidden("An API key has no password; an admin revokes it and makes another.")
    database, address = database_of(request), address_of(request)

    def change() -> None:
        try:
            user = _check_password(database, caller.name, given.current, address)
        except WrongPassword as wrong:
            # Not 401: who calls is known, and a client must not sign them in again for that.
            raise Forbidden("The current password is not right.") from wrong
        password_hash = users.hash_of(given.new, "/new")
        with database.writing() as session:
            user = session.merge(user, load=False)
            user.password_hash = password_hash
            sign_ins.end_all(session, user, but=caller.sign_in)

    await _slowly(request, change)
    return Gone()


@router.get("/me", response_model=Me, responses=problems(Unauthenticated))
def read_me(caller: Authenticated) -> AuthorResponse:
    """Who is signed in, and what they may do."""
    return AuthorResponse(Me(name=caller.name, role=caller.role, scopes=list(caller.scopes)))


def _token(request: Request, user: int, begun: int, refresh_token: str) -> Token:
    return Token(
        access_token=request.app.state.tokens.issue(user, begun), expires_in=LIFETIME, refresh_token=refresh_token
    )


def _check_password(database: Database, name: str, password: str, address: str | None) -> User:
    """The user of this name, if it is their password. Raises WrongPassword and TooManyAttempts."""
    with database.writing() as session:
        counted = throttle.enter(session, users.spelt(name), address)
    with database.reading() as session:
        found = users.find(session, name)
    user = users.check_password(found, password)
    with database.writing() as session:
        throttle.forgive(session, counted)
    return user


async def _slowly(request: Request, work: Callable[[], Result]) -> Result:
    """What hashes a password, a few at a time: strangers must not take all threads and all memory."""
    return await anyio.to_thread.run_sync(work, limiter=request.app.state.password_limiter)
