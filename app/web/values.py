"""Values in paths and queries, read strictly: `75.0`, `+5` and `0075` are no numbers, `yes` is no boolean."""

import re
from datetime import date
from typing import Annotated, Any

from fastapi import Path
from pydantic import BeforeValidator, Field

from app.db.base import LARGEST_INTEGER

LARGEST_NUMBER = 2**31 - 1
"""The largest number that an issue may have."""

_DIGITS = re.compile(r"0|[1-9][0-9]{0,19}")


def _digits(value: Any) -> Any:
    if isinstance(value, str):
        if not _DIGITS.fullmatch(value):
            raise ValueError("write a whole number in digits, without sign, point or leading zero")
        return int(value)
    return value


def _true_or_false(value: Any) -> Any:
    if isinstance(value, str):
        if value not in ("true", "false"):
            raise ValueError("write true or false")
        return value == "true"
    return value


def _day(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            raise ValueError("write a day as YYYY-MM-DD, as in 2025-12-23")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError("there is no such day") from None
    return value


Whole = BeforeValidator(_digits)
Flag = Annotated[bool, BeforeValidator(_true_or_false)]
Day = Annotated[date, BeforeValidator(_day)]
# Bounds come before `Whole`, so that the description of the API has them.
IssueNumberValue = Annotated[int, Field(ge=1, le=LARGEST_NUMBER), Whole]
IssueNumber = Annotated[IssueNumberValue, Path(description="an issue's number", examples=[75])]
ItemId = Annotated[int, Field(ge=1, le=LARGEST_INTEGER), Whole, Path(description="an item's id")]
SectionId = Annotated[int, Field(ge=1, le=LARGEST_INTEGER), Whole, Path(description="a section's id")]
Version = Annotated[int, Field(ge=1, le=LARGEST_NUMBER), Whole, Path(description="a version", examples=[4])]
SlugPath = Annotated[str, Path(min_length=1, max_length=200, description="a slug", examples=["research"])]
