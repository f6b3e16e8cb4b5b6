"""Issues as they were read, without a source to read them from."""

from datetime import UTC, datetime
from typing import Any

from app.newsletters.document import IssueRead, ItemRead, SectionRead


def an_item_read(title: str | None = "Kilns that learn", **fields: Any) -> ItemRead:
    slug = (title or "none").lower().replace(" ", "-")
    return ItemRead(**{"title": title, "url": f"https://example.org/{slug}", "body": "Some words about it.", **fields})


def a_section_read(title: str | None = "Research", *items: str, **fields: Any) -> SectionRead:
    return SectionRead(**{"title": title, "items": [an_item_read(item) for item in items or ("One", "Two")], **fields})


def an_issue_read(number: int | None = None, *sections: SectionRead, **fields: Any) -> IssueRead:
    """Dated by its number, or by the first of the year; `published_at=None` for one without a date."""
    given: dict[str, Any] = {
        "key": f"issue-{number}.md",
        "title": f"Issue {number}" if number else "A letter",
        "number": number,
        "published_at": datetime(2025, 1, number or 1, 12, tzinfo=UTC),
        "sections": list(sections) or [a_section_read()],
        **fields,
    }
    return IssueRead(**given)
