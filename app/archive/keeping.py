"""Putting documents into the archive and taking them out. The gate alone calls these; none of them commits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.orm import Session

from app.archive import items, places
from app.archive.lists import HasSlug
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
    ArchivedTagLabel,
)
from app.archive.schemas import PublicationDocument
from app.content.document import IssueDocument, ListedItem, items_of, sections_of
from app.web.responses import etag_of


def put_publication(session: Session, publication: PublicationDocument) -> None:
    session.merge(
        ArchivedPublication(id=1, document=publication.model_dump_json().encode(), language=publication.language)
    )
    session.flush()


def put_vocabulary(session: Session, tags: Sequence[ArchivedTag], labels: Mapping[str, str]) -> None:
    """Make the archive's tags these, and its labels (a tag's slug by each key) those, and count what has them."""
    session.execute(delete(ArchivedTagLabel))
    session.execute(delete(ArchivedTag))
    found = session.execute(
        select(ArchivedIssueTag.tag, func.sum(ArchivedIssueTag.count), func.count()).group_by(ArchivedIssueTag.tag)
    )
    counts = {tag: (int(items), issues) for tag, items, issues in found}
    for tag in tags:
        tag.count, tag.issue_count = counts.get(tag.slug, (0, 0))
    session.add_all(tags)
    session.flush()
    _insert(session, ArchivedTagLabel, [{"key": key, "tag": tag} for key, tag in labels.items()])


def put_issue(session: Session, issue: IssueDocument, compiler: str) -> list[ListedItem]:
    """Put an issue in, in place of what was there of it, and return its items as lists show them."""
    assert issue.published_at is not None, "the archive keeps published issues alone"
    present = items.places(session, issue.number)
    before = _remove_rows(session, issue.number)
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
    after = _Share(tags={tag.slug: tag.count for tag in issue.tags}, series=_series_of(issue))
    _count(session, issue.number, before, after)
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
    before = _remove_rows(session, number)
    session.execute(delete(ArchivedIssue).where(ArchivedIssue.number == number))
    _count(session, number, before, _Share(tags={}, series={}))


@dataclass(frozen=True)
class _Share:
    """What an issue adds to the counts: its items with each tag, and in each series."""

    tags: Mapping[str, int]
    series: Mapping[str, "_InSeries"]


@dataclass
class _InSeries:
    items: int = 0
    title: str | None = None
    tag: str | None = None


def _series_of(issue: IssueDocument) -> dict[str, _InSeries]:
    """An issue's share of each series; title and tag are those of its first section with the slug."""
    found: dict[str, _InSeries] = {}
    for path in sections_of(issue.sections):
        section = path[-1]
        found.setdefault(section.slug, _InSeries(title=section.title, tag=section.tag))
        for slug in {above.slug for above in path}:
            found[slug].items += len(section.items)
    return found


def _remove_rows(session: Session, number: int) -> _Share:
    """Take out the rows of an issue; what it added to the counts."""
    tags = select(ArchivedIssueTag.tag, ArchivedIssueTag.count).where(ArchivedIssueTag.issue_number == number)
    sections = select(ArchivedSection.slug).where(ArchivedSection.issue_number == number)
    items_in = (
        select(ArchivedItemSection.section, func.count())
        .where(ArchivedItemSection.item_id.in_(select(ArchivedItem.id).where(ArchivedItem.issue_number == number)))
        .group_by(ArchivedItemSection.section)
    )
    series = {slug: _InSeries() for slug in session.scalars(sections)}
    for slug, count in session.execute(items_in):
        series[slug].items = count
    share = _Share(tags=dict(session.execute(tags).all()), series=series)
    for table in (ArchivedItem, ArchivedSection, ArchivedIssueTag):
        session.execute(delete(table).where(table.issue_number == number))
    return share


def _insert(session: Session, table: type, rows: list[dict[str, object]]) -> None:
    if rows:
        session.execute(insert(table), rows)


def _count(session: Session, number: int, before: _Share, after: _Share) -> None:
    """Bring the counts from what the issue added to them to what it adds now: counting all anew would take longer
    the more issues there are."""
    _count_tags(session, before.tags, after.tags)
    _count_series(session, number, before.series, after.series)
    session.flush()


def _count_tags(session: Session, before: Mapping[str, int], after: Mapping[str, int]) -> None:
    changed = {slug for slug in {*before, *after} if before.get(slug) != after.get(slug)}
    for tag in session.scalars(_as_it_is(ArchivedTag, changed)):
        tag.count += after.get(tag.slug, 0) - before.get(tag.slug, 0)
        tag.issue_count += (tag.slug in after) - (tag.slug in before)


def _count_series(
    session: Session, number: int, before: Mapping[str, _InSeries], after: Mapping[str, _InSeries]
) -> None:
    slugs = {*before, *after}
    present = {series.slug: series for series in session.scalars(_as_it_is(ArchivedSeries, slugs))}
    nothing = _InSeries()
    for slug in sorted(slugs):
        series = present.get(slug)
        if series is None:
            series = ArchivedSeries(slug=slug, issue_count=0, item_count=0, latest_issue=0)
            session.add(series)
        now = after.get(slug)
        series.item_count += (now or nothing).items - before.get(slug, nothing).items
        series.issue_count += (slug in after) - (slug in before)
        if series.issue_count == 0:
            session.delete(series)
        elif now is not None and number >= series.latest_issue:
            series.title, series.tag, series.latest_issue = now.title, now.tag, number
        elif now is None and number == series.latest_issue:
            last = session.execute(
                select(ArchivedSection.title, ArchivedSection.tag, ArchivedSection.issue_number)
                .where(ArchivedSection.slug == slug)
                .order_by(ArchivedSection.issue_number.desc(), ArchivedSection.place)
                .limit(1)
            ).one()
            series.title, series.tag, series.latest_issue = last


def _as_it_is(table: type[HasSlug], slugs: Collection[str]) -> Select[HasSlug]:
    return select(table).where(table.slug.in_(slugs)).execution_options(populate_existing=True)
