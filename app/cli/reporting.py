"""What an import has done, or would do, for people and for programs."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from app.cli.output import print_utf_8
from app.cli.trees import lines_left_out, tree_of
from app.importing.outcomes import Outcome
from app.importing.schemas import NoteDocument
from app.newsletters.document import Doubt

_BECAME = {"created": "new", "updated": "changed", "unchanged": "unchanged"}

_HEADINGS = {
    "created": "These stay drafts:",
    "skipped": "These were passed over:",
    "refused": "These were not touched:",
    "failed": "These did not come in:",
}
"""What is told with its reason, by status; of what came in, what stays a draft."""


class Totals:
    """What adds up while outcomes pass; the outcomes themselves are not kept."""

    def __init__(self) -> None:
        self.statuses: Counter[str] = Counter()
        self.came_in: Counter[str] = Counter()
        self.understood: Counter[str] = Counter()

    def pass_on(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        for outcome in outcomes:
            self.add(outcome)
            yield outcome

    def add(self, outcome: Outcome) -> None:
        self.statuses[outcome.status] += 1
        if outcome.document:
            found = _count(outcome.document.get("sections", ()))
            found["issue"] = 1
            found["doubtful place"] = sum(isinstance(note, Doubt) for note in outcome.notes)
            found["line"] = lines_left_out(outcome.notes)
            self.understood += found
            if outcome.came_in:
                self.came_in += found

    @property
    def failed(self) -> int:
        return self.statuses["refused"] + self.statuses["failed"]


def print_trees(outcomes: Iterable[Outcome], totals: Totals, tag_named: Callable[[str | None], str | None]) -> None:
    console = _console()
    for outcome in totals.pass_on(outcomes):
        console.print(tree_of(outcome, tag_named))
        console.print()
    told = totals.understood
    console.print(
        f"{_many(told, 'issue')}, {_many(told, 'section')}, {_many(told, 'item')}; "
        f"{_many(told, 'doubtful place')}; {_many(told, 'line')} left out"
    )


def print_json(outcomes: Iterable[Outcome], totals: Totals, *, documents: bool) -> None:
    """A list, written as it comes."""
    separator = b"["
    for outcome in totals.pass_on(outcomes):
        if documents and outcome.status in ("refused", "failed"):
            print(f"masthead: {outcome.name}: {outcome.reason}", file=sys.stderr)
        if documents and not outcome.document:
            continue
        print_utf_8(separator + b"\n" + orjson.dumps(_shown(outcome, documents=documents)))
        separator = b","
    print_utf_8(b"[]\n" if separator == b"[" else b"\n]\n")


def print_progress(outcomes: Iterable[Outcome], totals: Totals) -> None:
    """A line for each issue that came in, as it does; then those that did not, and why."""
    console = _console()
    told: dict[str, list[tuple[str, str]]] = {heading: [] for heading in _HEADINGS.values()}
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("Importing", total=None)
        # Where no bar is in its way a line need not go through what draws the bar.
        say = progress.console.print if console.is_terminal else print
        for outcome in totals.pass_on(outcomes):
            named = f"{outcome.number}  {outcome.name}" if outcome.number else outcome.name
            if outcome.status in ("created", "updated"):
                say(f"{_BECAME[outcome.status]:7}  {named}")
            if outcome.reason:
                told[_HEADINGS.get(outcome.status, _HEADINGS["created"])].append((named, outcome.reason))
            issues, items = totals.came_in["issue"], totals.came_in["item"]
            progress.update(bar, description=f"{issues:,} issues, {items:,} items", completed=issues)
    became = [f"{totals.statuses[status]:,} {word}" for status, word in _BECAME.items() if totals.statuses[status]]
    console.print(
        f"{_many(totals.came_in, 'issue')} came in{' (' if became else ''}{', '.join(became)}{')' if became else ''}, "
        f"{_many(totals.came_in, 'section')}, {_many(totals.came_in, 'item')}."
    )
    for heading, those in told.items():
        if those:
            console.print(heading)
        for named, reason in those:
            console.print(f"  {named}\n    {reason}", soft_wrap=True)


def _console() -> Console:
    return Console(highlight=False, markup=False, emoji=False)


def _count(sections: Sequence[Mapping[str, Any]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for section in sections:
        found += Counter({"section": 1, "item": len(section.get("items", ()))})
        found += _count(section.get("sections", ()))
    return found


def _shown(outcome: Outcome, *, documents: bool) -> dict[str, Any]:
    about = {"confidence": outcome.confidence, "notes": [NoteDocument.of(note).model_dump() for note in outcome.notes]}
    if documents:
        return {**outcome.document, **about}
    return {
        "number": outcome.number,
        "title": outcome.name,
        "status": outcome.status,
        "reason": outcome.reason,
        **about,
    }


def _many(counts: Mapping[str, int], word: str) -> str:
    count = counts.get(word, 0)
    return f"{count:,} {word}{'' if count == 1 else 's'}"
