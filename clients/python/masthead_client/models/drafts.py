"""Working copies, and what belongs to them: previews, revisions and their differences, results of a batch."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from masthead_client.models import Model
from masthead_client.models.public import Issue, IssueSummary, Item, Section


class DraftWarning(Model):
    """Something that the author of a working copy may want to change. It was saved nevertheless."""

    code: str
    """`not-rendered`: a text is too complex to be rendered, and is shown as it was written."""
    pointer: str
    """A JSON pointer into the working copy, such as `/sections/0/items/2/body`."""
    detail: str
    """A sentence without a full stop."""


class WorkingCopy(Model):
    """What the working copies of issues, sections and items have in common."""

    version: int
    warnings: list[DraftWarning] = Field(default_factory=list, exclude_if=lambda warnings: not warnings)
    """Those about its parts included, whose own `warnings` are empty. `put_issue` ignores them."""


class DraftItem(WorkingCopy, Item):
    """The working copy of an item. `if_match=item` writes only if nobody else has written since.

    In the inbox it has no issue, section or position.
    """

    position: int | None  # type: ignore[assignment]
    issue: int | None  # type: ignore[assignment]
    section: str | None  # type: ignore[assignment]
    section_id: int | None  # type: ignore[assignment]


class DraftSection(WorkingCopy, Section):
    """The working copy of a section."""

    items: Sequence[DraftItem]


class DraftIssue(WorkingCopy, Issue):
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


class Preview(Model):
    """A link that shows an issue to anyone who has it."""

    token: str
    url: str
    """The address of the issue as JSON, relative to that of the response."""
    frontend_url: str | None
    """The address of the preview in the frontend, if the server is configured with one."""
    version: int | None
    """The revision that it shows; None: the current draft."""
    expires_at: datetime


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
