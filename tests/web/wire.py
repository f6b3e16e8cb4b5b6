"""Requests as they come over the wire, those included that no HTTP client would send."""

import json
import socket
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import httpx

from tests.api import Api


@dataclass
class Answer:
    status_code: int
    headers: httpx.Headers
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def code(self) -> str:
        """That of a problem."""
        assert self.headers["content-type"] == "application/problem+json"
        return str(self.json()["code"])


class Wire:
    """A connection to a server."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._reader = self.socket.makefile("rb")

    def send(self, *parts: bytes) -> "Wire":
        for part in parts:
            self.socket.sendall(part)
        return self

    def answer(self, *, head: bool = False) -> Answer:
        """The next response; fails if there is none."""
        status = self._reader.readline()
        assert status.startswith(b"HTTP/1.1 "), status
        fields = []
        while (line := self._reader.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode().partition(":")
            fields.append((name, value.strip()))
        headers = httpx.Headers(fields)
        length = 0 if head else int(headers.get("content-length", 0))
        return Answer(int(status.split()[1]), headers, self._reader.read(length))

    def is_closed(self) -> bool:
        try:
            return self._reader.read(1) == b""
        except ConnectionResetError:
            return True


def ask(
    api: Api, method: str, target: str | bytes, *, headers: Mapping[str, str] | None = None, body: Iterable[bytes] = ()
) -> Answer:
    """Send the request just as it is: nothing is normalised, and what a HEAD answers with is kept."""
    chunks = iter(body)

    def receive() -> dict[str, Any]:
        chunk = next(chunks, None)
        return {"type": "http.request", "body": chunk or b"", "more_body": chunk is not None}

    return call(api, method, target, headers or {}, receive)


def call(
    api: Api,
    method: str,
    target: str | bytes,
    headers: Mapping[str, str],
    receive: Callable[[], dict[str, Any]],
) -> Answer:
    """Call the application, which gets its body and whether the client has left from `receive`.

    The status is 0 if it sends nothing. An exception that the application lets through after it has answered, for the
    server's log, is swallowed.
    """
    target = target.encode("ascii") if isinstance(target, str) else target
    raw_path, _, query = target.partition(b"?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(raw_path.decode("latin-1")),
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "server": ("masthead.test", 80),
        "client": ("127.0.0.1", 123),
        "headers": [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in {"host": "masthead.test", **headers}.items()
        ],
    }
    started: dict[str, Any] = {}
    content = bytearray()

    async def receive_next() -> dict[str, Any]:
        return receive()

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            assert not started, "answered twice"
            started.update(message)
        else:
            content.extend(message.get("body", b""))

    async def run() -> None:
        try:
            await api.app(scope, receive_next, send)  # type: ignore[arg-type]
        except Exception:
            if not started:
                raise

    api.wait(run())
    return Answer(started.get("status", 0), httpx.Headers(started.get("headers")), bytes(content))


async def in_chunks(body: bytes, size: int = 1 << 20) -> AsyncIterator[bytes]:
    """A body for httpx that says no length beforehand."""
    for start in range(0, len(body), size):
        yield body[start : start + size]
