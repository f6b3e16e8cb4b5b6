"""The JSON documents of the API: issues with their sections and items, tags, series and the publication.

`IssueDocument` is what `GET /issues/{number}` returns, what the archive stores, and the input of everything that
renders or exports issues. The `Draft…` documents are the working copies of authors. None of them depends on a table.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

FORMAT = 2
"""The version of the documents. Raise it when their shape, or the way they are compiled, changes: documents that were
frozen in another version are compiled again."""

DEEPEST = 60
"""Levels of sections. Real newsletters go five deep. Each is two levels of JSON, and some parsers give up at 128."""

_LINKS = re.compile(rb'"links":\{[^{}]*\}')

Status = Literal["draft", "scheduled", "published"]
TitleSource = Literal["author", "body"]
"""`body`: the title was generated from the first sentence of the body, and changes with it."""

Extra = dict[str, str | int | float | bool]
"""Fields of the author's own: a map of strings, numbers and booleans."""


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
    """An entry in a section."""

    id: int
    title: str
    title_source: TitleSource = Field(
        description="`body`: the title repeats the first sentence of the body, so omit it where you show the body"
    )
    url: str | None
    domain: str | None = Field(description="the host of `url`, without `www.`")
    source: str | None
    image: Image | None
    body: str | None = Field(description="Markdown")
    body_html: str | None = Field(description="the body as sanitised HTML")
    tags: list[str] = Field(description="the slugs of its tags")
    sponsored: bool
    position: int = Field(description="the position in its section, from 0")
    issue: int = Field(description="the number of its issue")
    section: str = Field(description="the slug of its section")
    section_id: int
    updated_at: datetime
    extra: Extra


class ListedItem(ItemDocument):
    """An item outside its issue, with the context that the issue provides."""

    issue_title: str
    section_path: list[str] = Field(description="the titles of the sections that contain it, outermost first")
    published_at: datetime


class SectionDocument(Document):
    """A part of an issue. Its items come before its subsections."""

    id: int
    slug: str
    title: str | None
    position: int = Field(description="the position among its siblings, from 0")
    tag: str | None = Field(description="the default tag of items that are added to it")
    intro: str | None = Field(description="Markdown")
    intro_html: str | None
    extra: Extra
    items: Sequence[ItemDocument]
    sections: Sequence["SectionDocument"]


class TagCount(Document):
    slug: str
    name: str
    count: int = Field(description="the number of items in the issue that have it")


class IssueLinks(Document):
    """URLs, relative to the root of the API (the URL of `GET /`). Only URLs of existing resources are included."""

    self: str
    previous: str | None
    next: str | None


class ListedIssue(Document):
    """An issue in a list, without its texts and sections."""

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
    """A complete issue."""

    intro: str | None = Field(description="Markdown")
    intro_html: str | None
    outro: str | None = Field(description="Markdown")
    outro_html: str | None
    sections: Sequence[SectionDocument]

    def listed(self) -> ListedIssue:
        """The issue as an element of a list."""
        return ListedIssue.model_construct(**{name: getattr(self, name) for name in ListedIssue.model_fields})


class WarningDocument(Document):
    """Something about a resource that its author may want to change. It was saved nevertheless."""

    code: str = Field(examples=["not-rendered"])
    pointer: str = Field(description="a JSON pointer into the resource")
    detail: str


class WorkingCopy(Document):
    """What the working copies of issues, sections and items have in common."""

    version: int
    warnings: list[WarningDocument] = Field(
        default_factory=list, exclude_if=lambda warnings: not warnings, description="absent if there are none"
    )


class DraftItem(WorkingCopy, ItemDocument):
    """The working copy of an item. In the inbox it has no issue, section or position."""

    position: int | None  # type: ignore[assignment]
    issue: int | None  # type: ignore[assignment]
    section: str | None  # type: ignore[assignment]
    section_id: int | None  # type: ignore[assignment]


class DraftSection(WorkingCopy, SectionDocument):
    """The working copy of a section."""

    items: Sequence[DraftItem]
    sections: Sequence["DraftSection"]


class DraftIssue(WorkingCopy, IssueDocument):
    """The working copy of an issue, published or not."""

    scheduled_at: datetime | None = Field(description="when it will be published, if `status` is `scheduled`")
    sections: Sequence[DraftSection]


class ListedDraft(ListedIssue):
    """The working copy of an issue in a list."""

    scheduled_at: datetime | None


class DeletedIssue(ListedIssue):
    """An issue in the bin."""

    deleted_at: datetime


class DraftTag(Document):
    """The working copy of a tag."""

    slug: str
    name: str
    description: str | None
    aliases: list[str]
    item_count: int = Field(
        description="the number of items that have it, including those in drafts, the inbox and the bin"
    )
    section_count: int
    version: int
    updated_at: datetime


class DraftPublication(Document):
    """The working copy of the publication."""

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
    aliases: list[str] = Field(description="other names of the tag")
    count: int = Field(description="the number of published items that have it")
    issue_count: int = Field(description="the number of published issues with such an item")
    links: ListLinks


class SeriesDocument(Document):
    """A series: the sections with the same slug in all published issues."""

    slug: str
    title: str | None = Field(description="the title in the latest issue that has it")
    tag: str | None
    issue_count: int
    item_count: int = Field(description="the number of items in it and its subsections")
    latest_issue: int
    links: ListLinks


class PublicationDocument(Document):
    """The newsletter itself."""

    title: str
    description: str
    author: str
    language: str


class FrontLinks(Document):
    """URLs of the lists, relative to the URL of this response. Only URLs of existing resources are included."""

    issues: str = "/issues"
    latest: str | None
    items: str = "/items"
    sections: str = "/sections"
    tags: str = "/tags"
    search: str = "/search"
    docs: str = "/docs"
    openapi: str = "/openapi.json"


class FrontDocument(Document):
    """The publication, and links to its resources."""

    publication: PublicationDocument
    links: FrontLinks


@dataclass(frozen=True)
class Neighbours:
    """The numbers of the previous and the next published issue."""

    previous: int | None = None
    next: int | None = None

    def links(self, address: str) -> IssueLinks:
        return IssueLinks(
            self=address,
            previous=None if self.previous is None else f"/issues/{self.previous}",
            next=None if self.next is None else f"/issues/{self.next}",
        )


def with_links(frozen: bytes, links: IssueLinks) -> bytes:
    """A frozen issue, complete or listed, with these links instead of its own.

    They are replaced in its bytes. No text can look like them, because its quotation marks are escaped.
    """
    replacement = b'"links":' + links.freeze()
    return _LINKS.sub(lambda _: replacement, frozen, count=1)


def listed_item(issue: IssueDocument, item: ItemDocument, path: Sequence[SectionDocument]) -> ListedItem:
    """An item of a published issue as an element of a list. `path` is the path of its section."""
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
    """The paths of all sections in reading order. A path is the sections from the outermost to the section itself."""
    for section in sections:
        path = (*above, section)
        yield path
        yield from sections_of(section.sections, path)


def items_of(issue: IssueDocument) -> Iterator[tuple[ItemDocument, tuple[SectionDocument, ...]]]:
    """All items in reading order, with the paths of their sections."""
    for path in sections_of(issue.sections):
        for item in path[-1].items:
            yield item, path
