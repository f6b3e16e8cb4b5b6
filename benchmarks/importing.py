"""The speed and peak memory of `masthead import --publish`, run in its own process."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from app.authoring.schemas import ItemInput, SectionInput
from app.demo.samples import samples
from benchmarks.servers import NotServing, environment_for, run

SECTIONS = ("News & Trends", "Research", "Product", "Safety", "Career")
ITEMS = 30
"""Items per issue."""
SMALL, LARGE = 100, 1_000
"""Issues in a run. Both should need the same memory."""

_COMMAND = """
import resource, sys, time
from app.cli.main import run
started = time.perf_counter()
try:
    run()
finally:
    both = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(time.perf_counter() - started, *both, file=sys.stderr)
"""
"""The program `masthead`. At its end it prints its duration without loading, and its peak memory in KiB."""


@dataclass(frozen=True)
class ImportRow:
    """A run, from the first file to the last issue. `seconds` does not include loading the program."""

    issues: int
    items: int
    seconds: float
    peak_mib: float
    reader_peak_mib: float
    """Peak memory of the process that reads; not less than that of this program when it was started."""

    @property
    def items_per_second(self) -> float:
        return self.items / self.seconds


def measure(folder: Path) -> list[ImportRow]:
    """Import few and then many issues, each into a new SQLite file. Raises NotServing unless all are imported."""
    return [_measure(folder, issues) for issues in (SMALL, LARGE)]


def table(rows: list[ImportRow]) -> str:
    lines = ["masthead import --publish     items  items/s  peak MiB  reader's peak"]
    lines += [
        f"{f'{row.issues:,} issues in Markdown':27}  {row.items:6,}  {row.items_per_second:7,.0f}  {row.peak_mib:8.0f}"
        f"  {row.reader_peak_mib:13.0f}"
        for row in rows
    ]
    return "\n".join(lines)


def _measure(folder: Path, issues: int) -> ImportRow:
    sources = folder / f"newsletters-{issues}"
    sources.mkdir()
    texts = cycle(_texts())
    for number in range(1, issues + 1):
        (sources / f"{number:04}.md").write_text(_newsletter(number, list(islice(texts, ITEMS))))
    environment = environment_for({"MASTHEAD_DATABASE_URL": f"sqlite:///{folder / f'import-{issues}.db'}"})
    run("app", "migrate", folder=folder, environment=environment)
    done = subprocess.run(
        [sys.executable, "-c", _COMMAND, "import", str(sources), "--publish"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    output = done.stdout.strip().splitlines()
    if done.returncode or not output[-1].startswith(f"Imported {issues:,} issues ({issues:,} new), "):
        raise NotServing(f"masthead import failed:\n{done.stdout[-2000:]}{done.stderr}")
    items = int(output[-1].split(", ")[-1].split()[0].replace(",", ""))
    if items != issues * ITEMS:
        raise NotServing(f"Only {items:,} of {issues * ITEMS:,} items were imported.")
    seconds, own, reader = map(float, done.stderr.split()[-3:])
    return ImportRow(issues, items, seconds, own / 1024, reader / 1024)


def _texts() -> list[tuple[str, str]]:
    """Titles and bodies of the items of the sample issues."""

    def of(sections: list[SectionInput]) -> Iterator[ItemInput]:
        for section in sections:
            yield from section.items
            yield from of(section.sections)

    return [
        (item.title, " ".join(item.body.split()))
        for issue in samples()
        for item in of(issue.sections)
        if item.title and item.body
    ]


def _newsletter(number: int, texts: list[tuple[str, str]]) -> str:
    lines = [f"# The Weekly Gradient #{number}: {texts[0][0]}", "1 January 2024", "What happened, and what to read."]
    each = ITEMS // len(SECTIONS)
    for place, section in enumerate(SECTIONS):
        lines.append(f"## {section}")
        for index, (title, body) in enumerate(texts[place * each : (place + 1) * each]):
            lines.append(f"### [{title}](https://example.org/{number}/{place}/{index})")
            lines.append(body)
    return "\n\n".join(lines) + "\n"
