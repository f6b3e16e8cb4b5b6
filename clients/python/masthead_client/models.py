"""The models of responses.

Unknown fields, which a newer server may send, are ignored; values that it may extend (a status, a role) are plain
strings. Times are in UTC. Texts are Markdown; a field with the same name and `_html` is sanitised HTML. Links are
relative to the server's root.
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


class DraftItem(Item):
    """The working copy of an item. `if_match=item` writes only if nobody else has written since.

    In the inbox it has no issue, section or position.
    """

    position: int | None  # type: ignore[assignment]
    issue: int | None  # type: ignore[assignment]
    section: str | None  # type: ignore[assignment]
    section_id: int | None  # type: ignore[assignment]
    version: int


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


class DraftSection(Section):
    """The working copy of a section."""

    version: int
    items: Sequence[DraftItem]


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


class DraftIssue(Issue):
    """The working copy of an issue, published or not.

    `if_match=draft` writes only if nobody else has written to the issue since.
    """

    scheduled_at: datetime | None
    """When it will be published; None unless it is scheduled."""
    sections: Sequence[DraftSection]

    def all_sections(self) -> Iterator[DraftSection]:
        for section in self.sections:
            yield from section.walk()

    def all_items(self) -> Iterator[DraftItem]:
        for section in self.all_sections():
            yield from section.items


class DraftSummary(IssueSummary):
    """A working copy in a list."""

    scheduled_at: datetime | None


class DeletedIssue(IssueSummary):
    """An issue in the bin."""

    deleted_at: datetime


class Revision(Model):
    """A revision in a list: an issue as it was at one version."""

    version: int
    created_at: datetime
    name: str
    """Who wrote it."""
    request: str
    """The request, such as `PATCH /items/401`."""


class Named(Model):
    """The issue, section or item that a difference is about."""

    kind: Literal["issue", "section", "item"]
    id: int | None
    """None for the issue itself."""
    title: str | None


class Place(Model):
    """The place of a section or an item in its issue."""

    section_id: int | None
    section: str | None
    position: int


class Placed(Named):
    """A section or item that was added or removed, and its place."""

    place: Place


class Moved(Named):
    """A section or item that was moved."""

    before: Place
    after: Place


class Word(Model):
    """A run of words in the difference between two texts."""

    op: Literal["equal", "delete", "insert"]
    text: str


class Changed(Named):
    """A field that was changed."""

    field: str
    before: Any
    after: Any
    words: list[Word] | None
    """For a text: its words that are unchanged, deleted and inserted, in order."""


class Differences(Model):
    """What has changed in an issue. What is in a section that was added or removed is not listed by itself."""

    added: list[Placed]
    removed: list[Placed]
    moved: list[Moved]
    changed: list[Changed]


class Preview(Model):
    """A link that shows an issue to anyone who has it."""

    token: str
    url: str
    """The address of the issue as JSON, relative to the server's root."""
    frontend_url: str | None
    """The address of the preview in the frontend, if the server is configured with one."""
    version: int | None
    """The revision that it shows; None: the current draft."""
    expires_at: datetime


class BatchProblem(Model):
    """Why an item was not created."""

    title: str
    status: int
    detail: str
    code: str
    errors: list[dict[str, str]]


class BatchResult(Model):
    """The result for one item of a batch: the item or a problem."""

    status: int
    item: DraftItem | None
    problem: BatchProblem | None


class BatchResults(Model):
    """The results for the items of a batch, in the order in which they were sent."""

    made: int
    failed: int
    results: list[BatchResult]


class DraftTag(Model):
    """A tag with its version, and counts that include drafts."""

    slug: str
    name: str
    description: str | None
    aliases: list[str]
    item_count: int
    """The number of items that have it, including those in drafts, the inbox and the bin."""
    section_count: int
    version: int
    updated_at: datetime


class DraftPublication(Publication):
    """The publication with its version."""

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
    """The first characters of the key, to recognise it by."""
    scopes: list[str]
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    last_used_at: datetime | None
    """Accurate to the minute."""
    revoked_at: datetime | None


class NewApiKey(ApiKey):
    key: str
    """The key itself. Later responses do not contain it."""


class Users(Model):
    data: list[User]


class ApiKeys(Model):
    data: list[ApiKey]


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


class Me(Model):
    """The user or API key that requests are made as."""

    name: str
    role: str | None
    """`author`, `editor` or `admin`; None for an API key."""
    scopes: list[str]
    """Permissions, such as `content:publish`."""


class Token(Model):
    access_token: str
    refresh_token: str | None = None
