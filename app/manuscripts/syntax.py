"""The syntax of a manuscript: headings of sections and items, the intro, the outro, and fenced code."""

import re
from collections.abc import Sequence

OUTRO = re.compile(r"\{outro(?P<crlf>[ \t]+crlf)?[ \t]*\}[ \t]*")
INTRO = re.compile(r"\{intro(?P<crlf>[ \t]+crlf)?[ \t]*\}[ \t]*")

_HEADING = re.compile(r"(?P<signs>#+)(?:[ \t]+(?P<text>.*))?", re.DOTALL)
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}(?=[^`]*$)|~{3,})", re.DOTALL)
_CLOSING = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})[ \t]*", re.DOTALL)
_IN_BRACKETS = re.compile(r"\\(?=[\\\[\]]|\Z)|\](?=\()")
_BRACKETS = re.compile(r"\\[\\\[\]]|\]\(")


class NotAnItem(ValueError):
    """A heading begins with a bracket, but is not an item's."""


def heading(line: str) -> tuple[int, str] | None:
    """A heading's level (its number of `#`) and text; None for any other line."""
    if not line.startswith("#"):
        return None
    found = _HEADING.fullmatch(line)
    return (len(found["signs"]), (found["text"] or "").strip(" \t")) if found else None


def section_heading(depth: int, title: str | None) -> str:
    """The heading of a section. Its title is plain text, not Markdown."""
    escaped = re.sub(r"^(?=\\*\[)", r"\\", _one_line(title))
    return "#" * depth + (f" {escaped}" if escaped else "")


def section_title(text: str) -> str | None:
    return re.sub(r"^\\(?=\\*\[)", "", text) or None


def item_heading(depth: int, title: str | None, url: str | None) -> str:
    escaped = _IN_BRACKETS.sub(r"\\\g<0>", _one_line(title))
    return "#" * depth + f" [{escaped}]" + (f"({url})" if url else "")


def item_title(text: str) -> tuple[str | None, str | None]:
    """The title and URL in an item's heading, given without its `#`. Raises NotAnItem."""
    end, last = None, 1
    for found in _BRACKETS.finditer(text, 1):
        last = found.end()
        if found.group() == "](":
            end = found.start()
            break
    if end is None:
        if not text.endswith("]") or last == len(text) or len(text) < 2:
            raise NotAnItem
        title, url = text[1:-1], ""
    else:
        if not text.endswith(")") or last == len(text):
            raise NotAnItem
        title, url = text[1:end], text[last:-1].strip(" \t")
        if url.startswith("<") and url.endswith(">"):
            url = url[1:-1]
        if re.search(r"\s", url):
            raise NotAnItem
    return re.sub(r"\\([\\\[\]])", r"\1", title).strip(" \t") or None, url or None


def _one_line(title: str | None) -> str:
    return " ".join((title or "").split())


def opens(line: str) -> str | None:
    """The fence of the code block that a line opens, if it opens one."""
    if "```" not in line and "~~~" not in line:
        return None
    found = _FENCE.match(line)
    return found["fence"] if found else None


def closes(line: str, fence: str) -> bool:
    if fence not in line:
        return False
    found = _CLOSING.fullmatch(line)
    return found is not None and found["fence"].startswith(fence)


def has_id(line: str) -> bool:
    """Whether a line has the attributes of an existing section or item: it begins with an id."""
    return line.startswith("{#") and line[2:3].isdecimal()


def is_blank(line: str) -> bool:
    return not line.strip(" \t")


def without_blank_edges(lines: Sequence[tuple[int, str]]) -> Sequence[tuple[int, str]]:
    """Numbered lines without the blank ones at both ends."""
    first, end = 0, len(lines)
    while first < end and is_blank(lines[first][1]):
        first += 1
    while end > first and is_blank(lines[end - 1][1]):
        end -= 1
    return lines[first:end]
