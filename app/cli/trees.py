"""An issue that was read, as a tree that people look through before it is imported."""

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
TagNamed = Callable[[str | None], str | None]
"""The tag that a section takes by its title."""

MOST_OF_A_REASON = 8
"""Lines that are shown of those left out for one reason."""

_WOULD = {
    "created": "would come in",
    "updated": "would change what is there",
    "unchanged": "is there already, as it is here",
    "skipped": "is passed over",
    "refused": "would not come in",
    "failed": "would not come in",
}


def tree_of(outcome: Outcome, tag_named: TagNamed) -> Tree:
    """The issue with its sections and items; doubts at their places with `?`, and what was left out at its end."""
    return _Drawing(outcome, tag_named).draw()


class _Drawing:
    def __init__(self, outcome: Outcome, tag_named: TagNamed) -> None:
        self._outcome = outcome
        self._tag_named = tag_named
        self._doubts: dict[str, list[Doubt]] = defaultdict(list)
        for note in outcome.notes:
            if isinstance(note, Doubt):
                self._doubts[note.pointer].append(note)

    def draw(self) -> Tree:
        document, number = self._outcome.document, self._outcome.number
        drawn = Tree(_line((f"{number}  " if number else "", "bold cyan"), (self._outcome.name, "bold")))
        drawn.add(_line((" · ".join(self._about()), "dim")))
        if self._outcome.reason:
            drawn.add(Text(self._outcome.reason, "" if self._outcome.came_in else "red"))
        if not document:
            return drawn
        for name in ("subtitle", "intro"):
            self._draw_text(drawn, document, name)
        for index, section in enumerate(document.get("sections", [])):
            self._draw_section(drawn, section, f"/sections/{index}", None)
        self._draw_text(drawn, document, "outro")
        for pointer in list(self._doubts):
            self._draw_doubts(drawn, pointer)
        self._draw_left_out(drawn)
        return drawn

    def _about(self) -> list[str]:
        document = self._outcome.document
        said = [_WOULD[self._outcome.status]]
        if document:
            said.insert(0, document.get("published_at", "no date")[:10])
        if self._outcome.came_in and document.get("status"):
            said.append("published" if document["status"] == "published" else "a draft")
        if document:
            said.append(f"confidence {self._outcome.confidence:.2f}")
        return said

    def _draw_section(self, above: Tree, section: Document, pointer: str, inherited: str | None) -> None:
        own = section.get("tag") or self._tag_named(section.get("title"))
        drawn = above.add(
            _line((section.get("title") or "(no heading)", "bold"), (f"  #{own}" if own else "", "green"))
        )
        self._draw_doubts(drawn, pointer, "/items/", "/sections/")
        self._draw_text(drawn, section, "intro")
        tag = own or inherited
        for index, item in enumerate(section.get("items", [])):
            self._draw_item(drawn, item, f"{pointer}/items/{index}", tag)
        for index, beneath in enumerate(section.get("sections", [])):
            self._draw_section(drawn, beneath, f"{pointer}/sections/{index}", tag)

    def _draw_item(self, above: Tree, item: Document, pointer: str, inherited: str | None) -> None:
        title = item.get("title")
        named = (title, "") if title else (titles.from_body(item.get("body", "")) or "(no title)", "italic")
        sponsored = ("  sponsored" if item.get("sponsored") else "", "yellow")
        tags = item.get("tags") or ([inherited] if inherited else [])
        address = re.sub("^https?://", "", item.get("url", "")) or "no link"
        drawn = above.add(_line(named, sponsored, ("\n", ""), _tags(tags), (address, "blue")))
        self._draw_doubts(drawn, pointer)

    def _draw_text(self, above: Tree, document: Document, name: str) -> None:
        if document.get(name):
            above.add(_line((f"{name}: ", "dim"), (" ".join(document[name].split()), "dim")))

    def _draw_doubts(self, above: Tree, pointer: str, *not_beneath: str) -> None:
        """Those of a place and of its fields, each once."""
        for place in list(self._doubts):
            rest = place.removeprefix(pointer)
            if place.startswith(pointer) and (rest == "" or rest.startswith("/")) and not rest.startswith(not_beneath):
                for note in self._doubts.pop(place):
                    above.add(_doubt(note))

    def _draw_left_out(self, drawn: Tree) -> None:
        reasons: dict[str, list[LeftOut]] = defaultdict(list)
        for note in self._outcome.notes:
            if isinstance(note, LeftOut):
                reasons[note.reason].append(note)
        if reasons:
            left_out = drawn.add(_line(("left out", "bold")))
            for reason, notes in reasons.items():
                group = left_out.add(_line((reason or "for no reason that is known", "yellow")))
                for note in notes[:MOST_OF_A_REASON]:
                    group.add(_line((" ".join(note.what.split()), "dim")))
                if len(notes) > MOST_OF_A_REASON:
                    group.add(_line((f"… and {len(notes) - MOST_OF_A_REASON:,} more: --json has them all", "dim")))


def lines_left_out(notes: Sequence[Note]) -> int:
    return sum(max(1, len(note.what.splitlines())) for note in notes if isinstance(note, LeftOut))


def _doubt(note: Doubt) -> RenderableType:
    # What it is about is cut where the terminal ends, but never the reason.
    place = f"line {note.place}: " if note.place else ""
    said = Text.assemble(("? ", "bold yellow"), (f"{place}{note.reason}", "yellow"))
    return said if note.pointer or not note.what else Group(said, _line((" ".join(note.what.split()), "dim")))


def _tags(tags: Sequence[str]) -> tuple[str, str]:
    return "".join(f"#{tag}  " for tag in tags), "green"


def _line(*parts: tuple[str, str]) -> Text:
    """Lines that are cut where the terminal ends."""
    return Text.assemble(*parts, no_wrap=True, overflow="ellipsis")
