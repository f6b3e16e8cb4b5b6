"""The index of terms: FTS5 on SQLite, `tsvector` on PostgreSQL, behind one interface.

Both store the terms of `search.analysis` unchanged, so that both have the same results. On each database it is the
table `search_index`, with the same ids as `search_entries`.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.orm import Session

_PLAIN = re.compile(r"(?!u0)[a-z0-9]+")


@dataclass(frozen=True)
class Terms:
    """The terms of an entry."""

    entry: int
    title: Sequence[str]
    body: Sequence[str]


class Index(Protocol):
    def put(self, session: Session, entries: Sequence[Terms]) -> None:
        """Insert or replace the terms of entries."""
        ...

    def remove(self, session: Session, entries: Collection[int]) -> None: ...

    def matching(self, wanted: Collection[str]) -> TextClause:
        """Selects the ids (`id`) of entries that have all these terms, in the title or the body."""
        ...

    def in_title(self, wanted: Collection[str], *, all_terms: bool) -> TextClause:
        """Selects the ids of entries that have all, or any, of these terms in the title."""
        ...


def index_of(session: Session) -> Index:
    return SQLiteIndex() if session.get_bind().dialect.name == "sqlite" else PostgreSQLIndex()


class SQLiteIndex:
    """An FTS5 table. Terms are stored as ASCII words, which its tokenizer does not change."""

    def put(self, session: Session, entries: Sequence[Terms]) -> None:
        session.execute(
            text("REPLACE INTO search_index (rowid, title, body) VALUES (:id, :title, :body)"),
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

    def in_title(self, wanted: Collection[str], *, all_terms: bool) -> TextClause:
        operator = " " if all_terms else " OR "
        return self._select("{title} : (" + operator.join(f'"{_plain(term)}"' for term in wanted) + ")")

    def _select(self, query: str) -> TextClause:
        return text("SELECT rowid AS id FROM search_index WHERE search_index MATCH :q").bindparams(
            bindparam("q", query, unique=True)
        )


class PostgreSQLIndex:
    """Two `tsvector`s per row, the terms of the title and all terms. They are written as lexemes, so that no text
    search configuration is used, and without positions, because PostgreSQL limits a `tsvector` to 1 MiB.
    """

    def put(self, session: Session, entries: Sequence[Terms]) -> None:
        session.execute(
            text(
                "INSERT INTO search_index (id, title, terms) "
                "VALUES (:id, CAST(:title AS tsvector), CAST(:terms AS tsvector)) "
                "ON CONFLICT (id) DO UPDATE SET title = excluded.title, terms = excluded.terms"
            ),
            [
                {
                    "id": terms.entry,
                    "title": self._vector(terms.title),
                    "terms": self._vector([*terms.title, *terms.body]),
                }
                for terms in entries
            ],
        )

    def remove(self, session: Session, entries: Collection[int]) -> None:
        session.execute(text("DELETE FROM search_index WHERE id = :id"), [{"id": entry} for entry in entries])

    def matching(self, wanted: Collection[str]) -> TextClause:
        return self._select("terms", " & ".join(map(_quoted, wanted)))

    def in_title(self, wanted: Collection[str], *, all_terms: bool) -> TextClause:
        return self._select("title", (" & " if all_terms else " | ").join(map(_quoted, wanted)))

    def _select(self, column: str, query: str) -> TextClause:
        statement = text(f"SELECT id FROM search_index WHERE {column} @@ CAST(:q AS tsquery)")
        return statement.bindparams(bindparam("q", query, unique=True))

    def _vector(self, terms: Sequence[str]) -> str:
        return " ".join({_quoted(term) for term in terms})


@lru_cache(maxsize=50_000)
def _plain(term: str) -> str:
    """The term as lower-case ASCII letters and digits, which FTS5 does not split. Different terms stay different."""
    return term if _PLAIN.fullmatch(term) else "u0" + term.encode().hex()


def _quoted(term: str) -> str:
    """The term as a lexeme: PostgreSQL §8.11."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
