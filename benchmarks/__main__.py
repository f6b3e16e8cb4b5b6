"""`make bench`: start the servers, put them under load in turn, import an archive, and print tables."""

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
from benchmarks import bare, importing, textbook
from benchmarks.load import Answer, Ask, Load, WrongAnswer, bear, fetch
from benchmarks.servers import NotServing, masthead, serving

if sys.platform == "win32":
    from asyncio import new_event_loop
else:
    from uvloop import new_event_loop

ISSUE = "/issues/75"
OTHERS = ("/items?limit=20", "/search?q=world+models")
CONNECTIONS = 16
WARMING = 0.3
"""Seconds of load, not counted, before the first round."""

BARE, MASTHEAD, TEXTBOOK = "bare ASGI app, the same bytes", "Masthead", "FastAPI + async ORM, the textbook"


@dataclass(frozen=True)
class Row:
    """A line of the table: medians of the rounds."""

    name: str
    bytes: int
    requests_per_second: float
    of_bare: float | None
    of_textbook: float | None
    """Ratios to those who answer the same request."""
    p50_ms: float
    p99_ms: float


def main() -> int:
    options = _options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="masthead-bench-") as folder,
            _all_serving(Path(folder)) as asks,
            asyncio.Runner(loop_factory=new_event_loop) as runner,
        ):
            print(f"Measuring for {len(asks) * options.rounds * options.seconds:.0f} s …", file=sys.stderr)
            rounds = runner.run(_measure(asks, options.rounds, options.seconds))
        with tempfile.TemporaryDirectory(prefix="masthead-bench-") as folder:
            print(f"Importing {importing.MANY:,} issues …", file=sys.stderr)
            imports = importing.measure(Path(folder))
    except (NotServing, WrongAnswer) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    rows = [_row(name, ask, rounds) for name, ask in asks.items()]
    if options.json:
        found = {"requests": rows, "imports": imports}
        print(json.dumps({name: [asdict(row) for row in each] for name, each in found.items()}, indent=2))
    else:
        print(_table(rows, options.rounds, options.seconds), importing.table(imports), sep="\n\n")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench", description="Measure GET /issues/75 beside two others, and masthead import."
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each request is measured (5)")
    parser.add_argument("--seconds", type=float, default=1.1, help="for how long, each time (1.1)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    if options.rounds < 1 or not 0 < options.seconds <= 60:
        parser.error("--rounds must be 1 or more, --seconds more than 0 and at most 60")
    return options


@contextmanager
def _all_serving(folder: Path) -> Iterator[dict[str, Ask]]:
    """Run the three servers, and give what is asked of them, by its name in the table.

    Raises WrongAnswer unless all three answer with the same document.
    """
    with masthead(folder) as port:
        answer = _expect(fetch(port, ISSUE), 200)
        document = folder / "issue.http"
        bare.keep(document, answer.headers, answer.body)
        database = folder / "textbook.db"
        textbook.fill(database, [IssueDocument.thaw(answer.body)])
        with (
            serving("benchmarks.bare:create_app", folder, {bare.ANSWER: str(document)}) as bare_port,
            serving("benchmarks.textbook:create_app", folder, {textbook.DATABASE: str(database)}) as textbook_port,
        ):
            same = _expect(fetch(bare_port, ISSUE), 200)
            equal = _expect(fetch(textbook_port, ISSUE), 200)
            if same.body != answer.body or json.loads(equal.body) != json.loads(answer.body):
                raise WrongAnswer("The servers do not answer with the same document.")
            known = {"if-none-match": answer.headers["etag"]}
            _expect(fetch(port, ISSUE, known), 304)
            sizes = {path: len(_expect(fetch(port, path), 200).body) for path in OTHERS}
            yield {
                BARE: Ask(bare_port, ISSUE, size=len(same.body)),
                MASTHEAD: Ask(port, ISSUE, size=len(answer.body)),
                TEXTBOOK: Ask(textbook_port, ISSUE, size=len(equal.body)),
                **{f"{MASTHEAD}, GET {path}": Ask(port, path, size=size) for path, size in sizes.items()},
                f"{MASTHEAD}, If-None-Match: 304": Ask(port, ISSUE, known, status=304),
            }


def _expect(answer: Answer, status: int) -> Answer:
    if answer.status != status:
        raise WrongAnswer(f"A server answered {answer.status} instead of {status}: {answer.body[:500]!r}")
    return answer


async def _measure(asks: dict[str, Ask], rounds: int, seconds: float) -> list[dict[str, Load]]:
    """Each round asks everything in turn: A B C A B C."""
    for ask in asks.values():
        await bear(ask, connections=CONNECTIONS, seconds=WARMING)
    return [
        {name: await bear(ask, connections=CONNECTIONS, seconds=seconds) for name, ask in asks.items()}
        for _ in range(rounds)
    ]


def _row(name: str, ask: Ask, rounds: Sequence[dict[str, Load]]) -> Row:
    return Row(
        name,
        bytes=ask.size,
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
