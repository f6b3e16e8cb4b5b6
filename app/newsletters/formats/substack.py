"""Substack's export: `posts.csv`, and the text of each post as `posts/ID.SLUG.html`."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from html import unescape
from typing import Protocol

from app.newsletters.blocks import Source
from app.newsletters.formats import html
from app.newsletters.formats.decoding import decoded
from app.newsletters.formats.errors import attempt
from app.newsletters.left_out import LeftOut, Unreadable

TABLE = "posts.csv"
FOLDER = "posts/"

_ENDING = ".html"
_COLUMNS = ("post_id", "post_date", "is_published", "type", "title", "subtitle")
_LONGEST_FIELD = 10_000_000
"""Characters. The standard library's limit is 131,072, and is global."""


class Files(Protocol):
    """The files of an export, by their names in it."""

    @property
    def names(self) -> tuple[str, ...]: ...

    def read(self, name: str) -> bytes:
        """Raises Unreadable."""
        ...


def read(files: Files, everything: bool = False) -> Iterator[Source | LeftOut]:
    """The newsletters of an export, in the table's order; with `everything`, also podcasts, threads and pages.

    Texts that the table does not name come last, as left out. Raises Unreadable when the table is not one of
    Substack's.
    """
    texts = {name[len(FOLDER) : -len(_ENDING)]: name for name in files.names if _is_text(name)}
    by_number = {key.partition(".")[0]: name for key, name in texts.items()}
    named: set[str | None] = set()
    for row in _rows(files.read(TABLE)):
        if isinstance(row, LeftOut):
            yield row
            continue
        key = row["post_id"].strip()
        label = unescape(row["title"]).strip() or key
        kind = row["type"].strip()
        text = texts.get(key) or by_number.get(key)
        named.add(text)
        if not everything and kind != "newsletter":
            yield LeftOut(label, f"not a newsletter: its type is {kind or 'not given'}")
        else:
            yield attempt(label, partial(_post, row, key, label, files, text))
    for text in texts.values():
        if text not in named:
            yield LeftOut(text, f"{TABLE} has no row for it")


def _is_text(name: str) -> bool:
    """Whether it is the text of a post, not a table of who opened it: `posts/ID.opens.csv`."""
    return name.startswith(FOLDER) and name.endswith(_ENDING)


def _post(row: dict[str, str], key: str, label: str, files: Files, text: str | None) -> Source | LeftOut:
    """Raises Unreadable, also for a published post without a text."""
    draft = row["is_published"].strip().lower() != "true"
    blocks, left_out = html.parts_of(decoded(files.read(text))) if text else ([], [])
    if not any(block.is_visible for block in blocks):
        missing = "is empty" if text else "is missing"
        reason = f"its text is not in the export: {text or f'{FOLDER}{key}{_ENDING}'} {missing}"
        if draft:
            return LeftOut(label, reason)
        raise Unreadable(reason)
    return Source(
        name=label,
        key=key,
        identified=bool(key),
        blocks=tuple(blocks),
        title=unescape(row["title"]).strip() or None,
        subtitle=unescape(row["subtitle"]).strip() or None,
        date=_date(row["post_date"]) or _date(row.get("email_sent_at") or ""),
        draft=draft,
        left_out=tuple(left_out),
    )


def _rows(data: bytes) -> list[dict[str, str] | LeftOut]:
    """The rows of the table, up to one with unbalanced quotes, which may have swallowed others.

    Raises Unreadable.
    """
    rows: list[dict[str, str] | LeftOut] = []
    before = csv.field_size_limit(_LONGEST_FIELD)
    try:
        table = csv.DictReader(io.StringIO(decoded(data), newline=""), restval="", strict=True)
        missing = [name for name in _COLUMNS if name not in (table.fieldnames or ())]
        if missing:
            columns = ", ".join(missing)
            raise Unreadable(f"{TABLE} is not a table of Substack's: it has no column {columns}. Export it again.")
        line = table.line_num
        for row in table:
            rows.append(row)
            line = table.line_num
    except csv.Error as error:
        if not rows:
            raise Unreadable(f"{TABLE} cannot be read as CSV: {error}. Export it again.") from error
        reason = f"from line {line + 1} on it cannot be read as CSV: {error}. Export it again."
        rows.append(LeftOut(TABLE, reason, is_error=True))
    finally:
        csv.field_size_limit(before)
    return rows


def _date(written: str) -> datetime | str | None:
    try:
        return datetime.fromisoformat(written.strip())
    except ValueError:
        return written.strip() or None
