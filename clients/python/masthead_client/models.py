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
    """An item as its authors have it. `if_match=item` changes it only if nobody else has meanwhile.

    In the inbox it has no issue, no section and no position.
    """

    position: int | None  # type: ignore[assignment]
    issue: int | None  # type: ignore[assignment]
    section: str | None  # type: ignore[assignment]
    section_id: int | None  # type: ignore[assignment]
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
    """`draft`, `scheduled` or `published`."""
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

    scheduled_at: datetime | None
    """When it is to be published, while it is scheduled."""
    sections: Sequence[DraftSection]

    def every_section(self) -> Iterator[DraftSection]:
        for section in self.sections:
            yield from section.walk()

    def every_item(self) -> Iterator[DraftItem]:
        for section in self.every_section():
            yield from section.items


class DraftSummary(IssueSummary):
    """A working copy in a list."""

    scheduled_at: datetime | None


class DeletedIssue(IssueSummary):
    """An issue in the bin."""

    deleted_at: datetime


class Revision(Model):
    """An issue as it stood at one version, in a list."""

    version: int
    created_at: datetime
    name: str
    """Who wrote it."""
    request: str
    """By what, as in `PATCH /items/401`."""


class Named(Model):
    """What a difference is about."""

    kind: Literal["issue", "section", "item"]
    id: int | None
    """None for the issue itself."""
    title: str | None


class Place(Model):
    """Where a section or an item stands."""

    section_id: int | None
    section: str | None
    position: int


class Placed(Named):
    place: Place


class Moved(Named):
    before: Place
    after: Place


class Word(Model):
    op: Literal["equal", "delete", "insert"]
    text: str


class Changed(Named):
    field: str
    before: Any
    after: Any
    words: list[Word] | None
    """Of a text: what stayed, went and came, in order."""


class Differences(Model):
    """What has changed in an issue. What is new or gone is not told again for what is in it."""

    added: list[Placed]
    removed: list[Placed]
    moved: list[Moved]
    changed: list[Changed]


class Preview(Model):
    """A link that shows an issue to whoever has it."""

    token: str
    url: str
    """Where it shows the document, relative to the server's root."""
    frontend_url: str | None
    """Where the frontend shows it, when the server knows one."""
    version: int | None
    """The revision that it is pinned to; None: it follows the draft."""
    expires_at: datetime


class BatchProblem(Model):
    """Why an item was not made."""

    title: str
    status: int
    detail: str
    code: str
    errors: list[dict[str, str]]


class BatchResult(Model):
    """What became of one item of many."""

    status: int
    item: DraftItem | None
    problem: BatchProblem | None


class BatchResults(Model):
    """What became of each of many items, in the order in which they were sent."""

    made: int
    failed: int
    results: list[BatchResult]


class DraftTag(Model):
    """A tag as its authors have it."""

    slug: str
    name: str
    description: str | None
    aliases: list[str]
    item_count: int
    """Items that have it, those in drafts, in the inbox and in the bin included."""
    section_count: int
    version: int
    updated_at: datetime


class DraftPublication(Publication):
    """The publication as its authors have it."""

    version: int
    updated_at: datetime


class User(Model):
    name: str
    role: str
    created_at: datetime
    disabled_at: datetime | None


class ApiKey(Model):
    id: int
    name: str
    start: str
    """Its first characters, to know it by."""
    scopes: list[str]
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    last_used_at: datetime | None
    """To the minute."""
    revoked_at: datetime | None


class NewApiKey(ApiKey):
    key: str
    """What it is. It is shown this once."""


class Users(Model):
    data: list[User]


class ApiKeys(Model):
    data: list[ApiKey]


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
    role: str | None
    """`author`, `editor` or `admin`; None for an API key."""
    scopes: list[str]
    """What they may do, as in `content:publish`."""


class Token(Model):
    access_token: str
    refresh_token: str | None = None
