"""`make bench`: start the servers, load them in turn, import issues, and print tables."""

import argparse
import asyncio
import json
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from app.content.document import IssueDocument
from benchmarks import bare, importing, textbook, writing
from benchmarks.load import Load, Request, Response, UnexpectedResponse, fetch, run_load
from benchmarks.servers import NotServing, masthead, serving

if sys.platform == "win32":
    from asyncio import new_event_loop
else:
    from uvloop import new_event_loop

ISSUE = "/issues/75"
OTHERS = ("/items?limit=20", "/search?q=world+models")
CONNECTIONS = 16
WARM_UP = 0.3
"""Seconds of load before the first round, which are not measured."""

BARE, MASTHEAD, TEXTBOOK = "bare ASGI app, same bytes", "Masthead", "textbook FastAPI + async ORM"


@dataclass(frozen=True)
class Row:
    """A row of the table: medians of all rounds."""

    name: str
    bytes: int
    requests_per_second: float
    of_bare: float | None
    of_textbook: float | None
    """Ratios to the servers for the same request."""
    p50_ms: float
    p99_ms: float


def main() -> int:
    options = _options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="masthead-bench-") as folder,
            _all_serving(Path(folder)) as requests,
            asyncio.Runner(loop_factory=new_event_loop) as runner,
        ):
            print(f"Measuring for {len(requests) * options.rounds * options.seconds:.0f} s …", file=sys.stderr)
            rounds = runner.run(_measure(requests, options.rounds, options.seconds))
        with tempfile.TemporaryDirectory(prefix="masthead-bench-") as folder:
            print(f"Importing {importing.LARGE:,} issues …", file=sys.stderr)
            imports = importing.measure(Path(folder))
            print("Writing …", file=sys.stderr)
            writes = writing.measure(Path(folder))
    except (NotServing, UnexpectedResponse) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    rows = [_row(name, request, rounds) for name, request in requests.items()]
    if options.json:
        found = {"requests": rows, "imports": imports, "writes": writes}
        print(json.dumps({name: [asdict(row) for row in each] for name, each in found.items()}, indent=2))
    else:
        print(
            _table(rows, options.rounds, options.seconds), importing.table(imports), writing.table(writes), sep="\n\n"
        )
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench",
        description="Measure GET /issues/75, compared with two other servers, masthead import, and writes.",
    )
    parser.add_argument("--rounds", type=int, default=5, help="how many times each request is measured (default: 5)")
    parser.add_argument("--seconds", type=float, default=1.1, help="seconds per measurement (default: 1.1)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    if options.rounds < 1 or not 0 < options.seconds <= 60:
        parser.error("--rounds must be 1 or more, --seconds more than 0 and at most 60")
    return options


@contextmanager
def _all_serving(folder: Path) -> Iterator[dict[str, Request]]:
    """Run the three servers, and yield the requests to them, by their names in the table.

    Raises UnexpectedResponse unless all three return the same document.
    """
    with masthead(folder) as port:
        response = _expect(fetch(port, ISSUE), 200)
        document = folder / "issue.http"
        bare.save_response(document, response.headers, response.body)
        database = folder / "textbook.db"
        textbook.fill(database, [IssueDocument.thaw(response.body)])
        with (
            serving("benchmarks.bare:create_app", folder, {bare.RESPONSE_FILE: str(document)}) as bare_port,
            serving("benchmarks.textbook:create_app", folder, {textbook.DATABASE: str(database)}) as textbook_port,
        ):
            same = _expect(fetch(bare_port, ISSUE), 200)
            equal = _expect(fetch(textbook_port, ISSUE), 200)
            if same.body != response.body or json.loads(equal.body) != json.loads(response.body):
                raise UnexpectedResponse("The servers do not return the same document.")
            known = {"if-none-match": response.headers["etag"]}
            _expect(fetch(port, ISSUE, known), 304)
            sizes = {path: len(_expect(fetch(port, path), 200).body) for path in OTHERS}
            yield {
                BARE: Request(bare_port, ISSUE, size=len(same.body)),
                MASTHEAD: Request(port, ISSUE, size=len(response.body)),
                TEXTBOOK: Request(textbook_port, ISSUE, size=len(equal.body)),
                **{f"{MASTHEAD}, GET {path}": Request(port, path, size=size) for path, size in sizes.items()},
                f"{MASTHEAD}, If-None-Match: 304": Request(port, ISSUE, known, status=304),
            }


def _expect(response: Response, status: int) -> Response:
    if response.status != status:
        raise UnexpectedResponse(f"A server returned {response.status} instead of {status}: {response.body[:500]!r}")
    return response


async def _measure(requests: dict[str, Request], rounds: int, seconds: float) -> list[dict[str, Load]]:
    """In each round, all requests are measured in turn: A B C A B C."""
    for request in requests.values():
        await run_load(request, connections=CONNECTIONS, seconds=WARM_UP)
    return [
        {name: await run_load(request, connections=CONNECTIONS, seconds=seconds) for name, request in requests.items()}
        for _ in range(rounds)
    ]


def _row(name: str, request: Request, rounds: Sequence[dict[str, Load]]) -> Row:
    return Row(
        name,
        bytes=request.size,
        requests_per_second=median(loads[name].rate for loads in rounds),
        of_bare=_ratio(name, BARE, rounds),
        of_textbook=_ratio(name, TEXTBOOK, rounds),
        p50_ms=median(loads[name].percentile(50) for loads in rounds) * 1000,
        p99_ms=median(loads[name].percentile(99) for loads in rounds) * 1000,
    )


def _ratio(name: str, other: str, rounds: Sequence[dict[str, Load]]) -> float | None:
    if name not in (BARE, MASTHEAD, TEXTBOOK):
        return None
    return median(loads[name].rate / loads[other].rate for loads in rounds)


def _table(rows: Sequence[Row], rounds: int, seconds: float) -> str:
    wide = max(len(row.name) for row in rows)
    lines = [f"{f'GET {ISSUE}':{wide}}   bytes  requests/s  of bare  x textbook  p50 ms  p99 ms"]
    for row in rows:
        of_bare = "" if row.of_bare is None else f"{row.of_bare:.1%}"
        of_textbook = "" if row.of_textbook is None else f"{row.of_textbook:.1f}"
        lines.append(
            f"{row.name:{wide}}  {row.bytes:6,}  {row.requests_per_second:10,.0f}  {of_bare:>7}  {of_textbook:>10}"
            f"  {row.p50_ms:6.2f}  {row.p99_ms:6.2f}"
        )
    about = f"{CONNECTIONS} connections, one uvicorn worker each, SQLite; medians of {rounds} rounds of {seconds:g} s"
    return "\n".join([*lines, about])


if __name__ == "__main__":
    sys.exit(main())
