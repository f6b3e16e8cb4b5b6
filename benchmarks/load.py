"""The load: a few keep-alive connections, each of which asks again as soon as its answer is complete.

It is a bare `asyncio.Protocol` that knows as much of HTTP/1.1 as the servers here speak, so that the client takes
little of the machine that it shares with them.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from time import perf_counter
from typing import cast

HOST = "127.0.0.1"
PATIENCE = 10
"""Seconds that any single answer may take."""


class WrongAnswer(Exception):
    """A server did not answer as it should; the message says how."""


@dataclass(frozen=True)
class Answer:
    """One response, as it came."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Ask:
    """A GET, and the answer that is expected each time: its status, and the size of its body in bytes."""

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
    """What a server bore: complete answers, and how long each took, in seconds, the quickest first."""

    seconds: float
    latencies: Sequence[float]

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: float) -> float:
        """The latency, in seconds, that so many in a hundred answers do not exceed."""
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * percent / 100))]


def fetch(port: int, path: str, headers: Mapping[str, str] | None = None) -> Answer:
    """One answer, whole."""
    with closing(HTTPConnection(HOST, port, timeout=PATIENCE)) as connection:
        connection.request("GET", path, headers=dict(headers or {}))
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, response.read())


async def bear(ask: Ask, *, connections: int, seconds: float) -> Load:
    """Put a server under load for so long. Raises WrongAnswer at the first answer that is not as expected."""
    loop = asyncio.get_running_loop()
    latencies: list[float] = []
    wires = [
        (await loop.create_connection(lambda: _Connection(ask, latencies), HOST, ask.port))[1]
        for _ in range(connections)
    ]
    begun = perf_counter()
    for wire in wires:
        wire.ask()
    await asyncio.wait([wire.closed for wire in wires], timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    elapsed, counted = perf_counter() - begun, sorted(latencies)
    for wire in wires:
        wire.finish()
    # Answers that are still under way must not slow down who is measured next.
    await asyncio.wait_for(asyncio.gather(*(wire.closed for wire in wires)), PATIENCE)
    if not counted:  # not one answer is that quick
        elapsed, counted = perf_counter() - begun, sorted(latencies)
    return Load(elapsed, counted)


class _Connection(asyncio.Protocol):
    def __init__(self, ask: Ask, latencies: list[float]) -> None:
        self._expected = ask
        self._request = ask.encode()
        self._status = f"HTTP/1.1 {ask.status} ".encode("ascii")
        self._latencies = latencies
        self._head = b""
        self._missing = 0
        """Bytes of the body that are still to come."""
        self._last = False
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def ask(self) -> None:
        self._asked = perf_counter()
        self._transport.write(self._request)

    def finish(self) -> None:
        """Close once the answer that is under way has come."""
        self._last = True

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
        else:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            size = self._size(self._head[:end])
            if size != self._expected.size:
                self._fail(f"was {self._head[:60]!r}… with a body of {size} bytes")
                return
            self._missing = size - (len(self._head) - end - 4)
            self._head = b""
        if self._missing < 0:
            self._fail(f"had {-self._missing} bytes too many")
        elif not self._missing:
            self._latencies.append(perf_counter() - self._asked)
            if self._last:
                self._transport.close()
            else:
                self.ask()

    def _size(self, head: bytes) -> int | None:
        """The length of the body, or None when the answer is another than expected."""
        if not head.startswith(self._status):
            return None
        if self._expected.status == 304:
            return 0
        _, found, rest = head.lower().partition(b"\r\ncontent-length:")
        return int(rest.partition(b"\r\n")[0]) if found else None

    def _fail(self, how: str) -> None:
        wanted = f"{self._expected.status} and {self._expected.size} bytes"
        if not self.closed.done():
            self.closed.set_exception(WrongAnswer(f"{self._expected}: wanted {wanted}, but the answer {how}"))
        self._transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        if self.closed.done():
            return
        if self._last:
            self.closed.set_result(None)
        else:
            self.closed.set_exception(WrongAnswer(f"{self._expected}: the server closed the connection"))
