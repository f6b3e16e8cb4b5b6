"""Methods: HEAD as GET without its body, OPTIONS, what `Allow` says, and addresses that cannot be read."""

from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.problems import MalformedURL
from app.web.problems import ProblemResponse

_ORDER = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")


class AllowedMethods:
    """Which methods an address takes, by all routes that match it."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        methods: dict[str, set[str]] = {}
        for context in iter_route_contexts(list(routes)):
            if context.path is not None and context.methods:
                methods.setdefault(context.path, set()).update(context.methods)
        self._routes = [(compile_path(path)[0], frozenset(found)) for path, found in methods.items()]

    def of(self, path: str) -> list[str]:
        found: set[str] = set()
        for pattern, methods in self._routes:
            if pattern.match(path):
                found |= methods
        if "GET" in found:
            found.add("HEAD")
        return [method for method in _ORDER if method in found | {"OPTIONS"}] if found else []


class Methods:
    """ASGI middleware in front of the routes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            scope, send = {**scope, "method": "GET"}, _without_body(send)
        if not _readable(scope):
            problem = MalformedURL("The address is not UTF-8, or holds the character NUL. Encode it as UTF-8.")
            await ProblemResponse(problem)(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            allowed = scope["app"].state.allowed_methods.of(scope["path"])
            if allowed:
                headers = [(b"allow", ", ".join(allowed).encode())]
                await send({"type": "http.response.start", "status": 204, "headers": headers})
                await send({"type": "http.response.body"})
                return
        await self.app(scope, receive, send)


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_head


def _readable(scope: Scope) -> bool:
    """Whether the address is UTF-8 without NUL once its percent signs are read."""
    raw = (scope.get("raw_path") or b"") + b"?" + scope["query_string"]
    if b"%" not in raw and raw.isascii():
        return True
    read = unquote_to_bytes(raw)
    try:
        read.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in read
