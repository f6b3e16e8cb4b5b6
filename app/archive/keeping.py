"""Putting documents into the archive and taking them out. The gate alone calls these; none of them commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from app import etags
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
    ArchivedTagLabel,
)
from app.content.document import (
    IssueDocument,
    IssueLinks,
    ListedItem,
    PublicationDocument,
    items_of,
    sections_of,
    with_links,
)
from app.db.base import Base

_series = ArchivedSeries.__table__
_freeze_anew = (
    update(ArchivedIssue.__table__).where(ArchivedIssue.number == bindparam("of")).returning(ArchivedIssue.number)
)
_frozen = select(ArchivedIssue.document, ArchivedIssue.listed).where(ArchivedIssue.number == bindparam("of"))
_add_to_tag = (
    update(ArchivedTag.__table__)
    .where(ArchivedTag.slug == bindparam("of"))
    .values(count=ArchivedTag.count + bindparam("items"), issue_count=ArchivedTag.issue_count + bindparam("issues"))
)
_change_series = update(_series).where(_series.c.slug == bindparam("of"))


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
    was_there = freeze_issue(session, issue, compiler)
    present = items.places(session, issue.number) if was_there else {}
    before = _remove_rows(session, issue.number) if was_there else _Share(tags={}, series={})
    placed = list(items_of(issue))
    place = places.assign([item.id for item, _ in placed], present)
    listed = [
        ListedItem.model_construct(
            **dict(item),
            issue_title=issue.title,
            section_path=[section.title for section in path if section.title],
            published_at=issue.published_at,
        )
        for item, path in placed
    ]
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


def freeze_issue(session: Session, issue: IssueDocument, compiler: str) -> bool:
    """Keep the document alone; its rows stay as they are. Tells whether there was one before."""
    document = issue.freeze()
    columns = {
        "slug": issue.slug,
        "published_at": issue.published_at,
        "document": document,
        "etag": etags.of_bytes(document),
        "listed": issue.listed().freeze(),
        "compiler": compiler,
    }
    if session.execute(_freeze_anew, {"of": issue.number, **columns}).first():
        return True
    _insert(session, ArchivedIssue, [{"number": issue.number, **columns}])
    return False


def relink_issue(session: Session, number: int, links: IssueLinks) -> None:
    """Keep an issue's document with these links; nothing else of it changes."""
    kept = session.execute(_frozen, {"of": number})
    document, listed = (with_links(frozen, links) for frozen in kept.one())
    columns = {"document": document, "listed": listed, "etag": etags.of_bytes(document)}
    session.execute(_freeze_anew, {"of": number, **columns})


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


def _insert(session: Session, table: type[Base], rows: Sequence[Mapping[str, object]]) -> None:
    # The tables themselves, not their classes: nothing here is an object of the session, which would take as long.
    if rows:
        session.execute(insert(table.__table__), rows)


def _count(session: Session, number: int, before: _Share, after: _Share) -> None:
    """Bring the counts from what the issue added to them to what it adds now: counting all anew would take longer
    the more issues there are."""
    _count_tags(session, before.tags, after.tags)
    _count_series(session, number, before.series, after.series)


def _count_tags(session: Session, before: Mapping[str, int], after: Mapping[str, int]) -> None:
    changed = sorted(slug for slug in {*before, *after} if before.get(slug) != after.get(slug))
    rows = [
        {
            "of": slug,
            "items": after.get(slug, 0) - before.get(slug, 0),
            "issues": (slug in after) - (slug in before),
        }
        for slug in changed
    ]
    if rows:
        session.execute(_add_to_tag, rows)


def _count_series(
    session: Session, number: int, before: Mapping[str, _InSeries], after: Mapping[str, _InSeries]
) -> None:
    slugs = {*before, *after}
    found = session.execute(select(_series).where(_series.c.slug.in_(slugs)))
    present = {row["slug"]: dict(row) for row in found.mappings()}
    nothing = _InSeries()
    made: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    gone: list[str] = []
    for slug in sorted(slugs):
        new = {"slug": slug, "title": None, "tag": None, "issue_count": 0, "item_count": 0, "latest_issue": 0}
        series = present.get(slug, new)
        now = after.get(slug)
        series["item_count"] += (now or nothing).items - before.get(slug, nothing).items
        series["issue_count"] += (slug in after) - (slug in before)
        if series["issue_count"] == 0:
            gone.append(slug)
            continue
        if now is not None and number >= series["latest_issue"]:
            series |= {"title": now.title, "tag": now.tag, "latest_issue": number}
        elif now is None and number == series["latest_issue"]:
            series |= _last_of(session, slug)
        (changed if slug in present else made).append(series)
    if changed:
        session.execute(_change_series, [{"of": series.pop("slug"), **series} for series in changed])
    if gone:
        session.execute(delete(_series).where(_series.c.slug.in_(gone)))
    _insert(session, ArchivedSeries, made)


def _last_of(session: Session, slug: str) -> dict[str, Any]:
    """What is known of a series from the latest issue that has it."""
    latest = (
        select(ArchivedSection.title, ArchivedSection.tag, ArchivedSection.issue_number.label("latest_issue"))
        .where(ArchivedSection.slug == slug)
        .order_by(ArchivedSection.issue_number.desc(), ArchivedSection.place)
        .limit(1)
    )
    return dict(session.execute(latest).mappings().one())
