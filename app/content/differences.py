"""What has changed between two documents of an issue: added, removed, moved, and each field that is otherwise."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from pydantic import Field

from app.content.document import Document, IssueDocument, ItemDocument, SectionDocument, sections_of
from app.content.order import longest_rise

Kind = Literal["issue", "section", "item"]
Part = SectionDocument | ItemDocument

_FIELDS: Mapping[Kind, Sequence[str]] = {
    "issue": (
        "title",
        "subtitle",
        "slug",
        "status",
        "language",
        "published_at",
        "image",
        "intro",
        "outro",
        "extra",
    ),
    "section": ("title", "tag", "intro", "extra"),
    "item": ("title", "url", "source", "image", "body", "tags", "sponsored", "extra"),
}
_TEXTS = frozenset({"title", "subtitle", "intro", "outro", "body"})
_WORD = re.compile(r"\s+|\w+|[^\w\s]")
MOST_WORDS = 2_000
"""Of a passage that is compared word by word; a longer one is replaced as a whole."""
MOST_PAIRS_OF_ONE, MOST_PAIRS = 20_000, 1_000_000
"""Pairs of equal words, one before and one after, in a passage and in all of an issue: as for `MOST_WORDS`."""


class Named(Document):
    kind: Kind
    id: int | None = Field(description="null for the issue itself")
    title: str | None


class Place(Document):
    """Where a section or an item stands."""

    section_id: int | None = Field(description="that it is in; null for an outermost section")
    section: str | None = Field(description="the title of that section")
    position: int


class Placed(Named):
    place: Place


class Moved(Named):
    before: Place
    after: Place


class Word(Document):
    """A run of words that stayed, went or came."""

    op: Literal["equal", "delete", "insert"]
    text: str


class Changed(Named):
    field: str
    before: Any
    after: Any
    words: list[Word] | None = Field(description="of a text: what stayed, went and came, in order")


class Differences(Document):
    """What has changed from one document to another. What is new or gone is not told again for what is in it."""

    added: list[Placed]
    removed: list[Placed]
    moved: list[Moved]
    changed: list[Changed]


@dataclass(frozen=True)
class _Found:
    kind: Kind
    part: Part
    place: Place
    above: tuple[Kind, int] | None


def between(before: IssueDocument, after: IssueDocument) -> Differences:
    """What was done to the first to make it the second. Sections and items are known by their ids."""
    old, new = _parts(before), _parts(after)
    effort = _Effort()
    changed = list(_changed("issue", None, before, after, effort))
    for key, found in new.items():
        if key in old:
            changed += _changed(found.kind, found.part.id, old[key].part, found.part, effort)
    return Differences(
        added=[_placed(found) for key, found in new.items() if key not in old and found.above not in new.keys() - old],
        removed=[
            _placed(found) for key, found in old.items() if key not in new and found.above not in old.keys() - new
        ],
        moved=[
            Moved(
                kind=new[key].kind,
                id=new[key].part.id,
                title=new[key].part.title,
                before=old[key].place,
                after=new[key].place,
            )
            for key in _moved(old, new)
        ],
        changed=changed,
    )


def _parts(issue: IssueDocument) -> dict[tuple[Kind, int], _Found]:
    """Every section and item in reading order, by kind and id."""
    found: dict[tuple[Kind, int], _Found] = {}
    for path in sections_of(issue.sections):
        section, above = path[-1], path[-2] if len(path) > 1 else None
        place = Place(
            section_id=above.id if above else None, section=above.title if above else None, position=section.position
        )
        found["section", section.id] = _Found("section", section, place, ("section", above.id) if above else None)
        for item in section.items:
            place = Place(section_id=section.id, section=section.title, position=item.position)
            found["item", item.id] = _Found("item", item, place, ("section", section.id))
    return found


def _placed(found: _Found) -> Placed:
    return Placed(kind=found.kind, id=found.part.id, title=found.part.title, place=found.place)


def _moved(
    old: Mapping[tuple[Kind, int], _Found], new: Mapping[tuple[Kind, int], _Found]
) -> Iterator[tuple[Kind, int]]:
    """What is in another section, or has changed places with others; not what has others before it now, or no more."""
    both = [key for key in new if key in old]
    stayed: dict[tuple[Kind, tuple[Kind, int] | None], list[int]] = {}
    for key in both:
        if old[key].above == new[key].above:
            stayed.setdefault((key[0], new[key].above), []).append(key[1])
    in_order = {
        (kind, identifier)
        for (kind, _), those in stayed.items()
        for identifier in longest_rise(those, {each: old[kind, each].place.position for each in those})
    }
    return (key for key in both if key not in in_order)


def _changed(
    kind: Kind, identifier: int | None, before: IssueDocument | Part, after: IssueDocument | Part, effort: "_Effort"
) -> Iterator[Changed]:
    for field in _FIELDS[kind]:
        old, new = getattr(before, field), getattr(after, field)
        if old == new:
            continue
        if field == "title" and isinstance(after, ItemDocument) and after.title_source == "body":
            continue  # it follows the body, which has changed
        words = None
        if field in _TEXTS and isinstance(old, str) and isinstance(new, str):
            words = list(_joined(_words(old, new, effort)))
        yield Changed(kind=kind, id=identifier, title=after.title, field=field, before=old, after=new, words=words)


class _Effort:
    """How much may still be compared word by word: whoever asks waits for it, and so may whoever wants to write."""

    def __init__(self) -> None:
        self._left = MOST_PAIRS

    def allows(self, old: Sequence[str], new: Sequence[str]) -> bool:
        """Whether two passages are compared; what is alike in both is what takes the time."""
        if len(old) + len(new) > MOST_WORDS:
            return False
        there = Counter(new)
        pairs = sum(count * there[word] for word, count in Counter(old).items() if not word.isspace())
        if pairs > MOST_PAIRS_OF_ONE or pairs + len(old) + len(new) > self._left:
            return False
        self._left -= pairs + len(old) + len(new)
        return True


def _words(before: str, after: str, effort: _Effort) -> Iterator[Word]:
    """By lines first, then by words within the lines that changed."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for op, i, j, k, m in SequenceMatcher(a=old, b=new).get_opcodes():
        gone, come = "".join(old[i:j]), "".join(new[k:m])
        if op == "equal":
            yield Word(op="equal", text=gone)
        else:
            yield from _words_of(_WORD.findall(gone), _WORD.findall(come), effort)


