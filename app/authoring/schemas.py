"""What authors send. A field that is not here is an error, so that a misspelt one is told and not lost."""

import re
import unicodedata
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal

import orjson
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from app.content.document import Status
from app.content.urls import web_address
from app.db.base import LARGEST_INTEGER
from app.web.pages import ListQuery
from app.web.values import LARGEST_NUMBER

LONGEST_TITLE = 500
LONGEST_TEXT = 100_000
MOST_TAGS = 50
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


Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), AfterValidator(_line)]
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
Instant = Annotated[datetime, BeforeValidator(_instant), AfterValidator(_with_zone)]
SectionName = Annotated[int | str, BeforeValidator(_id_or_slug)]
TagLabels = Annotated[list[Title], Field(max_length=MOST_TAGS, description="slugs, names or aliases; [] is none")]


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


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
    status: Status = Field("draft", description="`published` publishes it at once")
    sections: list[SectionInput] = Field(default_factory=list)


class IssuePatch(IssueFields):
    """Fields that are given replace what is there; `null` takes away."""

    # These cannot be null; what is not given is told by `model_fields_set`, and its default never used.
    title: Title = Field(default_factory=str)
    slug: IssueSlug = Field(default_factory=str)
    language: Language = Field(default_factory=str)


class DraftsQuery(ListQuery):
    status: Literal["draft"] | None = Field(None, description="issues with this status alone")
