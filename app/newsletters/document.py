"""The result of reading a newsletter: an issue as `POST /issues` takes it, with notes for its author."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

from app.newsletters.left_out import LeftOut

KeyKind = Literal["id", "name", "none"]
"""How well a source's key identifies it: an `id` is unique; a `name`, as of a file, may be used again for another
newsletter; `none` is shared by all that comes the same way, such as standard input."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A decision that could be wrong, for an author to check."""

    what: str
    """Text of the source: enough to find the place."""
    reason: str
    place: int = 0
    """Its line in the source, from 1; 0 if the source has no lines."""
    confidence: float = 1.0
    """That the decision is right, from 0 to 1."""
    pointer: str = ""
    """What in the issue it is about, as a JSON pointer."""


Note = Doubt | LeftOut


class _Part:
    """A part of an issue that can be changed."""

    __slots__ = ()

    def __setstate__(self, state: tuple[None, dict[str, Any]]) -> None:
        # Without this method a pickle could set attributes of the class itself: see `sandbox.protocol`.
        for name, value in state[1].items():
            setattr(self, name, value)


@dataclass(slots=True)
class ItemRead(_Part):
    title: str | None = None
    url: str | None = None
    body: str | None = None
    image: dict[str, str] | None = None
    sponsored: bool = False
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class SectionRead(_Part):
    title: str | None = None
    intro: str | None = None
    items: list[ItemRead] = field(default_factory=list)
    sections: list["SectionRead"] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class IssueRead(_Part):
    key: str
    """Identifies the source when it is read again."""
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
    """Whether its source says that it was not published."""
    publication: str | None = None
    confidence: float = 1.0
    """That all of it was read correctly, from 0 to 1."""
    notes: list[Note] = field(default_factory=list)
    key_kind: KeyKind = "name"

    def document(self) -> dict[str, Any]:
        """The body of `POST /issues`, without empty fields and without `status`."""
        document = _present(self, _IN_DOCUMENT)
        if self.published_at is not None:
            document["published_at"] = self.published_at.isoformat(timespec="seconds").replace("+00:00", "Z")
        return document


_NOT_IN_DOCUMENT = ("key", "key_kind", "draft", "publication", "confidence", "notes")
_IN_DOCUMENT = [each.name for each in fields(IssueRead) if each.name not in _NOT_IN_DOCUMENT]
_OF_SECTION = [each.name for each in fields(SectionRead)]
_OF_ITEM = [each.name for each in fields(ItemRead)]


def _present(read: IssueRead | SectionRead | ItemRead, names: Sequence[str]) -> dict[str, Any]:
    """The fields that are not empty."""
    found = {name: value for name in names if (value := getattr(read, name))}
    if "items" in found:
        found["items"] = [_present(item, _OF_ITEM) for item in found["items"]]
    if "sections" in found:
        found["sections"] = [_present(section, _OF_SECTION) for section in found["sections"]]
    return found
