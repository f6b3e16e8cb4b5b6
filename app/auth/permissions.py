"""Permissions as types: a route's signature says who may call it, for example `caller: ContentWrite`."""

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
    """Only declares HTTP Basic in the OpenAPI description. `_basic_auth_key` reads the header, because FastAPI's own
    class raises errors that are not problems."""

    async def __call__(self, request: Request) -> None:  # type: ignore[override]
        return None


_basic = _Basic(description="An API key as the user name or as the password.")


def _authenticated(
    request: Request,
    token: Annotated[str | None, Depends(_bearer)],
    _: Annotated[None, Depends(_basic)],
) -> Caller:
    secret = token if token is not None else _basic_auth_key(request)
    if secret is None:
        raise Unauthenticated(
            "Sign in with POST /auth/token, and send the access_token as Authorization: Bearer TOKEN. "
            "Programs send an API key instead."
        )
    # The connection is returned to the pool before the route takes its own: if requests held one connection while
    # waiting for a second one, enough of them would deadlock.
    description = f"{request.method} {request.url.path}"
    if api_keys.has_key_prefix(secret):
        caller = _caller_with_key(database_of(request), secret, description)
    else:
        user, sign_in = request.app.state.tokens.read(secret)
        with database_of(request).reading() as session:
            found = sign_ins.find(session, sign_in)
        if found is None or found[0].id != user:
            raise Unauthenticated("The user of this token has signed out or is disabled.", invalid_token=True)
        caller = Caller.of_user(*found, description)
    request.state.caller = caller.id
    return caller


def _caller_with_key(database: Database, secret: str, description: str) -> Caller:
    with database.reading() as session:
        key = api_keys.find_valid(session, secret)
    if key is None:
        raise Unauthenticated(
            "This API key is not valid: part of it may be missing, or it was revoked or has expired. "
            "An admin can create a new one.",
            invalid_token=True,
        )
    if api_keys.should_record_use(key):
        with database.writing() as session:
            api_keys.record_use(session, key)
    return Caller.of_key(key, description)


def _basic_auth_key(request: Request) -> str | None:
    """The API key that was sent as the user name or password of HTTP Basic. RFC 7617."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return next((part for part in (name, password) if api_keys.has_key_prefix(part)), None)


Authenticated = Annotated[Caller, Depends(_authenticated)]
"""Any authenticated caller."""


def _require_scope(scope: Scope, to: str) -> Callable[[Caller], Caller]:
    def check(caller: Authenticated) -> Caller:
        caller.require(scope, to)
        return caller

    return check


ContentRead = Annotated[Caller, Depends(_require_scope("content:read", "read working copies"))]
ContentWrite = Annotated[Caller, Depends(_require_scope("content:write", "write"))]
ContentPublish = Annotated[Caller, Depends(_require_scope("content:publish", "change what the public reads"))]
Admin = Annotated[Caller, Depends(_require_scope("admin", "manage the server"))]
