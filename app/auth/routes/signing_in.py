"""Routes for signing in, refreshing tokens, and signing out."""

from contextlib import AbstractAsyncContextManager
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request

from app.auth import known_addresses, sign_ins, throttle, users
from app.auth.models import User
from app.auth.permissions import Authenticated
from app.auth.schemas import Me, NewPassword, PasswordForm, RefreshInput, Token
from app.auth.tokens import LIFETIME
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
from app.web.admission import place_in, places_of
from app.web.body import BodyRoute
from app.web.client_address import client_of
from app.web.database import database_of
from app.web.problems import BODY, CALLER, problems
from app.web.responses import AuthorResponse, NoContent


class PasswordRoute(BodyRoute):
    """A route that checks a password, which takes 0.1 s of CPU time and 64 MiB of memory. Few of them are executed at a
    time. They have places of their own, so that those who sign in and those who write do not wait for each other."""

    @staticmethod
    def admit(request: Request) -> AbstractAsyncContextManager[None]:
        return place_in(places_of(request).sign_ins, request, body_is_read=True)


# Responses here contain secrets, so they are not stored for idempotency keys.
router = APIRouter(prefix="/auth", tags=["signing in"], route_class=BodyRoute)
password_router = APIRouter(prefix="/auth", tags=["signing in"], route_class=PasswordRoute)


@password_router.post(
    "/token",
    response_model=Token,
    responses=problems(WrongPassword, TooLarge, UnsupportedMediaType, Invalid, TooManyAttempts),
)
def sign_in(request: Request, form: Annotated[PasswordForm, Form()]) -> AuthorResponse:
    """Sign in with a name and a password.

    The access token is valid for 15 minutes. The refresh token is valid for 30 days and can be used once.
    """
    user = _check_password(request, form.username, form.password)
    with database_of(request).writing() as session:
        begun, refresh_token = sign_ins.begin(session, user)
    return AuthorResponse(_token(request, begun.user_id, begun.id, refresh_token))


@router.post("/refresh", response_model=Token, responses=problems(SignedOut, *BODY))
def refresh(request: Request, given: RefreshInput) -> AuthorResponse:
    """Exchange a refresh token for a new access token and a new refresh token.

    If a refresh token is used again more than 10 seconds after its first use, it may have been stolen: then all tokens
    of that sign-in become invalid.
    """
    with database_of(request).writing() as session:
        found = sign_ins.refresh(session, given.refresh_token)
    if found is None:
        raise SignedOut("The refresh token is invalid, already used or expired. Sign in again with POST /auth/token.")
    user, begun, refresh_token = found
    return AuthorResponse(_token(request, user.id, begun.id, refresh_token))


@router.post("/logout", status_code=204, response_model=None, responses=problems(*BODY))
def sign_out(request: Request, given: RefreshInput) -> NoContent:
    """End a sign-in: all of its tokens become invalid immediately. An unknown token is not an error."""
    with database_of(request).writing() as session:
        sign_ins.end(session, given.refresh_token)
    return NoContent()


@password_router.post(
    "/password", status_code=204, response_model=None, responses=problems(*CALLER, *BODY, TooManyAttempts)
)
def change_password(request: Request, given: NewPassword, caller: Authenticated) -> NoContent:
    """Change the password. All other sign-ins of the user end; this one stays valid."""
    if caller.sign_in is None:
        raise Forbidden("An API key has no password. An admin can revoke it and create another.")
    try:
        user = _check_password(request, caller.name, given.current)
    except WrongPassword as wrong:
        # Not 401: the caller is authenticated, and a client must not react by signing in again.
        raise Forbidden("The current password is wrong.") from wrong
    password_hash = users.hash_password(given.new, "/new")
    with database_of(request).writing() as session:
        user = session.merge(user, load=False)
        user.password_hash = password_hash
        sign_ins.end_all(session, user, but=caller.sign_in)
        known_addresses.forget_others(session, user, client_of(request).address)
    return NoContent()


@router.get("/me", response_model=Me, responses=problems(Unauthenticated))
def read_me(caller: Authenticated) -> AuthorResponse:
    """Return the caller, and what they may do."""
    return AuthorResponse(Me(name=caller.name, role=caller.role, scopes=list(caller.scopes)))


def _token(request: Request, user: int, begun: int, refresh_token: str) -> Token:
    return Token(
        access_token=request.app.state.tokens.issue(user, begun), expires_in=LIFETIME, refresh_token=refresh_token
    )


def _check_password(request: Request, name: str, password: str) -> User:
    """Return the user if the password is right. Raises WrongPassword and TooManyAttempts."""
    database, client = database_of(request), client_of(request)
    with database.writing() as session:
        counted = throttle.record_attempt(
            session, users.normalize_name(name), client.address, is_certain=client.is_certain
        )
    with database.reading() as session:
        found = users.find(session, name)
    user = users.check_password(found, password)
    with database.writing() as session:
        throttle.record_success(session, counted)
        if client.address is not None and client.is_certain:
            known_addresses.remember(session, user, client.address)
    return user
