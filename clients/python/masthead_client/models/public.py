"""What is published, and the results of a search."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field

from masthead_client.models import Links, Model


class Publication(Model):
    """The newsletter itself."""

    title: str
    description: str
    author: str
    language: str


class Front(Model):
    """The response of the server's root: the publication, and the addresses of its lists."""

    publication: Publication
    links: Links


class Image(Model):
    url: str
    alt: str | None


class TagCount(Model):
    slug: str
    name: str
    count: int
    """The number of the issue's items that have it."""


class Item(Model):
    """An item as part of its issue."""

    id: int
    title: str
    title_source: str
    """`author`, or `body` for a title made from the body's beginning: a page that shows the body need not show it."""
    url: str | None
    domain: str | None
    """The host of `url`, without `www.`."""
    source: str | None
    """The name of who published the page at `url`."""
    image: Image | None
    body: str | None
    body_html: str | None
    tags: list[str]
    """Slugs."""
    sponsored: bool
    position: int
    """Position in its section, from 0."""
    issue: int
    """The issue's number."""
    section: str
    """The section's slug."""
    section_id: int
    updated_at: datetime
    extra: dict[str, Any]
    """Custom fields: strings, numbers, booleans."""


class ListedItem(Item):
    """An item outside its issue, with the issue's title and date."""

    issue_title: str
    section_path: list[str]
    """Titles of the sections that contain it, outermost first."""
    published_at: datetime


class Section(Model):
    """A part of an issue. Its items precede its sections."""

    id: int
    slug: str
    """The same in all issues. Not always unique within one."""
    title: str | None
    """None for items without a heading."""
    position: int
    """Position among its siblings, from 0."""
    tag: str | None
    """The tag of new items in it that have no `tags`."""
    intro: str | None
    intro_html: str | None
    extra: dict[str, Any]
    items: Sequence[Item]
    sections: Sequence[Self]

    def walk(self) -> Iterator[Self]:
        """This section and all sections in it, in reading order."""
        yield self
        for section in self.sections:
            yield from section.walk()


class IssueSummary(Model):
    """An issue in a list, without its texts and sections."""

    number: int
    slug: str
    title: str
    subtitle: str | None
    status: str
    """`draft`, `scheduled` or `published`."""
    language: str
    """A BCP 47 tag."""
    published_at: datetime | None
    updated_at: datetime
    version: int
    """Increases by one with every write to the issue or to anything in it."""
    image: Image | None
    extra: dict[str, Any]
    item_count: int
    tags: list[TagCount]
    reading_minutes: int
    links: Links


class Issue(IssueSummary):
    """An issue with its texts and sections."""

    intro: str | None
    intro_html: str | None
    outro: str | None
    outro_html: str | None
    sections: Sequence[Section]

    def all_sections(self) -> Iterator[Section]:
        """The sections at all levels, in reading order."""
        for section in self.sections:
            yield from section.walk()

    def all_items(self) -> Iterator[Item]:
        """The items of all sections, in reading order."""
        for section in self.all_sections():
            yield from section.items


class Series(Model):
    """A section across all published issues that have it."""

    slug: str
    title: str | None
    """Its title in the latest issue that has it."""
    tag: str | None
    issue_count: int
    item_count: int
    """The number of items in it and in its subsections."""
    latest_issue: int
    links: Links


class Tag(Model):
    """A tag of the publication's vocabulary."""

    slug: str
    name: str
    description: str | None
    aliases: list[str]
    """Other names by which it can be referred to."""
    count: int
    """The number of published items that have it."""
    issue_count: int
    """The number of published issues with such an item."""
    links: Links


class Highlights(Model):
    """HTML with the matching words in `<mark>`. Everything else is escaped text."""

    title: str
    body: str
    """The part of the body around the first match."""


class IssueHit(IssueSummary):
    """An issue in search results."""

    type: Literal["issue"]
    score: float
    highlights: Highlights


class ItemHit(ListedItem):
    """An item in search results."""

    type: Literal["item"]
    score: float
    highlights: Highlights


Hit = Annotated[IssueHit | ItemHit, Field(discriminator="type")]
