"""What readers notice of hostile input: `python -m benchmarks.hostile`.

For each input a new server is started; ten connections send that input again and again, and another client reads
`GET /issues/75` every 10 ms meanwhile. The table has the latency of these reads, beside those without any load, and the
largest memory of the server with its child processes (proportional set size, in which what processes share counts once,
read from /proc: Linux only). The exit code is 1 if one of them is beyond its goal: `MOST_LATENCY` at the 99th
percentile, or `MOST_MEMORY`.
"""

import argparse
import io
import json
import multiprocessing
import socket
import sys
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from multiprocessing.synchronize import Event
from pathlib import Path

from benchmarks.load import HOST
from benchmarks.servers import NotServing, masthead_serve, run

CONNECTIONS = 10
PAUSE = 0.01
"""Seconds between two reads."""
MOST_LATENCY = 0.2
"""Seconds that 99 of 100 reads take at most."""
MOST_MEMORY = 300
"""MiB."""
_MAIL = "From: a@example.org\nDate: Mon, 01 Dec 2025 12:00:00 +0000\nSubject: Issue 7\nMessage-ID: <a@example.org>\n"


@dataclass(frozen=True)
class Input:
    method: str
    path: str
    content_type: str
    body: Callable[[], bytes]
    is_anonymous: bool = False
    head: bytes = b""
    """Bytes of more headers."""


def _json(method: str, path: str, body: Callable[[], object]) -> Input:
    return Input(method, path, "application/json", lambda: json.dumps(body()).encode())


def _import(content_type: str, body: Callable[[], bytes]) -> Input:
    return Input("POST", "/import", content_type, body)


def _small_lists() -> bytes:
    return b'{"title": "A", "sections": [' + b"[]," * 1_740_000 + b"[]]}"


