"""Compiling rows into documents: for the gate, and for the working copies of authors."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from sqlalchemy import bindparam, inspect, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

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
    WarningDocument,
    WorkingCopy,
)
from app.content.models import Issue, Item, ItemTag, Section
from app.content.texts import NOT_RENDERED, not_rendered, rendered_texts
from app.content.urls import domain_of

COMPILER = f"document {document.FORMAT}, {markdown.RENDERER}"
"""The version of this compiler. Frozen documents of another version are compiled again."""

WORDS_PER_MINUTE = 230


_sections_of = (
    select(Section)
    .where(Section.issue_id.in_(bindparam("issues", expanding=True)))
    .options(
        joinedload(Section.tag),
        selectinload(Section.items).joinedload(Item.tag_links).joinedload(ItemTag.tag),
    )
    .order_by(Section.position, Section.id)
    .execution_options(populate_existing=True)
)


def load(session: Session, *numbers: int) -> list[Issue]:
    """Issues with all their sections and items, as the database has them now, highest number first."""
    session.flush()
    statement = select(Issue).where(Issue.number.in_(numbers)).order_by(Issue.number.desc())
    issues = list(session.scalars(statement.execution_options(populate_existing=True)))
    load_sections(session, *issues)
    return issues


def load_sections(session: Session, *issues: Issue) -> None:
    """Load the sections and items of issues, as the database has them now.

    Executes two statements, regardless of the size of the issues (one more for every 500 sections).
    """
    session.flush()
    if not issues:
        return
    by_id = {issue.id: issue for issue in issues}
    in_issues: dict[int, list[Section]] = {issue.id: [] for issue in issues}
    sections = {section.id: section for section in session.scalars(_sections_of, {"issues": list(by_id)})}
    # In both directions, so that a reference to any part keeps the whole issue: the session has only weak references.
    for section in sections.values():
        in_issues[section.issue_id].append(section)
        set_committed_value(section, "issue", by_id[section.issue_id])
        set_committed_value(section, "parent", sections.get(section.parent_id or 0))
        for item in section.items:
            set_committed_value(item, "section", section)
    for issue in issues:
        set_committed_value(issue, "sections", in_issues[issue.id])


def is_loaded(issue: Issue) -> bool:
    """Whether the sections and items of an issue are loaded."""
    return "sections" not in inspect(issue).unloaded


def issue(source: Issue, neighbours: Neighbours) -> IssueDocument:
    """The public document."""
    return IssueDocument(**_complete(source, neighbours, f"/issues/{source.number}", versioned=False))


def remember_rendered(document: IssueDocument) -> None:
    """Spare the rendering of the texts of a document that this version of the compiler has compiled."""
    for text in rendered_texts(document):
        markdown.remember(text.markdown, text.html)


def working_copy(source: Issue, neighbours: Neighbours) -> DraftIssue:
    """The same with versions, for authors, linked to the URL of the draft."""
    fields = _complete(source, neighbours, _draft_url(source), versioned=True)
    copy = DraftIssue(**fields, scheduled_at=source.scheduled_at)
    copy.warnings = _warnings(copy)
    return copy


def listed(source: Issue, neighbours: Neighbours) -> ListedDraft:
    """The working copy as an element of a list."""
    return ListedDraft(**_summary(source, neighbours, _draft_url(source)), scheduled_at=source.scheduled_at)


def deleted(source: Issue) -> DeletedIssue:
    """An issue in the bin, without links to other issues."""
    assert source.deleted_at is not None
    return DeletedIssue(**_summary(source, Neighbours(), "/bin"), deleted_at=source.deleted_at)


def working_item(source: Item) -> DraftItem:
    copy = _draft_item(source)
    copy.warnings = _warnings(copy)
    return copy


def working_section(source: Section) -> DraftSection:
    """A section with its subsections and items."""
    copy = _section(source, _by_parent(source.issue), versioned=True)
    assert isinstance(copy, DraftSection)
    copy.warnings = _warnings(copy)
    return copy


def _warnings(copy: WorkingCopy) -> list[WarningDocument]:
    return [
        WarningDocument(code="not-rendered", pointer=text.pointer, detail=NOT_RENDERED) for text in not_rendered(copy)
    ]


def _draft_url(source: Issue) -> str:
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


def _complete(source: Issue, neighbours: Neighbours, address: str, *, versioned: bool) -> dict[str, Any]:
    return {
        **_summary(source, neighbours, address),
        "intro": source.intro,
        "intro_html": markdown.to_html(source.intro),
        "outro": source.outro,
        "outro_html": markdown.to_html(source.outro),
        "sections": _sections(None, _by_parent(source), versioned=versioned),
    }


def _by_parent(source: Issue) -> Mapping[int | None, Sequence[Section]]:
    """The sections of an issue in order, by the ids of their parents."""
    found: dict[int | None, list[Section]] = defaultdict(list)
    for section in sorted(source.sections, key=lambda section: section.position):
        found[section.parent_id].append(section)
    return found


def _sections(
    parent: int | None, by_parent: Mapping[int | None, Sequence[Section]], *, versioned: bool
) -> list[SectionDocument]:
    return [_section(section, by_parent, versioned=versioned) for section in by_parent.get(parent, ())]


def _section(source: Section, by_parent: Mapping[int | None, Sequence[Section]], *, versioned: bool) -> SectionDocument:
    fields: dict[str, Any] = {
        "id": source.id,
        "slug": source.slug,
        "title": source.title,
        "position": source.position,
        "tag": source.tag.slug if source.tag else None,
        "intro": source.intro,
        "intro_html": markdown.to_html(source.intro),
        "extra": source.extra,
        "sections": _sections(source.id, by_parent, versioned=versioned),
    }
    if versioned:
        return DraftSection(**fields, items=[_draft_item(item) for item in source.items], version=source.version)
    return SectionDocument(**fields, items=[ItemDocument(**_item(item)) for item in source.items])


def _draft_item(source: Item) -> DraftItem:
    return DraftItem(**_item(source), version=source.version)


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
    return max(1, ceil(sum(len(text.split()) for text in texts if text) / WORDS_PER_MINUTE))
