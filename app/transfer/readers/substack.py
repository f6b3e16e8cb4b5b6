"""Substack's export: `posts.csv`, and each post's text as `posts/ID.SLUG.html`."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from typing import Protocol

from app.transfer.blocks import LeftOut, Source, Unreadable
from app.transfer.decoding import decoded
from app.transfer.readers import html

TABLE = "posts.csv"
FOLDER = "posts/"

_COLUMNS = ("post_id", "post_date", "is_published", "type", "title", "subtitle")
_LONGEST_FIELD = 10_000_000
"""Characters. The standard library's limit of 131,072 is for all of a program's CSV."""


class Files(Protocol):
    """The files of an export, by their names in it."""

    @property
    def names(self) -> tuple[str, ...]: ...

    def read(self, name: str) -> bytes:
        """Raises Unreadable."""
        ...


def read(files: Files, everything: bool = False) -> Iterator[Source | LeftOut]:
    """The newsletters of an export in the table's order; podcasts, threads and pages too if `everything` is asked for.

    Raises Unreadable when the table is not one of Substack's.
    """
    texts = {name[len(FOLDER) :].removesuffix(".html"): name for name in files.names if name.startswith(FOLDER)}
    by_number = {key.partition(".")[0]: name for key, name in texts.items()}
    for row in _rows(files.read(TABLE)):
        key = row["post_id"].strip()
        label = unescape(row["title"]).strip() or key
        kind = row["type"].strip()
        text = texts.get(key) or by_number.get(key)
        if not everything and kind != "newsletter":
            yield LeftOut(label, f"not a newsletter: its type is {kind or 'not given'}")
        elif not text:
            yield LeftOut(label, f"its text is not in the export: {FOLDER}{key}.html is missing")
        else:
            try:
                yield _post(row, key, label, files.read(text))
            except Unreadable as problem:
                yield LeftOut(label, str(problem))


def _post(row: dict[str, str], key: str, label: str, data: bytes) -> Source:
    blocks, left_out = html.parts_of(decoded(data))
    return Source(
        name=label,
        key=key,
        identified=bool(key),
        blocks=tuple(blocks),
        title=unescape(row["title"]).strip() or None,
        subtitle=unescape(row["subtitle"]).strip() or None,
        date=_date(row["post_date"]) or _date(row.get("email_sent_at") or ""),
        draft=row["is_published"].strip().lower() != "true",
        left_out=tuple(left_out),
    )


def _rows(data: bytes) -> list[dict[str, str]]:
    before = csv.field_size_limit(_LONGEST_FIELD)
    try:
        table = csv.DictReader(io.StringIO(decoded(data), newline=""), restval="")
        missing = [name for name in _COLUMNS if name not in (table.fieldnames or ())]
        if missing:
            columns = ", ".join(missing)
            raise Unreadable(f"{TABLE} is not a table of Substack's: it has no column {columns}. Export it again.")
        return list(table)
    except csv.Error as error:
        raise Unreadable(f"{TABLE} cannot be read as CSV: {error}. Export it again.") from error
    finally:
        csv.field_size_limit(before)


def _date(said: str) -> datetime | str | None:
    try:
        return datetime.fromisoformat(said.strip())
    except ValueError:
        return said.strip() or None
