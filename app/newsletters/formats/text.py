"""Plain text, with or without lines that were wrapped by hand or by a mail program."""

import itertools
import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.newsletters.blocks import Block, Mark, Source
from app.newsletters.formats import front_matter, limits
from app.newsletters.formats.decoding import decoded

WIDEST = 100
"""Characters of a line; a text with longer ones is not wrapped by hand."""

_BULLET = re.compile(r"(?P<indent>\s*)(?P<bullet>[*+•·‣▪●○◦►➤✓-]|(?P<number>\d{1,2}[.)]|\(\d{1,2}\)))\s+(?=\S)")
_DASH = re.compile(r"(?P<indent>\s*)(?P<bullet>[–—→»])(?P<number>)\s+(?=\S)")
_MARKED = re.compile(r"(?P<marks>#{1,6})\s++(?=\S)")
_DECORATION = "=-*~_#:+<>|."
_UNDERLINE = re.compile(r"\s*([=\-~*^_])\1{2,}\s*$")
_UNDERLINE_LEVEL = {"=": 1, "-": 2}
_DIVIDER = re.compile(r"\s*+(?:[^\w\s]\s?+){2,}+\s*+$")
_QUOTE = re.compile(r"\s?>\s?")
_ADDRESS = re.compile(
    r"<(?P<angled>https?://[^\s<>]+)>|(?P<bare>(?:https?://|www\.(?=[^\s.]+\.\w))[^\s<>\"“”「」（）]+)", re.IGNORECASE
)
_NOTE = re.compile(
    r"\s*(?:\[(?P<a>\d{1,3})\]:?|\((?P<b>\d{1,3})\):?|(?P<c>\d{1,3})[.:])\s+<?(?P<url>https?://[^\s<>]+)>?\s*$",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"\[(\d{1,3})\]|\((\d{1,3})\)")


_Notes = dict[str, list[tuple[int, str]]]
"""Lines and URLs of footnotes, by number."""


@dataclass(slots=True)
class _Line:
    text: str
    place: int
    gap: int
    """Empty lines before it."""
    indent: int
    quoted: bool


def read(data: bytes | str, name: str) -> Source:
    """One edition. Links are URLs in the text or in numbered footnotes."""
    text = decoded(data) if isinstance(data, bytes) else data
    about = front_matter.read(text)
    blocks = blocks_of(text, skip=about.lines)
    return Source(name=name, key=name, blocks=tuple(blocks), left_out=tuple(about.left_out), **about.fields)


def blocks_of(text: str, skip: int = 0) -> list[Block]:
    """The blocks of a text, without its first `skip` lines. Raises Unreadable."""
    limits.check(text)
    lines, notes = _without_notes(list(_lines(text, skip)))
    width = _width_of(lines)
    return [_linked(block, notes) for block in _joined(lines, width)]


def _lines(text: str, skip: int) -> Iterator[_Line]:
    gap = 0
    for place, written in enumerate(text.split("\n"), 1):
        if place <= skip:
            continue
        line = written.expandtabs(4).rstrip()
        quoted = bool(_QUOTE.match(line))
        if quoted:
            line = _QUOTE.sub("", line, count=1)
        if not line.strip():
            gap += 1
            continue
        yield _Line(line, place, gap, len(line) - len(line.lstrip()), quoted)
        gap = 0


def _without_notes(lines: list[_Line]) -> tuple[list[_Line], _Notes]:
    """The lines that are not footnotes, and the footnotes.

    A footnote is a line of only a number and a URL, if the text refers to the number.
    """
    found = [(line, match) for line in lines if (match := _NOTE.match(line.text))]
    if not found:
        return lines, {}
    referenced = {
        number
        for line in lines
        for pair in _REFERENCE.findall(line.text if not _NOTE.match(line.text) else "")
        for number in pair
    }
    notes: _Notes = {}
    places = set()
    for line, match in found:
        if _number(match) in referenced:
            notes.setdefault(_number(match), []).append((line.place, match["url"]))
            places.add(line.place)
    return [line for line in lines if line.place not in places], notes


def _number(match: re.Match[str]) -> str:
    return match["a"] or match["b"] or match["c"]


