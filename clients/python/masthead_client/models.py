"""What the server answers.

A field that a newer server adds is left out, and values that it may add to (a status, a role) are plain strings.
Times are in UTC. Texts are Markdown; the same name with `_html` is sanitised HTML. Links are addresses relative to
the server's root, and only those that answer.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

Links = dict[str, str | None]


class Model(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Publication(Model):
    """The newsletter itself."""

    title: str
    description: str
    author: str
    language: str


class Front(Model):
    """What is at the server's root: the publication, and where its lists are."""

    publication: Publication
    links: Links


class Image(Model):
    url: str
    alt: str | None


class TagCount(Model):
    slug: str
    name: str
    count: int
    """How many of the issue's items have it."""


class Item(Model):
    """A titled entry in a section, as its issue has it."""

    id: int
    title: str
    title_source: str
    """`author`, or `body` when the title repeats how the body begins: a page that shows the body may leave it out."""
    url: str | None
    domain: str | None
    """The host of `url`, without `www.`."""
    source: str | None
    """Who published what `url` leads to, as readers know them."""
    image: Image | None
    body: str | None
    body_html: str | None
    tags: list[str]
    """Slugs."""
    sponsored: bool
    position: int
    """Place in its section, from 0."""
    issue: int
    """The issue's number."""
    section: str
    """The section's slug."""
    section_id: int
    updated_at: datetime
    extra: dict[str, Any]
    """The author's own fields: strings, numbers, booleans."""


class ListedItem(Item):
    """An item by itself, with what its issue would have told."""

    issue_title: str
    section_path: list[str]
    """Titles of the sections that it is in, the outermost first."""
    published_at: datetime


class DraftItem(Item):
    """An item as its authors have it. `if_match=item` changes it only if nobody else has meanwhile."""

    version: int


class Section(Model):
    """An ordered part of an issue. Its items precede its sections."""

    id: int
    slug: str
    """The same through all issues, and not always alone in its own."""
    title: str | None
    """None where items stand under no heading."""
    position: int
    """Place among its siblings, from 0."""
    tag: str | None
    """The tag that new items in it get unless they say otherwise."""
    intro: str | None
    intro_html: str | None
    extra: dict[str, Any]
    items: Sequence[Item]
    sections: Sequence[Self]

    def walk(self) -> Iterator[Self]:
        """This section and those beneath it, as they are read."""
        yield self
        for section in self.sections:
            yield from section.walk()


class DraftSection(Section):
    """A section as its authors have it."""

    version: int
    items: Sequence[DraftItem]


class IssueSummary(Model):
    """An issue in a list: all but its texts and sections."""

    number: int
    slug: str
    title: str
    subtitle: str | None
    status: str
    """`draft` or `published`."""
    language: str
    """BCP 47."""
    published_at: datetime | None
    updated_at: datetime
    version: int
    """Rises by one with every write to the issue or to something in it."""
    image: Image | None
    extra: dict[str, Any]
    item_count: int
    tags: list[TagCount]
    reading_minutes: int
    links: Links


class Issue(IssueSummary):
    """A whole issue."""

    intro: str | None
    intro_html: str | None
    outro: str | None
    outro_html: str | None
    sections: Sequence[Section]

    def every_section(self) -> Iterator[Section]:
        """The sections at all depths, as they are read."""
        for section in self.sections:
            yield from section.walk()

    def every_item(self) -> Iterator[Item]:
        """The items of all sections, as they are read."""
        for section in self.every_section():
            yield from section.items


class DraftIssue(Issue):
    """A working copy: an issue as its authors have it, published or not.

    `if_match=draft` writes only if nobody else has written to the issue since.
    """

    sections: Sequence[DraftSection]

    def every_section(self) -> Iterator[DraftSection]:
        for section in self.sections:
            yield from section.walk()

    def every_item(self) -> Iterator[DraftItem]:
        for section in self.every_section():
            yield from section.items


class Series(Model):
    """The same section through all published issues."""

    slug: str
    title: str | None
    """As in the latest issue that has it."""
    tag: str | None
    issue_count: int
    item_count: int
    """Items in it and beneath it."""
    latest_issue: int
    links: Links


class Tag(Model):
    """A tag of the publication's vocabulary."""

    slug: str
    name: str
    description: str | None
    aliases: list[str]
    """Other labels that mean it."""
    count: int
    """Published items that have it."""
    issue_count: int
    """Published issues with such an item."""
    links: Links


class Highlights(Model):
    """HTML with the found words in `<mark>`; all else in it is escaped text."""

    title: str
    body: str
    """A piece of the body about the first found word."""


class IssueHit(IssueSummary):
    """An issue that a search has found."""

    type: Literal["issue"]
    score: float
    highlights: Highlights


class ItemHit(ListedItem):
    """An item that a search has found."""

    type: Literal["item"]
    score: float
    highlights: Highlights


Hit = Annotated[IssueHit | ItemHit, Field(discriminator="type")]


class Me(Model):
    """Who is signed in."""

    name: str
    role: str
    """`author`, `editor` or `admin`."""
    scopes: list[str]
    """What they may do, as in `content:publish`."""


class Token(Model):
    access_token: str
