"""Writing blocks as Markdown, for the texts of issues, sections and items."""

import re
from collections.abc import Iterable, Sequence

from app.newsletters.blocks import Block, Mark

_FENCE = {"bold": "**", "italic": "*", "strike": "~~"}
_TAG = {"bold": "strong", "italic": "em", "strike": "del"}
# Characters that CommonMark would not read literally. Underscores within words, lone brackets and ampersands
# need no escaping.
_SPECIAL = re.compile(
    r"""\\(?=[!-/:-@\[-`{-~\n]|$)|`|\*(?=\S)|(?<=\S)\*|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)|~(?=~)|(?<=~)~"""
    r"""|\[(?=[^\[\]]*(?:\][(\[:]|$))|!(?=\[)|<(?=[A-Za-z/!?])|&(?=\#?\w+;)"""
)
_SIGN = re.compile(r"[\\`*_~\[!<&]")
"""The characters that those have in common, for a quick check."""
_AT_LINE_START = re.compile(
    r"^(?:\#{1,6}(?=\s|$)|>|[-+*](?=\s|$)|=+\s*$|-[-\s]*$|~~~|\d{1,9}(?=[.)](?:\s|$))|\|)", re.MULTILINE
)


def markdown_of(blocks: Iterable[Block]) -> str | None:
    """The blocks as Markdown; None if there is no text in them."""
    written = ""
    before: Block | None = None
    for block in blocks:
        text = _block(block)
        if not text:
            continue
        tight = before is not None and block.kind == "item" and before.depth > 0 and before.quoted == block.quoted
        joint = "\n>\n" if before is not None and before.quoted and block.quoted else "\n\n"
        written += (("\n" if tight else joint) if written else "") + text
        before = block
    return written or None


def inline(text: str, marks: Sequence[Mark] = (), start: int = 0, end: int | None = None) -> str:
    """A part of a text with its marks, as Markdown."""
    end = len(text) if end is None else end
    clipped = (_clip(text, mark, start, end) for mark in marks)
    return _AT_LINE_START.sub(r"\\\g<0>", _nest(text, sorted(filter(None, clipped), key=_outer_first), start, end))


def _block(block: Block) -> str:
    if block.kind == "divider":
        return ""
    if block.raw is not None:
        text = block.raw
    else:
        text = inline(block.text, block.marks).replace("\n", "\\\n")
        if block.kind == "heading" and text:
            text = f"{'#' * min(max(block.level, 1), 6)} {' '.join(text.split())}"
    if not text:
        return ""
    if block.depth:
        indent = "   " * block.depth if block.ordered else "  " * block.depth
        marker = "1. " if block.ordered else "- "
        first = indent[: -len(marker)] + marker if block.kind == "item" else indent
        text = first + text.replace("\n", f"\n{indent}")
    return "> " + text.replace("\n", "\n> ") if block.quoted else text


def _clip(text: str, mark: Mark, start: int, end: int) -> Mark | None:
    """The part of a mark between two indexes, without white space at its ends; None if nothing is left."""
    first, last = max(mark.start, start), min(mark.end, end)
    while first < last and text[first].isspace():
        first += 1
    while first < last and text[last - 1].isspace():
        last -= 1
    if first < last:
        return mark._replace(start=first, end=last)
    return mark if mark.kind == "image" and start <= mark.start <= end else None


def _outer_first(mark: Mark) -> tuple[int, int]:
    return mark.start, -mark.end


def _nest(text: str, marks: Sequence[Mark], start: int, end: int, within: tuple[str, ...] = ()) -> str:
    written, place, index = "", start, 0
    while index < len(marks):
        mark = marks[index]
        inner = []
        index += 1
        while index < len(marks) and marks[index].start < max(mark.end, mark.start + 1):
            # Marks that overlap it, or repeat an outer mark, are left out.
            if marks[index].end <= mark.end and marks[index].kind not in (*within, mark.kind):
                inner.append(marks[index])
            index += 1
        written += _escaped(text[place : mark.start]) + _mark(text, mark, inner, (*within, mark.kind))
        place = mark.end
    return written + _escaped(text[place:end])


def _mark(text: str, mark: Mark, inner: Sequence[Mark], within: tuple[str, ...]) -> str:
    plain = text[mark.start : mark.end]
    if mark.kind == "code":
        ticks = "`" * (max((len(run) for run in re.findall("`+", plain)), default=0) + 1)
        pad = " " if plain.startswith("`") or plain.endswith("`") else ""
        return f"{ticks}{pad}{plain}{pad}{ticks}"
    if mark.kind == "link":
        if plain == mark.url and re.fullmatch(r"https?://[^\s<>]+", plain):
            return f"<{plain}>"
        return f"[{_nest(text, inner, mark.start, mark.end, within)}]({_target(mark.url or '')})"
    if mark.kind == "image":
        return f"![{_escaped(plain)}]({_target(mark.url or '')})"
    words = _nest(text, inner, mark.start, mark.end, within)
    if _flanks(text, mark):
        return _FENCE[mark.kind] + words + _FENCE[mark.kind]
    return f"<{_TAG[mark.kind]}>{words}</{_TAG[mark.kind]}>"


def _flanks(text: str, mark: Mark) -> bool:
    """Whether asterisks around it would be read as emphasis (CommonMark 0.31, 'Emphasis and strong emphasis')."""
    before, after = text[mark.start - 1 : mark.start], text[mark.end : mark.end + 1]
    opens = text[mark.start].isalnum() or not before.isalnum()
    closes = text[mark.end - 1].isalnum() or not after.isalnum()
    return opens and closes and "*" not in (before, after, text[mark.start], text[mark.end - 1])


def _target(url: str) -> str:
    if re.fullmatch(r"[^\s<>()\\]+", url):
        return url
    return (
        "<" + re.sub(r"[<>\\]", lambda match: "%" + match.group().encode().hex().upper(), " ".join(url.split())) + ">"
    )


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text) if _SIGN.search(text) else text
