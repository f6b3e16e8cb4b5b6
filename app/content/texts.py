"""The Markdown texts of an issue, and those of them that are too complex to be rendered."""

from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from typing import Any, NamedTuple

from pydantic import BaseModel

from app.content.complexity import MOST_ADDRESSES, MOST_BLOCKS, MOST_LINES, MOST_LINKS, MOST_MARKS, MOST_TAGS
from app.content.markdown import is_as_written

NOT_RENDERED = (
    "this text is too complex to be rendered, so it is shown as it was written; make it simpler, or divide it. A text "
    f"can have {MOST_MARKS:,} characters with a meaning in Markdown, {MOST_LINKS:,} links, {MOST_ADDRESSES} URLs "
    f"without brackets, {MOST_TAGS:,} HTML elements, {MOST_LINES:,} lines, and {MOST_BLOCKS:,} quotations and list "
    "items, or fewer if they are deeply nested"
)


class RenderedText(NamedTuple):
    pointer: str
    """A JSON pointer into what contains it."""
    markdown: str
    html: str | None
    """None unless what contains it has HTML too."""


def rendered_texts(part: Any, above: str = "") -> Iterator[RenderedText]:
    """The texts of an issue, a section or an item, and of all that is in it. Empty ones are left out.

    `part` can be a document, the body of a request, or what was read from a file: any model or dataclass.
    """
    names = _names(part.__class__)
    for name in ("intro", "outro", "body"):
        if name in names and (markdown := getattr(part, name)):
            html = f"{name}_html"
            yield RenderedText(f"{above}/{name}", markdown, getattr(part, html) if html in names else None)
    for name in ("items", "sections"):
        for index, beneath in enumerate(getattr(part, name) if name in names else ()):
            yield from rendered_texts(beneath, f"{above}/{name}/{index}")


def not_rendered(part: Any) -> Iterator[RenderedText]:
    """Those of the texts that are shown as they were written."""
    return (text for text in rendered_texts(part) if is_as_written(text.markdown, text.html))


@cache
def _names(kind: Any) -> frozenset[str]:
    # To ask a model for a field that it lacks takes 3 µs for each one.
    return frozenset(kind.model_fields if issubclass(kind, BaseModel) else (field.name for field in fields(kind)))
