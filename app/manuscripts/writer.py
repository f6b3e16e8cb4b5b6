"""An issue as a manuscript."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.manuscripts import attributes, escaping, front_matter, syntax

DEEPEST_ITEM = 6
"""The deepest heading of Markdown. The level of an item's heading has no meaning: it is one below its section's."""


def write(document: Mapping[str, Any]) -> str:
    """The manuscript of an issue as `GET /issues/{number}/draft`, or `GET /issues/{number}`, gives it."""
    fields = {name: document.get(name) for name in front_matter.FIELDS if name not in ("intro", "outro")}
    blocks: list[list[str]] = []
    for name in ("intro", "outro"):
        text = document.get(name)
        if text is not None and _has_mixed_line_endings(text):
            fields[name] = text
    if "intro" not in fields:
        blocks += _text("{intro crlf}" if _has_crlf(document.get("intro")) else None, document.get("intro"))
    for section in document["sections"]:
        blocks += _section(section, 1)
    if "outro" not in fields and document.get("outro") is not None:
        blocks += _text("{outro crlf}" if _has_crlf(document["outro"]) else "{outro}", document["outro"])
    blocks.insert(0, ["---", *front_matter.write(fields), "---"])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _section(section: Mapping[str, Any], depth: int) -> Iterator[list[str]]:
    is_known = section.get("id") is not None
    tag = section.get("tag")
    given = {
        "id": section.get("id"),
        "tag": tag,
        "untagged": not is_known and tag is None and "tag" in section,
        "extra": section.get("extra"),
    }
    yield from _part(syntax.section_heading(depth, section.get("title")), given, "intro", section.get("intro"))
    for item in section.get("items", []):
        yield from _item(item, min(depth + 1, DEEPEST_ITEM))
    for subsection in section.get("sections", []):
        yield from _section(subsection, depth + 1)


def _item(item: Mapping[str, Any], depth: int) -> Iterator[list[str]]:
    body = item.get("body")
    image = item.get("image") or {}
    body_made = item.get("title_source") == "body" and body is not None
    given = {
        "id": item.get("id"),
        "tags": item.get("tags"),
        "untagged": item.get("id") is None and item.get("tags") == [],
        "sponsored": item.get("sponsored"),
        "source": item.get("source"),
        "image": image.get("url"),
        "alt": image.get("alt"),
        "extra": item.get("extra"),
    }
    title = None if body_made else item.get("title")
    yield from _part(syntax.item_heading(depth, title, item.get("url")), given, "body", body)


def _part(heading: str, given: dict[str, Any], name: str, text: str | None) -> Iterator[list[str]]:
    """A section or an item: its heading with its attributes, and its text."""
    if text is not None and _has_mixed_line_endings(text):
        given[name], text = text, None
    given["crlf"] = _has_crlf(text)
    yield [heading, *attributes.lines_of(given)]
    yield from _text(None, text)


def _text(mark: str | None, text: str | None) -> Iterator[list[str]]:
    if mark is not None:
        yield [mark]
    if text is not None:
        yield [escaping.escape(text.replace("\r\n", "\n"))]


def _has_crlf(text: str | None) -> bool:
    """Whether its lines end with CRLF. A manuscript's own end with LF."""
    return text is not None and "\r" in text


def _has_mixed_line_endings(text: str) -> bool:
    """Whether its line endings are mixed, or CR alone: such a text is written as a JSON string."""
    pairs = text.count("\r\n")
    return text.count("\r") != pairs or pairs not in (0, text.count("\n"))