def _width_of(lines: list[_Line]) -> int | None:
    """The column at which the text is wrapped; None if each line is a paragraph."""
    prose = [len(line.text) for line in lines if " " in line.text.strip() and not _ADDRESS.search(line.text)]
    if not prose:
        return None
    wide = sum(length > WIDEST for length in prose)
    if wide > max(1, len(prose) // 20):
        return None
    narrow = sorted(length for length in prose if length <= WIDEST)
    if not narrow:
        return None
    width = narrow[min(len(narrow) - 1, len(narrow) * 19 // 20)]  # a few may be longer
    # Many lines of wrapped text are nearly full; few titles and short remarks are.
    below = [line for before, line in itertools.pairwise(lines) if line.gap == 0 and before.indent <= line.indent]
    full = sum(_is_full(before.text, line.text, width) for before, line in itertools.pairwise(lines) if line.gap == 0)
    if width < 40 or not below or full < max(2, len(below) * 0.3):
        return None
    return width


def _is_full(line: str, following: str, width: int) -> bool:
    """Whether the first word of the next line would not have fitted. A line that is much longer was not wrapped."""
    return len(line) <= width + 8 and len(line) + 1 + len(following.split(maxsplit=1)[0]) > width


def _joined(lines: list[_Line], width: int | None) -> Iterator[Block]:
    """The lines as blocks: wrapped lines are joined, bullets and headings recognised."""
    dashes = sum(bool(_DASH.match(line.text)) for line in lines) >= 3
    indents: list[int] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        following = lines[index + 1] if index + 1 < len(lines) else None
        bullet = _BULLET.match(line.text) or (_DASH.match(line.text) if dashes else None)
        heading = None if bullet and following and not _UNDERLINE.match(following.text) else _heading(line, following)
        index += 1
        if heading is not None:
            block, taken = heading
            index += taken
            indents.clear()
            yield block
            continue
        if _DIVIDER.match(line.text):
            if following and _is_overline(line, following, lines[index + 1 : index + 2]):
                yield Block("heading", following.text.strip(), place=following.place, level=1, gap=line.gap)
                index += 2
            else:
                yield Block("divider", line.text.strip(), place=line.place, gap=line.gap)
            continue
        text = line.text.strip()
        inner = line.indent
        if bullet:
            while indents and line.indent < indents[-1]:
                indents.pop()
            if not indents or line.indent > indents[-1] + 1:
                indents.append(line.indent)
            inner = bullet.end()
            text = line.text[inner:].strip()
        elif indents and (line.gap and line.indent <= indents[0]):
            indents.clear()
        last = line
        while index < len(lines) and _goes_on(last, lines[index], width, inner if bullet else None, dashes):
            last = lines[index]
            wrapped = width is not None and _is_full(lines[index - 1].text, last.text, width)
            text += (" " if wrapped and not _is_address(last.text) else "\n") + last.text.strip()
            index += 1
        yield Block(
            "item" if bullet else "paragraph",
            text,
            place=line.place,
            depth=len(indents) if bullet or (indents and line.indent > indents[0]) else 0,
            ordered=bool(bullet and bullet["number"]),
            quoted=line.quoted,
            gap=line.gap,
        )


def _heading(line: _Line, following: _Line | None) -> tuple[Block, int] | None:
    """The heading that a line is, and how many more lines it takes; None if it is not a heading."""
    marked = _MARKED.match(line.text)
    if marked:
        title = line.text[marked.end() :].rstrip("#").rstrip() or "#"
        return Block("heading", title, place=line.place, level=len(marked["marks"]), gap=line.gap), 0
    underline = _UNDERLINE.match(following.text) if following and following.gap == 0 else None
    text = line.text.strip()
    if underline and len(text) <= WIDEST and not _DIVIDER.match(text) and not _ADDRESS.fullmatch(text):
        # A rule below a sentence is a divider, unless it is as long as the sentence.
        as_long = abs(len(text) - len(underline.group().strip())) <= 2
        if as_long or not text.endswith((".", ":", ",", ";")):
            level = _UNDERLINE_LEVEL.get(underline[1], 3)
            return Block("heading", text, place=line.place, level=level, gap=line.gap), 1
    decorated = _decorated(text)
    if decorated:
        return Block("heading", decorated, place=line.place, level=2, gap=line.gap), 0
    return None


def _decorated(line: str) -> str | None:
    """The words of a decorated line: `== Title ==`, or in brackets."""
    words = line.lstrip(_DECORATION)
    left = line[: len(line) - len(words)] or words[:1]
    words = words if left != "[" else words[1:]
    right = words[len(words.rstrip(_DECORATION)) :] or words[-1:]
    words = words[: len(words) - len(right)].strip()
    if not 0 < len(words) <= 60 or not words[0].isalnum() or words.isdigit() or re.search(r"\]\s*\S", words):
        return None
    alike = left[0] == right[0] or (left[0] in "<[" and right[0] in ">]")
    whole = (len(left) > 1 or left == "[") and (len(right) > 1 or right == "]") and (left != "[" or right == "]")
    return words if alike and whole else None


def _is_overline(line: _Line, following: _Line, after: list[_Line]) -> bool:
    """Whether a text is a heading between two rules."""
    return (
        following.gap == 0
        and len(after) == 1
        and after[0].gap == 0
        and after[0].text.strip() == line.text.strip()
        and len(line.text.strip()) >= 5
        and len(following.text) <= WIDEST
    )


def _goes_on(last: _Line, line: _Line, width: int | None, inner: int | None, dashes: bool) -> bool:
    """Whether a line continues the paragraph before it. `inner` is the column where a bullet's text begins."""
    if line.gap or line.quoted != last.quoted or _DIVIDER.match(line.text) or _MARKED.match(line.text):
        return False
    if _BULLET.match(line.text) and not (
        width and line.indent == last.indent and inner is None and not line.text.lstrip().startswith(("*", "-", "•"))
    ):
        return False
    if dashes and _DASH.match(line.text):
        return False
    if inner is not None and line.indent >= max(inner - 1, 1):
        return True
    if width is None or _ends_in_address(last.text):
        return False
    return _is_full(last.text, line.text, width) and (inner is not None or line.indent <= last.indent)


def _is_address(text: str) -> bool:
    return bool(_ADDRESS.fullmatch(text.strip()))


def _ends_in_address(text: str) -> bool:
    end = max((match.end() for match in _ADDRESS.finditer(text)), default=None)
    return end is not None and not text[end:].strip(" .)]>")


def _linked(block: Block, notes: _Notes) -> Block:
    """The block with marks on its URLs and footnote numbers."""
    text, marks, place = "", [], 0
    for match in _ADDRESS.finditer(block.text):
        address = match["angled"] or _trimmed(match["bare"])
        text += block.text[place : match.start()]
        url = address if "://" in address else f"http://{address}"
        marks.append(Mark("link", len(text), len(text) + len(address), url))
        text += address
        place = match.end() if match["angled"] else match.start() + len(address)
    text += block.text[place:]
    if notes:
        marks += _references(text, notes, block.place, marks)
        marks.sort(key=lambda mark: mark.start)
    return replace(block, text=text, marks=tuple(marks)) if marks else block


def _references(text: str, notes: _Notes, place: int, addresses: list[Mark]) -> Iterator[Mark]:
    """Marks on footnote numbers that are not within a URL. `addresses` are ordered by their start."""
    starts = [mark.start for mark in addresses]
    for match in _REFERENCE.finditer(text):
        before = bisect(starts, match.start())
        if before and match.start() < addresses[before - 1].end:
            continue
        if url := _note(notes, match[1] or match[2], place):
            yield Mark("link", match.start(), match.end(), url)


def _note(notes: _Notes, number: str, place: int) -> str | None:
    """The URL of a footnote: of several with this number the next one below the line, else the last above it."""
    alike = notes.get(number, [])
    index = bisect(alike, (place, ""))
    return alike[min(index, len(alike) - 1)][1] if alike else None


def _trimmed(address: str) -> str:
    """A URL without the punctuation of the sentence around it."""
    surplus = {closing: address.count(closing) - address.count(opening) for opening, closing in ("()", "[]", "{}")}
    end = len(address)
    while end and (address[end - 1] in ".,;:!?'*_’”»…" or surplus.get(address[end - 1], 0) > 0):
        end -= 1
        if address[end] in surplus:
            surplus[address[end]] -= 1
    return address[:end]
