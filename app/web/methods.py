"""HTTP methods: HEAD as GET without a body, OPTIONS, the `Allow` header, and URLs that cannot be decoded."""

from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.problems import MalformedURL
from app.web.problems import ProblemResponse, wrong_method

_ORDER = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")


class AllowedMethods:
    """The methods that a path supports, from all routes that match it."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        methods: dict[str, set[str]] = {}
        for context in iter_route_contexts(list(routes)):
            if context.path is not None and context.methods:
                methods.setdefault(context.path, set()).update(context.methods)
        self._literal = {path: found for path, found in methods.items() if "{" not in path}
        self._patterns = [(compile_path(path)[0], found) for path, found in methods.items() if "{" in path]

    def of(self, path: str) -> list[str]:
        """In the usual order; empty if nothing is there. `*` is the server as a whole. RFC 9110 §9.3.7."""
        if path == "*":
            return list(_ORDER)
        found = set(self._literal.get(path, ()))
        for pattern, methods in () if found else self._patterns:
            if pattern.match(path):
                found |= methods
        if "GET" in found:
            found.add("HEAD")
        return [method for method in _ORDER if method in found | {"OPTIONS"}] if found else []


class Methods:
    """ASGI middleware that handles HEAD and OPTIONS, and rejects malformed URLs and unsupported methods."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            scope, send = {**scope, "method": "GET"}, _without_body(send)
        if not _readable(scope):
            problem = MalformedURL(
                "The URL is not UTF-8 after percent-decoding, or contains the NUL character. Encode it as UTF-8."
            )
            await ProblemResponse(problem)(scope, receive, send)
            return
        allowed = [] if scope["method"] == "GET" else scope["app"].state.allowed_methods.of(scope["path"])
        if allowed and scope["method"] == "OPTIONS":
            headers = [(b"allow", ", ".join(allowed).encode())]
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send({"type": "http.response.body"})
        elif allowed and scope["method"] not in allowed:
            # The router would match `PATCH /issues/latest` as `PATCH /issues/{number}`.
            await ProblemResponse(wrong_method(scope, allowed))(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_head


def _readable(scope: Scope) -> bool:
    """Whether path and query are UTF-8 without NUL after percent-decoding."""
    raw = (scope.get("raw_path") or b"") + b"?" + scope["query_string"]
    if b"%" not in raw and raw.isascii():
        return True
    read = unquote_to_bytes(raw)
    try:
        read.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in read
