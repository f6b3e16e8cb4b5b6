"""Cross-origin requests from browsers: https://fetch.spec.whatwg.org/#http-cors-protocol

Starlette's own middleware speaks only when a request names an origin; a cache that kept such an answer without its
headers would then hand it to a page that needs them. So here public answers say it always, and answers that depend
on the origin say that they do.
"""

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_EXPOSED = "ETag, Link, Location, Retry-After, WWW-Authenticate"
_READING = {
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "If-None-Match",
}
_WRITING = {
    "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "access-control-allow-headers": "Authorization, Content-Type, If-Match, If-None-Match",
}
_SECONDS = {"access-control-max-age": "600"}


class CrossOrigin:
    """ASGI middleware. `*` opens reading to pages of every origin; pages of named origins may read and write."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self.app = app
        self.open = "*" in origins
        self.named = frozenset(origins) - {"*"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if scope["method"] == "OPTIONS" and origin and "access-control-request-method" in headers:
            await _preflight(self._granted(origin, reading=True), _WRITING if origin in self.named else _READING, send)
            return
        granted = self._granted(origin, reading=scope["method"] in ("GET", "HEAD", "OPTIONS"))

        async def send_granted(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(granted)
            await send(message)

        await self.app(scope, receive, send_granted)

    def _granted(self, origin: str | None, *, reading: bool) -> dict[str, str]:
        if self.open and reading:
            return {"access-control-allow-origin": "*", "access-control-expose-headers": _EXPOSED}
        granted = {"vary": "Origin"} if self.named else {}
        if origin in self.named:
            granted |= {"access-control-allow-origin": origin or "", "access-control-expose-headers": _EXPOSED}
        return granted


async def _preflight(granted: dict[str, str], allowed: dict[str, str], send: Send) -> None:
    headers = granted | (allowed | _SECONDS if "access-control-allow-origin" in granted else {})
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 204, "headers": raw})
    await send({"type": "http.response.body"})
