"""Permissions as types: a route's signature says who may call it, as in `caller: ContentWrite`."""

import base64
import binascii
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPBasic, OAuth2PasswordBearer
from starlette.requests import Request

from app.auth import api_keys, sign_ins
from app.auth.callers import Caller
from app.auth.models import Scope
from app.db.engine import Database
from app.problems import Unauthenticated
from app.web.database import database_of

_bearer = OAuth2PasswordBearer(
    tokenUrl="auth/token",
    refreshUrl="auth/refresh",
    auto_error=False,
    description="The `access_token` of `POST /auth/token`, or an API key.",
)


class _Basic(HTTPBasic):
    """Says in the description of the API that Basic is taken; reading it is `_key_in_basic`'s, since FastAPI raises for
    some of what comes, and knows none of our problems."""

    async def __call__(self, request: Request) -> None:  # type: ignore[override]
        return None


_basic = _Basic(description="An API key as the name, or as the password.")


def _authenticated(
    request: Request,
    token: Annotated[str | None, Depends(_bearer)],
    _: Annotated[None, Depends(_basic)],
) -> Caller:
    secret = token if token is not None else _key_in_basic(request)
    if secret is None:
        raise Unauthenticated(
            "Sign in by POST /auth/token, and send its access_token as Authorization: Bearer TOKEN; "
            "a program sends an API key in its place."
        )
    # Its connection goes back before the route takes its own: a request that held one while it waited for another
    # could, with enough like it, wait for ever.
    asked = f"{request.method} {request.url.path}"
    if api_keys.looks_like_one(secret):
        caller = _with_key(database_of(request), secret, asked)
    else:
        user, begun = request.app.state.tokens.read(secret)
        with database_of(request).reading() as session:
            found = sign_ins.find(session, begun)
        if found is None or found[0].id != user:
            raise Unauthenticated("This token's user has signed out, or is disabled.", token_is_bad=True)
        caller = Caller.of_user(*found, asked)
    request.state.caller = caller.id
    return caller


def _with_key(database: Database, secret: str, asked: str) -> Caller:
    with database.reading() as session:
        key = api_keys.find(session, secret)
    if key is None:
        raise Unauthenticated(
            "This API key is none, or not all of it, or is revoked or expired; an admin makes another.",
            token_is_bad=True,
        )
    if api_keys.is_to_be_noted(key):
        with database.writing() as session:
            api_keys.note_use(session, key)
    return Caller.of_key(key, asked)


def _key_in_basic(request: Request) -> str | None:
    """An API key that comes as the name or the password of HTTP Basic. RFC 7617."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return next((part for part in (name, password) if api_keys.looks_like_one(part)), None)


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
