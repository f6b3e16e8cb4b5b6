"""The projection of published issues into the search index: an entry for the issue and for each item, with its terms.

For an issue that is already in the index, only entries that differ are written. None of these functions commits.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.content.compiled import Compiled, CompiledItem
from app.content.sanitizer import text_of
from app.db.insert import delete_rows, upsert
from app.search.analysis import VERSION, terms_to_index
from app.search.index import Terms, index_of
from app.search.models import SearchEntry

MOST_BYTES = 1_000_000
"""The maximum size of the different terms of a text, in bytes of UTF-8. PostgreSQL limits a `tsvector` to 1 MiB. Only
texts of random characters reach it."""

SHORT = 10_000
"""In characters: the terms of a shorter text cannot reach MOST_BYTES, because the normalised form of a character has at
most 18 characters of 4 bytes."""

BEFORE_ITEMS = -(2**62)
"""The sort key of an issue itself among its entries."""

_of_issue = select(SearchEntry.id).where(SearchEntry.issue_number == bindparam("number"))


class _Content(NamedTuple):
    """The texts of an entry that are searched."""

    title: str
    subtitle: str | None
    html: tuple[str | None, ...]
    hidden: str
    """Text that is searched, but not shown in excerpts."""

    def body(self) -> str:
        return _joined(self.subtitle, *map(text_of, self.html))


class _Entry(NamedTuple):
    content: _Content
    sort_key: int
    published_at: datetime


def put(session: Session, issue: Compiled) -> bool:
    """Replace the entries of `issue.before` with those of the current state. Returns whether anything has changed."""
    now = dict(_entries(issue, issue.changed))
    before = {}
    if issue.before:
        before = dict(_entries(issue.before, [item for item in issue.before.items if item.document.id in now]))
    _delete(session, issue.removed)
    changed = {identifier: entry for identifier, entry in now.items() if before.get(identifier) != entry}
    rows: list[dict[str, Any]] = [
        {
            "id": identifier,
            "issue_number": issue.document.number,
            "published_at": entry.published_at,
            "place": entry.sort_key,
            "title": entry.content.title,
            "body": entry.content.body(),
        }
        for identifier, entry in changed.items()
    ]
    upsert(session, SearchEntry, rows)
    reindexed = [
        Terms(
            row["id"],
            title=_terms(row["title"], issue.language),
            body=_terms(f"{entry.content.hidden}\n{row['body']}", issue.language),
        )
        for row, entry in zip(rows, changed.values(), strict=True)
        if row["id"] not in before or before[row["id"]].content != entry.content
    ]
    if reindexed:
        index_of(session).put(session, reindexed)
    return bool(issue.removed or changed)


def remove(session: Session, number: int) -> None:
    """Delete the entries of an issue."""
    _delete(session, session.scalars(_of_issue, {"number": number}).all())


def analyser(language: str) -> str:
    """The version of the analysis in a language. Issues of another version must be indexed again."""
    return f"terms {VERSION} {language}"


def _entries(issue: Compiled, items: Sequence[CompiledItem]) -> Iterator[tuple[int, _Entry]]:
    """The entry of the issue and those of these items, with their ids: see `SearchEntry.id`."""
    document = issue.document
    assert document.published_at is not None
    names = {tag.slug: tag.name for tag in document.tags}
    content = _Content(
        document.title, document.subtitle, (document.intro_html, document.outro_html), _joined(*names.values())
    )
    yield -document.number, _Entry(content, BEFORE_ITEMS, document.published_at)
    for item, _, sort_key in items:
        hidden = _joined(item.domain, item.source, *(names[tag] for tag in item.tags))
        yield item.id, _Entry(_Content(item.title, None, (item.body_html,), hidden), sort_key, document.published_at)


def _delete(session: Session, entries: Sequence[int]) -> None:
    if entries:
        index_of(session).remove(session, entries)
        delete_rows(session, SearchEntry, [(entry,) for entry in entries])


def _terms(text: str, language: str) -> list[str]:
    found = terms_to_index(text, language)
    if len(text) < SHORT:
        return found
    known: set[str] = set()
    size = 0
    for index, term in enumerate(found):
        if term not in known:
            known.add(term)
            size += len(term.encode())
        if size > MOST_BYTES:
            return found[:index]
    return found


def _joined(*parts: str | None) -> str:
    return "\n".join(part for part in parts if part)
