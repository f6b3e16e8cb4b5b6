"""The marks of a manuscript: headings, and the lines of a text that would be taken for marks.

A text stands as it is. Only a line that would be read as something else gets a backslash before it: one that begins
like a heading (`# `) or with `{`, an empty one at the text's beginning or end, one that opens a code fence that the
text does not close. Within a fence nothing is a mark, so nothing is escaped; but a fence with a line that looks like
attributes with an id is taken for one that somebody forgot to close, so that it cannot swallow items unnoticed: a text
that really has one is escaped as if it had none. A line that looks like an escaped one gets one backslash more.
"""

import re
from collections.abc import Sequence

OUTRO = re.compile(r"\{outro(?P<crlf>[ \t]+crlf)?[ \t]*\}[ \t]*")
INTRO = re.compile(r"\{intro(?P<crlf>[ \t]+crlf)?[ \t]*\}[ \t]*")

_HEADING = re.compile(r"(?P<marks>#+)(?:[ \t]+(?P<text>.*))?", re.DOTALL)
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}(?=[^`]*$)|~{3,})", re.DOTALL)
_CLOSING = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})[ \t]*", re.DOTALL)
_MARKED = r"(?:#+(?:[ \t]|\Z)|\{|[ \t]*\Z| {0,3}(?:`{3,}[^`]*\Z|~{3,}))"
_ESCAPED = re.compile(rf"\\++(?={_MARKED})")
_IN_BRACKETS = re.compile(r"\\(?=[\\\[\]]|\Z)|\](?=\()")
_BRACKETS = re.compile(r"\\[\\\[\]]|\]\(")


class NotAnItem(ValueError):
    """A heading that begins with a bracket and is no item's; says why."""


def heading(line: str) -> tuple[int, str] | None:
    """How many `#` a heading has, and its text; None for any other line."""
    if not line.startswith("#"):
        return None
    found = _HEADING.fullmatch(line)
    return (len(found["marks"]), (found["text"] or "").strip(" \t")) if found else None


def section_heading(depth: int, title: str | None) -> str:
    """The heading of a section; its title is no Markdown, and stands as it is."""
    escaped = re.sub(r"^(?=\\*\[)", r"\\", _one_line(title))
    return "#" * depth + (f" {escaped}" if escaped else "")


def section_title(text: str) -> str | None:
    return re.sub(r"^\\(?=\\*\[)", "", text) or None


def item_heading(depth: int, title: str | None, url: str | None) -> str:
    escaped = _IN_BRACKETS.sub(r"\\\g<0>", _one_line(title))
    return "#" * depth + f" [{escaped}]" + (f"({url})" if url else "")


def item_title(text: str) -> tuple[str | None, str | None]:
    """Title and address of a heading's text that begins with a bracket. Raises NotAnItem."""
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
    """The fence of a block of code that a line opens."""
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
    """Whether it looks like the attributes of what is there already."""
    return line.startswith("{#") and line[2:3].isdecimal()


def is_blank(line: str) -> bool:
    return not line.strip(" \t")


def escape(text: str) -> str:
    """A text, without CR, as it stands in a manuscript. `unescape` of each line outside of fences is its inverse."""
    lines = text.split("\n")
    written: list[str] = []
    unclosed: dict[str, int] = {}
    """Of each kind of fence, the shortest that nothing further down closes."""
    place, last = 0, len(lines) - 1
    while place <= last:
        line = lines[place]
        fence = opens(line)
        end = None
        if fence and len(fence) < unclosed.get(fence[0], len(fence) + 1):
            end = _closing(lines, place + 1, fence)
            if end is None:
                unclosed[fence[0]] = len(fence)
        if end is not None:
            written += lines[place : end + 1]
            place = end + 1
            continue
        written.append("\\" + line if fence or _is_mark(line, edge=place in (0, last), first=place == 0) else line)
        place += 1
    return "\n".join(written)


def _closing(lines: Sequence[str], place: int, fence: str) -> int | None:
    for index in range(place, len(lines)):
        if closes(lines[index], fence):
            return index
        if has_id(lines[index]):
            return None
    return None


def _is_mark(line: str, *, edge: bool, first: bool) -> bool:
    if edge and is_blank(line):
        return True
    if line.startswith("{"):
        return first or OUTRO.fullmatch(line) is not None
    return heading(line) is not None or (line.startswith("\\") and _ESCAPED.match(line) is not None)


def unescape(line: str) -> str:
    return line[1:] if line.startswith("\\") and _ESCAPED.match(line) else line


def without_blank_edges(lines: Sequence[tuple[int, str]]) -> Sequence[tuple[int, str]]:
    """Numbered lines without the blank ones around them."""
    first, end = 0, len(lines)
    while first < end and is_blank(lines[first][1]):
        first += 1
    while end > first and is_blank(lines[end - 1][1]):
        end -= 1
    return lines[first:end]
