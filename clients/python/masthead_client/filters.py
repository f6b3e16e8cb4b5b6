"""What the public's lists are filtered by."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

Tags = str | Sequence[str]
"""A tag's slug, name or alias; several in one string with commas between are any of them, in a list all of them."""

Order = Literal["-published_at", "published_at"]


def filters(
    tag: Tags, from_: date | str | None, to: date | str | None, order: Order | None, limit: int | None
) -> dict[str, Any]:
    return {"tag": labels(tag), "from": _day(from_), "to": _day(to), "order": order, "limit": limit}


def labels(tag: Tags) -> list[str]:
    return [tag] if isinstance(tag, str) else list(tag)


def _day(day: date | str | None) -> str | None:
    return day.isoformat() if isinstance(day, date) else day