def _zip(method: int) -> bytes:
    """A small zip whose only member has 700 MB of zeros."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive, archive.open("issue.md", "w", force_zip64=True) as member:
        for _ in range(700):
            member.write(bytes(1_000_000))
    return file.getvalue()


def _nested(depth: int, width: int) -> list[object]:
    return [{"title": "S", "sections": _nested(depth - 1, width)} for _ in range(width)] if depth else []


INPUTS: dict[str, Input | None] = {
    "no load": None,
    "zip, BZIP2, 700 MB of zeros": _import("application/zip", lambda: _zip(zipfile.ZIP_BZIP2)),
    "zip, LZMA, 700 MB of zeros": _import("application/zip", lambda: _zip(zipfile.ZIP_LZMA)),
    "zip, deflate, 700 MB of zeros": _import("application/zip", lambda: _zip(zipfile.ZIP_DEFLATED)),
    "POST of 9,000 empty sections": _json(
        "POST", "/issues", lambda: {"title": "A", "sections": [{"title": None}] * 9_000}
    ),
    "PUT of 9,000 empty sections": _json(
        "PUT", "/issues/900", lambda: {"title": "A", "sections": [{"title": None}] * 9_000}
    ),
    "POST of 50,000 items": _json(
        "POST", "/issues", lambda: {"title": "A", "sections": [{"title": "S", "items": [{"title": "I"}] * 50_000}]}
    ),
    "sections of nested sections": _json(
        "POST", "/issues/900/sections", lambda: {"title": "A", "sections": _nested(4, 8)}
    ),
    "POST of 2,000 items, published": _json(
        "POST",
        "/issues",
        lambda: {
            "title": "A",
            "status": "published",
            "sections": [{"title": f"S{s}", "items": [{"title": "I", "body": "*Words*"}] * 200} for s in range(10)],
        },
    ),
    "POST of 1,000 sections": _json(
        "POST", "/issues", lambda: {"title": "A", "sections": [{"title": f"S{s}"} for s in range(1_000)]}
    ),
    "import of 4,000 headings": _import(
        "text/markdown", lambda: b"# Issue 901: A\n\n" + b"".join(b"## H %d\n\nText.\n\n" % n for n in range(4_000))
    ),
    "text of 65,000 characters with 5,000 [": _json(
        "POST", "/issues", lambda: {"title": "A", "intro": "[" * 5_000 + "words " * 10_000}
    ),
    "RSS with 50,000 attributes": _import(
        "application/rss+xml",
        lambda: b"<rss " + b" ".join(b'a%d="1"' % n for n in range(50_000)) + b"><channel></channel></rss>",
    ),
    "mail with 50,000 parameters": _import(
        "message/rfc822",
        lambda: (_MAIL + "Content-Type: text/plain" + "".join(f"; a{n}=1" for n in range(50_000)) + "\n\nHi").encode(),
    ),
    "anonymous, 5 MB of small lists": Input("POST", "/issues", "application/json", _small_lists, is_anonymous=True),
    "5 MB of small lists": Input("POST", "/issues", "application/json", _small_lists),
    "5 MB of text": _json("POST", "/issues", lambda: {"title": "A", "intro": "word " * 1_000_000}),
    "5 MB of unknown fields": _json("POST", "/issues", lambda: {f"f{n}": 0 for n in range(240_000)}),
    "as many unknown fields as are parsed": _json("POST", "/issues", lambda: {f"f{n}": 0 for n in range(149_900)}),
    "as many small lists as are parsed": _json("POST", "/issues", lambda: {"title": [[]] * 149_900}),
    "header of 100 MB": Input(
        "GET", "/issues/75", "text/plain", lambda: b"", is_anonymous=True, head=b"X-A: " + b"a" * 100_000_000 + b"\r\n"
    ),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="seconds for each input (default: 5)")
    parser.add_argument("--database", help="the URL of an empty PostgreSQL database (default: a new SQLite file)")
    parser.add_argument("--only", default="", help="only inputs whose name contains this")
    options = parser.parse_args()
    print(f"{'ten at a time':40}  answers                   reads  p50 ms  p99 ms  max ms    MiB")
    beyond = []
    for name, hostile in INPUTS.items():
        if options.only in name:
            with tempfile.TemporaryDirectory(prefix="masthead-bench-") as folder:
                try:
                    measured = _measure(Path(folder), hostile, options.database, options.seconds)
                except NotServing as error:
                    print(error, file=sys.stderr)
                    return 1
            latencies, _, mebibytes = measured
            print(_row(name, *measured), flush=True)
            if _quantile(latencies, 0.99) > MOST_LATENCY or mebibytes > MOST_MEMORY:
                beyond.append(name)
    if beyond:
        goals = f"{MOST_LATENCY * 1000:.0f} ms at the 99th percentile or {MOST_MEMORY} MiB"
        print(f"Beyond {goals}: {'; '.join(beyond)}", file=sys.stderr)
    return 1 if beyond else 0


def _quantile(latencies: list[float], part: float) -> float:
    return latencies[min(int(len(latencies) * part), len(latencies) - 1)]


def _row(name: str, latencies: list[float], answers: "Counter[str]", mebibytes: float) -> str:
    p50, p99, longest = (_quantile(latencies, part) for part in (0.5, 0.99, 1))
    counted = ", ".join(f"{count} x {status}" for status, count in answers.most_common(3))
    return (
        f"{name:40}  {counted:24}  {len(latencies):5,}  {p50 * 1000:6.1f}  {p99 * 1000:6.1f}  {longest * 1000:6.1f}"
        f"  {mebibytes:5.0f}"
    )


def _measure(
    folder: Path, hostile: Input | None, database: str | None, seconds: float
) -> "tuple[list[float], Counter[str], float]":
    with _serving(folder, database) as (process, port, key):
        request = None if hostile is None else _bytes(hostile, port, key)
        context = multiprocessing.get_context("spawn")
        stop, answers = context.Event(), context.Queue()
        sender = context.Process(target=_send, args=(port, request, stop, answers))
        latencies: list[float] = []
        memory = 0.0
        if request:
            sender.start()
        with closing(HTTPConnection(HOST, port, timeout=60)) as client:
            client.request("GET", "/issues/75")
            client.getresponse().read()
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                started = time.perf_counter()
                client.request("GET", "/issues/75")
                response = client.getresponse()
                response.read()
                if response.status != 200:
                    raise NotServing(f"GET /issues/75 answered {response.status}")
                latencies.append(time.perf_counter() - started)
                if len(latencies) % 10 == 0:  # the kernel holds up the process while it counts
                    memory = max(memory, _memory(process))
                time.sleep(PAUSE)
        counted: Counter[str] = Counter()
        if request:
            stop.set()
            counted = answers.get(timeout=90)
            sender.join()
        return sorted(latencies), counted, max(memory, _memory(process))


def _bytes(hostile: Input, port: int, key: str) -> bytes:
    body = hostile.body()
    lines = [
        f"{hostile.method} {hostile.path} HTTP/1.1",
        f"Host: {HOST}:{port}",
        f"Content-Type: {hostile.content_type}",
        f"Content-Length: {len(body)}",
        *([] if hostile.is_anonymous else [f"Authorization: Bearer {key}"]),
    ]
    return "\r\n".join(lines).encode() + b"\r\n" + hostile.head + b"\r\n" + body


def _send(port: int, request: bytes, stop: Event, answers: "multiprocessing.Queue[Counter[str]]") -> None:
    """Send a request again and again, by several connections at a time, and count the statuses."""
    counted: Counter[str] = Counter()

    def send() -> None:
        while not stop.is_set():
            status = "closed"
            with suppress(OSError), socket.create_connection((HOST, port), timeout=60) as connection:
                with suppress(OSError):  # the server need not read all of it
                    connection.sendall(request)
                head = connection.recv(100)
                if head:
                    status = head.split()[1].decode("latin-1")
            counted[status] += 1

    threads = [threading.Thread(target=send) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.put(counted)


@contextmanager
def _serving(folder: Path, database: str | None) -> Iterator[tuple[int, int, str]]:
    """The process id of a server with the sample issues, its port, and an API key that may publish."""
    environment = {
        "MASTHEAD_DATABASE_URL": database or f"sqlite:///{folder / 'masthead.db'}",
        "MASTHEAD_SECRET_KEYS": "a key of this benchmark with more than 32 characters",
    }
    for command in ("migrate", "demo"):
        run("app", command, folder=folder, environment=environment)
    scopes = [part for scope in ("content:read", "content:write", "content:publish") for part in ("--scope", scope)]
    added = run("app", "keys", "add", "hostile", *scopes, folder=folder, environment=environment)
    key = next(word for word in added.split() if word.startswith("mh_"))
    with masthead_serve(folder, environment) as (process, port):
        yield process, port, key


def _memory(process: int) -> float:
    """MiB of a process and its descendants."""
    kibibytes = 0
    pending = [process]
    with suppress(OSError):
        while pending:
            each = pending.pop()
            rollup = Path(f"/proc/{each}/smaps_rollup").read_text()
            kibibytes += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
            for task in Path(f"/proc/{each}/task").iterdir():
                pending += map(int, (task / "children").read_text().split())
    return kibibytes / 1024


if __name__ == "__main__":
    sys.exit(main())
