"""Counts of items and issues for each tag and each series.

They are updated by the difference that an issue makes: counting everything again would take longer with every issue.
None of these functions commits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.archive.models import (
    ArchivedIssueTag,
    ArchivedItem,
    ArchivedItemSection,
    ArchivedSection,
    ArchivedSeries,
    ArchivedTag,
)
from app.content.document import IssueDocument, sections_of

_series = ArchivedSeries.__table__
_insert_series = insert(_series)
_update_series = update(_series).where(_series.c.slug == bindparam("of"))
_add_items_to_series = _update_series.values(item_count=_series.c.item_count + bindparam("items"))
_add_to_tag = (
    update(ArchivedTag.__table__)
    .where(ArchivedTag.slug == bindparam("of"))
    .values(count=ArchivedTag.count + bindparam("items"), issue_count=ArchivedTag.issue_count + bindparam("issues"))
)


@dataclass
class SeriesShare:
    """The contribution of an issue to a series."""

    items: int = 0
    title: str | None = None
    tag: str | None = None


@dataclass(frozen=True)
class Share:
    """The contribution of an issue to the counts: the number of items per tag, and a share per series, by slug."""

    tags: Mapping[str, int] = field(default_factory=dict)
    series: Mapping[str, SeriesShare] = field(default_factory=dict)


NO_SHARE = Share()


def share_of(issue: IssueDocument) -> Share:
    """The contribution of an issue. The title and tag of a series are those of its first section with the slug."""
    series: dict[str, SeriesShare] = {}
    for path in sections_of(issue.sections):
        section = path[-1]
        series.setdefault(section.slug, SeriesShare(title=section.title, tag=section.tag))
        for slug in {above.slug for above in path}:
            series[slug].items += len(section.items)
    return Share({tag.slug: tag.count for tag in issue.tags}, series)


def share_in_archive(session: Session, number: int) -> Share:
    """The contribution of an issue in the archive, whichever version compiled it, without titles and tags."""
    tags = select(ArchivedIssueTag.tag, ArchivedIssueTag.count).where(ArchivedIssueTag.issue_number == number)
    sections = select(ArchivedSection.slug).where(ArchivedSection.issue_number == number)
    items_in = (
        select(ArchivedItemSection.section, func.count())
        .where(ArchivedItemSection.item_id.in_(select(ArchivedItem.id).where(ArchivedItem.issue_number == number)))
        .group_by(ArchivedItemSection.section)
    )
    series = {slug: SeriesShare() for slug in session.scalars(sections)}
    for slug, count in session.execute(items_in):
        series[slug].items = count
    return Share(dict(session.execute(tags).all()), series)


def change(session: Session, number: int, before: Share, after: Share) -> None:
    """Replace the contribution of an issue to the counts."""
    _change_tags(session, before.tags, after.tags)
    if _titles(before.series) == _titles(after.series):
        _add_items(session, before.series, after.series)
    else:
        _change_series(session, number, before.series, after.series)


def _change_tags(session: Session, before: Mapping[str, int], after: Mapping[str, int]) -> None:
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


def _titles(series: Mapping[str, SeriesShare]) -> dict[str, SeriesShare]:
    """The shares of series without their numbers of items."""
    return {slug: replace(share, items=0) for slug, share in series.items()}


def _add_items(session: Session, before: Mapping[str, SeriesShare], after: Mapping[str, SeriesShare]) -> None:
    rows = [{"of": slug, "items": share.items - before[slug].items} for slug, share in sorted(after.items())]
    changed = [row for row in rows if row["items"]]
    if changed:
        session.execute(_add_items_to_series, changed)


def _change_series(
    session: Session, number: int, before: Mapping[str, SeriesShare], after: Mapping[str, SeriesShare]
) -> None:
    slugs = {*before, *after}
    found = session.execute(select(_series).where(_series.c.slug.in_(slugs)))
    present = {row["slug"]: dict(row) for row in found.mappings()}
    empty = SeriesShare()
    added: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    removed: list[str] = []
    for slug in sorted(slugs):
        new = {"slug": slug, "title": None, "tag": None, "issue_count": 0, "item_count": 0, "latest_issue": 0}
        series = present.get(slug, new)
        now = after.get(slug)
        series["item_count"] += (now or empty).items - before.get(slug, empty).items
        series["issue_count"] += (slug in after) - (slug in before)
        if series["issue_count"] == 0:
            removed.append(slug)
            continue
        if now is not None and number >= series["latest_issue"]:
            series |= {"title": now.title, "tag": now.tag, "latest_issue": number}
        elif now is None and number == series["latest_issue"]:
            series |= _latest_of(session, slug)
        (changed if slug in present else added).append(series)
    if changed:
        session.execute(_update_series, [{"of": series.pop("slug"), **series} for series in changed])
    if removed:
        session.execute(delete(_series).where(_series.c.slug.in_(removed)))
    if added:
        session.execute(_insert_series, added)


def _latest_of(session: Session, slug: str) -> dict[str, Any]:
    """The columns of a series that come from the latest issue that has it."""
    latest = (
        select(ArchivedSection.title, ArchivedSection.tag, ArchivedSection.issue_number.label("latest_issue"))
        .where(ArchivedSection.slug == slug)
        .order_by(ArchivedSection.issue_number.desc(), ArchivedSection.sort_key)
        .limit(1)
    )
    return dict(session.execute(latest).mappings().one())
