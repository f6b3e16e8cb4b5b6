"""The head of a request, checked before anything else: its size, its `Host`, and how its body is delimited."""

import re

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.problems import BadRequest, HeadersTooLarge, Problem
from app.web.problems import ProblemResponse

LARGEST = 64 * 1024
"""Bytes of the request line and all headers."""

_HOST = re.compile(
    rb"(?:\[[0-9A-Fa-f:.]+(?:%[\w.~-]+)?\]|(?:[\w.~!$&'()*+;=-]|%[0-9A-Fa-f]{2})+)(?::[0-9]{0,5})?", re.ASCII
)
"""`uri-host [":" port]`. RFC 3986 §3.2.2 permits commas in names too, but a list of hosts is never meant as one."""


_URL = re.compile(rb"https?://([^/?]*)(.*)", re.IGNORECASE)


class RequestHead:
    """ASGI middleware that refuses requests whose head is too large or ambiguous.

    Two servers that read an ambiguous head differently disagree about which host is meant or where the next request
    begins, so the connection ends with the answer. RFC 9112 §3.2, §6.1, §11.2.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = _problem_of(scope) if scope["type"] == "http" else None
        if problem is None:
            await self.app(scope, receive, send)
        else:
            await ProblemResponse(problem)(scope, receive, send)


def size_of_header(name: bytes, value: bytes) -> int:
    """Bytes that a header counts towards LARGEST: those of its line, with `: ` and CRLF."""
    return len(name) + len(value) + 4


def too_large() -> HeadersTooLarge:
    return HeadersTooLarge(
        f"The request line and the headers have more than {LARGEST // 1024} KiB together. Send fewer or shorter "
        "headers (cookies are not needed), and a shorter URL.",
        headers=_CLOSE,
    )


def malformed(reason: str) -> BadRequest:
    """The problem of a request that is not valid HTTP. `reason` is a sentence."""
    return BadRequest(reason, headers=_CLOSE)


def split_target(target: bytes, method: bytes) -> tuple[bytes | None, bytes]:
    """The host that the target of a request names, if it is a whole URL, and its path and query.

    The host counts, not the one in the header `Host`. RFC 9112 §3.2.
    """
    if match := _URL.fullmatch(target):
        host, rest = match.groups()
        return host, rest if rest.startswith(b"/") else b"/" + rest
    if target.startswith(b"/") or (target == b"*" and method == b"OPTIONS"):
        return None, target
    raise malformed("The target of a request is a path that begins with /, or a URL with http or https.")


def content_length(request: Request) -> int | None:
    """The length in bytes that the request says its body has; None if it does not say it.

    Any number of digits is valid. Of more than 20, which no body has, the first 20 are returned.
    """
    digits = request.headers.get("content-length", "")
    return int(digits.lstrip("0")[:20] or "0") if digits.isascii() and digits.isdecimal() else None


_CLOSE = {"connection": "close"}


def _problem_of(scope: Scope) -> Problem | None:
    size = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    hosts, lengths, encodings, credentials = [], 0, [], 0
    for name, value in scope["headers"]:
        size += size_of_header(name, value)
        if name == b"host":
            hosts.append(value)
        elif name == b"content-length":
            lengths += 1
        elif name == b"transfer-encoding":
            encodings.append(value)
        elif name == b"authorization":
            credentials += 1
    if size > LARGEST:
        return too_large()
    if len(hosts) > 1:
        return malformed(f"The request has {len(hosts)} Host headers. Send one.")
    if not hosts and scope["http_version"] == "1.1":
        return malformed("The request has no Host header, which HTTP/1.1 requires.")
    if hosts and not _HOST.fullmatch(hosts[0]):
        return malformed("The Host header is not a host name or an IP address with an optional port.")
    if credentials > 1:
        return malformed(f"The request has {credentials} Authorization headers. Send one.")
    if lengths + len(encodings) > 1:
        return malformed("The request has more than one Content-Length or Transfer-Encoding. Send one of them.")
    if encodings and (scope["http_version"] == "1.0" or encodings[0].strip().lower() != b"chunked"):
        return malformed("The only Transfer-Encoding is `chunked`, in HTTP/1.1.")
    return None
