"""The one public shape: an issue, its sections and its items as documents.

`IssueDocument` is what `GET /issues/{number}` answers, what the archive keeps, and what everything that renders or
exports works from. The `Draft…` documents are the working copies that authors see. None of them knows a table.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

FORMAT = 2
"""Rises when the shape, or the way to compile it, changes: what was frozen under another one is compiled again."""

DEEPEST = 60
"""Levels of sections. Real newsletters go five deep. Each is two levels of JSON, and some parsers give up at 128."""

_LINKS = re.compile(rb'"links":\{[^{}]*\}')

Status = Literal["draft", "scheduled", "published"]
TitleSource = Literal["author", "body"]
"""`body`: the title repeats the body's beginning, and follows it."""

Extra = dict[str, str | int | float | bool]
"""The author's own map of strings, numbers and booleans."""


class Document(BaseModel):
    model_config = ConfigDict(extra="forbid")

    def freeze(self) -> bytes:
        """The document as UTF-8 JSON, the bytes that are sent. `thaw` is its inverse."""
        return self.__pydantic_serializer__.to_json(self)

    @classmethod
    def thaw(cls, frozen: bytes) -> Self:
        return cls.model_validate_json(frozen)


class Image(Document):
    url: str
    alt: str | None = None


class ItemDocument(Document):
    """A titled entry in a section."""

    id: int
    title: str
    title_source: TitleSource = Field(
        description="`body`: the title repeats the body's beginning, so a page that shows the body may leave it out"
    )
    url: str | None
    domain: str | None = Field(description="the host of `url`, without `www.`")
    source: str | None
    image: Image | None
    body: str | None = Field(description="Markdown")
    body_html: str | None = Field(description="the body as sanitised HTML")
    tags: list[str] = Field(description="slugs of tags")
    sponsored: bool
    position: int = Field(description="place in its section, from 0")
    issue: int = Field(description="the issue's number")
    section: str = Field(description="the section's slug")
    section_id: int
    updated_at: datetime
    extra: Extra


class ListedItem(ItemDocument):
    """An item by itself, with what its issue would have told."""

    issue_title: str
    section_path: list[str] = Field(description="titles of the sections it is in, outermost first")
    published_at: datetime


class SectionDocument(Document):
    """An ordered part of an issue. Its items precede its sections."""

    id: int
    slug: str
    title: str | None
    position: int = Field(description="place among its siblings, from 0")
    tag: str | None = Field(description="the tag that new items in it get unless they say otherwise")
    intro: str | None = Field(description="Markdown")
    intro_html: str | None
    extra: Extra
    items: Sequence[ItemDocument]
    sections: Sequence["SectionDocument"]


class TagCount(Document):
    slug: str
    name: str
    count: int = Field(description="how many of the issue's items have it")


class IssueLinks(Document):
    """Addresses relative to the server's root; only those that answer."""

    self: str
    previous: str | None
    next: str | None


class ListedIssue(Document):
    """An issue in a list: all but its texts and sections."""

    number: int
    slug: str
    title: str
    subtitle: str | None
    status: Status
    language: str
    published_at: datetime | None
    updated_at: datetime
    version: int
    image: Image | None
    extra: Extra
    item_count: int
    tags: list[TagCount]
    reading_minutes: int
    links: IssueLinks


class IssueDocument(ListedIssue):
    """A whole issue."""

    intro: str | None = Field(description="Markdown")
    intro_html: str | None
    outro: str | None = Field(description="Markdown")
    outro_html: str | None
    sections: Sequence[SectionDocument]

    def listed(self) -> ListedIssue:
        """The issue as lists show it."""
        return ListedIssue.model_construct(**{name: getattr(self, name) for name in ListedIssue.model_fields})


class DraftItem(ItemDocument):
    """An item as its authors have it. In the inbox it has no issue, no section and no position."""

    position: int | None  # type: ignore[assignment]
    issue: int | None  # type: ignore[assignment]
    section: str | None  # type: ignore[assignment]
    section_id: int | None  # type: ignore[assignment]
    version: int


