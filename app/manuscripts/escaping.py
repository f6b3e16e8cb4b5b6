"""Escaping the lines of a text that would be taken for a manuscript's syntax.

A backslash goes before a line that begins like a heading (`# `), a first line that begins with `{`, a line `{outro}`,
an empty line at the text's beginning or end, and a line that opens a code fence which the text does not close. A line
that looks escaped already gets one backslash more.

Nothing is escaped in fenced code. But a line in a fence that looks like attributes with an id shows that somebody
forgot to close the fence, which must not swallow items unnoticed: a text that really has such a line is escaped as if
it had no fence.
"""

import re
from collections.abc import Sequence

from app.manuscripts import syntax

_SYNTAX = r"(?:#+(?:[ \t]|\Z)|\{|[ \t]*\Z| {0,3}(?:`{3,}[^`]*\Z|~{3,}))"
_ESCAPED = re.compile(rf"\\++(?={_SYNTAX})")


def escape(text: str) -> str:
    """A text without CR, escaped. `unescape` of each line outside fenced code is the inverse."""
    lines = text.split("\n")
    written: list[str] = []
    unclosed: dict[str, int] = {}
    """For each fence character, the length of the shortest fence that nothing further down closes."""
    place, last = 0, len(lines) - 1
    while place <= last:
        line = lines[place]
        fence = syntax.opens(line)
        end = None
        if fence and len(fence) < unclosed.get(fence[0], len(fence) + 1):
            end = _closing(lines, place + 1, fence)
            if end is None:
                unclosed[fence[0]] = len(fence)
        if end is not None:
            written += lines[place : end + 1]
            place = end + 1
            continue
        written.append("\\" + line if fence or _needs_escape(line, edge=place in (0, last), first=place == 0) else line)
        place += 1
    return "\n".join(written)


def _closing(lines: Sequence[str], place: int, fence: str) -> int | None:
    for index in range(place, len(lines)):
        if syntax.closes(lines[index], fence):
            return index
        if syntax.has_id(lines[index]):
            return None
    return None


def _needs_escape(line: str, *, edge: bool, first: bool) -> bool:
    if edge and syntax.is_blank(line):
        return True
    if line.startswith("{"):
        return first or syntax.OUTRO.fullmatch(line) is not None
    return syntax.heading(line) is not None or (line.startswith("\\") and _ESCAPED.match(line) is not None)


def unescape(line: str) -> str:
    return line[1:] if line.startswith("\\") and _ESCAPED.match(line) else line
