"""Fields of what authors send: what each may be, and what is wrong when it is something else."""

import re
import unicodedata
from datetime import UTC, date, datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson
from pydantic import AfterValidator, BeforeValidator, Field

from app.content.urls import web_address
from app.db.base import LARGEST_INTEGER
from app.validation import LARGEST_NUMBER

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


def time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("there is no such time zone; write one as in Europe/Berlin") from None
    return name


def instant_of(at: str, zone: str | None) -> datetime:
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
Instant = Annotated[datetime, BeforeValidator(_instant), AfterValidator(_with_zone)]
SectionName = Annotated[int | str, BeforeValidator(_id_or_slug)]
TagLabels = Annotated[list[Title], Field(max_length=MOST_TAGS, description="slugs, names or aliases; [] is none")]
TimeZone = Annotated[str, AfterValidator(time_zone)]
