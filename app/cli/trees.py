"""An issue as a tree in the terminal, to be checked before it is imported."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from app.content import titles
from app.importing.outcomes import Outcome
from app.newsletters.document import Doubt, Note
from app.newsletters.left_out import LeftOut

Document = Mapping[str, Any]
TagOf = Callable[[str | None], str | None]
"""The tag that a section gets by its title."""

MOST_SHOWN = 8
"""Notes that are shown for each reason."""

_RESULTS = {
    "created": "new",
    "updated": "changed",
    "unchanged": "unchanged",
    "skipped": "skipped",
    "refused": "not imported",
    "failed": "not imported",
}


def tree_of(outcome: Outcome, tag_of: TagOf) -> Tree:
    """The issue with its sections and items; doubts stand where they belong, with `?`, and left-out text at the end."""
    return _TreeBuilder(outcome, tag_of).build()


class _TreeBuilder:
    def __init__(self, outcome: Outcome, tag_of: TagOf) -> None:
        self._outcome = outcome
        self._tag_of = tag_of
        self._doubts: dict[str, list[Doubt]] = defaultdict(list)
        for note in outcome.notes:
            if isinstance(note, Doubt):
                self._doubts[note.pointer].append(note)

    def build(self) -> Tree:
        document, number = self._outcome.document, self._outcome.number
        branch = Tree(_line((f"{number}  " if number else "", "bold cyan"), (self._outcome.name, "bold")))
        branch.add(_line((" · ".join(self._about()), "dim")))
        if self._outcome.reason:
            branch.add(Text(self._outcome.reason, "" if self._outcome.is_imported else "red"))
        if not document:
            return branch
        for name in ("subtitle", "intro"):
            self._add_text(branch, document, name)
        for index, section in enumerate(document.get("sections", [])):
            self._add_section(branch, section, f"/sections/{index}", None)
        self._add_text(branch, document, "outro")
        for pointer in list(self._doubts):
            self._add_doubts(branch, pointer)
        self._add_left_out(branch)
        return branch

    def _about(self) -> list[str]:
        document = self._outcome.document
        said = [_RESULTS[self._outcome.status]]
        if document:
            said.insert(0, document.get("published_at", "no date")[:10])
        if self._outcome.is_imported and document.get("status"):
            said.append("published" if document["status"] == "published" else "a draft")
        if document:
            said.append(f"confidence {self._outcome.confidence:.2f}")
        return said

    def _add_section(self, above: Tree, section: Document, pointer: str, inherited: str | None) -> None:
        own = section.get("tag") or self._tag_of(section.get("title"))
        branch = above.add(
            _line((section.get("title") or "(no heading)", "bold"), (f"  #{own}" if own else "", "green"))
        )
        self._add_doubts(branch, pointer, "/items/", "/sections/")
        self._add_text(branch, section, "intro")
        tag = own or inherited
        for index, item in enumerate(section.get("items", [])):
            self._add_item(branch, item, f"{pointer}/items/{index}", tag)
        for index, beneath in enumerate(section.get("sections", [])):
            self._add_section(branch, beneath, f"{pointer}/sections/{index}", tag)

    def _add_item(self, above: Tree, item: Document, pointer: str, inherited: str | None) -> None:
        title = item.get("title")
        named = (title, "") if title else (titles.from_body(item.get("body", "")) or "(no title)", "italic")
        sponsored = ("  sponsored" if item.get("sponsored") else "", "yellow")
        tags = item.get("tags") or ([inherited] if inherited else [])
        address = re.sub("^https?://", "", item.get("url", "")) or "no link"
        branch = above.add(_line(named, sponsored, ("\n", ""), _tags(tags), (address, "blue")))
        self._add_doubts(branch, pointer)

    def _add_text(self, above: Tree, document: Document, name: str) -> None:
        if document.get(name):
            above.add(_line((f"{name}: ", "dim"), (" ".join(document[name].split()), "dim")))

    def _add_doubts(self, above: Tree, pointer: str, *not_beneath: str) -> None:
        """The doubts about a pointer and its fields, each once."""
        for place in list(self._doubts):
            rest = place.removeprefix(pointer)
            if place.startswith(pointer) and (rest == "" or rest.startswith("/")) and not rest.startswith(not_beneath):
                for note in self._doubts.pop(place):
                    above.add(_doubt(note))

    def _add_left_out(self, branch: Tree) -> None:
        reasons: dict[str, list[LeftOut]] = defaultdict(list)
        for note in self._outcome.notes:
            if isinstance(note, LeftOut):
                reasons[note.reason].append(note)
        if reasons:
            left_out = branch.add(_line(("left out", "bold")))
            for reason, notes in reasons.items():
                group = left_out.add(_line((reason or "unknown reason", "yellow")))
                for note in notes[:MOST_SHOWN]:
                    group.add(_line((" ".join(note.what.split()), "dim")))
                if len(notes) > MOST_SHOWN:
                    group.add(_line((f"… and {len(notes) - MOST_SHOWN:,} more; --json shows all", "dim")))


def lines_left_out(notes: Sequence[Note]) -> int:
    return sum(max(1, len(note.what.splitlines())) for note in notes if isinstance(note, LeftOut))


def _doubt(note: Doubt) -> RenderableType:
    # The text is cut at the width of the terminal, the reason is not.
    place = f"line {note.place}: " if note.place else ""
    said = Text.assemble(("? ", "bold yellow"), (f"{place}{note.reason}", "yellow"))
    return said if note.pointer or not note.what else Group(said, _line((" ".join(note.what.split()), "dim")))


def _tags(tags: Sequence[str]) -> tuple[str, str]:
    return "".join(f"#{tag}  " for tag in tags), "green"


def _line(*parts: tuple[str, str]) -> Text:
    """A line that is cut at the width of the terminal."""
    return Text.assemble(*parts, no_wrap=True, overflow="ellipsis")
