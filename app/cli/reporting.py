"""The results of an import, as text or as JSON."""

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

_RESULTS = {"created": "new", "updated": "changed", "unchanged": "unchanged"}

_HEADINGS = {
    "created": "Not published:",
    "skipped": "Skipped:",
    "refused": "Not overwritten:",
    "failed": "Not imported:",
}
"""Of the lists of outcomes with a reason, by status. Any that was imported goes under the first."""


class Totals:
    """Counts of the outcomes so far; the outcomes themselves are not kept."""

    def __init__(self) -> None:
        self.statuses: Counter[str] = Counter()
        self.imported: Counter[str] = Counter()
        self.read: Counter[str] = Counter()

    def counting(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        for outcome in outcomes:
            self.add(outcome)
            yield outcome

    def add(self, outcome: Outcome) -> None:
        self.statuses[outcome.status] += 1
        if outcome.document:
            found = _count(outcome.document.get("sections", ()))
            found["issue"] = 1
            found["doubt"] = sum(isinstance(note, Doubt) for note in outcome.notes)
            found["line"] = lines_left_out(outcome.notes)
            self.read += found
            if outcome.is_imported:
                self.imported += found

    @property
    def failed(self) -> int:
        return self.statuses["refused"] + self.statuses["failed"]


def print_trees(outcomes: Iterable[Outcome], totals: Totals, tag_of: Callable[[str | None], str | None]) -> None:
    console = _console()
    for outcome in totals.counting(outcomes):
        console.print(tree_of(outcome, tag_of))
        console.print()
    counts = totals.read
    console.print(
        f"{_many(counts, 'issue')}, {_many(counts, 'section')}, {_many(counts, 'item')}; "
        f"{_many(counts, 'doubt')}; {_many(counts, 'line')} left out"
    )


def print_json(outcomes: Iterable[Outcome], totals: Totals, *, documents: bool) -> None:
    """A JSON array, written as the outcomes come."""
    separator = b"["
    for outcome in totals.counting(outcomes):
        if documents and outcome.status in ("refused", "failed"):
            print(f"masthead: {outcome.name}: {outcome.reason}", file=sys.stderr)
        if documents and not outcome.document:
            continue
        print_utf_8(separator + b"\n" + orjson.dumps(_shown(outcome, documents=documents)))
        separator = b","
    print_utf_8(b"[]\n" if separator == b"[" else b"\n]\n")


def print_progress(outcomes: Iterable[Outcome], totals: Totals) -> None:
    """A line for each issue that is created or changed; at the end, those with a reason."""
    console = _console()
    reasons: dict[str, list[tuple[str, str]]] = {heading: [] for heading in _HEADINGS.values()}
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("Importing", total=None)
        # Without a bar to redraw, plain print is faster.
        say = progress.console.print if console.is_terminal else print
        for outcome in totals.counting(outcomes):
            named = f"{outcome.number}  {outcome.name}" if outcome.number else outcome.name
            if outcome.status in ("created", "updated"):
                say(f"{_RESULTS[outcome.status]:7}  {named}")
            if outcome.reason:
                reasons[_HEADINGS.get(outcome.status, _HEADINGS["created"])].append((named, outcome.reason))
            issues, items = totals.imported["issue"], totals.imported["item"]
            progress.update(bar, description=f"{issues:,} issues, {items:,} items", completed=issues)
    results = [f"{totals.statuses[status]:,} {word}" for status, word in _RESULTS.items() if totals.statuses[status]]
    of_these = f" ({', '.join(results)})" if results else ""
    console.print(
        f"Imported {_many(totals.imported, 'issue')}{of_these}, "
        f"{_many(totals.imported, 'section')}, {_many(totals.imported, 'item')}."
    )
    for heading, listed in reasons.items():
        if listed:
            console.print(heading)
        for named, reason in listed:
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
