"""The Markdown texts of a document, and those of them that are too complex to be rendered."""

from collections.abc import Iterator
from typing import NamedTuple

from app.content.markdown import is_as_written

NOT_RENDERED = (
    "this text has more lines, links, marks, HTML, cells of tables or levels than are rendered (see the limits in "
    "docs/writing.md), so it is shown as it was written; make it simpler, or divide it"
)


class RenderedText(NamedTuple):
    pointer: str
    """A JSON pointer into the document."""
    markdown: str
    html: str | None
    """None if the document has no HTML."""


def rendered_texts(part: object, above: str = "") -> Iterator[RenderedText]:
    """The texts of an issue, a section or an item and of all that is in it, in reading order but for the outro.

    It can be a document, the body of a request, or what was read from a file. Texts that are empty are left out.
    """
    for name in ("intro", "outro", "body"):
        if markdown := getattr(part, name, None):
            yield RenderedText(f"{above}/{name}", markdown, getattr(part, f"{name}_html", None))
    for name in ("items", "sections"):
        for index, beneath in enumerate(getattr(part, name, ())):
            yield from rendered_texts(beneath, f"{above}/{name}/{index}")


def not_rendered(part: object) -> Iterator[RenderedText]:
    """Those of the texts that are shown as they were written: see `complexity`."""
    return (text for text in rendered_texts(part) if is_as_written(text.markdown, text.html))
