"""Putting documents into the archive and taking them out. The gate alone calls these; none of them commits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.archive import items, places
from app.archive.models import (
    ArchivedIssue,
    ArchivedIssueTag,
    ArchivedItem,
    ArchivedItemSection,
    ArchivedItemTag,
    ArchivedPublication,
    ArchivedSection,
    ArchivedSeries,
    ArchivedTag,
    ArchivedTagAlias,
)
from app.archive.schemas import PublicationDocument
from app.content.document import IssueDocument, ListedItem, items_of, sections_of
from app.web.responses import etag_of


@dataclass(frozen=True)
class VocabularyEntry:
    """A tag as the archive keeps it."""

    slug: str
    name: str
    description: str | None
    aliases: Mapping[str, str]
    """Labels by their slugs."""


def put_publication(session: Session, publication: PublicationDocument) -> None:
    session.merge(
        ArchivedPublication(id=1, document=publication.model_dump_json().encode(), language=publication.language)
    )
    session.flush()


def put_vocabulary(session: Session, entries: Sequence[VocabularyEntry]) -> None:
    """Make the archive's tags these, and count what has them."""
    session.execute(delete(ArchivedTagAlias))
    session.execute(delete(ArchivedTag))
    if entries:
        session.execute(
            insert(ArchivedTag),
            [
                {
                    "slug": entry.slug,
                    "name": entry.name,
                    "description": entry.description,
                    "aliases": list(entry.aliases.values()),
                }
                for entry in entries
            ],
        )
    aliases = [{"slug": slug, "tag": entry.slug} for entry in entries for slug in entry.aliases]
    if aliases:
        session.execute(insert(ArchivedTagAlias), aliases)
    _count_tags(session, {entry.slug for entry in entries})


def put_issue(session: Session, issue: IssueDocument, compiler: str) -> list[ListedItem]:
    """Put an issue in, in place of what was there of it, and return its items as lists show them."""
    assert issue.published_at is not None, "the archive keeps published issues alone"
    present = items.places(session, issue.number)
    tags, sections = _remove_rows(session, issue.number)
    placed = list(items_of(issue))
    place = places.assign([item.id for item, _ in placed], present)
    listed = [
        ListedItem(
            **dict(item),
            issue_title=issue.title,
            section_path=[section.title for section in path if section.title],
            published_at=issue.published_at,
        )
        for item, path in placed
    ]
    freeze_issue(session, issue, compiler)
    order = {
        item.id: {"published_at": issue.published_at, "issue_number": issue.number, "place": place[item.id]}
        for item in listed
    }
    _insert(
        session,
        ArchivedItem,
        [
            {
                "id": item.id,
                "domain": item.domain,
                "sponsored": item.sponsored,
                "document": item.freeze(),
                **order[item.id],
            }
            for item in listed
        ],
    )
    _insert(
        session,
        ArchivedItemTag,
        [{"item_id": item.id, "tag": tag, **order[item.id]} for item in listed for tag in item.tags],
    )
    _insert(
        session,
        ArchivedItemSection,
        [
            {"item_id": item.id, "section": slug, **order[item.id]}
            for item, path in placed
            for slug in sorted({section.slug for section in path})
        ],
    )
    _insert(
        session,
        ArchivedSection,
        [
            {
                "id": path[-1].id,
                "issue_number": issue.number,
                "place": index,
                "slug": path[-1].slug,
                "title": path[-1].title,
                "tag": path[-1].tag,
            }
            for index, path in enumerate(sections_of(issue.sections))
        ],
    )
    _insert(
        session,
        ArchivedIssueTag,
        [{"issue_number": issue.number, "tag": tag.slug, "count": tag.count} for tag in issue.tags],
    )
    _count_tags(session, tags | {tag.slug for tag in issue.tags})
    _count_series(session, sections | {path[-1].slug for path in sections_of(issue.sections)})
    return listed


def freeze_issue(session: Session, issue: IssueDocument, compiler: str) -> None:
    """Keep the document alone; its rows stay as they are."""
    document = issue.freeze()
    session.merge(
        ArchivedIssue(
            number=issue.number,
            slug=issue.slug,
            published_at=issue.published_at,
            document=document,
            etag=etag_of(document),
            listed=issue.listed().freeze(),
            compiler=compiler,
        )
    )
    session.flush()


def remove_issue(session: Session, number: int) -> None:
    tags, sections = _remove_rows(session, number)
    session.execute(delete(ArchivedIssue).where(ArchivedIssue.number == number))
    _count_tags(session, tags)
    _count_series(session, sections)


def _remove_rows(session: Session, number: int) -> tuple[set[str], set[str]]:
    """Take out the rows of an issue; which tags and sections they had."""
    tags = set(session.scalars(select(ArchivedIssueTag.tag).where(ArchivedIssueTag.issue_number == number)))
    sections = set(session.scalars(select(ArchivedSection.slug).where(ArchivedSection.issue_number == number)))
    for table in (ArchivedItem, ArchivedSection, ArchivedIssueTag):
        session.execute(delete(table).where(table.issue_number == number))
    return tags, sections


def _insert(session: Session, table: type, rows: list[dict[str, object]]) -> None:
    if rows:
        session.execute(insert(table), rows)


def _count_tags(session: Session, slugs: Collection[str]) -> None:
    found = session.execute(
        select(ArchivedIssueTag.tag, func.sum(ArchivedIssueTag.count), func.count())
        .where(ArchivedIssueTag.tag.in_(slugs))
        .group_by(ArchivedIssueTag.tag)
    )
    counts = {slug: {"count": int(count), "issue_count": issues} for slug, count, issues in found}
    rows = [{"slug": slug, **counts.get(slug, {"count": 0, "issue_count": 0})} for slug in sorted(slugs)]
    if rows:
        session.execute(update(ArchivedTag), rows)


def _count_series(session: Session, slugs: Collection[str]) -> None:
    """Tell anew what is known of these series, from the sections that there are."""
    if not slugs:
        return
    session.execute(delete(ArchivedSeries).where(ArchivedSeries.slug.in_(slugs)))
    items = dict(
        session.execute(
            select(ArchivedItemSection.section, func.count())
            .where(ArchivedItemSection.section.in_(slugs))
            .group_by(ArchivedItemSection.section)
        ).all()
    )
    issues = session.execute(
        select(
            ArchivedSection.slug,
            func.count(ArchivedSection.issue_number.distinct()),
            func.max(ArchivedSection.issue_number),
        )
        .where(ArchivedSection.slug.in_(slugs))
        .group_by(ArchivedSection.slug)
    ).all()
    latest: dict[str, ArchivedSection] = {}
    numbers = {number for _, _, number in issues}
    for section in session.scalars(
        select(ArchivedSection)
        .where(ArchivedSection.slug.in_(slugs), ArchivedSection.issue_number.in_(numbers))
        .order_by(ArchivedSection.issue_number.desc(), ArchivedSection.place)
    ):
        latest.setdefault(section.slug, section)
    _insert(
        session,
        ArchivedSeries,
        [
            {
                "slug": slug,
                "title": latest[slug].title,
                "tag": latest[slug].tag,
                "issue_count": count,
                "item_count": items.get(slug, 0),
                "latest_issue": number,
            }
            for slug, count, number in issues
        ],
    )
