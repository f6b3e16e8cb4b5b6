"""The types of the fields that authors send, with their limits and error messages."""

import re
import unicodedata
from datetime import UTC, date, datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson
from pydantic import AfterValidator, BeforeValidator, Field

from app.content.lengths import LONGEST_TEXT, LONGEST_TITLE
from app.content.urls import web_address
from app.db.base import LARGEST_INTEGER
from app.validation import LARGEST_NUMBER

MOST_TAGS = 50
LARGEST_EXTRA = 4096
MOST_IN_EXTRA = 100

_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _line(value: str) -> str:
    """A text of one line: no control characters, white space as single spaces."""
    if not value.isprintable() and any(unicodedata.category(char) == "Cc" and char not in "\t\r\n" for char in value):
        raise ValueError("it must not contain control characters")
    value = " ".join(value.split())
    if all(unicodedata.category(char) in ("Cf", "Zs") for char in value):
        raise ValueError("it must not be empty")
    return value


def _text(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("it must not contain control characters other than line breaks and tabs")
    return value


def _scalar(value: Any) -> Any:
    """Checked here and not by the union, which would report one fault for each of its types."""
    if not isinstance(value, str | bool | int | float):
        raise ValueError("it must be a string, a number or a boolean")
    return _text(value) if isinstance(value, str) else value


def _id_or_slug(value: Any) -> Any:
    if isinstance(value, str) and len(value) <= LONGEST_TITLE:
        return _line(value)
    if type(value) is not int or not 1 <= value <= LARGEST_INTEGER:
        raise ValueError("it must be the id of a section, as a number, or its slug")
    return value


def _few(value: Any) -> Any:
    # Before each of them is validated, and reported.
    if isinstance(value, dict) and len(value) > MOST_IN_EXTRA:
        raise ValueError(f"it must have at most {MOST_IN_EXTRA} fields; you sent {len(value):,}")
    return value


def _small_map(value: dict[str, Any]) -> dict[str, Any]:
    size = len(orjson.dumps(value)) if value else 0
    if size > LARGEST_EXTRA:
        raise ValueError(f"it must have at most {LARGEST_EXTRA:,} bytes as JSON; you sent {size:,}")
    return value


def _instant(value: Any) -> Any:
    """A date without a time is noon in UTC. Any other value than a date or a time is an error."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        return datetime.combine(date.fromisoformat(value), time(12), UTC)
    if isinstance(value, str) and _TIME.match(value):
        return value
    raise ValueError("it must be a date like 2025-12-23 or a time like 2025-12-23T12:00:00Z")


def _with_zone(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("it must have a UTC offset, for example 2025-12-23T12:00:00Z or 2025-12-23T12:00:00+01:00")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("the year must be 1 to 9999 in UTC") from None


def time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("it must be the name of a time zone, for example Europe/Berlin") from None
    return name


def instant_of(at: str, zone: str | None) -> datetime:
    """A time with a UTC offset, or a local time in a time zone, in UTC. Raises ValueError."""
    if not _TIME.match(at):
        raise ValueError("it must be a time like 2026-12-01T09:00:00+01:00, or like 2026-12-01T09:00 with zone")
    try:
        given = datetime.fromisoformat(at)
    except ValueError:
        raise ValueError("this time does not exist") from None
    if zone is None:
        if given.tzinfo is None:
            raise ValueError("it must have a UTC offset, for example 2026-12-01T09:00:00+01:00; or send zone too")
        return _with_zone(given)
    if given.tzinfo is not None:
        raise ValueError("send either an offset or zone, not both")
    local = given.replace(tzinfo=ZoneInfo(zone))
    instant = _with_zone(local)
    if instant.astimezone(local.tzinfo).replace(tzinfo=None) != given:
        raise ValueError(f"this time does not exist in {zone}: clocks are set forward over it")
    return instant


Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), AfterValidator(_line)]
TagName = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_line)]
Text = Annotated[str, Field(max_length=2_000), AfterValidator(_text)]
Markdown = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(_text)]
WebAddress = Annotated[str, AfterValidator(web_address), Field(json_schema_extra={"format": "uri"})]
IssueSlug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
Extra = Annotated[
    dict[
        Annotated[str, Field(max_length=100), AfterValidator(_text)],
        Annotated[str | bool | int | float, BeforeValidator(_scalar)],
    ],
    BeforeValidator(_few),
    AfterValidator(_small_map),
]
Number = Annotated[int, Field(strict=True, ge=1, le=LARGEST_NUMBER)]
Position = Annotated[int, Field(strict=True, ge=0, le=LARGEST_NUMBER)]
Flag = Annotated[bool, Field(strict=True)]
Id = Annotated[int, Field(strict=True, ge=1, le=LARGEST_INTEGER)]
Version = Annotated[int, Field(strict=True, ge=1, le=LARGEST_NUMBER)]
Instant = Annotated[datetime, BeforeValidator(_instant), AfterValidator(_with_zone)]
SectionName = Annotated[int | str, BeforeValidator(_id_or_slug)]
TagLabels = Annotated[
    list[Title], Field(max_length=MOST_TAGS, description="slugs, names or aliases of tags; [] for no tags")
]
TimeZone = Annotated[str, AfterValidator(time_zone)]