class DraftSection(SectionDocument):
    """A section as its authors have it."""

    version: int
    items: Sequence[DraftItem]
    sections: Sequence["DraftSection"]


class DraftIssue(IssueDocument):
    """A working copy: an issue as its authors have it, published or not."""

    scheduled_at: datetime | None = Field(description="when it is to be published, while `status` is `scheduled`")
    sections: Sequence[DraftSection]


class ListedDraft(ListedIssue):
    """A working copy in a list."""

    scheduled_at: datetime | None


class DeletedIssue(ListedIssue):
    """An issue in the bin."""

    deleted_at: datetime


class DraftTag(Document):
    """A tag as its authors have it."""

    slug: str
    name: str
    description: str | None
    aliases: list[str]
    item_count: int = Field(description="items that have it, those in drafts, in the inbox and in the bin included")
    section_count: int
    version: int
    updated_at: datetime


class DraftPublication(Document):
    """The publication as its authors have it."""

    title: str
    description: str
    author: str
    language: str
    version: int
    updated_at: datetime


class ListLinks(Document):
    self: str
    items: str


class TagDocument(Document):
    """A tag of the publication's vocabulary."""

    slug: str
    name: str
    description: str | None
    aliases: list[str] = Field(description="other labels that mean it")
    count: int = Field(description="published items that have it")
    issue_count: int = Field(description="published issues with such an item")
    links: ListLinks


class SeriesDocument(Document):
    """The same section through all published issues."""

    slug: str
    title: str | None = Field(description="as in the latest issue that has it")
    tag: str | None
    issue_count: int
    item_count: int = Field(description="items in it and beneath it")
    latest_issue: int
    links: ListLinks


class PublicationDocument(Document):
    """The newsletter itself."""

    title: str
    description: str
    author: str
    language: str


class FrontLinks(Document):
    """Addresses relative to the server's root; only those that answer."""

    issues: str = "/issues"
    latest: str | None
    items: str = "/items"
    sections: str = "/sections"
    tags: str = "/tags"
    search: str = "/search"
    docs: str = "/docs"
    openapi: str = "/openapi.json"


class FrontDocument(Document):
    """What is here."""

    publication: PublicationDocument
    links: FrontLinks


@dataclass(frozen=True)
class Neighbours:
    """The numbers of the published issues on either side of one."""

    previous: int | None = None
    next: int | None = None

    def links(self, address: str) -> IssueLinks:
        return IssueLinks(
            self=address,
            previous=None if self.previous is None else f"/issues/{self.previous}",
            next=None if self.next is None else f"/issues/{self.next}",
        )


def with_links(frozen: bytes, links: IssueLinks) -> bytes:
    """A frozen issue, whole or listed, with other links; nothing else of it changes.

    They are replaced in its bytes. Nothing else there looks like them: a quotation mark in a text is escaped.
    """
    put = b'"links":' + links.freeze()
    return _LINKS.sub(lambda _: put, frozen, count=1)


def listed_item(issue: IssueDocument, item: ItemDocument, path: Sequence[SectionDocument]) -> ListedItem:
    """An item of a published issue as lists show it; `path` is that of its section."""
    assert issue.published_at is not None
    return ListedItem.model_construct(
        **dict(item),
        issue_title=issue.title,
        section_path=[section.title for section in path if section.title],
        published_at=issue.published_at,
    )


def sections_of(
    sections: Sequence[SectionDocument], above: tuple[SectionDocument, ...] = ()
) -> Iterator[tuple[SectionDocument, ...]]:
    """Each section in reading order, as its path: the outermost first, itself last."""
    for section in sections:
        path = (*above, section)
        yield path
        yield from sections_of(section.sections, path)


def items_of(issue: IssueDocument) -> Iterator[tuple[ItemDocument, tuple[SectionDocument, ...]]]:
    """Each item in reading order, with the path of its section."""
    for path in sections_of(issue.sections):
        for item in path[-1].items:
            yield item, path
