"""From tables to documents: for the gate, and for the working copies that authors see."""

from collections import Counter
from collections.abc import Sequence
from math import ceil
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.content import document, markdown
from app.content.document import (
    DeletedIssue,
    DraftIssue,
    DraftItem,
    DraftSection,
    Image,
    IssueDocument,
    ItemDocument,
    ListedDraft,
    Neighbours,
    SectionDocument,
    TagCount,
    sections_of,
)
from app.content.models import Issue, Item, ItemTag, Section
from app.content.urls import domain_of

COMPILER = f"document {document.FORMAT}, {markdown.RENDERER}"
"""What compiles: a frozen document that bears another mark is compiled again."""

WORDS_A_MINUTE = 230


def load(session: Session, *numbers: int) -> list[Issue]:
    """Issues with all that is in them, as the database has them now, by number downwards.

    It takes six statements whatever their size.
    """
    session.flush()
    in_sections = selectinload(Issue.sections)
    statement = (
        select(Issue)
        .where(Issue.number.in_(numbers))
        .options(
            in_sections.selectinload(Section.tag),
            in_sections.selectinload(Section.items).selectinload(Item.tag_links).selectinload(ItemTag.tag),
        )
        .order_by(Issue.number.desc())
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement))


def issue(source: Issue, neighbours: Neighbours) -> IssueDocument:
    """The document that the public reads."""
    return IssueDocument(**_whole(source, neighbours, f"/issues/{source.number}", versioned=False))


def working_copy(source: Issue, neighbours: Neighbours) -> DraftIssue:
    """The same with the versions that its authors need, at the address where they find it."""
    whole = _whole(source, neighbours, _draft_of(source), versioned=True)
    return DraftIssue(**whole, scheduled_at=source.scheduled_at)


def listed(source: Issue, neighbours: Neighbours) -> ListedDraft:
    """The working copy as lists show it."""
    return ListedDraft(**_summary(source, neighbours, _draft_of(source)), scheduled_at=source.scheduled_at)


def deleted(source: Issue) -> DeletedIssue:
    """An issue as the bin shows it: nothing else leads to it, and it to nothing."""
    assert source.deleted_at is not None
    return DeletedIssue(**_summary(source, Neighbours(), "/bin"), deleted_at=source.deleted_at)


def working_item(source: Item) -> DraftItem:
    return DraftItem(**_item(source), version=source.version)


def working_section(source: Section) -> SectionDocument:
    """A section with what is in it."""
    paths = sections_of(_sections(source.issue, versioned=True))
    return next(path[-1] for path in paths if path[-1].id == source.id)


def _draft_of(source: Issue) -> str:
    return f"/issues/{source.number}/draft"


def _summary(source: Issue, neighbours: Neighbours, address: str) -> dict[str, Any]:
    items = [item for section in source.sections for item in section.items]
    counts = Counter(link.tag for item in items for link in item.tag_links)
    return {
        "number": source.number,
        "slug": source.slug,
        "title": source.title,
        "subtitle": source.subtitle,
        "status": source.status,
        "language": source.language,
        "published_at": source.published_at,
        "updated_at": source.updated_at,
        "version": source.version,
        "image": _image(source),
        "extra": source.extra,
        "item_count": len(items),
        "tags": [
            TagCount(slug=tag.slug, name=tag.name, count=counts[tag])
            for tag in sorted(counts, key=lambda tag: tag.slug)
        ],
        "reading_minutes": _reading_minutes(source, items),
        "links": neighbours.links(address),
    }


def _whole(source: Issue, neighbours: Neighbours, address: str, *, versioned: bool) -> dict[str, Any]:
    return {
        **_summary(source, neighbours, address),
        "intro": source.intro,
        "intro_html": markdown.to_html(source.intro),
        "outro": source.outro,
        "outro_html": markdown.to_html(source.outro),
        "sections": _sections(source, versioned=versioned),
    }


def _sections(source: Issue, *, versioned: bool, parent: int | None = None) -> list[SectionDocument]:
    made: list[SectionDocument] = []
    for section in sorted(
        (section for section in source.sections if section.parent_id == parent), key=lambda it: it.position
    ):
        fields: dict[str, Any] = {
            "id": section.id,
            "slug": section.slug,
            "title": section.title,
            "position": section.position,
            "tag": section.tag.slug if section.tag else None,
            "intro": section.intro,
            "intro_html": markdown.to_html(section.intro),
            "extra": section.extra,
            "sections": _sections(source, versioned=versioned, parent=section.id),
        }
        if versioned:
            items = [working_item(item) for item in section.items]
            made.append(DraftSection(**fields, items=items, version=section.version))
        else:
            made.append(SectionDocument(**fields, items=[ItemDocument(**_item(item)) for item in section.items]))
    return made


def _item(source: Item) -> dict[str, Any]:
    section = source.section
    return {
        "id": source.id,
        "title": source.title,
        "title_source": source.title_source,
        "url": source.url,
        "domain": domain_of(source.url),
        "source": source.source,
        "image": _image(source),
        "body": source.body,
        "body_html": markdown.to_html(source.body),
        "tags": [tag.slug for tag in source.tags],
        "sponsored": source.sponsored,
        "position": source.position if section else None,
        "issue": section.issue.number if section else None,
        "section": section.slug if section else None,
        "section_id": source.section_id,
        "updated_at": source.updated_at,
        "extra": source.extra,
    }


def _image(source: Issue | Item) -> Image | None:
    return Image(url=source.image_url, alt=source.image_alt) if source.image_url else None


def _reading_minutes(source: Issue, items: Sequence[Item]) -> int:
    texts = [source.intro, source.outro, *(section.intro for section in source.sections)]
    for item in items:
        texts += [item.body, item.title if item.title_source == "author" else None]
    return max(1, ceil(sum(len(text.split()) for text in texts if text) / WORDS_A_MINUTE))
