"""The index of terms: FTS5 on SQLite, `tsvector` on PostgreSQL, behind one interface.

Both are handed finished terms and keep them as they are, so that both find the same. Each is a table
`search_index` beside `search_entries`, with the same ids.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.orm import Session

_PLAIN = re.compile(r"(?!u0)[a-z0-9]+")
_LAST_POSITION = 16_383
"""PostgreSQL keeps none beyond it; terms that come later are found all the same."""


@dataclass(frozen=True)
class Terms:
    """What an entry is found by."""

    entry: int
    title: Sequence[str]
    body: Sequence[str]


class Index(Protocol):
    def add(self, session: Session, entries: Sequence[Terms]) -> None: ...

    def remove(self, session: Session, entries: Collection[int]) -> None: ...

    def matching(self, wanted: Collection[str]) -> TextClause:
        """Selects the ids (`id`) of entries that have all these terms, in title or body."""
        ...

    def in_title(self, wanted: Collection[str], *, every: bool) -> TextClause:
        """Selects the ids of entries that have every one of these terms in the title, or any."""
        ...


def index_of(session: Session) -> Index:
    return SQLiteIndex() if session.get_bind().dialect.name == "sqlite" else PostgreSQLIndex()


class SQLiteIndex:
    """A table of FTS5. Its tokenizer has nothing left to do: terms are plain ASCII words here."""

    def add(self, session: Session, entries: Sequence[Terms]) -> None:
        session.execute(
            text("INSERT INTO search_index (rowid, title, body) VALUES (:id, :title, :body)"),
            [
                {
                    "id": terms.entry,
                    "title": " ".join(map(_plain, terms.title)),
                    "body": " ".join(map(_plain, terms.body)),
                }
                for terms in entries
            ],
        )

    def remove(self, session: Session, entries: Collection[int]) -> None:
        session.execute(text("DELETE FROM search_index WHERE rowid = :id"), [{"id": entry} for entry in entries])

    def matching(self, wanted: Collection[str]) -> TextClause:
        return self._select(" ".join(f'"{_plain(term)}"' for term in wanted))

    def in_title(self, wanted: Collection[str], *, every: bool) -> TextClause:
        operator = " " if every else " OR "
        return self._select("{title} : (" + operator.join(f'"{_plain(term)}"' for term in wanted) + ")")

    def _select(self, query: str) -> TextClause:
        return text("SELECT rowid AS id FROM search_index WHERE search_index MATCH :q").bindparams(
            bindparam("q", query, unique=True)
        )


class PostgreSQLIndex:
    """A `tsvector` a row, written out: title terms weigh A, body terms D. No text search configuration is used."""

    def add(self, session: Session, entries: Sequence[Terms]) -> None:
        session.execute(
            text("INSERT INTO search_index (id, terms) VALUES (:id, CAST(:terms AS tsvector))"),
            [{"id": terms.entry, "terms": self._vector(terms)} for terms in entries],
        )

    def remove(self, session: Session, entries: Collection[int]) -> None:
        session.execute(text("DELETE FROM search_index WHERE id = :id"), [{"id": entry} for entry in entries])

    def matching(self, wanted: Collection[str]) -> TextClause:
        return self._select(" & ".join(map(_plain, wanted)))

    def in_title(self, wanted: Collection[str], *, every: bool) -> TextClause:
        return self._select((" & " if every else " | ").join(f"{_plain(term)}:A" for term in wanted))

    def _select(self, query: str) -> TextClause:
        return text("SELECT id FROM search_index WHERE terms @@ CAST(:q AS tsquery)").bindparams(
            bindparam("q", query, unique=True)
        )

    def _vector(self, terms: Terms) -> str:
        positions: dict[str, list[str]] = defaultdict(list)
        for at, term in enumerate(terms.title, start=1):
            positions[_plain(term)].append(f"{min(at, _LAST_POSITION)}A")
        for at, term in enumerate(terms.body, start=len(terms.title) + 1):
            positions[_plain(term)].append(f"{min(at, _LAST_POSITION)}")
        # PostgreSQL keeps 256 positions of a term; the first ones have the title's.
        return " ".join(f"{term}:{','.join(places[:256])}" for term, places in positions.items())


def _plain(term: str) -> str:
    """The term as lower-case ASCII letters and digits, which neither database takes apart; no two become one."""
    return term if _PLAIN.fullmatch(term) else "u0" + term.encode().hex()
