"""Blocks from the events of a page."""

import re
from collections import Counter
from dataclasses import replace

from app.newsletters.blocks import Block, Kind
from app.newsletters.formats.html import landmarks, styles
from app.newsletters.formats.html.context import Context, Contexts, followed
from app.newsletters.formats.html.css import Sheet, Style
from app.newsletters.formats.html.elements import Element, End, Markup, Words
from app.newsletters.formats.html.spans import Span, paragraphs, visible
from app.newsletters.formats.html.tables import Table
from app.newsletters.formats.limits import MOST_LINES
from app.newsletters.left_out import LeftOut, Unreadable

_LEFT_OUT = {
    **dict.fromkeys(("iframe", "object", "embed", "video", "audio", "canvas"), "embedded: it plays only on its page"),
    **dict.fromkeys(("noembed", "noframes"), "shown only by old browsers"),
    "noscript": "shown only where scripts are off",
    "template": "a template for scripts",
    "svg": "text in a drawing",
}
_IMAGE_SOURCES = ("src", "data-src", "data-original", "data-lazy-src")
_LARGEST_BUTTON = 2.0
"""Relative font size; a linked box with a larger font is a title, not a button."""


class BlockBuilder:
    """For one page. `build` fills `blocks` and `left_out`."""

    def __init__(self, markup: Markup, address: str | None) -> None:
        self._events = markup.events
        self._sheet = Sheet()
        self._about = Contexts(landmarks.Landmarks(markup.events), address)
        self._contexts = [self._about.first()]
        self._spans: list[Span] = []
        self._tables: list[Table] = []
        self._entry_begins = False
        self._lines = 0
        self.blocks: list[Block] = []
        self.left_out = list(markup.left_out)

    def build(self) -> None:
        for element in (event for event in self._events if isinstance(event, Element) and event.name == "style"):
            self._sheet.add(self._words_in(element))
        index = 0
        while index < len(self._events):
            event = self._events[index]
            index += 1
            if isinstance(event, Words):
                self._add(event.text, event.line)
            elif isinstance(event, End):
                self._end(event.element)
            elif not self._begin(event):
                index = event.end + 1
        self._flush()
        self.blocks = _relative(self.blocks)

    def _begin(self, element: Element) -> bool:
        """Enter an element. False when its content is to be skipped."""
        style = self._sheet.style(element)
        context = self._about.inside(self._contexts[-1], element, style)
        if context.is_block and not element.again:
            self._flush()
        if element.name in landmarks.NOT_RENDERED:
            return False
        if element.name in _LEFT_OUT:
            self._leave_out(element)
            return False
        if element.name == "pre" and not context.keeps_lines:
            self._code(element, context)
            return False
        match element.name:
            case "br":
                self._spans.append(Span("\n", context.text_style._replace(role=context.role), element.line))
            case "hr":
                self._flush()
                self._append(context, Block("divider", place=element.line, size=0.0))
            case "img":
                self._image(element, style, context)
            case "input":
                self._input(element, context)
            case "li" if not element.again:
                self._entry_begins = True
            case "table":
                self._tables.append(Table(element))
            case "tr" if self._tables:
                self._tables[-1].begin_row()
            case "td" | "th" if self._tables:
                self._tables[-1].begin_cell(element, len(self.blocks))
        self._contexts.append(context)
        return True

    def _end(self, element: Element) -> None:
        if self._contexts[-1].is_block and not element.goes_on:
            self._flush()
        self._contexts.pop()
        match element.name:
            case "li" if not element.goes_on:
                self._entry_begins = False
            case "table":
                self._tables.pop().end(self.blocks)
            case "tr" if self._tables:
                self._tables[-1].end_row(self.blocks)
            case "td" | "th" if self._tables:
                self._tables[-1].end_cell(len(self.blocks))

    def _add(self, text: str, line: int) -> None:
        context = self._contexts[-1]
        seen = context.pixels > styles.INVISIBLE
        text_style = context.text_style._replace(role=context.role if seen else "hidden")
        if context.keeps_lines:
            self._lines += text.count("\n")
            if self._lines > MOST_LINES:
                raise Unreadable(f"This HTML has more than {MOST_LINES:,} preformatted lines: split it.")
            for number, part in enumerate(text.split("\n")):
                self._spans += [Span("\n", text_style, line + number)] if number else []
                self._spans.append(Span(part, text_style, line + number))
        else:
            above = text.count("\n", 0, len(text) - len(text.lstrip()))
            self._spans.append(Span(text.replace("\n", " "), text_style, line + above))

    def _image(self, element: Element, style: Style, context: Context) -> None:
        attributes = element.attributes
        words = visible(attributes.get("alt", "")).strip()
        address = next((found for name in _IMAGE_SOURCES if (found := followed(attributes.get(name, "")))), None)
        is_sign = bool(words) and not re.search(r"[\w\s!-@]", words)  # an emoji as an image
        if _is_tracker(attributes, style) or (context.hidden and not words):
            return
        if address and not is_sign:
            text_style = context.text_style._replace(role=context.role)
            ends = [Span("\n", text_style, element.line)] * style.get("display", "").startswith("block")
            self._spans += [*ends, Span(words, text_style, element.line, self._about.absolute(address)), *ends]
        elif attributes.get("src", "").strip().lower().startswith(("data:", "cid:")) and not is_sign:
            self.left_out.append(LeftOut(words or "image", "an embedded image", element.line))
        elif words:
            self._add(words, element.line)

    def _input(self, element: Element, context: Context) -> None:
        attributes = element.attributes
        if attributes.get("type", "").lower() in ("submit", "button", "reset") and (words := attributes.get("value")):
            self._spans.append(Span(words, context.text_style._replace(role=context.role, button=True), element.line))

    def _code(self, element: Element, context: Context) -> None:
        self._flush()
        text = self._words_in(element).removeprefix("\n").rstrip().expandtabs(4)
        if text.strip():
            fence = "`" * max(3, 1 + max((len(span) for span in re.findall("`+", text)), default=0))
            raw = f"{fence}\n{text}\n{fence}"
            self._append(context, Block("verbatim", text, place=element.line, role=context.role, raw=raw, size=0.0))

    def _flush(self) -> None:
        spans, self._spans = self._spans, []
        context = self._contexts[-1]
        for part in paragraphs(spans):
            kind: Kind = "image" if part.is_image else "heading" if context.heading else "paragraph"
            if context.depth and self._entry_begins and part.role != "hidden":
                kind, self._entry_begins = "item", False
            level = context.heading if kind == "heading" else 0
            block = Block(kind, part.text, part.marks, part.place, level, gap=part.gap, role=part.role)
            self._append(context, replace(block, size=part.size or 0.0))

    def _append(self, context: Context, block: Block) -> None:
        """Add a block. Its size is in pixels, or 0 if unknown, until all blocks are there."""
        self.blocks.append(replace(block, depth=context.depth, ordered=context.ordered, quoted=context.quoted))

    def _leave_out(self, element: Element) -> None:
        words = " ".join(self._words_in(element, seen=True).split())
        address = followed(element.attributes.get("src") or element.attributes.get("data") or "")
        if text := " ".join(filter(None, (words, address))):
            self.left_out.append(LeftOut(text, _LEFT_OUT[element.name], element.line))

    def _words_in(self, element: Element, *, seen: bool = False) -> str:
        words, unseen = [], 0
        for event in self._events[element.begin + 1 : element.end]:
            if isinstance(event, Words):
                words.append("" if unseen else event.text)
            elif isinstance(event, Element):
                words.append("\n" if event.name == "br" else "")
                unseen += seen and event.name in landmarks.NOT_RENDERED
            else:
                unseen -= seen and event.element.name in landmarks.NOT_RENDERED
        return "".join(words)


def _is_tracker(attributes: dict[str, str], style: Style) -> bool:
    """Whether an image is a tracking pixel: at most one pixel wide or high."""
    sizes = (styles.number(declared.get(name)) for name in ("width", "height") for declared in (style, attributes))
    return any(size is not None and size <= 1 for size in sizes)


def _relative(blocks: list[Block]) -> list[Block]:
    """The blocks with their sizes relative to that of most of the text."""
    letters = Counter[float]()
    for block in blocks:
        if block.kind in ("paragraph", "item") and block.role == "content" and block.size:
            letters[block.size] += len(block.text)
    usual = max(letters, key=letters.__getitem__, default=styles.NORMAL)
    relative = [replace(block, size=round(block.size / usual, 2) if block.size else 1.0) for block in blocks]
    return [
        replace(block, role="content") if block.role == "button" and block.size > _LARGEST_BUTTON else block
        for block in relative
    ]
