"""Rendering Markdown as sanitised HTML and as plain text.

CommonMark 0.31 with GitHub's tables, strikethrough and autolinks. Safe HTML in the Markdown is kept.
"""

import re
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, html_inline, linkify
from markdown_it.token import Token

from app.content.complexity import (
    MOST_STEPS,
    TooComplex,
    as_written,
    is_too_complex,
    is_too_large,
    may_be_as_written,
)
from app.content.html_cache import HtmlCache
from app.content.sanitizer import sanitize, text_of

RULES = 5
"""Increase this number when the rules in this module, in `sanitizer` or in `complexity` change."""
RENDERER = (
    ", ".join(f"{name} {version(name)}" for name in ("markdown-it-py", "linkify-it-py", "nh3")) + f", rules {RULES}"
)
"""The versions of the renderer and the sanitiser. Documents that other versions rendered are compiled again."""


class _Links(LinkifyIt):  # type: ignore[misc]
    """Autolinks as on GitHub: URLs with a scheme, hosts that start with `www.`, and email addresses.

    By default linkify takes every name like `setup.py` or `README.md` for a host.
    """

    def __init__(self) -> None:
        super().__init__(options={"fuzzy_link": False})
        self.add("www.", {"validate": self._www, "normalize": self._with_scheme})

    def pretest(self, text: str) -> bool:
        """Whether the text can contain a link. The inherited check takes a third of the rendering time."""
        return "//" in text or "@" in text or "www." in text.lower()

    def test(self, text: str) -> bool:
        return self.pretest(text) and bool(super().test(text))

    def _www(self, text: str, position: int) -> int:
        """The length of the URL after `www.`; 0 if it is not valid."""
        length: int = self._validate_http("//www." + text[position:], 0)
        return max(0, length - len("//www."))

    def _with_scheme(self, match: Any) -> None:
        match.url = f"http://{match.url}"


DEEPEST = 90
"""The maximum nesting of lists, list items and quotations. What is nested deeper becomes a paragraph of its source."""

_SCHEME = re.compile(r"(?:^|[^a-z0-9.+-])(https?|ftp)$", re.IGNORECASE)
_LONGEST_SCHEME = 5

_END = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>", "<!": ">"}
"""The ends of HTML constructs by their starts, the longest first."""


