"""Request bodies of authors, and the responses that are not documents. Unknown fields in a body are errors."""

from collections.abc import Set
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import Field, GetJsonSchemaHandler, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from app.authoring.fields import (
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
from app.authoring.sizes import MOST_ITEMS, MOST_SECTIONS, require_possible, require_text
from app.content.document import Document, DraftIssue, DraftItem, DraftSection, Status, TitleSource
from app.content.markdown import render_ahead
from app.content.texts import rendered_texts
from app.problems import Invalid
from app.validation import Input, invalid

MOST_IN_BATCH = 200
"""The maximum number of items in a batch."""

_Part = TypeVar("_Part")
# The limits are here for OpenAPI. `require_possible` refuses what has too many parts, at whatever depth, before that.
_Items = Annotated[list[_Part], Field(max_length=MOST_ITEMS)]
_Sections = Annotated[list[_Part], Field(max_length=MOST_SECTIONS)]


class ImageInput(Input):
    url: WebAddress
    alt: Title | None = None


class TextsInput(Input):
    """Input with texts in Markdown."""

    def texts(self) -> list[str]:
        """Its texts and those of its parts."""
        return [text.markdown for text in rendered_texts(self)]

    def prepare(self) -> None:
        """Render the texts. Raises Invalid if they are too long together, or take too long to render."""
        texts = self.texts()
        require_text(texts)
        render_ahead(*texts)


class ItemFields(TextsInput):
    """The fields of an item that authors can set."""

    title: Title | None = Field(None, description="default: generated from the first sentence of the body")
    url: WebAddress | None = None
    source: Title | None = Field(None, description="the name of the publisher of the linked page")
    body: Markdown | None = Field(None, description="Markdown")
    image: ImageInput | None = None
    sponsored: Flag = False
    extra: Extra = Field(default_factory=dict, description="your own fields: strings, numbers, booleans; 4 KB")


class ItemInput(ItemFields):
    tags: TagLabels | None = Field(None, description="default: the tag of the nearest enclosing section that has one")


class PlacedItemInput(ItemInput):
    """An item with its section and position in an issue."""

    section: SectionName | None = Field(
        None,
        description="the id or slug of a section; default: the outermost section whose tag is a tag of the item",
    )
    position: Position | None = Field(None, description="the position in the section, from 0; default: the last")


class CollectedItemInput(PlacedItemInput):
    """An item for the inbox, or, with `issue`, for an issue."""

    issue: Number | None = Field(None, description="the number of an issue; default: the item is added to the inbox")


class ItemMove(Input):
    """The new place of an item. Omitted fields stay as they are."""

    issue: Number | None = Field(None, description="the number of an issue; null for the inbox")
    section: SectionName | None = Field(
        None,
        description="the id or slug of a section; default in another issue: the outermost section whose tag is a tag "
        "of the item",
    )
    position: Position | None = Field(None, description="the position in the section, from 0; default: the last")


class BatchInput(Input):
    """Items, in the shape that `POST /items` takes."""

    items: list[Any] = Field(min_length=1, max_length=MOST_IN_BATCH)
    all_or_nothing: Flag = Field(
        True, description="if false, all valid items are created, even if others are not valid"
    )

    @cached_property
    def rows(self) -> list[CollectedItemInput | Invalid]:
        """Each item, or what is wrong with it, in order."""
        return [self._row(given, index) for index, given in enumerate(self.items)]

    def prepare(self) -> None:
        """Validate the items and render their texts. Raises Invalid for too much text and, with `all_or_nothing`, for
        items that are not valid."""
        wrong = [row for row in self.rows if isinstance(row, Invalid)]
        if wrong and self.all_or_nothing:
            wrong[0].errors = tuple(fault for each in wrong for fault in each.errors)
            raise wrong[0]
        texts = [text for row in self.rows if not isinstance(row, Invalid) for text in row.texts()]
        require_text(texts, of="a batch")
        render_ahead(*texts)

    def _row(self, given: Any, index: int) -> CollectedItemInput | Invalid:
        try:
            return CollectedItemInput.model_validate(given)
        except ValidationError as error:
            errors = [{**each, "loc": ("body", "items", index, *each["loc"])} for each in error.errors()]
            return invalid(errors, {"items": self.items})


class ItemPatch(ItemFields):
    """The fields to update. `null` removes a value."""

    tags: TagLabels = Field(default_factory=list)


class SectionFields(TextsInput):
    title: Title | None = Field(None, description="null for items without a heading")
    tag: Title | None = Field(
        None,
        description="the default tag of its items: a slug, name or alias; default for a new section: the tag whose "
        "name or alias is the title; null for no tag",
    )
    intro: Markdown | None = Field(None, description="Markdown")
    extra: Extra = Field(default_factory=dict)


class SectionInput(SectionFields):
    items: _Items[ItemInput] = Field(default_factory=list)
    sections: _Sections["SectionInput"] = Field(default_factory=list)


class PlacedSectionInput(SectionInput):
    """A section with its contents, its parent and its position."""

    parent: SectionName | None = Field(
        None, description="the id or slug of the parent section; default: null, for the top level"
    )
    position: Position | None = Field(None, description="the position among its siblings, from 0; default: the last")

    @model_validator(mode="before")
    @classmethod
    def is_not_too_large(cls, given: Any) -> Any:
        require_possible(given, sections=1)
        return given


class DocumentInput(Input):
    """A body in the shape that GET returns: the read-only fields of `document` are accepted and ignored."""

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


class ItemDocumentInput(DocumentInput, ItemInput):
    """An item in the shape that GET returns."""

    document = DraftItem

    id: Id | None = Field(None, description="the id of an item of this issue; omit it for a new item")
    title_source: TitleSource | None = Field(None, description="`body`: the title is generated from the body")

    @model_validator(mode="after")
    def omit_generated_title(self) -> Self:
        if self.title_source == "body" and self.body is not None:
            self.title = None
        return self


class SectionDocumentInput(DocumentInput, SectionInput):
    """A section in the shape that GET returns."""

    document = DraftSection

    id: Id | None = Field(None, description="the id of a section of this issue; omit it for a new section")
    slug: Annotated[Any, Field(description="read only; ignored")] = None
    items: _Items[ItemDocumentInput] = Field(default_factory=list)  # type: ignore[assignment]
    sections: _Sections["SectionDocumentInput"] = Field(default_factory=list)  # type: ignore[assignment]


class SectionPatch(SectionFields):
    """The fields to update. `null` removes a value."""


class SectionMove(Input):
    """The new place of a section. An omitted `parent` stays as it is."""

    parent: SectionName | None = Field(
        None, description="the id or slug of the new parent section; null for the top level"
    )
    position: Position | None = Field(None, description="the position among its siblings, from 0; default: the last")


class IssueFields(TextsInput):
    slug: IssueSlug | None = Field(None, description="default: generated from the title")
    subtitle: Title | None = None
    language: Language | None = Field(
        None, description="a language tag (BCP 47); default: the language of the publication"
    )
    published_at: Instant | None = Field(
        None,
        description="a date (noon in UTC) or a time with a UTC offset; default: the time of the first publication",
    )
    intro: Markdown | None = Field(None, description="Markdown")
    outro: Markdown | None = Field(None, description="Markdown")
    image: ImageInput | None = None
    extra: Extra = Field(default_factory=dict)


class IssueInput(IssueFields):
    """An issue, with its sections and items."""

    number: Number | None = Field(None, description="default: the next number")
    title: Title
    status: Literal["draft", "published"] = Field("draft", description="`published` publishes it immediately")
    sections: _Sections[SectionInput] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def is_not_too_large(cls, given: Any) -> Any:
        require_possible(given)
        return given


class IssueDocumentInput(DocumentInput, IssueInput):
    """A complete issue in the shape that GET returns."""

    document = DraftIssue

    status: Status | None = Field(  # type: ignore[assignment]
        None, description="the current status; for a new issue, `published` publishes it immediately"
    )
    version: Version | None = Field(None, description="a precondition like If-Match: the version that you have read")
    sections: _Sections[SectionDocumentInput] = Field(default_factory=list)  # type: ignore[assignment]


class IssuePatch(IssueFields):
    """The fields to update. `null` removes a value."""

    # These fields are optional, but not nullable. The defaults are never used, because `model_fields_set` is checked.
    title: Title = Field(default_factory=str)
    slug: IssueSlug = Field(default_factory=str)
    language: Language = Field(default_factory=str)


class TagFields(Input):
    description: Text | None = Field(None, description="plain text")
    aliases: Annotated[list[TagName], Field(max_length=MOST_TAGS)] = Field(
        default_factory=list, description="other names of the tag; their URLs redirect to it"
    )


class TagInput(TagFields):
    name: TagName
    slug: IssueSlug | None = Field(None, description="default: generated from the name")


class TagPatch(TagFields):
    """The fields to update. A replaced slug becomes an alias."""

    name: TagName = Field(default_factory=str)
    slug: IssueSlug = Field(default_factory=str)


class TagMerge(Input):
    into: TagName = Field(description="the slug, name or alias of the tag that replaces it")


class PublicationPatch(Input):
    """The fields to update."""

    title: Title = Field(default_factory=str)
    description: Text = Field(default_factory=str)
    author: Title = Field(default_factory=str)
    language: Language = Field(default_factory=str)


class PreviewInput(Input):
    """A new preview link."""

    version: Version | None = Field(None, description="the revision to show; default: the current draft")
    days: Annotated[float, Field(gt=0, le=90)] = Field(7, description="how long the link is valid, in days")


class PreviewDocument(Document):
    """A preview link. Everyone who has it can read the issue."""

    token: str
    url: str = Field(description="the URL of the document, relative to the URL of this response")
    frontend_url: str | None = Field(
        description="the URL of the preview in the frontend, if MASTHEAD_PREVIEW_URL is set"
    )
    version: int | None = Field(description="the revision that it shows; null: the current draft")
    expires_at: datetime


class BatchProblem(Document):
    """The reason why an item was not created, with the members of a problem."""

    title: str
    status: int
    detail: str
    code: str
    errors: list[dict[str, str]]


class BatchResult(Document):
    """The result for one item: either `item` or `problem`."""

    status: int = Field(description="201, or the status of the problem")
    item: DraftItem | None
    problem: BatchProblem | None


class BatchResults(Document):
    """The results for all items, in the order in which they were sent."""

    made: int = Field(description="the number of items that were created")
    failed: int = Field(description="the number of items that were not created")
    results: list[BatchResult]


class RevisionDocument(Document):
    """A revision in a list."""

    version: int
    created_at: datetime
    name: str = Field(description="the name of the user or API key that wrote it")
    request: str = Field(description="the request that wrote it", examples=["PATCH /items/401"])


class ScheduleInput(Input):
    """The time at which an issue will be published."""

    zone: TimeZone | None = Field(
        None, description="a time zone of the IANA database, if `at` has no offset", examples=["Europe/Berlin"]
    )
    at: str = Field(
        description="a future time, with a UTC offset, or without one and with `zone`",
        examples=["2026-12-01T09:00:00+01:00", "2026-12-01T09:00"],
    )

    @field_validator("at")
    @classmethod
    def is_valid_time(cls, at: str, info: ValidationInfo) -> str:
        if "zone" in info.data:  # otherwise its fault is reported already
            instant_of(at, info.data["zone"])
        return at

    @property
    def instant(self) -> datetime:
        return instant_of(self.at, self.zone)
