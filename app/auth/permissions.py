"""Permissions as types: a route's signature says who may call it, as in `caller: ContentWrite`."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends
from fastapi.security import OAuth2PasswordBearer
from starlette.requests import Request

from app.auth.callers import Caller, Scope
from app.auth.models import User
from app.db.base import LARGEST_INTEGER
from app.problems import Unauthenticated
from app.web.database import database_of

_bearer = OAuth2PasswordBearer(
    tokenUrl="auth/token",
    auto_error=False,
    description="Sign in by `POST /auth/token`, and send its `access_token`.",
)


def _authenticated(request: Request, token: Annotated[str | None, Depends(_bearer)]) -> Caller:
    if token is None:
        raise Unauthenticated("Sign in by POST /auth/token, and send its access_token as Authorization: Bearer TOKEN.")
    identifier = request.app.state.tokens.read(token)
    # Its connection goes back before the route takes its own: a request that held one while it waited for another
    # could, with enough like it, wait for ever.
    with database_of(request).reading() as session:
        user = session.get(User, identifier) if identifier <= LARGEST_INTEGER else None
    if user is None or user.disabled_at is not None:
        raise Unauthenticated("The user of this token is no longer enabled.", token_is_bad=True)
    caller = Caller.of(user, f"{request.method} {request.url.path}")
    request.state.caller = caller.id
    return caller


Authenticated = Annotated[Caller, Depends(_authenticated)]
"""Anybody who has signed in."""


def _having(scope: Scope, to: str) -> Callable[[Caller], Caller]:
    def check(caller: Authenticated) -> Caller:
        caller.require(scope, to)
        return caller

    return check


ContentRead = Annotated[Caller, Depends(_having("content:read", "see working copies"))]
ContentWrite = Annotated[Caller, Depends(_having("content:write", "write"))]
ContentPublish = Annotated[Caller, Depends(_having("content:publish", "change what the public reads"))]
Admin = Annotated[Caller, Depends(_having("admin", "administer"))]
