"""Permissions as types: a route's signature says who may call it, for example `caller: ContentWrite`."""

import base64
import binascii
from typing import Annotated

import anyio.to_thread
from fastapi import Depends
from fastapi.security import HTTPBasic, OAuth2PasswordBearer
from starlette.requests import Request

from app.auth import api_keys, sign_ins
from app.auth.callers import Caller
from app.auth.models import Scope
from app.problems import Unauthenticated
from app.web.database import database_of
from app.web.strict_route import HeadDependency

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


class Permission(HeadDependency):
    """A dependency that gives the caller of a request, who must have a scope.

    Calling it raises Unauthenticated and Forbidden.
    """

    def __init__(self, scope: Scope | None, to: str = "") -> None:
        """`scope`: None admits any authenticated caller. `to` completes the sentence '… is required to'."""
        self._scope = scope
        self._to = to

    # The first parameters declare the ways to authenticate in the OpenAPI description.
    async def __call__(
        self, _bearer: Annotated[None, Depends(_bearer)], _basic: Annotated[None, Depends(_basic)], request: Request
    ) -> Caller:
        return await self.check(request)

    async def check(self, request: Request) -> Caller:
        caller: Caller | None = getattr(request.state, "authenticated", None)
        if caller is None:
            token = await _bearer(request)
            secret = token if token is not None else _basic_auth_key(request)
            caller = await anyio.to_thread.run_sync(_authenticate, request, secret)
            request.state.authenticated = caller
            request.state.caller = caller.id
        if self._scope is not None:
            caller.require(self._scope, self._to)
        return caller


def _authenticate(request: Request, secret: str | None) -> Caller:
    if secret is None:
        raise Unauthenticated(
            "Sign in with POST /auth/token, and send the access_token as Authorization: Bearer TOKEN. "
            "Programs send an API key instead."
        )
    # The connection is returned to the pool before the route takes its own: if requests held one connection while
    # waiting for a second one, enough of them would deadlock.
    description = f"{request.method} {request.scope['path']}"
    if api_keys.has_key_prefix(secret):
        caller = _caller_with_key(request, secret, description)
    else:
        user, sign_in = request.app.state.tokens.read(secret)
        with database_of(request).reading() as session:
            found = sign_ins.find(session, sign_in)
        if found is None or found[0].id != user:
            raise Unauthenticated("The user of this token has signed out or is disabled.", invalid_token=True)
        caller = Caller.of_user(*found, description)
    return caller


def _caller_with_key(request: Request, secret: str, description: str) -> Caller:
    with database_of(request).reading() as session:
        key = api_keys.find_valid(session, secret)
    request.app.state.key_uses.note(key)
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


Authenticated = Annotated[Caller, Depends(Permission(None))]
"""Any authenticated caller."""

ContentRead = Annotated[Caller, Depends(Permission("content:read", "read working copies"))]
ContentWrite = Annotated[Caller, Depends(Permission("content:write", "write"))]
ContentPublish = Annotated[Caller, Depends(Permission("content:publish", "change what the public reads"))]
Admin = Annotated[Caller, Depends(Permission("admin", "manage the server"))]
