"""Filters of the public lists."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

Tags = str | Sequence[str]
"""Slugs, names or aliases of tags. A list matches what has all of them, a string with commas what has any of them."""

Order = Literal["-published_at", "published_at"]


def filters(
    tag: Tags, from_: date | str | None, to: date | str | None, order: Order | None, limit: int | None
) -> dict[str, Any]:
    return {"tag": tag_list(tag), "from": _day(from_), "to": _day(to), "order": order, "limit": limit}


def tag_list(tag: Tags) -> list[str]:
    return [tag] if isinstance(tag, str) else list(tag)


def _day(day: date | str | None) -> str | None:
    return day.isoformat() if isinstance(day, date) else day
