"""Cross-origin requests from browsers: https://fetch.spec.whatwg.org/#http-cors-protocol

Starlette's own middleware adds headers only to requests with an `Origin`. A shared cache could store a response to a
request without one, and serve it to a page that needs the headers. So here public responses always have them, and
responses that depend on the origin have `Vary: Origin`.
"""

from collections.abc import Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

RawHeaders = tuple[tuple[bytes, bytes], ...]

_EXPOSED = (
    b"access-control-expose-headers",
    b"ETag, Link, Location, Retry-After, WWW-Authenticate, Idempotency-Replayed",
)
_OPEN: RawHeaders = ((b"access-control-allow-origin", b"*"), _EXPOSED)
_PREFLIGHT = {b"origin", b"access-control-request-method"}
_VARIES: RawHeaders = ((b"vary", b"Origin"),)
_READING: RawHeaders = (
    (b"access-control-allow-methods", b"GET, HEAD"),
    (b"access-control-allow-headers", b"If-None-Match"),
    (b"access-control-max-age", b"600"),
)
_WRITING: RawHeaders = (
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE"),
    (b"access-control-allow-headers", b"Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key"),
    (b"access-control-max-age", b"600"),
)


class CrossOrigin:
    """ASGI middleware. `*` allows all origins to read; origins that are listed may read and write."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self.app = app
        self.open = "*" in origins
        self.named = frozenset(origins) - {"*"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["method"] == "OPTIONS" and dict(scope["headers"]).keys() >= _PREFLIGHT:
            allowed = _WRITING if _origin_of(scope) in self.named else _READING
            await _preflight(self._granted(scope), allowed, send)
        else:
            granted = self._granted(scope)

            async def send_granted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    message["headers"] = [*message.get("headers", ()), *granted]
                await send(message)

            await self.app(scope, receive, send_granted)

    def _granted(self, scope: Scope) -> RawHeaders:
        if self.open and scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return _OPEN
        varies = _VARIES if self.named else ()
        origin = _origin_of(scope)
        if origin in self.named:
            return (*varies, (b"access-control-allow-origin", origin.encode("latin-1")), _EXPOSED)
        return varies


def _origin_of(scope: Scope) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"), "")


async def _preflight(granted: RawHeaders, allowed: RawHeaders, send: Send) -> None:
    """Answer a preflight request. If its origin is not allowed, no methods and headers are either."""
    allows = any(name == b"access-control-allow-origin" for name, _ in granted)
    await send({"type": "http.response.start", "status": 204, "headers": [*granted, *(allowed if allows else ())]})
    await send({"type": "http.response.body"})
