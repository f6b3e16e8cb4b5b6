"""Tags of template languages such as Liquid and Jinja: `{% %}`, `{{ }}` and `{# #}`.

They are found in one pass, since a regular expression for this would not take linear time.
"""

import re
from collections.abc import Iterator

from app.newsletters.left_out import LeftOut

LONGEST = 1_000
"""Characters within a tag."""
LONGEST_COMMENT = 20_000
LONGEST_CODE = 500

_BEGIN = re.compile(r"^(?P<fence>```+|~~~+)(?P<info>.*)$|`+|\{[%{#]", re.MULTILINE)
_CLOSING_FENCE = re.compile(r"^ {0,3}(```+|~~~+)[ \t]*$", re.MULTILINE)
_TICKS = re.compile("`+")
_COMMENT = re.compile(r"\{%-?\s{0,9}comment\s{0,9}-?%\}")
_COMMENT_END = re.compile(r"\{%-?\s{0,9}endcomment\s{0,9}-?%\}")
_END = {"{%": "%}", "{{": "}}", "{#": "#}"}


def remove(text: str) -> tuple[str, list[LeftOut]]:
    """A Markdown text without its tags, and the tags. Those in code stay, and line numbers do not change."""
    kept, tags = [], []
    place, line = 0, 1
    for start, end in _tags(text):
        kept.append(text[place:start])
        line += text.count("\n", place, start)
        tag = text[start:end]
        tags.append(LeftOut(" ".join(tag.split()), "a tag of the site's templates", line))
        kept.append("\n" * tag.count("\n"))
        line += tag.count("\n")
        place = end
    return "".join(kept) + text[place:], tags


def _tags(text: str) -> Iterator[tuple[int, int]]:
    comments = _Ends(text)
    place = 0
    while begin := _BEGIN.search(text, place):
        start, sign = begin.start(), begin.group()
        if begin["fence"] and "`" not in begin["info"]:
            place = _end_of_fence(text, begin)
        elif sign[0] in "`~":
            place = _end_of_code(text, start, len(begin["fence"] or sign))
        else:
            end = comments.of(start) or _end_of(text, start, sign)
            if end:
                yield start, end
            place = end or start + 1


def _end_of(text: str, start: int, sign: str) -> int | None:
    found = text.find(_END[sign], start + 2, start + 2 + LONGEST + 2)
    return found + 2 if found >= 0 else None


def _end_of_fence(text: str, begin: re.Match[str]) -> int:
    """The end of fenced code; without a closing fence that is the end of the text (CommonMark 0.31)."""
    for closing in _CLOSING_FENCE.finditer(text, begin.end()):
        if closing[1].startswith(begin["fence"]):
            return closing.end()
    return len(text)


def _end_of_code(text: str, start: int, ticks: int) -> int:
    """The end of inline code, at the same number of backticks; without them it is not code."""
    begin = start + ticks
    for found in _TICKS.finditer(text, begin, begin + LONGEST_CODE + ticks + 1):
        if len(found.group()) == ticks:
            return found.end()
    return begin


class _Ends:
    """The ends of comments, found in one pass."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = (match.span() for match in _COMMENT_END.finditer(text))
        self._next = next(self._ends, None)

    def of(self, start: int) -> int | None:
        """The end of the comment that begins at `start`. Must be called in ascending order."""
        begin = _COMMENT.match(self._text, start)
        if begin is None:
            return None
        while self._next is not None and self._next[0] < begin.end():
            self._next = next(self._ends, None)
        if self._next is None or self._next[0] > begin.end() + LONGEST_COMMENT:
            return None
        return self._next[1]
