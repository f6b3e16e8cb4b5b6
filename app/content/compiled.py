"""A compiled issue, as the gate hands it to its projections, and what a projection is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol, Self

from sqlalchemy.orm import Session

from app.content.document import IssueDocument, ItemDocument, SectionDocument, items_of


class CompiledItem(NamedTuple):
    """An item, with where it stands."""

    document: ItemDocument
    path: tuple[SectionDocument, ...]
    """The sections that it is in, the outermost first."""
    sort_key: int
    """Rises through the issue; see `archive.sort_keys`."""

    def is_same_as(self, other: "CompiledItem | None") -> bool:
        return (
            other is not None
            and self.sort_key == other.sort_key
            and self.document == other.document
            and [(section.slug, section.title) for section in self.path]
            == [(section.slug, section.title) for section in other.path]
        )


@dataclass(frozen=True)
class Compiled:
    """A published issue, compiled."""

    document: IssueDocument
    frozen: bytes
    """The document as it is sent."""
    items: Sequence[CompiledItem]
    """In reading order."""
    language: str
    """The publication's (BCP 47), by which words are stemmed."""
    compiler: str
    """What compiled it; see `publishing.gate.compiler`."""
    before: "Compiled | None" = None
    """What the projections have of it now: None when they have nothing."""

    @cached_property
    def changed(self) -> Sequence[CompiledItem]:
        """Items that are new, or that are not as they were in `before`, with what lists and search show beside them."""
        if self.before is None or self._context != self.before._context:
            return self.items
        before = {item.document.id: item for item in self.before.items}
        return [item for item in self.items if not item.is_same_as(before.get(item.document.id))]

    @cached_property
    def removed(self) -> Sequence[int]:
        """The ids of items that were in `before`."""
        now = {item.document.id for item in self.items}
        return [item.document.id for item in self.before.items if item.document.id not in now] if self.before else []

    @property
    def _context(self) -> tuple[object, ...]:
        """What is shown of the issue beside each item."""
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
        """`sort_keys` are by the ids of the items."""
        items = [CompiledItem(item, path, sort_keys[item.id]) for item, path in items_of(document)]
        return cls(document, frozen, items, language, compiler, before)


class Projection(Protocol):
    """What is kept of published issues for one purpose: the archive, the search index. The gate alone calls it.

    It writes in the caller's transaction and does not commit.
    """

    def put(self, session: Session, issue: Compiled) -> bool:
        """Keep an issue as it is now, in place of `issue.before`, and tell whether anything is different."""
        ...

    def remove(self, session: Session, number: int) -> None:
        """Keep nothing of an issue any more, whatever compiled it."""
        ...
