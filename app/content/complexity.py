"""Bounds on the work of rendering: of one text, above which it is shown as it was written, and of all texts together.

Rendering takes some microseconds for each character that has a meaning in Markdown or HTML, and some of them make the
parser search the rest of the text. No newsletter comes near these limits; texts that are made to keep a server busy do.
"""

import re
from html import escape

MOST_MARKS = 8_000
"""Characters that can have a meaning in Markdown, as many as all of `_MARKS`."""
MOST_LINKS = 1_000
"""`](`, from each of which an address is looked for."""
MOST_TAGS = 2_000
"""`<`. The sanitiser takes longer, the deeper elements are nested."""
MOST_ADDRESSES = 400
"""`//`, `www.` and `@`, from each of which an address without brackets is looked for, to the end of the word."""
MOST_IN_ADDRESSES = 1_000_000
"""The number of these and of links (up to MOST_LINKS_NESTED), times the length of the longest word."""
MOST_LINKS_NESTED = 32
"""Links that can be in each other."""
MOST_LINES = 3_000
MOST_BLOCKS = 3_000
"""Marks at the beginnings of lines that begin a quotation or a list item, which can be in each other."""
MOST_REPEATED = 200
"""Steps for which the rest of a text is gone over again, beyond two for each of its characters: its lines, for each
level of quotations and lists; the cells of its tables, also those that are missing in a row; and its tags, for each
element of formatting that is still open, since the sanitiser opens it again in every paragraph."""
MOST_SCANNED = 40_000
"""Quotations that begin between two empty lines, times the lines between these: each searches all of them for its
end."""
LARGEST_HTML = 50_000
"""Characters of the HTML, beyond twenty for each of the text."""
MOST_STEPS = 15_000
"""Steps in search of the ends of links. Each `[` that is not closed searches the whole paragraph."""

_STOP, _ADDRESS, _NESTED, _SCANNED, _CHARACTERS = 8, 100, 30, 2, 4
"""Units of `cost` for each stop, each address, each mark of a block and each line that is gone over again; and the
characters that make up one unit."""

_MARKS = "*_~`[]<>&\\|!{}$%^#"
_STOPS = _MARKS + "\n+-:=@"
"""Characters at which the parser of inline Markdown stops and tries each of its rules."""
_ADDRESSES = ("//", "www.", "@")
_BLOCKS = re.compile(r"^[ \t>*+\-\d.)]+", re.MULTILINE)
_BLOCK = re.compile(r">|[-+*.)](?=[ \t])")
_LINK = re.compile(r"\[[^\[\]]{0,500}\]\(([^\s()]{0,2000})\)")
"""A link with brackets in its usual form, and its URL: it searches for no end but its own."""
_SHORT = 100
"""Characters: a shorter text cannot be too complex."""
_DELIMITER_ROW = re.compile(r"[ \t>]*+[|:-][|:\- \t]*+")
_FORMATTING = re.compile(r"<(/?)(a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])", re.IGNORECASE)
"""Tags of the elements that HTML's adoption agency opens again."""


class TooComplex(Exception):
    """The parser has taken more than MOST_STEPS steps for a text."""


def is_too_complex(text: str) -> bool:
    """Whether a text is not rendered. Others may still raise TooComplex while they are."""
    if len(text) < _SHORT:
        return False
    addresses, links = sum(map(text.lower().count, _ADDRESSES)), text.count("](")
    starts = [len(_BLOCK.findall(start)) for start in _BLOCKS.findall(text)]
    return (
        max(max(starts, default=0) * text.count("\n"), _cells(text), _reopened(text)) > MOST_REPEATED + 2 * len(text)
        or sum(map(text.count, _MARKS)) > MOST_MARKS
        or links > MOST_LINKS
        or text.count("<") > MOST_TAGS
        or addresses > MOST_ADDRESSES
        or (addresses + min(links, MOST_LINKS_NESTED)) * max(map(len, text.split()), default=0) > MOST_IN_ADDRESSES
        or text.count("\n") > MOST_LINES
        or sum(starts) > MOST_BLOCKS
        or _scanned(text) > MOST_SCANNED
    )


def cost(text: str) -> int:
    """An estimate, rather too high than too low, of how long it takes to render a text: about in microseconds.

    It is for texts that are not too complex.
    """
    if is_too_complex(text):
        return len(text) // _CHARACTERS
    stops = sum(map(text.count, _STOPS))
    links = _LINK.findall(text)
    unclosed = text.count("[") - len(links)
    addresses = sum(map(text.lower().count, _ADDRESSES)) - sum("//" in url for url in links)
    return (
        len(text) // _CHARACTERS
        + stops * _STOP
        + addresses * _ADDRESS
        + sum(len(_BLOCK.findall(start)) for start in _BLOCKS.findall(text)) * _NESTED
        + _scanned(text) * _SCANNED
        + min(unclosed * (stops + 1), MOST_STEPS)
    )


def is_too_large(html: str, text: str) -> bool:
    """Whether the HTML of a text is so large that it is not shown."""
    return len(html) > LARGEST_HTML + 20 * len(text)


def _scanned(text: str) -> int:
    """The number of lines that are searched for the ends of quotations: see MOST_SCANNED."""
    total = lines = begun = depth = 0
    for line in text.split("\n") if ">" in text else ():
        if not line.strip():
            total += lines * begun
            lines = begun = depth = 0
            continue
        start = _BLOCKS.match(line)
        levels = start[0].count(">") if start else 0
        begun += max(0, levels - depth)
        lines, depth = lines + 1, levels
    return total + lines * begun


def _cells(text: str) -> int:
    """The number of cells in all tables: a row has as many as the row that delimits its table's head."""
    cells = columns = 0
    for line in text.split("\n") if "|" in text else ():
        if not line.strip():
            columns = 0
        elif _DELIMITER_ROW.fullmatch(line):
            columns = max(columns, line.count("|") + 1)
        cells += columns
    return cells


def _reopened(text: str) -> int:
    """The number of tags, times that of elements of formatting that are open at one place."""
    counts: dict[str, int] = {}
    most = 0
    for closing, name in _FORMATTING.findall(text):
        name = name.lower()
        counts[name] = max(0, counts.get(name, 0) + (-1 if closing else 1))
        most = max(most, sum(counts.values()))
    # Three of one kind and with the same attributes are the most that are opened again.
    return most * text.count("<") if most > 3 else 0


def may_be_as_written(text: str) -> bool:
    """Whether a text that is not too complex at first sight can have proved to be so while it was rendered."""
    # Each `[` can take a step for each part of the text. Only tags can make the HTML too large.
    return (
        text.count("<") > 50 or text.count("[") * 2 * (sum(map(text.count, _MARKS)) + text.count("\n") + 1) > MOST_STEPS
    )


def as_written(text: str) -> str:
    """The text as HTML that shows it as it was written: escaped, in paragraphs, with its line breaks."""
    paragraphs: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.strip():
            paragraphs[-1].append(escape(line.strip(), quote=False))
        elif paragraphs[-1]:
            paragraphs.append([])
    return "\n".join("<p>" + "<br>\n".join(lines) + "</p>" for lines in paragraphs if lines)
