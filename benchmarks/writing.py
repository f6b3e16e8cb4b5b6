"""The processor time of writes to a published issue, beside that of publishing all of it.

A write should cost in proportion to what it changes. Publishing compiles and stores the whole issue, so the ratio to it
says how far that is true; both are measured in turn, in this process, without HTTP.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from sqlalchemy.orm import Session

from app.auth.callers import OPERATOR
from app.authoring import issues, items, workflow
from app.authoring.schemas import IssueInput, IssuePatch, ItemPatch, PlacedItemInput
from app.content.markdown import CACHE
from app.db.engine import Database
from app.db.migrations import upgrade
from app.publishing import maintenance
from app.settings import Settings

SIZES = (20, 200, 1_000)
"""Items in the issue."""
ROUNDS = 5
SECTIONS = 5
NUMBER = 75

_TEXT = "Some **words** about [it](https://example.org/page), with `code`, and *more* of them than before. " * 4


@dataclass(frozen=True)
class WriteRow:
    """Medians of the rounds."""

    name: str
    items: int
    milliseconds: float
    """Processor time."""
    of_publishing: float
    """Ratio to publishing the whole issue."""


def measure(folder: Path) -> list[WriteRow]:
    return [row for size in SIZES for row in _measure(folder / f"{size}.db", size)]


def table(rows: list[WriteRow]) -> str:
    lines = ["writes to a published issue     items  CPU ms  of publishing it"]
    lines += [f"{row.name:30}  {row.items:5,}  {row.milliseconds:6.1f}  {row.of_publishing:16.0%}" for row in rows]
    return "\n".join([*lines, f"SQLite, without HTTP; medians of {ROUNDS} rounds"])


def _measure(file: Path, size: int) -> list[WriteRow]:
    database = Database(f"sqlite:///{file}")
    settings = Settings(_env_file=None, database_url=str(database.url))  # type: ignore[call-arg]
    upgrade(database)
    maintenance.bootstrap(database, settings)
    with database.writing() as session:
        made = issues.create(session, IssueInput.model_validate(_issue(size)), OPERATOR)
        item = made.sections[0].items[0].id

    def publish(session: Session, _: int) -> None:
        CACHE.clear()
        workflow.publish(session, issues.get(session, NUMBER), OPERATOR)

    def change(session: Session, turn: int) -> None:
        items.change(session, items.get(session, item), ItemPatch(title=f"Title {turn}"), OPERATOR)

    def change_first(session: Session, turn: int) -> None:
        CACHE.clear()
        items.change(session, items.get(session, item), ItemPatch(title=f"First title {turn}"), OPERATOR)

    def rename(session: Session, turn: int) -> None:
        issues.change(session, issues.get(session, NUMBER), IssuePatch(title=f"Issue {turn}"), OPERATOR)

    def add(session: Session, turn: int) -> None:
        given = PlacedItemInput(title=f"New {turn}", body=f"{_TEXT} {turn}", section="section-0")
        items.add(session, issues.get(session, NUMBER), given, OPERATOR)

    works = {
        "publish all of it": publish,
        "change the title of one item": change,
        "the same, first in a process": change_first,
        "change the title of the issue": rename,
        "add an item": add,
    }
    times: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(ROUNDS):
        with database.writing() as session:
            workflow.unpublish(session, issues.get(session, NUMBER), OPERATOR)
        for name, work in works.items():
            times[name].append(_timed(database, work, turn))
    database.close()
    whole, *_ = times.values()
    return [
        WriteRow(
            name,
            size,
            milliseconds=median(taken) * 1000,
            of_publishing=median(one / all_of_it for one, all_of_it in zip(taken, whole, strict=True)),
        )
        for name, taken in times.items()
    ]


def _timed(database: Database, work: Callable[[Session, int], None], turn: int) -> float:
    """Seconds of processor time of a write and its transaction."""
    started = time.process_time()
    with database.writing() as session:
        work(session, turn)
    return time.process_time() - started


def _issue(size: int) -> dict[str, object]:
    sections = [
        {
            "title": f"Section {place}",
            "items": [
                {
                    "title": f"Item {item}",
                    "url": f"https://example.org/{place}/{item}",
                    "body": f"{_TEXT} {place} {item}",
                }
                for item in range(size // SECTIONS)
            ],
        }
        for place in range(SECTIONS)
    ]
    return {"number": NUMBER, "title": "The issue", "status": "published", "sections": sections}
