"""Collecting the notes on an issue while it is read."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.content.texts import NOT_RENDERED, not_rendered
from app.newsletters.blocks import Block
from app.newsletters.document import Doubt, IssueRead, ItemRead, Note, SectionRead
from app.newsletters.left_out import LeftOut
from app.newsletters.structure import phrases
from app.newsletters.structure.lines import Line


@dataclass(slots=True)
class Report:
    notes: list[Note] = field(default_factory=list)
    _about: dict[int, SectionRead | ItemRead] = field(default_factory=dict)
    """The section or item that a note is about, by the note's index."""

    def doubt(
        self,
        reason: str,
        line: Line | None = None,
        confidence: float = 0.5,
        *,
        text: str = "",
        pointer: str = "",
        about: SectionRead | ItemRead | None = None,
    ) -> None:
        """Note a decision that could be wrong; `confidence` is that it is right, from 0 to 1.

        It is about `pointer`, or about a section or item whose pointer is not known yet.
        """
        shown = line.text if line is not None else text
        place = line.block.place if line is not None else 0
        if about is not None:
            self._about[len(self.notes)] = about
        self.notes.append(Doubt(shown[:200], reason, place, confidence, pointer))

    def place(self, sections: Sequence[SectionRead]) -> None:
        """Set the pointers of notes, now that all sections are there."""
        pointers = dict(_pointers(sections, ""))
        for index, about in self._about.items():
            note = self.notes[index]
            assert isinstance(note, Doubt)
            self.notes[index] = replace(note, pointer=pointers.get(id(about), ""))

    def leave_out(self, block: Block, reason: str) -> None:
        """Note a block that is not in the issue, with its URLs."""
        addresses = [mark.url for mark in block.marks if mark.url and mark.url not in block.text]
        self.add(
            LeftOut(" ".join(dict.fromkeys(part for part in (block.text, *addresses) if part)), reason, block.place)
        )

    def add(self, left_out: LeftOut) -> None:
        if left_out.what:
            self.notes.append(left_out)

    def account_for(self, blocks: Iterable[Block], document: Any) -> None:
        """Note each line and link of the source that is neither in the issue nor in a note, so that nothing is lost."""
        known = " ".join([*_texts(document), *(note.what for note in self.notes)])
        words = _words(known)
        unmarked: set[str] = set()
        letters = ""
        addresses = set(re.findall(r"[^\s()<>\"]+", known))
        for block in blocks:
            links = [url for mark in block.marks if (url := mark.url) and url not in addresses and url not in known]
            missing = _words(block.text) - words
            # This finds nearly all words with formatting within them, *fav*ourite; comparing each by itself is slow.
            if missing and not unmarked:
                unmarked = _words(_unmarked(known))
            # List items are numbered anew, and a sponsor's label has become the item's `sponsored`.
            missing = {word for word in missing - unmarked if not word.isdigit() or len(word) > 2}
            letters = letters or (_letters_only(known) if missing else "")
            if any(word not in letters and word.lower() not in phrases.SPONSORED for word in missing):
                self.leave_out(block, "it could not be placed")
            elif links:
                self.add(LeftOut(" ".join(links), "a link in words that are in the issue", block.place))

    def note_what_is_not_rendered(self, issue: IssueRead) -> None:
        """Note each text that will be shown as it was written: the working copy of the issue warns of the same."""
        for text in not_rendered(issue):
            self.doubt(NOT_RENDERED, confidence=1.0, text=text.markdown, pointer=text.pointer)

    def confidence(self) -> float:
        """Of the whole issue: each doubt lowers it."""
        sure = 1.0
        for note in self.notes:
            if isinstance(note, Doubt):
                sure *= 1 - (1 - note.confidence) / 4
        return round(sure, 2)


def _pointers(sections: Sequence[SectionRead], above: str) -> Iterator[tuple[int, str]]:
    for index, section in enumerate(sections):
        pointer = f"{above}/sections/{index}"
        yield id(section), pointer
        yield from ((id(item), f"{pointer}/items/{place}") for place, item in enumerate(section.items))
        yield from _pointers(section.sections, pointer)


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [str(value)]


def _unmarked(text: str) -> str:
    """A Markdown text without the syntax of links, emphasis and code."""
    return re.sub(r"\]\([^)]{0,8000}\)|</?[a-z]+>|[*~`\[\]]", "", text)


def _letters_only(text: str) -> str:
    """Only letters and digits, for words with formatting within them: *fav*ourite."""
    return re.sub(r"\]\([^)]{0,8000}\)|[\W_]", "", text)


def _words(text: str) -> set[str]:
    """The words of a text, without the backslashes of Markdown."""
    return set(re.findall(r"[^\W_]+", text.replace("\\", "")))
