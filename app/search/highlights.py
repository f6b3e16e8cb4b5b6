"""Highlighting matches in texts: HTML whose only element is `<mark>`."""

from collections.abc import Collection
from html import escape

from app.search.analysis import Term, terms

EXCERPT_LENGTH = 240
"""The maximum length of an excerpt, in characters."""
LENGTH_BEFORE_MATCH = 60
"""How much of it comes before the first match."""


def highlight(text: str, wanted: Collection[str], language: str) -> str:
    """The complete text, with the wanted terms marked."""
    return _marked(text, _found(text, wanted, language), 0, len(text))


def excerpt(text: str, wanted: Collection[str], language: str) -> str:
    """An excerpt of the text around the first wanted term, truncated at words, with '…' where it was truncated."""
    text = " · ".join(" ".join(line.split()) for line in text.splitlines())
    found = _found(text, wanted, language)
    start = max(0, found[0].start - LENGTH_BEFORE_MATCH) if found else 0
    if start:
        start = text.find(" ", start, found[0].start) + 1 or start
    end = start + EXCERPT_LENGTH
    if end < len(text):
        end = max(text.rfind(" ", start, end), found[0].end if found else 0) or end
    marked = _marked(text, found, start, end)
    return ("…" if start else "") + marked + ("…" if end < len(text) else "")


def _found(text: str, wanted: Collection[str], language: str) -> list[Term]:
    return sorted(
        (term for term in terms(text, language, indexing=True) if term.text in wanted),
        key=lambda term: (term.start, -term.end),
    )


def _marked(text: str, found: Collection[Term], start: int, end: int) -> str:
    pieces: list[str] = []
    at = start
    for term in found:
        if term.start < at or term.end > end:
            continue
        pieces += [escape(text[at : term.start]), "<mark>", escape(text[term.start : term.end]), "</mark>"]
        at = term.end
    return "".join([*pieces, escape(text[at:end])])
