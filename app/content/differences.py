"""The differences between two documents of an issue: what was added, removed or moved, and which fields changed."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from pydantic import Field

from app.content.document import Document, IssueDocument, ItemDocument, SectionDocument, sections_of
from app.content.order import longest_increasing_subsequence
from app.db.base import is_same

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
"""The maximum number of words in a passage that is compared word by word; a longer one is replaced as a whole."""
MOST_PAIRS_OF_ONE, MOST_PAIRS = 20_000, 1_000_000
"""The maximum number of pairs of equal words or equal lines, one before and one after, in a text and in a whole issue.
Beyond it, they are replaced as a whole, as with `MOST_WORDS`."""


class Named(Document):
    kind: Kind
    id: int | None = Field(description="null for the issue itself")
    title: str | None


class Place(Document):
    """The position of a section or an item."""

    section_id: int | None = Field(description="the section that contains it; null for a top-level section")
    section: str | None = Field(description="the title of the containing section")
    position: int


class Placed(Named):
    place: Place


class Moved(Named):
    before: Place
    after: Place


class Word(Document):
    """Consecutive words that are unchanged, deleted or inserted."""

    op: Literal["equal", "delete", "insert"]
    text: str


class Changed(Named):
    field: str
    before: Any
    after: Any
    words: list[Word] | None = Field(description="for texts: the unchanged, deleted and inserted words, in order")


class Differences(Document):
    """The differences between two documents. The contents of an added or removed section are not listed separately."""

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
    """The changes that turn the first document into the second. Sections and items are matched by their ids."""
    old, new = _parts(before), _parts(after)
    budget = _Budget()
    changed = list(_changed("issue", None, before, after, budget))
    for key, found in new.items():
        if key in old:
            changed += _changed(found.kind, found.part.id, old[key].part, found.part, budget)
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
    """All sections and items in reading order, by kind and id."""
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
    """The parts that are in another section now, or whose order has changed; not those whose position has only shifted
    because others before them were added or removed."""
    both = [key for key in new if key in old]
    stayed: dict[tuple[Kind, tuple[Kind, int] | None], list[int]] = {}
    for key in both:
        if old[key].above == new[key].above:
            stayed.setdefault((key[0], new[key].above), []).append(key[1])
    in_order = {
        (kind, identifier)
        for (kind, _), ids in stayed.items()
        for identifier in longest_increasing_subsequence(ids, {each: old[kind, each].place.position for each in ids})
    }
    return (key for key in both if key not in in_order)


def _changed(
    kind: Kind, identifier: int | None, before: IssueDocument | Part, after: IssueDocument | Part, budget: "_Budget"
) -> Iterator[Changed]:
    for field in _FIELDS[kind]:
        old, new = getattr(before, field), getattr(after, field)
        if is_same(old, new):
            continue
        if field == "title" and isinstance(after, ItemDocument) and after.title_source == "body":
            continue  # the title is generated from the body, whose change is reported
        words = None
        if field in _TEXTS and isinstance(old, str) and isinstance(new, str):
            words = list(_joined(_words(old, new, budget)))
        yield Changed(kind=kind, id=identifier, title=after.title, field=field, before=old, after=new, words=words)


class _Budget:
    """Limits the word-by-word comparison of an issue: the caller waits for it, and so may other writers."""

    def __init__(self) -> None:
        self._left = MOST_PAIRS

    def allows(self, old: Sequence[str], new: Sequence[str]) -> bool:
        """Whether two passages, as lines or as words, are compared. The time depends on the number of equal ones."""
        there = Counter(new)
        pairs = sum(count * there[word] for word, count in Counter(old).items() if not word.isspace())
        if pairs > MOST_PAIRS_OF_ONE or pairs + len(old) + len(new) > self._left:
            return False
        self._left -= pairs + len(old) + len(new)
        return True


def _words(before: str, after: str, budget: _Budget) -> Iterator[Word]:
    """Compared by lines first, then by words within the changed lines."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if not budget.allows(old, new):
        old, new = [before], [after]
    for op, i, j, k, m in SequenceMatcher(a=old, b=new).get_opcodes():
        deleted, inserted = "".join(old[i:j]), "".join(new[k:m])
        if op == "equal":
            yield Word(op="equal", text=deleted)
        else:
            yield from _words_of(_WORD.findall(deleted), _WORD.findall(inserted), budget)


def _words_of(old: Sequence[str], new: Sequence[str], budget: _Budget) -> Iterator[Word]:
    if len(old) + len(new) <= MOST_WORDS and budget.allows(old, new):
        opcodes = list(SequenceMatcher(str.isspace, old, new, autojunk=False).get_opcodes())
    else:
        opcodes = [("replace", 0, len(old), 0, len(new))]
    for op, i, j, k, m in opcodes:
        if op == "equal":
            yield Word(op="equal", text="".join(old[i:j]))
            continue
        # The comparison does not align white space, but it may be equal at both ends.
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
    """Without empty texts, and with consecutive ones of the same kind joined."""
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
