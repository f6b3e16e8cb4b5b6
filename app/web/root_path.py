"""The addresses that a response sends, also where a reverse proxy serves the API beneath a path.

That path, for example `/api`, is `MASTHEAD_ROOT_PATH`, or `X-Forwarded-Prefix` from a trusted proxy. It is removed
from the requested path before anything else sees it, so that routes, cursors, idempotency keys and revisions do not
depend on it, and `link` puts it before each address that is made for a request. Documents are the exception: their
`links` are relative to the API's root, so that the same document has the same bytes everywhere.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.root_path import is_root_path
from app.web.client_address import Network, is_from

_KEY = "masthead.root_path"
"""In the scope. Not ASGI's `root_path`, with which `path` would include the prefix."""


def root_of(request: Mapping[str, Any]) -> str:
    """The path beneath which the client sees the API, without a slash at the end; empty for the host's root.

    The request is a Starlette request or an ASGI scope.
    """
    root: str = request.get(_KEY, "")
    return root


def link(request: Mapping[str, Any], path: str) -> str:
    """The address at which the client reaches a path of this API, for example `/api/issues/75` for `/issues/75`."""
    return root_of(request) + path


class RootPath:
    """ASGI middleware that takes the prefix off the path, if the proxy has not done so, and notes it for `link`."""

    def __init__(self, app: ASGIApp, root_path: str, trusted_proxies: Sequence[Network]) -> None:
        self.app = app
        self.root_path = root_path
        self.trusted_proxies = trusted_proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (root := self._root_of(scope)):
            scope = {**scope, _KEY: root, "path": _without_root(root, scope["path"])}
            if raw := scope.get("raw_path"):
                scope["raw_path"] = _without_root(root, raw.decode("latin-1")).encode("latin-1")
        await self.app(scope, receive, send)

    def _root_of(self, scope: Scope) -> str:
        # The setting wins: many proxies pass on a header that they do not know, so that a client could have sent it.
        if self.root_path or not self.trusted_proxies or not is_from(scope, self.trusted_proxies):
            return self.root_path
        forwarded = Headers(scope=scope).getlist("x-forwarded-prefix")
        return forwarded[0] if len(forwarded) == 1 and is_root_path(forwarded[0]) else ""


def _without_root(root: str, path: str) -> str:
    """The path without the root, where it begins with it."""
    if path == root:
        return "/"
    return path.removeprefix(root) if path.startswith(root + "/") else path
