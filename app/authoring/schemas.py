"""What authors send. A field that is not here is an error, so that a misspelt one is told and not lost."""

import re
import unicodedata
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from app.content.document import Document, DraftItem, Status, TitleSource
from app.content.urls import web_address
from app.db.base import LARGEST_INTEGER
from app.validation import LARGEST_NUMBER, Input

LONGEST_TITLE = 500
LONGEST_TEXT = 100_000
MOST_TAGS = 50
MOST_IN_BATCH = 200
"""Items that come together."""
LARGEST_EXTRA = 4096

_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _line(value: str) -> str:
    """A text of one line: no control characters, white space as single spaces."""
    if not value.isprintable() and any(unicodedata.category(char) == "Cc" and char not in "\t\r\n" for char in value):
        raise ValueError("leave control characters out")
    value = " ".join(value.split())
    if all(unicodedata.category(char) in ("Cf", "Zs") for char in value):
        raise ValueError("it must not be empty")
    return value


def _text(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("leave control characters out; line ends and tabs may stay")
    return value


def _markdown(value: str) -> str:
    # A renderer of Markdown looks from each of these for its end, which takes minutes where there are many and no end.
    for mark, most in (("[", 5_000), ("://", 1_000), ("www.", 1_000), ("@", 1_000)):
        if value.count(mark) > most:
            raise ValueError(f"a text may have {most:,} times {mark!r}; this one has {value.count(mark):,}")
    return _text(value)


def _scalar(value: Any) -> Any:
    """Checked here and not by the union, so that one thing that is wrong is one fault, at its place."""
    if not isinstance(value, str | bool | int | float):
        raise ValueError("give a string, a number or a boolean")
    return _text(value) if isinstance(value, str) else value


def _id_or_slug(value: Any) -> Any:
    if isinstance(value, str):
        return _line(value)
    if type(value) is not int or not 1 <= value <= LARGEST_INTEGER:
        raise ValueError("give a section's id, a number, or its slug")
    return value


def _small_map(value: dict[str, Any]) -> dict[str, Any]:
    size = len(orjson.dumps(value)) if value else 0
    if size > LARGEST_EXTRA:
        raise ValueError(f"extra may have {LARGEST_EXTRA:,} bytes as JSON; this one has {size:,}")
    return value


def _instant(value: Any) -> Any:
    """A date alone is noon of that day in UTC; a time without a zone is none."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        return datetime.combine(date.fromisoformat(value), time(12), UTC)
    if isinstance(value, str) and _TIME.match(value):
        return value
    raise ValueError("write a date as 2025-12-23, or a time as 2025-12-23T12:00:00Z")


def _with_zone(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time needs its offset, as in 2025-12-23T12:00:00Z or …+01:00")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("the year must be 1 to 9999 in UTC") from None


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("there is no such time zone; write one as in Europe/Berlin") from None
    return name


def _when(at: str, zone: str | None) -> datetime:
    """The instant of a time with its offset, or of one that the clocks of a zone show."""
    if not _TIME.match(at):
        raise ValueError("write a time as 2026-12-01T09:00:00+01:00, or as 2026-12-01T09:00 with a zone")
    try:
        given = datetime.fromisoformat(at)
    except ValueError:
        raise ValueError("there is no such time") from None
    if zone is None:
        if given.tzinfo is None:
            raise ValueError("a time needs its offset, as in 2026-12-01T09:00:00+01:00, or a zone beside it")
        return _with_zone(given)
    if given.tzinfo is not None:
        raise ValueError("give an offset or a zone, not both")
    local = given.replace(tzinfo=ZoneInfo(zone))
    instant = _with_zone(local)
    if instant.astimezone(local.tzinfo).replace(tzinfo=None) != given:
        raise ValueError(f"the clocks of {zone} skip this time on that day")
    return instant


Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), AfterValidator(_line)]
TagName = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_line)]
Text = Annotated[str, Field(max_length=2_000), AfterValidator(_text)]
Markdown = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(_markdown)]
WebAddress = Annotated[str, AfterValidator(web_address), Field(json_schema_extra={"format": "uri"})]
IssueSlug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
Extra = Annotated[
    dict[
        Annotated[str, Field(max_length=100), AfterValidator(_text)],
        Annotated[str | bool | int | float, BeforeValidator(_scalar)],
    ],
    AfterValidator(_small_map),
]
Number = Annotated[int, Field(strict=True, ge=1, le=LARGEST_NUMBER)]
Position = Annotated[int, Field(strict=True, ge=0, le=LARGEST_NUMBER)]
Flag = Annotated[bool, Field(strict=True)]
Id = Annotated[int, Field(strict=True, ge=1, le=LARGEST_INTEGER)]
Version = Annotated[int, Field(strict=True, ge=1, le=LARGEST_NUMBER)]
Ignored = Annotated[Any, Field(description="read only; ignored")]
Instant = Annotated[datetime, BeforeValidator(_instant), AfterValidator(_with_zone)]
SectionName = Annotated[int | str, BeforeValidator(_id_or_slug)]
TagLabels = Annotated[list[Title], Field(max_length=MOST_TAGS, description="slugs, names or aliases; [] is none")]


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


class WholeItem(ItemInput):
    """An item in the shape that GET gives: what follows from the rest may be there, and is ignored."""

    id: Id | None = Field(None, description="an item of this issue; without one it is new")
    title_source: TitleSource | None = Field(None, description="`body`: the title is made from the body")
    domain: Ignored = None
    body_html: Ignored = None
    position: Ignored = None
    issue: Ignored = None
    section: Ignored = None
    section_id: Ignored = None
    updated_at: Ignored = None
    version: Ignored = None

    @model_validator(mode="after")
    def keep_the_title_body_made(self) -> Self:
        if self.title_source == "body" and self.body is not None:
            self.title = None
        return self


class WholeSection(SectionInput):
    """A section in the shape that GET gives."""

    id: Id | None = Field(None, description="a section of this issue; without one it is new")
    slug: Ignored = None
    position: Ignored = None
    intro_html: Ignored = None
    version: Ignored = None
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


class WholeIssue(IssueInput):
    """A whole issue in the shape that GET gives."""

    status: Status | None = Field(  # type: ignore[assignment]
        None, description="as it is; for a new issue, `published` publishes it at once"
    )
    version: Version | None = Field(None, description="a precondition, as If-Match is: the version that was read")
    sections: list[WholeSection] = Field(default_factory=list)  # type: ignore[assignment]
    scheduled_at: Ignored = None
    updated_at: Ignored = None
    intro_html: Ignored = None
    outro_html: Ignored = None
    item_count: Ignored = None
    tags: Ignored = None
    reading_minutes: Ignored = None
    links: Ignored = None


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

    zone: Annotated[str, AfterValidator(_zone)] | None = Field(
        None, description="a time zone of the IANA database", examples=["Europe/Berlin"]
    )
    at: str = Field(
        description="a time to come, with its offset, or without one and with a zone",
        examples=["2026-12-01T09:00:00+01:00", "2026-12-01T09:00"],
    )

    @field_validator("at")
    @classmethod
    def an_instant(cls, at: str, info: ValidationInfo) -> str:
        if "zone" in info.data:  # else what is wrong with it is told already
            _when(at, info.data["zone"])
        return at

    @property
    def instant(self) -> datetime:
        return _when(self.at, self.zone)
