"""Load generator: a few keep-alive connections, each of which sends the next request when its response is complete.

It is a minimal `asyncio.Protocol` that supports only the HTTP/1.1 features that these servers use, so that the client
needs little CPU time of the machine that it shares with them.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from time import perf_counter
from typing import cast

HOST = "127.0.0.1"
TIMEOUT = 10
"""Seconds that a single response may take."""


class UnexpectedResponse(Exception):
    """A server returned an unexpected response; the message says which."""


@dataclass(frozen=True)
class Response:
    """A response, as received."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Request:
    """A GET request, and the expected response: its status, and the size of its body in bytes."""

    port: int
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    size: int = 0

    def __str__(self) -> str:
        return f"GET http://{HOST}:{self.port}{self.path}"

    def encode(self) -> bytes:
        headers = {"host": f"{HOST}:{self.port}", "accept": "*/*", **self.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"GET {self.path} HTTP/1.1\r\n{lines}\r\n".encode("ascii")


@dataclass(frozen=True)
class Load:
    """The result of a load: the latencies of all complete responses, in seconds, fastest first."""

    seconds: float
    latencies: Sequence[float]

    @property
    def rate(self) -> float:
        """Responses per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: float) -> float:
        """A percentile of the latencies, in seconds."""
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * percent / 100))]


def fetch(port: int, path: str, headers: Mapping[str, str] | None = None) -> Response:
    """Send one request, and return the complete response."""
    with closing(HTTPConnection(HOST, port, timeout=TIMEOUT)) as connection:
        connection.request("GET", path, headers=dict(headers or {}))
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Response(response.status, names, response.read())


async def run_load(request: Request, *, connections: int, seconds: float) -> Load:
    """Load a server for some seconds. Raises UnexpectedResponse at the first response that is not the expected one."""
    loop = asyncio.get_running_loop()
    latencies: list[float] = []
    clients = [
        (await loop.create_connection(lambda: _Connection(request, latencies), HOST, request.port))[1]
        for _ in range(connections)
    ]
    started = perf_counter()
    for client in clients:
        client.send()
    await asyncio.wait([client.closed for client in clients], timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    elapsed, counted = perf_counter() - started, sorted(latencies)
    for client in clients:
        client.finish()
    # Wait for pending responses, which would slow down the next measurement.
    await asyncio.wait_for(asyncio.gather(*(client.closed for client in clients)), TIMEOUT)
    if not counted:  # no response was fast enough
        elapsed, counted = perf_counter() - started, sorted(latencies)
    return Load(elapsed, counted)


class _Connection(asyncio.Protocol):
    def __init__(self, request: Request, latencies: list[float]) -> None:
        self._expected = request
        self._request = request.encode()
        self._status = f"HTTP/1.1 {request.status} ".encode("ascii")
        self._latencies = latencies
        self._head = b""
        self._remaining = 0
        """Bytes of the body that were not received yet."""
        self._last = False
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def send(self) -> None:
        self._sent_at = perf_counter()
        self._transport.write(self._request)

    def finish(self) -> None:
        """Close the connection after the pending response."""
        self._last = True

    def data_received(self, data: bytes) -> None:
        if self._remaining:
            self._remaining -= len(data)
        else:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            size = self._size(self._head[:end])
            if size != self._expected.size:
                self._fail(f"was {self._head[:60]!r}… with a body of {size} bytes")
                return
            self._remaining = size - (len(self._head) - end - 4)
            self._head = b""
        if self._remaining < 0:
            self._fail(f"had {-self._remaining} more bytes")
        elif not self._remaining:
            self._latencies.append(perf_counter() - self._sent_at)
            if self._last:
                self._transport.close()
            else:
                self.send()

    def _size(self, head: bytes) -> int | None:
        """The length of the body, or None if the response is not the expected one."""
        if not head.startswith(self._status):
            return None
        if self._expected.status == 304:
            return 0
        _, found, rest = head.lower().partition(b"\r\ncontent-length:")
        return int(rest.partition(b"\r\n")[0]) if found else None

    def _fail(self, how: str) -> None:
        wanted = f"{self._expected.status} and {self._expected.size} bytes"
        if not self.closed.done():
            self.closed.set_exception(
                UnexpectedResponse(f"{self._expected}: expected {wanted}, but the response {how}")
            )
        self._transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        if self.closed.done():
            return
        if self._last:
            self.closed.set_result(None)
        else:
            self.closed.set_exception(UnexpectedResponse(f"{self._expected}: the server closed the connection"))
