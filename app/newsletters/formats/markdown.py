"""Markdown, with or without front matter, and with HTML in it."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from html import unescape
from itertools import pairwise
from typing import Any

from markdown_it.token import Token

from app.content.markdown import parse
from app.newsletters.blocks import Block, Mark, Source
from app.newsletters.formats import front_matter, html, limits, template_tags
from app.newsletters.formats.decoding import decoded
from app.newsletters.left_out import LeftOut, Unreadable

_DEEP = re.compile(r"^(?:[ \t]*>){20,}|^[ \t]{80,}", re.MULTILINE)
"""Quotations and lists nested deeper than the Markdown parser follows."""
_MARKERS = re.compile(r"^[ \t>]*+((?:(?:[-*+]|\d{1,9}[.)])[ \t>]++){2,})", re.MULTILINE)
"""Those of lists that begin within each other on one line."""
MOST_MARKERS = 50_000
_EMBEDDED = re.compile(r"(?<=;base64,)[A-Za-z0-9+/=%]{2000,}+")
_EMPTY = ";base64,"
MOST_SIGNS = 4
"""Characters before a line's link or title, such as an emoji or an arrow."""
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"<(?P<closing>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)(?P<attributes>[^>]*)>")
_ATTRIBUTE = re.compile(r"""(?<![a-zA-Z-])([a-zA-Z-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_KIND = {
    "strong": "bold",
    "b": "bold",
    "em": "italic",
    "i": "italic",
    "s": "strike",
    "del": "strike",
    "code": "code",
    "a": "link",
}
_WIDE_BREAK = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef] [\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")


def read(data: bytes | str, name: str) -> Source:
    """One edition, with the metadata of its front matter. Comments and template tags are left out."""
    text = decoded(data) if isinstance(data, bytes) else data
    about = front_matter.read(text)
    body = "\n" * about.lines + "\n".join(text.split("\n")[about.lines :])
    body, pictures = _without_pictures(body)
    limits.check(body)
    body, tags = template_tags.remove(body)
    blocks, left_out = blocks_of(body)
    left_out = [*about.left_out, *pictures, *tags, *left_out]
    return Source(name=name, key=name, blocks=tuple(blocks), left_out=tuple(left_out), **about.fields)


def blocks_of(text: str) -> tuple[list[Block], list[LeftOut]]:
    """The blocks of a text, and what is left out: comments, and link definitions that are not used.

    Raises Unreadable.
    """
    limits.check(text)
    if sum(len(match[1].split()) for match in _MARKERS.finditer(text)) > MOST_MARKERS:
        raise Unreadable(f"this has more than {MOST_MARKERS:,} lists that begin within others: remove their bullets")
    text = _DEEP.sub(_shallower, text)
    tokens, references = parse(text, limits.Paragraphs().check)
    builder = _BlockBuilder(text.split("\n"))
    for token in tokens:
        builder.take(token)
    used = {mark.url for block in builder.blocks for mark in block.marks}
    unused = [
        LeftOut(
            f"[{label}]: {unescape(reference['href'])}", "a link definition that is not used", reference["map"][0] + 1
        )
        for label, reference in references.items()
        if reference["href"] not in used and not reference["href"].endswith(_EMPTY)
    ]
    return builder.blocks, builder.left_out + unused


def _shallower(match: re.Match[str]) -> str:
    return "> " * 20 if ">" in match.group() else " " * 80


def _without_pictures(text: str) -> tuple[str, list[LeftOut]]:
    """The text without the data of embedded images, which may be lines of megabytes."""
    left_out = []
    place, line = 0, 1
    for match in _EMBEDDED.finditer(text):
        line += text.count("\n", place, match.start())
        place = match.start()
        left_out.append(LeftOut("image", "an embedded image", line))
    return (_EMBEDDED.sub("", text) if left_out else text), left_out


@dataclass(slots=True)
class _Inline:
    """Builds the text and marks of a block from inline tokens."""

    parts: list[str] = field(default_factory=list)
    """Pieces of the text, none of them empty."""
    length: int = 0
    """Of the text so far."""
    marks: list[Mark] = field(default_factory=list)
    open: list[tuple[str, int, str | None]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    opened: Counter[str] = field(default_factory=Counter)
    """How many of each kind are in `open`."""
    breaks: list[int] = field(default_factory=list)
    """Where lines of the source begin, after the spaces that stand for line breaks."""

    def take(self, token: Token) -> None:
        if token.type in ("text", "text_special"):
            if self.breaks[-1:] == [self.length] and self._is_wide(token.content):
                self.breaks.pop()
                self._cut(" ")  # scripts without spaces have none at a line break
            self._say(token.content)
        elif token.type == "softbreak":
            self._say(" ")
            self.breaks.append(self.length)
        elif token.type == "hardbreak":
            self._end_line()
        elif token.type == "code_inline":
            self._mark("code", " ".join(token.content.split()))
        elif token.type == "image":
            described = _Inline()
            for child in token.children or ():
                described.take(child)
            self._image("".join(described.parts).replace("\n", " "), str(token.attrs.get("src", "")))
        elif token.type == "html_inline":
            self._tag(token.content)
        elif token.nesting == 1:
            self._open(_KIND.get(token.tag, token.tag), _href(token))
        elif token.nesting == -1:
            self._close(_KIND.get(token.tag, token.tag))

    def finished(self) -> tuple[str, tuple[Mark, ...]]:
        """The text, stripped, and the marks by their start, outer ones first."""
        whole = self._with_line_ends("".join(self.parts))
        skipped = len(whole) - len(whole.lstrip())
        text = whole.strip()
        marks = [
            mark._replace(start=max(mark.start - skipped, 0), end=min(mark.end - skipped, len(text)))
            for mark in self.marks
        ]
        return text, tuple(sorted(marks, key=lambda mark: (mark.start, -mark.end)))

    def _with_line_ends(self, text: str) -> str:
        """The text with the line breaks of the source that count: between links, one a line, and after a title.

        A link or bold words that are all of the first line are a title, unless the next goes on in lower case.
        """
        if not self.breaks:
            return text
        spans = list(pairwise([0, *self.breaks, len(text)]))
        links = {mark.start for mark in self.marks if mark.kind == "link"}
        listed = all(_behind_signs(text, start, links) for start, _ in spans)
        if listed and not any(text[start:end].rstrip().endswith((",", ";")) for start, end in spans[:-1]):
            meant = len(self.breaks)
        else:
            titles = [mark.end for mark in self.marks if mark.kind in ("bold", "link") and mark.start < MOST_SIGNS]
            first = self.breaks[0]
            least = len(text[:first].rstrip())
            alone = any(least <= end <= first for end in titles)
            meant = int(alone and (text[first : first + 1].isupper() or text[first : first + 1].isdigit()))
        lines = [text[start:end] for start, end in spans]
        ended = [line[:-1] + "\n" if line.endswith(" ") else line for line in lines[:meant]]
        return "".join([*ended, *lines[meant:]])

    def _say(self, text: str) -> None:
        if text:
            self.parts.append(text)
            self.length += len(text)

    def _cut(self, end: str) -> None:
        """Remove these characters from the end of the text."""
        while self.parts:
            part = self.parts.pop()
            kept = part.rstrip(end)
            self.length += len(kept) - len(part)
            if kept:
                self.parts.append(kept)
                return

    def _end_line(self) -> None:
        self._cut(" ")
        self._say("\n")

    def _is_wide(self, following: str) -> bool:
        """Whether the last line break stands between characters of scripts without spaces."""
        before = self.parts[-2][-1] if len(self.parts) > 1 else ""
        return bool(_WIDE_BREAK.match(f"{before}{self.parts[-1]}{following[:1]}"))

    def _mark(self, kind: Any, text: str, url: str | None = None) -> None:
        self.marks.append(Mark(kind, self.length, self.length + len(text), url))
        self._say(text)

    def _image(self, described: str, url: str | None) -> None:
        if url and url.endswith(_EMPTY):
            self._say(described)
        else:
            self._mark("image", described, url)

    def _open(self, kind: str, url: str | None) -> None:
        self.open.append((kind, self.length, url))
        self.opened[kind] += 1

    def _close(self, kind: str) -> None:
        if not self.opened[kind]:
            return
        while self.open:
            opened, start, url = self.open.pop()
            self.opened[opened] -= 1
            if opened in _KIND.values() and (opened != "link" or url) and start < self.length:
                self.marks.append(Mark(opened, start, self.length, url))  # type: ignore[arg-type]
            if opened == kind:
                return

    def _tag(self, written: str) -> None:
        comment = _COMMENT.match(written)
        tag = _TAG.match(written)
        if comment:
            self.left_out.append(comment[1])
        elif tag is None:
            return
        elif tag["name"].lower() == "br":
            self._end_line()
        elif tag["name"].lower() == "img":
            attributes = _attributes(tag["attributes"])
            self._image(" ".join(attributes.get("alt", "").split()), attributes.get("src"))
        elif tag["name"].lower() in _KIND:
            kind = _KIND[tag["name"].lower()]
            if tag["closing"]:
                self._close(kind)
            else:
                self._open(kind, _attributes(tag["attributes"]).get("href"))


def _behind_signs(text: str, start: int, links: set[int]) -> bool:
    """Whether a link begins at this index, or after a few signs."""
    places = range(start, start + MOST_SIGNS)
    return any(place in links and not any(map(str.isalnum, text[start:place])) for place in places)


class _BlockBuilder:
    """Builds blocks from block tokens."""

    def __init__(self, lines: list[str]) -> None:
        self.blocks: list[Block] = []
        self.left_out: list[LeftOut] = []
        self._lines = lines
        self._lists: list[bool] = []
        """For each open list, whether it is numbered."""
        self._entry = False
        """Whether the next block is the first of a list item."""
        self._quotes = 0
        self._heading = 0
        self._last = 0
        """The line, from 1, that the last block ended in."""

    def take(self, token: Token) -> None:
        first, end = token.map or (self._last, self._last)
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self._lists.append(token.type == "ordered_list_open")
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                self._entry = True
            case "list_item_close":
                self._entry = False
            case "blockquote_open":
                self._quotes += 1
            case "blockquote_close":
                self._quotes -= 1
            case "heading_open":
                self._heading = int(token.tag[1])
            case "heading_close":
                self._heading = 0
            case "inline" if token.map:
                self._inline(token, first, end)
            case "fence" | "code_block" | "table_open":
                # A table's cells come as inline tokens without a place of their own kind: it is taken as it stands.
                self._verbatim(token, first, end)
            case "html_block":
                self._html(token.content, first, end)
            case "hr":
                self._add("divider", "---", first=first, end=end)

    def _inline(self, token: Token, first: int, end: int) -> None:
        if self.blocks and self.blocks[-1].kind == "verbatim" and first < self._last:
            return  # a cell of a table that is already a block
        inline = _Inline()
        for child in token.children or ():
            inline.take(child)
        text, marks = inline.finished()
        self.left_out += [LeftOut(comment, "a comment", first + 1) for comment in inline.left_out if comment.strip()]
        if not text and not any(mark.kind == "image" for mark in marks):
            return
        images = [mark for mark in marks if mark.kind == "image"]
        if len(images) == 1 and images[0].end - images[0].start == len(text):
            self._add("image", text, marks, first, end)
        elif self._heading:
            self._add("heading", text, marks, first, end, level=self._heading)
        else:
            self._add("paragraph", text, marks, first, end)

    def _verbatim(self, token: Token, first: int, end: int) -> None:
        lines = self._lines[first:end]
        if token.type == "table_open":
            raw = "\n".join(line.strip() for line in lines)
            text = "\n".join(" ".join(_cells(line)) for line in (lines[0], *lines[2:]))
        else:
            text = token.content.rstrip("\n")
            ticks = "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
            raw = f"{ticks}{token.info.strip()}\n{text}\n{ticks}"
        self._add("verbatim", text, first=first, end=end, raw=raw)

    def _html(self, content: str, first: int, end: int) -> None:
        for comment in _COMMENT.findall(content):
            if comment.strip():
                self.left_out.append(LeftOut(comment.strip(), "a comment", first + 1))
        rest = _COMMENT.sub("", content)
        if not rest.strip():
            return
        for block in html.blocks_of(rest):
            self.blocks.append(_placed(block, first + 1, len(self._lists), self._quotes > 0))
        self._last = end

    def _add(
        self,
        kind: Any,
        text: str,
        marks: tuple[Mark, ...] = (),
        first: int = 0,
        end: int = 0,
        level: int = 0,
        raw: str | None = None,
    ) -> None:
        if self._entry and self._lists and kind in ("paragraph", "heading", "image"):
            kind, self._entry, level = "item", False, 0
        self.blocks.append(
            Block(
                kind,
                text,
                marks,
                place=first + 1,
                level=level,
                depth=len(self._lists),
                ordered=bool(self._lists and self._lists[-1]),
                quoted=self._quotes > 0,
                gap=max(first - self._last, 0),
                raw=raw,
            )
        )
        self._last = end


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip(" |"))]


def _placed(block: Block, place: int, depth: int, quoted: bool) -> Block:
    return replace(block, place=place, depth=block.depth + depth, quoted=block.quoted or quoted)


def _href(token: Token) -> str | None:
    href = token.attrs.get("href")
    return str(href) if href is not None else None


def _attributes(written: str) -> dict[str, str]:
    return {name.lower(): unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(written)}
