"""Lines: blocks with their shape, which is found before their meaning."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from app.newsletters.blocks import Block, Mark

Shape = Literal["heading", "prose", "entry", "link", "image", "divider", "verbatim"]
"""`heading` is a line that can be a title or a label; `link` is one with nothing but a link."""

LONGEST_HEAD = 160
"""Characters; a longer line is a paragraph, even if its format says heading."""
DEEPEST = 20
"""Levels of nested lists."""
SHORT = 100
"""Characters of a line of plain text that can be a title."""

_WIDE = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff66-\uff9f]")
_STOP = re.compile(r"[.!?…。！？;:,；：，、][\"'”’»)\]）」』]*$")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]）」』]*$")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
READING_TIME = re.compile(
    r"(?<!\s)\s*+[(\[](\d{1,3}\s?(?:-\s?)?min(?:ute)?s?\.?(?:\s\w{2,12}){0,2})[)\]](?=\W*(?:\d{1,3}\W*)?$)",
    re.IGNORECASE,
)
"""'(5 min read)' at the end of a title, perhaps with a footnote number after it."""
_NOTE_NUMBER = re.compile(r"[\[(]\d{1,3}[\])]")


@dataclass(eq=False)
class Line:
    """A block and its shape."""

    block: Block
    shape: Shape = "prose"
    style: tuple[str, float] = ("", 0)
    """Of a heading: what makes it one. Headings of the same style are alike."""
    leads: bool = False
    """Of a list item: whether it, or anything in it, has a link to another page."""

    @cached_property
    def text(self) -> str:
        return self.block.text

    @cached_property
    def words(self) -> int:
        return count_words(self.text)

    @cached_property
    def links(self) -> list[Mark]:
        """Links to other pages."""
        return [mark for mark in self.block.links if mark.url and mark.url.lower().startswith(("http://", "https://"))]

    @cached_property
    def is_linked(self) -> bool:
        """Whether nearly all of it is linked to other pages."""
        return _share(self.text, self.links) >= 0.8

    @cached_property
    def is_mostly_linked(self) -> bool:
        return _share(self.text, self.links) >= 0.4

    @cached_property
    def is_bold(self) -> bool:
        return _share(self.text, [mark for mark in self.block.marks if mark.kind == "bold"]) >= 0.9

    @cached_property
    def bold(self) -> Mark | None:
        """Its first bold text."""
        return next((mark for mark in self.block.marks if mark.kind == "bold"), None)

    @cached_property
    def is_italic(self) -> bool:
        return _share(self.text, [mark for mark in self.block.marks if mark.kind == "italic"]) >= 0.9

    @cached_property
    def is_capital(self) -> bool:
        return self.text.isupper() and sum(map(str.isalpha, self.text)) >= 3

    @cached_property
    def is_sentence(self) -> bool:
        """Whether it ends as a sentence does."""
        return bool(_SENTENCE_END.search(self.text.rstrip()))


def count_words(text: str) -> int:
    """The number of words. In scripts without spaces, two characters count as one."""
    wide = len(_WIDE.findall(text))
    return len(_WIDE.sub(" ", text).split()) + (wide + 1) // 2


def plain(text: str) -> str:
    """A label or title without bullets, arrows, colons and other decoration around it; emoji stay."""
    return " ".join(text.split()).strip("•▪►»«→– —:*_=~|").strip() or " ".join(text.split())


def lines_of(blocks: Iterable[Block]) -> list[Line]:
    """The blocks as lines. A paragraph is split at its line breaks if its lines have different shapes."""
    parted = [line for block in blocks for line in _parted(_shallower(block))]
    shown = (block for block in parted if block.text and block.kind != "item" and block.role != "hidden")
    repeated = Counter(block.text.casefold() for block in shown)
    lines = [Line(block) for block in parted]
    for line in lines:
        line.shape, line.style = _shape_of(line, repeated)
    _mark_prose(lines)
    _mark_numbered_headings(lines)
    _mark_links(lines)
    entry: list[Line] = []
    for line in lines:
        while entry and (
            line.block.depth < entry[-1].block.depth
            or (line.shape == "entry" and line.block.depth == entry[-1].block.depth)
        ):
            entry.pop()
        if line.shape == "entry":
            entry.append(line)
        for above in entry:
            above.leads = above.leads or bool(line.links)
    return lines


def _shallower(block: Block) -> Block:
    return block if block.depth <= DEEPEST else replace(block, depth=DEEPEST)


def _mark_numbered_headings(lines: Sequence[Line]) -> None:
    """Single numbered lines, each with text below it, are headings, not a list."""
    numbered = [line.shape == "entry" and line.block.ordered for line in lines]
    for index, line in enumerate(lines[:-1]):
        alone = numbered[index] and not numbered[index + 1] and not (index and numbered[index - 1])
        brief = line.words <= 10 and not line.is_sentence and not line.block.links
        if alone and brief and line.block.depth == 1:
            line.shape, line.style = "heading", ("numbered", 0)


def _mark_prose(lines: Sequence[Line]) -> None:
    """A heading level that is mostly sentences is used for its font size: those lines are prose."""
    for level in {line.block.level for line in lines if line.block.kind == "heading"}:
        alike = [line for line in lines if line.block.kind == "heading" and line.block.level == level]
        sentences = sum(line.shape == "prose" or (line.is_sentence and line.words > 12) for line in alike)
        if sentences * 2 > len(alike):
            for line in alike:
                line.shape, line.style = "prose", ("", 0)


def _mark_links(lines: Sequence[Line]) -> None:
    """A few linked words between texts are a link such as 'Read more', not a title."""
    for before, line, after in zip([None, *lines], lines, [*lines[1:], None], strict=False):
        above, beneath = (other.shape if other is not None else "" for other in (before, after))
        brief = line.is_linked and line.words <= 4 and line.block.kind != "heading"
        if line.shape == "heading" and brief and above in ("prose", "entry") and beneath != "prose":
            line.shape, line.style = "link", ("", 0)
        named = line.block.role != "button" and ":" not in line.text  # not a URL, not 'Link: …'
        if line.shape == "link" and named and above == "divider" and beneath in ("heading", "prose"):
            line.shape, line.style = "heading", _style_of(line) or ("linked", 0)


def _parted(block: Block) -> list[Block]:
    if "\n" not in block.text or block.raw is not None or block.quoted:
        return [block]
    pieces, start = [], 0
    for part in block.text.split("\n"):
        if part.strip():
            pieces.append(_slice(block, start, start + len(part)))
        start += len(part) + 1
    lines = [Line(piece) for piece in pieces]
    first = lines[0]
    titled = (first.is_linked or first.is_bold) and first.words <= 30
    addressed = any(_ADDRESS.fullmatch(line.text.strip()) for line in lines)
    each = sum(bool(line.links) for line in lines) >= max(2, len(lines) * 0.8)
    if not (len(lines) > 1 and (titled or addressed or each or block.kind == "item")):
        return [block]
    head, *rest = pieces
    return [head, *(replace(piece, kind="paragraph", gap=0, level=0) for piece in rest)]


def _slice(block: Block, start: int, end: int) -> Block:
    marks = [
        mark._replace(start=max(mark.start, start) - start, end=min(mark.end, end) - start)
        for mark in block.marks
        if mark.start < end and mark.end > start
    ]
    return replace(block, text=block.text[start:end], marks=tuple(marks))


def _shape_of(line: Line, repeated: Counter[str]) -> tuple[Shape, tuple[str, float]]:
    block = line.block
    if block.kind in ("divider", "verbatim", "image"):
        return block.kind, ("", 0)
    if block.kind == "item":
        return "entry", ("", 0)
    text = block.text.strip()
    if block.role == "button" or _ADDRESS.fullmatch(text) or _NOTE_NUMBER.fullmatch(text):
        return ("link", ("", 0)) if line.links else ("prose", ("", 0))
    if not any(char.isalnum() for char in text):
        return ("prose" if line.links else "divider"), ("", 0)
    if block.quoted or block.depth:
        return "prose", ("", 0)
    again = repeated[text.casefold()] > 1 or (line.words <= 3 and _is_arrow(text))
    if line.is_linked and block.kind != "heading" and again and line.words <= 5:
        return "link", ("", 0)  # a repeated 'Read more'
    if (
        len(line.links) == 1
        and re.match(r"\W*\w+( \w+)?[:：]\s*$", text[: line.links[0].start])
        and line.links[0].end >= len(text.rstrip(" ."))
    ):
        return "link", ("", 0)  # 'Link: Title', 'Read more: Title'
    style = _style_of(line)
    return ("heading" if style else "prose"), style or ("", 0)


def _style_of(line: Line) -> tuple[str, float] | None:
    """What makes a line a heading, the strongest sign first; None if it is not a heading."""
    block, text = line.block, line.text.strip()
    if len(text) > LONGEST_HEAD or (line.words > 18 and line.is_sentence):
        return None
    if block.kind == "heading":
        return "level", block.level
    if re.match(r"\W*(?:by|von|par|por|via)\s", text):
        return None  # a byline
    if (
        block.size < 0.9
        or line.words > 25
        or text.endswith((",", ";", "，", "、"))
        or _share(text, [mark for mark in block.marks if mark.kind == "code"]) > 0.9
    ):
        return None
    if block.size >= 1.15 and not (line.is_sentence and line.words > 12):
        return "size", block.size
    if line.is_capital and not (line.is_sentence and line.words > 6) and line.words <= 12:
        return "capital", 1 if line.links or READING_TIME.search(text) else 0
    if line.is_bold and not (line.is_sentence and line.words > 14):
        return "bold", 0
    if line.is_linked and line.words >= 2:
        return "linked", 0
    ends = _STOP.search(text)
    if _has_remark(line):
        return None
    if _ADDRESS.search(text) or block.size < 0.95:
        return None
    if len(text) <= SHORT and line.words <= 16 and (not ends or text[ends.start()] in "!?！？") and _begins_well(text):
        return "short", 0
    return None


def _has_remark(line: Line) -> bool:
    """Whether a line begins with bold words set off from a sentence by a sign: a title with its remark."""
    bold = line.bold
    if bold is None or bold.start > 2:
        return False
    words, rest = line.text[bold.start : bold.end].rstrip(), line.text[bold.end :]
    set_off = words.endswith((":", ".", "–", "—")) or rest.lstrip().startswith((":", "–", "—", "- "))
    return set_off and count_words(rest) >= 5


def _begins_well(text: str) -> bool:
    first = next((char for char in text if char.isalnum()), "")
    return not first.islower() or bool(re.match(r"\W*(?:i[A-Z]|[a-z]+[A-Z\d_.-])", text))


def _is_arrow(text: str) -> bool:
    return bool(re.search(r"(?:[→»›>⟶…]|\.\.\.)\s*$", text))


def _share(text: str, marks: Sequence[Mark]) -> float:
    """How much of the letters and digits of a text is under the marks."""
    if not marks:
        return 0.0
    total = sum(map(str.isalnum, text))
    if not total:
        return 0.0
    covered = end = 0
    for mark in sorted(marks, key=lambda mark: mark.start):
        covered += sum(map(str.isalnum, text[max(mark.start, end) : mark.end]))
        end = max(end, mark.end)
    return covered / total
