"""What authors send. A field that is not here is an error, so that a misspelt one is reported instead of ignored."""

from collections.abc import Set
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, GetJsonSchemaHandler, ValidationInfo, field_validator, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from app.content.document import Document, DraftIssue, DraftItem, DraftSection, Status, TitleSource
from app.content.fields import (
    MOST_TAGS,
    Extra,
    Flag,
    Id,
    Instant,
    IssueSlug,
    Language,
    Markdown,
    Number,
    Position,
    SectionName,
    TagLabels,
    TagName,
    Text,
    TimeZone,
    Title,
    Version,
    WebAddress,
    instant_of,
)
from app.validation import Input

MOST_IN_BATCH = 200
"""Items that come together."""


class ImageInput(Input):
    url: WebAddress
    alt: Title | None = None


class ItemFields(Input):
    """What may be said of an item."""

    title: Title | None = Field(None, description="without one, it is made from the body's first sentence")
    url: WebAddress | None = None
    source: Title | None = Field(None, description="who published it, as readers know them")
    body: Markdown | None = Field(None, description="Markdown")
    image: ImageInput | None = None
    sponsored: Flag = False
    extra: Extra = Field(default_factory=dict, description="your own fields: strings, numbers, booleans; 4 KB")


class ItemInput(ItemFields):
    tags: TagLabels | None = Field(
        None, description="absent or null: the tag of the nearest section above that has one"
    )


class PlacedItemInput(ItemInput):
    """An item, and where in the issue it goes."""

    section: SectionName | None = Field(
        None,
        description="a section's id or slug; without it, the outermost section whose own tag the item bears",
    )
    position: Position | None = Field(None, description="place in the section, from 0; last unless said")


class CollectedItemInput(PlacedItemInput):
    """An item for the inbox, or, with `issue`, for an issue."""

    issue: Number | None = Field(None, description="an issue's number; without it, the item goes to the inbox")


class ItemMove(Input):
    """Where an item goes; what is absent stays as it is."""

    issue: Number | None = Field(None, description="an issue's number; null for the inbox")
    section: SectionName | None = Field(
        None,
        description="a section's id or slug; without it, in another issue, the outermost section whose own tag the "
        "item bears",
    )
    position: Position | None = Field(None, description="place in the section, from 0; last unless said")


class BatchInput(Input):
    """Items, each as `POST /items` takes one."""

    items: list[Any] = Field(min_length=1, max_length=MOST_IN_BATCH)
    all_or_nothing: Flag = Field(
        True, description="false: each by itself, so that one that is wrong does not keep out the others"
    )


class ItemPatch(ItemFields):
    """Fields that are given replace what is there; `null` takes away."""

    tags: TagLabels = Field(default_factory=list)


class SectionFields(Input):
    title: Title | None = Field(None, description="null for items under no heading")
    tag: Title | None = Field(
        None,
        description="the tag of its items unless they say otherwise; absent: the tag that the title names; null: none",
    )
    intro: Markdown | None = Field(None, description="Markdown")
    extra: Extra = Field(default_factory=dict)


class SectionInput(SectionFields):
    items: list[ItemInput] = Field(default_factory=list)
    sections: list["SectionInput"] = Field(default_factory=list)


class PlacedSectionInput(SectionInput):
    """A section with all that is in it, and where in the issue it goes."""

    parent: SectionName | None = Field(
        None, description="the id or slug of the section that it goes beneath; none for the outermost"
    )
    position: Position | None = Field(None, description="place among its siblings, from 0; last unless said")


