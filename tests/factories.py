"""Minimal bodies of requests."""

from datetime import UTC, datetime, timedelta
from typing import Any

TAGS = ("news-trends", "research", "product", "safety", "career")

COMPLEX = "[a " * 3_000
"""A text that is too complex to be rendered."""


def an_item(title: str | None = "An item", **fields: Any) -> dict[str, Any]:
    return {"title": title, "url": "https://example.org/a", "body": "Some words about it.", **fields}


def a_section(title: str | None = "Research", items: int = 2, **fields: Any) -> dict[str, Any]:
    return {"title": title, "items": [an_item(f"Item {place}") for place in range(items)], **fields}


def an_issue(number: int | None = None, *, published: bool = False, items: int = 3, **fields: Any) -> dict[str, Any]:
    """A body of `POST /issues`: one section, Research, with that many items."""
    issue: dict[str, Any] = {
        "title": f"Issue {number}" if number else "An issue",
        "intro": "How it begins.",
        "status": "published" if published else "draft",
        "sections": [a_section(items=items)],
        **fields,
    }
    if number is not None:
        issue["number"] = number
    return issue


def ahead(**delta: float) -> str:
    """A future time, to the second; a negative argument gives a time in the past."""
    return (datetime.now(UTC) + timedelta(**delta)).replace(microsecond=0).isoformat()
