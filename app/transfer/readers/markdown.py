"""Markdown, with or without a head, with HTML inside."""

import re
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any

from markdown_it.token import Token

from app.content.markdown import parse
from app.transfer.blocks import Block, LeftOut, Mark, Source
from app.transfer.decoding import decoded
from app.transfer.readers import head, html

# Code keeps what looks like a tag of a template (the first alternative); anywhere else it is one.
_TEMPLATE_TAG = re.compile(
    r"(?P<code>^(?P<fence>```+|~~~+).{0,100000}?^(?P=fence)[`~]*[ \t]*$"
    r"|(?P<ticks>`{1,9})(?!`).{1,500}?(?<!`)(?P=ticks)(?!`))"
    r"|\{%-?\s{0,9}comment\s{0,9}-?%\}.{0,20000}?\{%-?\s{0,9}endcomment\s{0,9}-?%\}"
    r"|\{%.{0,1000}?%\}|\{\{.{0,1000}?\}\}|\{#.{0,1000}?#\}",
    re.DOTALL | re.MULTILINE,
)
_DEEP = re.compile(r"^(?:[ \t]*>){20,}|^[ \t]{80,}", re.MULTILINE)
"""Quotations and lists that are nested deeper than anybody means, and than the parser of Markdown follows."""
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"<(?P<closing>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)(?P<attributes>[^>]*)>")
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
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
    """One edition. What the head says of it is taken from there; comments and template tags are left out."""
    text = decoded(data) if isinstance(data, bytes) else data
    about = head.read(text)
    body = "\n" * about.lines + "\n".join(text.split("\n")[about.lines :])
    body, tags = _without_template_tags(body)
    blocks, left_out = blocks_of(body)
    return Source(
        name=name, key=name, blocks=tuple(blocks), left_out=(*about.left_out, *tags, *left_out), **about.fields
    )


def blocks_of(text: str) -> tuple[list[Block], list[LeftOut]]:
    """The blocks of a text, and what is said in it to nobody: comments, and references that nothing refers to."""
    text = _DEEP.sub(_shallower, text)
    tokens, references = parse(text)
    walk = _Walk(text.split("\n"))
    for token in tokens:
        walk.take(token)
    used = {mark.url for block in walk.blocks for mark in block.marks}
    unused = [
        LeftOut(f"[{label}]: {unescape(reference['href'])}", "a link that nothing refers to", reference["map"][0] + 1)
        for label, reference in references.items()
        if reference["href"] not in used
    ]
    return walk.blocks, walk.left_out + unused


def _shallower(match: re.Match[str]) -> str:
    return "> " * 20 if ">" in match.group() else " " * 80


def _without_template_tags(text: str) -> tuple[str, list[LeftOut]]:
    tags = []

    def kept(match: re.Match[str]) -> str:
        if match["code"]:
            return match["code"]
        place = text.count("\n", 0, match.start()) + 1
        tags.append(LeftOut(" ".join(match.group().split()), "a tag of the site's templates", place))
        return "\n" * match.group().count("\n")  # so that what follows keeps its line

    return _TEMPLATE_TAG.sub(kept, text), tags


@dataclass(slots=True)
class _Inline:
    """An inline run as text and marks, while it is put together."""

    text: str = ""
    marks: list[Mark] = field(default_factory=list)
    open: list[tuple[str, int, str | None]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    broken: int = -1
    """Where the last line of the source ended."""

    def take(self, token: Token) -> None:
        if token.type in ("text", "text_special"):
            if _WIDE_BREAK.search(self.text[-2:] + token.content[:1]) and self.broken == len(self.text):
                self.text = self.text[:-1]  # scripts that write no spaces have none where a line ends
            self.text += token.content
        elif token.type == "softbreak":
            self.text += " "
            self.broken = len(self.text)
        elif token.type == "hardbreak":
            self.text = self.text.rstrip(" ") + "\n"
        elif token.type == "code_inline":
            self._mark("code", " ".join(token.content.split()))
        elif token.type == "image":
            described = _Inline()
            for child in token.children or ():
                described.take(child)
            self._mark("image", described.text.replace("\n", " "), str(token.attrs.get("src", "")))
        elif token.type == "html_inline":
            self._tag(token.content)
        elif token.nesting == 1:
            self.open.append((_KIND.get(token.tag, token.tag), len(self.text), _href(token)))
        elif token.nesting == -1:
            self._close(_KIND.get(token.tag, token.tag))

    def finished(self) -> tuple[str, tuple[Mark, ...]]:
        """The text without white space at its ends, and the marks by their start, outer ones first."""
        length = len(self.text.rstrip())
        skipped = len(self.text) - len(self.text.lstrip())
        text = self.text[skipped:length]
        marks = [
            mark._replace(start=max(mark.start - skipped, 0), end=min(mark.end - skipped, len(text)))
            for mark in self.marks
        ]
        return text, tuple(sorted(marks, key=lambda mark: (mark.start, -mark.end)))

    def _mark(self, kind: Any, text: str, url: str | None = None) -> None:
        self.marks.append(Mark(kind, len(self.text), len(self.text) + len(text), url))
        self.text += text

    def _close(self, kind: str) -> None:
        if not any(opened == kind for opened, _, _ in self.open):
            return
        while self.open:
            opened, start, url = self.open.pop()
            if opened in _KIND.values() and (opened != "link" or url) and start < len(self.text):
                self.marks.append(Mark(opened, start, len(self.text), url))  # type: ignore[arg-type]
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
            self.text = self.text.rstrip(" ") + "\n"
        elif tag["name"].lower() == "img":
            attributes = _attributes(tag["attributes"])
            self._mark("image", " ".join(attributes.get("alt", "").split()), attributes.get("src"))
        elif tag["name"].lower() in _KIND:
            kind = _KIND[tag["name"].lower()]
            if tag["closing"]:
                self._close(kind)
            else:
                self.open.append((kind, len(self.text), _attributes(tag["attributes"]).get("href")))


class _Walk:
    """From tokens, one after the other, to blocks."""

    def __init__(self, lines: list[str]) -> None:
        self.blocks: list[Block] = []
        self.left_out: list[LeftOut] = []
        self._lines = lines
        self._lists: list[bool] = []
        """Of the lists that are open: whether they are numbered."""
        self._entry = False
        """Whether the next block is the first of a list's entry."""
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
            return  # a cell of the table that has been taken whole
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
            text = "\n".join(
                " ".join(re.split(r"\s*(?<!\\)\|\s*", line.strip(" |"))) for line in (lines[0], *lines[2:])
            )
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


def _placed(block: Block, place: int, depth: int, quoted: bool) -> Block:
    return replace(block, place=place, depth=block.depth + depth, quoted=block.quoted or quoted)


def _href(token: Token) -> str | None:
    href = token.attrs.get("href")
    return str(href) if href is not None else None


def _attributes(written: str) -> dict[str, str]:
    return {name.lower(): unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(written)}