def _words_of(old: Sequence[str], new: Sequence[str], effort: _Effort) -> Iterator[Word]:
    if effort.allows(old, new):
        opcodes = list(SequenceMatcher(str.isspace, old, new, autojunk=False).get_opcodes())
    else:
        opcodes = [("replace", 0, len(old), 0, len(new))]
    for op, i, j, k, m in opcodes:
        if op == "equal":
            yield Word(op="equal", text="".join(old[i:j]))
            continue
        # White space, which is no reason to align anything, may still be the same at the ends.
        first = 0
        while i + first < j and k + first < m and old[i + first] == new[k + first]:
            first += 1
        last = 0
        while i + first < j - last and k + first < m - last and old[j - last - 1] == new[m - last - 1]:
            last += 1
        yield Word(op="equal", text="".join(old[i : i + first]))
        yield Word(op="delete", text="".join(old[i + first : j - last]))
        yield Word(op="insert", text="".join(new[k + first : m - last]))
        yield Word(op="equal", text="".join(old[j - last : j]))


def _joined(words: Iterator[Word]) -> Iterator[Word]:
    """Without empty runs, and of those of a kind that follow each other, one."""
    last: Word | None = None
    for word in words:
        if not word.text:
            continue
        if last is not None and last.op == word.op:
            last = Word(op=last.op, text=last.text + word.text)
            continue
        if last is not None:
            yield last
        last = word
    if last is not None:
        yield last