def _too_deep(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A block rule, because markdown-it drops everything that is nested deeper than its limit."""
    if state.level < DEEPEST or silent:
        return False
    last = line
    while last < end and (state.isEmpty(last) or state.sCount[last] >= state.blkIndent):
        last += 1
    state.line = last
    state.push("paragraph_open", "p", 1).map = [line, last]
    inline = state.push("inline", "", 0)
    inline.content = state.getLines(line, last, state.blkIndent, False).strip()
    inline.map, inline.children = [line, last], []
    state.push("paragraph_close", "p", -1)
    return True


def _html_that_ends(state: StateInline, silent: bool) -> bool:
    """An inline rule, because markdown-it searches the whole rest of the text for the end of each comment."""
    for start, end in _END.items():
        if state.src.startswith(start, state.pos):
            if state.src.find(end, state.pos + len(start)) < 0:
                return False
            break
    return html_inline(state, silent)


def _address_after_scheme(state: StateInline, silent: bool) -> bool:
    """An inline rule, because markdown-it searches the whole text before each `://` for the beginning of the scheme."""
    if not state.src.startswith("://", state.pos):
        return False
    before = _SCHEME.search(state.src[max(0, state.pos - _LONGEST_SCHEME - 1) : state.pos])
    if before is None or not _links.match_at_start(state.src[state.pos - len(before[1]) :]):
        return False
    return linkify(state, silent)


def _check_blocks(state: StateCore) -> None:
    """A core rule between the block rules and the inline rules, which lets the caller of `parse` reject a block."""
    if check := state.env.get("check"):
        for token in state.tokens:
            if token.type == "inline":
                check(token.content)


class _Inline(ParserInline):
    """Counts the steps in which the ends of links are searched for; see `complexity.MOST_STEPS`."""

    def skipToken(self, state: StateInline) -> None:  # noqa: N802
        if "steps" in state.env:
            state.env["steps"] += 1
            if state.env["steps"] > MOST_STEPS:
                raise TooComplex
        super().skipToken(state)


_markdown = MarkdownIt("zero")
_markdown.inline = _Inline()
# The default limit of nesting, 20, is too low for real lists.
_markdown.configure("commonmark", {"linkify": True, "maxNesting": 100}).enable(["table", "strikethrough", "linkify"])
_markdown.block.ruler.before("table", "too_deep", _too_deep)
_markdown.inline.ruler.at("html_inline", _html_that_ends)
_markdown.inline.ruler.at("linkify", _address_after_scheme)
_markdown.core.ruler.after("block", "check_blocks", _check_blocks)

_links = _markdown.linkify = _Links()

_PLAIN = re.compile(r"[^\W\d_](?:[^\W_]|[ ,.;:?!()%$€£–—‘’“”…'\"/-])*")
"""A line that starts with a letter and has no characters with a meaning in Markdown or HTML. Most texts of items are
such a line. It needs no rendering, which would take many times as long."""


def parse(markdown: str, check: Callable[[str], None] | None = None) -> tuple[list[Token], dict[str, Any]]:
    """The tokens of a text, and its link references by label (`href`, `title`, and `map`, its lines from 0).

    `check` is called with the source of each paragraph, heading and table cell before that is parsed, and may raise.
    """
    environment: dict[str, Any] = {"check": check}
    return _markdown.parse(markdown, environment), environment.get("references", {})


def to_html(markdown: str | None) -> str | None:
    """The text as sanitised HTML; None if it is empty."""
    if markdown is None or not markdown.strip():
        return None
    if _is_plain(markdown):
        return f"<p>{markdown.rstrip()}</p>"
    return CACHE.get(markdown)


def render_ahead(*texts: str) -> None:
    """Render texts that are about to be saved, before a transaction begins in which others wait."""
    for text in texts:
        to_html(text)


def remember(markdown: str | None, rendered: str | None) -> None:
    """Spare the rendering of a text whose HTML, from this version of the renderer, is known."""
    if markdown and rendered and not _is_plain(markdown):
        CACHE.add(markdown, rendered)


def is_as_written(markdown: str, html: str | None = None) -> bool:
    """Whether a text is shown as it was written, because it is too complex to be rendered.

    `html`: the text as HTML, if that is known. It shows for most texts that they were rendered, in a tenth of the time.
    """
    if html is not None and html != as_written(markdown):
        return False
    if not (is_too_complex(markdown) or may_be_as_written(markdown)):
        return False
    return to_html(markdown) == as_written(markdown)


def _is_plain(markdown: str) -> bool:
    return _PLAIN.fullmatch(markdown) is not None and not _links.pretest(markdown)


def _render(markdown: str) -> str:
    tokens = _tokens(markdown)
    if tokens is None:
        return as_written(markdown)
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    sanitized = html if is_too_large(html, markdown) else sanitize(html).strip()
    return as_written(markdown) if is_too_large(sanitized, markdown) else sanitized


def _tokens(markdown: str) -> list[Token] | None:
    """The tokens of a text; None if it is too complex to be rendered."""
    if is_too_complex(markdown):
        return None
    try:
        return _markdown.parse(markdown, {"steps": 0})
    except TooComplex:
        return None


CACHE = HtmlCache(max_size=16_000_000, render=_render)


def first_block(markdown: str) -> str:
    """The text of the first block that is not empty, for example a paragraph, a heading or a list item."""
    for token in _tokens(markdown) or ():
        if token.type == "inline":
            words = text_of(sanitize(_markdown.renderer.render([token], _markdown.options, {})))
            if words:
                return " ".join(words.split())
    return " ".join(text_of(to_html(markdown)).split())
