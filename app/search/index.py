"""The index of terms: FTS5 on SQLite, `tsvector` on PostgreSQL, behind one interface.

Both are handed finished terms and keep them as they are, so that both find the same. Each is a table
`search_index` beside `search_entries`, with the same ids.
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
    """What an entry is found by."""

    entry: int
    title: Sequence[str]
    body: Sequence[str]


class Index(Protocol):
    def put(self, session: Session, entries: Sequence[Terms]) -> None:
        """Keep what entries are found by, in place of what they were found by before."""
        ...

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

    def in_title(self, wanted: Collection[str], *, every: bool) -> TextClause:
        operator = " " if every else " OR "
        return self._select("{title} : (" + operator.join(f'"{_plain(term)}"' for term in wanted) + ")")

    def _select(self, query: str) -> TextClause:
        return text("SELECT rowid AS id FROM search_index WHERE search_index MATCH :q").bindparams(
            bindparam("q", query, unique=True)
        )


class PostgreSQLIndex:
    """Two `tsvector`s a row, written out, so that no text search configuration is used: the title's terms, and all.

    They are without positions, which would not fit: PostgreSQL keeps 1 MiB of terms.
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

    def in_title(self, wanted: Collection[str], *, every: bool) -> TextClause:
        return self._select("title", (" & " if every else " | ").join(map(_quoted, wanted)))

    def _select(self, column: str, query: str) -> TextClause:
        statement = text(f"SELECT id FROM search_index WHERE {column} @@ CAST(:q AS tsquery)")
        return statement.bindparams(bindparam("q", query, unique=True))

    def _vector(self, terms: Sequence[str]) -> str:
        return " ".join({_quoted(term) for term in terms})


@lru_cache(maxsize=50_000)
def _plain(term: str) -> str:
    """The term as lower-case ASCII letters and digits, which FTS5 does not take apart; no two become one."""
    return term if _PLAIN.fullmatch(term) else "u0" + term.encode().hex()


def _quoted(term: str) -> str:
    """The term as a lexeme: PostgreSQL §8.11."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
