"""Answering a search: all words must be found; a title counts more than a body; newer wins among equals."""

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Select, and_, case, column, exists, func, or_, select
from sqlalchemy.orm import Session

from app.archive import publication
from app.archive.items import wanted_tags
from app.archive.models import ArchivedIssue, ArchivedIssueTag, ArchivedItem, ArchivedItemTag
from app.search import highlights
from app.search.analysis import terms
from app.search.index import index_of
from app.search.models import SearchEntry
from app.search.schemas import SearchQuery
from app.web.pages import ListRequest, Rows, never_given

MOST_RANKED = 10_000
"""Matches, the newest, that are ranked: ranking all of a large archive for a common word takes too long."""

SCORES = (0.25, 0.5, 1.0)
"""For words in the body alone, some in the title, all in the title."""


def page(session: Session, request: ListRequest, query: SearchQuery) -> Rows:
    """The hits of a page. A query without any letter or digit finds nothing."""
    language = publication.language(session)
    wanted = {term.text for term in terms(query.q, language)}
    after = request.after(int, datetime, int, int)
    if after and after[0] not in range(len(SCORES)):
        raise never_given()
    if not wanted:
        return Rows(frozen=[], total=0 if request.total else None, about={"ranked_among": 0})

    index = index_of(session)
    matches = _matches(session, query, index.matching(wanted).columns(column("id")))
    newest = matches.order_by(SearchEntry.published_at.desc(), SearchEntry.issue_number.desc(), SearchEntry.place)
    ranked = newest.limit(MOST_RANKED).cte("ranked").c
    in_title = {
        every: ranked.id.in_(index.in_title(wanted, every=every).columns(column("id"))) for every in (True, False)
    }
    tier = case((in_title[True], 2), (in_title[False], 1), else_=0)
    order = (tier, ranked.published_at, ranked.issue_number, ranked.place)
    statement = (
        select(
            *order,
            SearchEntry.title,
            SearchEntry.body,
            ranked.id,
            func.coalesce(ArchivedItem.document, ArchivedIssue.listed),
        )
        .join(SearchEntry, SearchEntry.id == ranked.id)
        .outerjoin(ArchivedItem, ArchivedItem.id == ranked.id)
        .join(ArchivedIssue, ArchivedIssue.number == ranked.issue_number)
        .order_by(tier.desc(), ranked.published_at.desc(), ranked.issue_number.desc(), ranked.place)
        .limit(request.limit + 1)
    )
    if after:
        statement = statement.where(_behind(after, *order))
    found = session.execute(statement).all()
    count = session.scalar(select(func.count()).select_from(matches.subquery())) or 0
    shown = found[: request.limit]
    return Rows(
        frozen=[_hit(row, wanted, language) for row in shown],
        last_key=shown[-1][:4] if len(found) > request.limit else None,
        total=count if request.total else None,
        about={"ranked_among": min(count, MOST_RANKED)},
    )


def _matches(session: Session, query: SearchQuery, matching: Any) -> Select[*tuple[Any, ...]]:
    statement = select(
        SearchEntry.id,
        SearchEntry.published_at,
        SearchEntry.issue_number,
        SearchEntry.place,
    ).where(SearchEntry.id.in_(matching))
    if query.issue is not None:
        statement = statement.where(SearchEntry.issue_number == query.issue)
    for group in wanted_tags(session, query.tag):
        item_has = exists().where(ArchivedItemTag.item_id == SearchEntry.id, ArchivedItemTag.tag.in_(group))
        issue_has = exists().where(
            ArchivedIssueTag.issue_number == SearchEntry.issue_number, ArchivedIssueTag.tag.in_(group)
        )
        statement = statement.where(or_(item_has, and_(SearchEntry.id < 0, issue_has)))
    return statement


def _behind(key: list[Any], tier: Any, published_at: Any, number: Any, place: Any) -> Any:
    rank, instant, issue, at = key
    within = or_(number < issue, and_(number == issue, place > at))
    older = or_(published_at < instant, and_(published_at == instant, within))
    return or_(tier < rank, and_(tier == rank, older))


def _hit(row: Any, wanted: set[str], language: str) -> bytes:
    """The frozen object of a hit, with what the search adds."""
    tier, _, _, _, title, body, entry, frozen = row
    added = {
        "type": "item" if entry > 0 else "issue",
        "score": SCORES[tier],
        "highlights": {
            "title": highlights.whole(title, wanted, language),
            "body": highlights.excerpt(body, wanted, language),
        },
    }
    return bytes(frozen[:-1]) + b"," + orjson.dumps(added)[1:]