class ReadOnlyFields(Input):
    """A body in the shape that GET gives: the fields of `document` that cannot be set are accepted, and ignored."""

    document: ClassVar[type[Document]]

    @model_validator(mode="before")
    @classmethod
    def ignore_read_only(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        ignored = cls.read_only()
        return {name: value for name, value in given.items() if name not in ignored}

    @classmethod
    def read_only(cls) -> Set[str]:
        return cls.document.model_fields.keys() - cls.model_fields.keys()

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        shown = handler.resolve_ref_schema(handler(schema))
        for name in cls.document.model_fields:
            if name in cls.read_only():
                shown["properties"][name] = {"description": "read only; ignored"}
        return shown


class WholeItem(ReadOnlyFields, ItemInput):
    """An item in the shape that GET gives."""

    document = DraftItem

    id: Id | None = Field(None, description="an item of this issue; without one it is new")
    title_source: TitleSource | None = Field(None, description="`body`: the title is made from the body")

    @model_validator(mode="after")
    def keep_the_title_body_made(self) -> Self:
        if self.title_source == "body" and self.body is not None:
            self.title = None
        return self


class WholeSection(ReadOnlyFields, SectionInput):
    """A section in the shape that GET gives."""

    document = DraftSection

    id: Id | None = Field(None, description="a section of this issue; without one it is new")
    slug: Annotated[Any, Field(description="read only; ignored")] = None
    items: list[WholeItem] = Field(default_factory=list)  # type: ignore[assignment]
    sections: list["WholeSection"] = Field(default_factory=list)  # type: ignore[assignment]


class SectionPatch(SectionFields):
    """Fields that are given replace what is there; `null` takes away."""


class SectionMove(Input):
    """Where a section goes; what is absent stays as it is."""

    parent: SectionName | None = Field(
        None, description="the id or slug of the section that it goes beneath; null for the outermost"
    )
    position: Position | None = Field(None, description="place among its siblings, from 0; last unless said")


class IssueFields(Input):
    slug: IssueSlug | None = Field(None, description="made from the title unless given")
    subtitle: Title | None = None
    language: Language | None = Field(None, description="BCP 47; the publication's unless given")
    published_at: Instant | None = Field(
        None, description="a date (noon in UTC) or a time with its offset; the first publication unless given"
    )
    intro: Markdown | None = Field(None, description="Markdown")
    outro: Markdown | None = Field(None, description="Markdown")
    image: ImageInput | None = None
    extra: Extra = Field(default_factory=dict)


class IssueInput(IssueFields):
    """An issue, with as much of its tree as there is."""

    number: Number | None = Field(None, description="the next one unless given")
    title: Title
    status: Literal["draft", "published"] = Field("draft", description="`published` publishes it at once")
    sections: list[SectionInput] = Field(default_factory=list)


class WholeIssue(ReadOnlyFields, IssueInput):
    """A whole issue in the shape that GET gives."""

    document = DraftIssue

    status: Status | None = Field(  # type: ignore[assignment]
        None, description="as it is; for a new issue, `published` publishes it at once"
    )
    version: Version | None = Field(None, description="a precondition, as If-Match is: the version that was read")
    sections: list[WholeSection] = Field(default_factory=list)  # type: ignore[assignment]


class IssuePatch(IssueFields):
    """Fields that are given replace what is there; `null` takes away."""

    # These cannot be null; what is not given is told by `model_fields_set`, and its default never used.
    title: Title = Field(default_factory=str)
    slug: IssueSlug = Field(default_factory=str)
    language: Language = Field(default_factory=str)


class TagFields(Input):
    description: Text | None = Field(None, description="plain text")
    aliases: Annotated[list[TagName], Field(max_length=MOST_TAGS)] = Field(
        default_factory=list, description="other labels that mean it; its address under each leads to it"
    )


class TagInput(TagFields):
    name: TagName
    slug: IssueSlug | None = Field(None, description="made from the name unless given")


class TagPatch(TagFields):
    """Fields that are given replace what is there; a slug that goes becomes an alias."""

    name: TagName = Field(default_factory=str)
    slug: IssueSlug = Field(default_factory=str)


class TagMerge(Input):
    into: TagName = Field(description="the slug, name or alias of the tag that takes its place")


class PublicationPatch(Input):
    """Fields that are given replace what is there."""

    title: Title = Field(default_factory=str)
    description: Text = Field(default_factory=str)
    author: Title = Field(default_factory=str)
    language: Language = Field(default_factory=str)


class PreviewInput(Input):
    """A link to show an issue by."""

    version: Version | None = Field(None, description="a revision to pin it to; without one it follows the draft")
    days: Annotated[float, Field(gt=0, le=90)] = Field(7, description="how long it is good for")


class PreviewMade(Document):
    """A link that shows an issue to whoever has it."""

    token: str
    url: str = Field(description="where it shows the document, relative to the server's root")
    frontend_url: str | None = Field(description="where the frontend shows it, when MASTHEAD_PREVIEW_URL is set")
    version: int | None = Field(description="the revision that it is pinned to; null: it follows the draft")
    expires_at: datetime


class BatchProblem(Document):
    """Why an item was not made, as a problem would say it."""

    title: str
    status: int
    detail: str
    code: str
    errors: list[dict[str, str]]


class BatchResult(Document):
    """What became of one item: `item`, or `problem`."""

    status: int = Field(description="201, or that of the problem")
    item: DraftItem | None
    problem: BatchProblem | None


class BatchResults(Document):
    """What became of each item, in the order in which they were sent."""

    made: int
    failed: int
    results: list[BatchResult]


class RevisionDocument(Document):
    """A revision in a list."""

    version: int
    created_at: datetime
    name: str = Field(description="who wrote it")
    request: str = Field(description="by what", examples=["PATCH /items/401"])


class ScheduleInput(Input):
    """When an issue is to be published: with an offset, or by the clocks of a zone."""

    zone: TimeZone | None = Field(None, description="a time zone of the IANA database", examples=["Europe/Berlin"])
    at: str = Field(
        description="a time to come, with its offset, or without one and with a zone",
        examples=["2026-12-01T09:00:00+01:00", "2026-12-01T09:00"],
    )

    @field_validator("at")
    @classmethod
    def an_instant(cls, at: str, info: ValidationInfo) -> str:
        if "zone" in info.data:  # else what is wrong with it is told already
            instant_of(at, info.data["zone"])
        return at

    @property
    def instant(self) -> datetime:
        return instant_of(self.at, self.zone)
