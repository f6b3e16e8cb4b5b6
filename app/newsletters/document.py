"""What reading a newsletter gives: an issue as `POST /issues` takes it, and what there is to say about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

KeyKind = Literal["id", "name", "none"]
"""What a source's key is worth: an `id` is its own; a `name`, as of a file, may be another newsletter's tomorrow;
`none` is what anything is called that comes in the same way, as by standard input."""


@dataclass(frozen=True, slots=True)
class Note:
    """A decision that an author should look at, or a part of the source that is not in the issue."""

    kind: Literal["doubt", "left-out"]
    reason: str
    text: str = ""
    """Of the source: as much as tells the place for a doubt, all of it for what is left out."""
    place: int = 0
    """Its line in the source."""
    confidence: float = 1.0
    """From 0 to 1."""
    pointer: str = ""
    """Where in the issue, as a JSON pointer; empty for what is not there."""


@dataclass(slots=True)
class ItemRead:
    title: str | None = None
    url: str | None = None
    body: str | None = None
    image: dict[str, str] | None = None
    sponsored: bool = False
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class SectionRead:
    title: str | None = None
    intro: str | None = None
    items: list[ItemRead] = field(default_factory=list)
    sections: list["SectionRead"] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class IssueRead:
    key: str
    """What stays the same when the source is read again."""
    title: str
    number: int | None = None
    published_at: datetime | None = None
    subtitle: str | None = None
    language: str | None = None
    image: dict[str, str] | None = None
    intro: str | None = None
    outro: str | None = None
    sections: list[SectionRead] = field(default_factory=list)
    draft: bool = False
    """Its source says that it was not published."""
    publication: str | None = None
    confidence: float = 1.0
    """Of the reading as a whole, from 0 to 1."""
    notes: list[Note] = field(default_factory=list)
    key_kind: KeyKind = "name"

    def document(self) -> dict[str, Any]:
        """The body of `POST /issues`; what there is nothing of is absent, and so is `status`."""
        document = _present(self, _IN_DOCUMENT)
        if self.published_at is not None:
            document["published_at"] = self.published_at.isoformat(timespec="seconds").replace("+00:00", "Z")
        return document


_NOT_IN_DOCUMENT = ("key", "key_kind", "draft", "publication", "confidence", "notes")
_IN_DOCUMENT = [each.name for each in fields(IssueRead) if each.name not in _NOT_IN_DOCUMENT]
_OF_SECTION = [each.name for each in fields(SectionRead)]
_OF_ITEM = [each.name for each in fields(ItemRead)]


def _present(read: IssueRead | SectionRead | ItemRead, names: Sequence[str]) -> dict[str, Any]:
    """What there is something of."""
    found = {name: value for name in names if (value := getattr(read, name))}
    if "items" in found:
        found["items"] = [_present(item, _OF_ITEM) for item in found["items"]]
    if "sections" in found:
        found["sections"] = [_present(section, _OF_SECTION) for section in found["sections"]]
    return found
