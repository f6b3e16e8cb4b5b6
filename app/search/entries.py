"""Putting what the gate publishes into the index, and taking it out. None of these commits."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from app.archive import publication
from app.archive.items import places
from app.content.document import IssueDocument, ListedItem
from app.content.markdown import text_of
from app.search.analysis import VERSION, terms_to_index
from app.search.index import Terms, index_of
from app.search.models import SearchEntry

MOST_BYTES = 1_000_000
"""Of one text's different terms, in UTF-8: PostgreSQL keeps 1 MiB. Only pages of random characters come near."""

SHORT = 10_000
"""Characters of a text whose terms cannot have so many: a character becomes 18 at most, each of 4 bytes."""

BEFORE_ITEMS = -(2**62)
"""The place of an issue itself among its entries."""

_insert = insert(SearchEntry.__table__)
_of_issue = select(SearchEntry.id).where(SearchEntry.issue_number == bindparam("number"))


def put(session: Session, issue: IssueDocument, items: Sequence[ListedItem]) -> None:
    """Make an issue and its items found as they are now."""
    remove(session, issue.number)
    language = publication.language(session)
    place = places(session, issue.number)
    common: dict[str, Any] = {
        "issue_number": issue.number,
        "published_at": issue.published_at,
    }
    rows: list[dict[str, Any]] = [
        {
            "id": -issue.number,
            "place": BEFORE_ITEMS,
            "title": issue.title,
            "body": _joined(issue.subtitle, text_of(issue.intro_html), text_of(issue.outro_html)),
            **common,
        },
        *(
            {
                "id": item.id,
                "place": place[item.id],
                "title": item.title,
                "body": text_of(item.body_html),
                **common,
            }
            for item in items
        ),
    ]
    # Words by which an entry is found, though its text does not show them.
    names = {tag.slug: tag.name for tag in issue.tags}
    unseen = [
        _joined(*names.values()),
        *(_joined(item.domain, item.source, *(names[tag] for tag in item.tags)) for item in items),
    ]
    session.execute(_insert, rows)
    index_of(session).add(
        session,
        [
            Terms(
                row["id"],
                title=_terms(row["title"], language),
                body=_terms(f"{more}\n{row['body']}", language),
            )
            for row, more in zip(rows, unseen, strict=True)
        ],
    )


def remove(session: Session, number: int) -> None:
    ids = session.scalars(_of_issue, {"number": number}).all()
    if ids:
        index_of(session).remove(session, ids)
        session.execute(delete(SearchEntry).where(SearchEntry.issue_number == number))


def _terms(text: str, language: str) -> list[str]:
    found = terms_to_index(text, language)
    if len(text) < SHORT:
        return found
    known: set[str] = set()
    size = 0
    for place, term in enumerate(found):
        if term not in known:
            known.add(term)
            size += len(term.encode())
        if size > MOST_BYTES:
            return found[:place]
    return found


def analyser(session: Session) -> str:
    """What makes the terms: terms that another one made are made anew."""
    return f"terms {VERSION} {publication.language(session)}"


def _joined(*parts: str | None) -> str:
    return "\n".join(part for part in parts if part)
