"""Compiled issues, which the gate passes to its projections, and the interface of projections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol, Self

from sqlalchemy.orm import Session

from app.content.document import IssueDocument, ItemDocument, SectionDocument, items_of


class CompiledItem(NamedTuple):
    """An item with its position in the issue."""

    document: ItemDocument
    path: tuple[SectionDocument, ...]
    """The sections that contain it, outermost first."""
    sort_key: int
    """Increases through the issue; see `archive.sort_keys`."""

    def is_same_as(self, other: "CompiledItem | None") -> bool:
        return (
            other is not None
            and self.sort_key == other.sort_key
            and self.document.freeze() == other.document.freeze()
            and [(section.slug, section.title) for section in self.path]
            == [(section.slug, section.title) for section in other.path]
        )


@dataclass(frozen=True)
class Compiled:
    """A published issue, compiled."""

    document: IssueDocument
    frozen: bytes
    """The document as the bytes that are sent."""
    items: Sequence[CompiledItem]
    """In reading order."""
    language: str
    """The language of the publication (BCP 47), which determines how words are stemmed."""
    compiler: str
    """The version of the compiler; see `publishing.gate.compiler`."""
    before: "Compiled | None" = None
    """The state that the projections have now; None if the issue is not in them."""

    @cached_property
    def changed(self) -> Sequence[CompiledItem]:
        """Items that are not in `before`, or differ from it, also in what lists and search show of their issue."""
        if self.before is None or self._context != self.before._context:
            return self.items
        before = {item.document.id: item for item in self.before.items}
        return [item for item in self.items if not item.is_same_as(before.get(item.document.id))]

    @cached_property
    def removed(self) -> Sequence[int]:
        """The ids of items that are in `before`, but not in this issue."""
        now = {item.document.id for item in self.items}
        return [item.document.id for item in self.before.items if item.document.id not in now] if self.before else []

    @property
    def _context(self) -> tuple[object, ...]:
        """What lists and search show of the issue with each item."""
        return self.document.title, self.document.published_at, [(tag.slug, tag.name) for tag in self.document.tags]

    @classmethod
    def of(
        cls,
        document: IssueDocument,
        frozen: bytes,
        sort_keys: Mapping[int, int],
        language: str,
        compiler: str,
        before: "Compiled | None" = None,
    ) -> Self:
        """`sort_keys` maps the ids of the items to their sort keys."""
        items = [CompiledItem(item, path, sort_keys[item.id]) for item, path in items_of(document)]
        return cls(document, frozen, items, language, compiler, before)


class Projection(Protocol):
    """What is stored of published issues for one purpose, for example the archive or the search index.

    Only the gate calls it. It writes in the transaction of the caller and does not commit. The links of an issue to its
    neighbours are the archive's own: when an issue is added or removed next to it, only the archive changes.
    """

    def put(self, session: Session, issue: Compiled) -> bool:
        """Replace `issue.before` with the current state of the issue. Returns whether anything has changed."""
        ...

    def remove(self, session: Session, number: int) -> None:
        """Delete everything that is stored of an issue, whichever version compiled it.

        The issue is withdrawn, unless `put` follows in the same transaction: then it is rebuilt by this version.
        """
        ...
