"""Searching: results contain all words of the query, ranked by matches in the title, then newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Select, and_, case, column, exists, func, literal_column, or_, select
from sqlalchemy.orm import Session

from app.archive import publication
from app.archive.items import tag_groups
from app.archive.lists import after_key
from app.archive.models import ArchivedIssue, ArchivedIssueTag, ArchivedItem, ArchivedItemTag
from app.db.pages import Page, PageRequest, fetch, unknown_cursor
from app.search import highlights
from app.search.analysis import terms
from app.search.index import index_of
from app.search.models import SearchEntry
from app.search.schemas import SearchFilters

MOST_RANKED = 10_000
"""How many matches are ranked, the newest ones: for a common word, ranking all of a large archive takes too long."""

SCORES = (0.25, 0.5, 1.0)
"""The scores of results with no words in the title, with some, and with all."""


@dataclass(frozen=True)
class Hits(Page[bytes]):
    ranked_among: int = 0
    """How many matches were ranked, the newest ones. Older ones are not returned."""


def page(session: Session, request: PageRequest, filters: SearchFilters) -> Hits:
    """A page of results. A query without letters and digits has none."""
    language = publication.language(session)
    wanted = {term.text for term in terms(filters.q, language)}
    after = request.key(int, datetime, int, int)
    if after and after[0] not in range(len(SCORES)):
        raise unknown_cursor()
    if not wanted:
        return Hits([], total=0 if request.count_total else None)

    index = index_of(session)
    matches = _matches(session, filters, index.matching(wanted).columns(column("id")))
    newest = matches.order_by(SearchEntry.published_at.desc(), SearchEntry.issue_number.desc(), SearchEntry.sort_key)
    ranked = newest.limit(MOST_RANKED).cte("ranked").c
    all_in_title, some_in_title = (
        ranked.id.in_(index.in_title(wanted, all_terms=all_terms).columns(column("id"))) for all_terms in (True, False)
    )
    tier = case((all_in_title, 2), (some_in_title, 1), else_=0)
    order = (tier, ranked.published_at, ranked.issue_number, ranked.sort_key)
    keys = select(ranked.id, *order).order_by(
        tier.desc(), ranked.published_at.desc(), ranked.issue_number.desc(), ranked.sort_key
    )
    if after:
        rank, *rest = after
        keys = keys.where(or_(tier < rank, and_(tier == rank, after_key(rest, *order[1:], newest_first=True))))
    found = fetch(session, request, keys, lambda row: row[1:])
    counted = matches if request.count_total else matches.limit(MOST_RANKED)
    count = session.scalar(select(func.count()).select_from(counted.subquery())) or 0
    return Hits(
        _hits(session, {row[0]: row[1] for row in found.rows}, wanted, language),
        next_key=found.next_key,
        total=count if request.count_total else None,
        ranked_among=min(count, MOST_RANKED),
    )


def _matches(session: Session, filters: SearchFilters, matching: Any) -> Select[*tuple[Any, ...]]:
    # A common word matches most entries of a large archive. The unary plus keeps SQLite from looking up all of them by
    # id and sorting them: it scans the entries from the newest and stops at the limit.
    entry = literal_column("+search_entries.id") if session.get_bind().dialect.name == "sqlite" else SearchEntry.id
    statement = select(SearchEntry.id, SearchEntry.published_at, SearchEntry.issue_number, SearchEntry.sort_key).where(
        entry.in_(matching)
    )
    if filters.issue is not None:
        statement = statement.where(SearchEntry.issue_number == filters.issue)
    for group in tag_groups(session, filters.tag):
        item_has = exists().where(ArchivedItemTag.item_id == SearchEntry.id, ArchivedItemTag.tag.in_(group))
        issue_has = exists().where(
            ArchivedIssueTag.issue_number == SearchEntry.issue_number, ArchivedIssueTag.tag.in_(group)
        )
        statement = statement.where(or_(item_has, and_(SearchEntry.id < 0, issue_has)))
    return statement


def _hits(session: Session, tiers: Mapping[int, int], wanted: set[str], language: str) -> list[bytes]:
    """The frozen documents of entries, in the order of `tiers`, with the fields that the search adds."""
    statement = (
        select(
            SearchEntry.id,
            SearchEntry.title,
            SearchEntry.body,
            func.coalesce(ArchivedItem.document, ArchivedIssue.listed),
        )
        .outerjoin(ArchivedItem, ArchivedItem.id == SearchEntry.id)
        .join(ArchivedIssue, ArchivedIssue.number == SearchEntry.issue_number)
        .where(SearchEntry.id.in_(tiers))
    )
    hits = {}
    for entry, title, body, frozen in session.execute(statement):
        added = {
            "type": "item" if entry > 0 else "issue",
            "score": SCORES[tiers[entry]],
            "highlights": {
                "title": highlights.highlight(title, wanted, language),
                "body": highlights.excerpt(body, wanted, language),
            },
        }
        hits[entry] = bytes(frozen[:-1]) + b"," + orjson.dumps(added)[1:]
    return [hits[entry] for entry in tiers]
