"""Markdown as sanitised HTML, and as plain text.

CommonMark 0.31 with GitHub's tables, strikethrough and bare links. HTML inside is kept as far as it is harmless.
"""

import html
import re
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import version
from typing import Any

import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, html_inline
from markdown_it.token import Token

RENDERER = f"markdown-it-py {version('markdown-it-py')}, nh3 {version('nh3')}"
"""What made the HTML; a document that another one made is compiled again."""


class _Links(LinkifyIt):  # type: ignore[misc]
    """Bare addresses as GitHub has them: with a scheme, with `www.`, or of e-mail.

    Left to itself linkify takes `setup.py` and `README.md` for hosts, of which readers of software see many.
    """

    def __init__(self) -> None:
        super().__init__(options={"fuzzy_link": False})
        self.add("www.", {"validate": self._www, "normalize": self._with_scheme})

    def pretest(self, text: str) -> bool:
        """Whether there may be an address: each has one of these. Its own way takes a third of a text's time."""
        return "//" in text or "@" in text or "www." in text.lower()

    def test(self, text: str) -> bool:
        return self.pretest(text) and bool(super().test(text))

    def _www(self, text: str, position: int) -> int:
        """How long the address is that goes on behind `www.`; 0 when it is none."""
        length: int = self._validate_http("//www." + text[position:], 0)
        return max(0, length - len("//www."))

    def _with_scheme(self, match: Any) -> None:
        match.url = f"http://{match.url}"


DEEPEST = 90
"""How deep lists, their entries and quotations may lie in each other; what lies deeper is a paragraph as it stands."""

_END = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>", "<!": ">"}
"""What ends these. The longer ones come first."""


def _deep(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A rule for blocks: past its limit of nesting markdown-it drops all that is there."""
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
    """A rule for words: markdown-it looks through all of the rest for the end of each comment and the like."""
    for begins, ends in _END.items():
        if state.src.startswith(begins, state.pos):
            if state.src.find(ends, state.pos + len(begins)) < 0:
                return False
            break
    return html_inline(state, silent)


def _checked(state: StateCore) -> None:
    """A rule between those for blocks and those for words: who parses may refuse what is in a block."""
    if check := state.env.get("check"):
        for token in state.tokens:
            if token.type == "inline":
                check(token.content)


_markdown = (
    # Its own limit of nesting, 20, is met by real lists.
    MarkdownIt("commonmark", {"linkify": True, "maxNesting": 100}).enable(["table", "strikethrough", "linkify"])
)
_markdown.block.ruler.before("table", "deep", _deep)
_markdown.inline.ruler.at("html_inline", _html_that_ends)
_markdown.core.ruler.after("block", "checked", _checked)

_links = _markdown.linkify = _Links()

_PLAIN = re.compile(r"[^\W\d_](?:[^\W_]|[ ,.;:?!()%$€£–—‘’“”…'\"/-])*")
"""A line that begins with a letter and has no sign that Markdown or HTML give a meaning to. It is a paragraph as it is,
and most of what is written about a link is no more: rendering it would take many times as long."""


def _kept_value(tag: str, name: str, value: str) -> str | None:
    """An attribute's value as it is kept; None to leave the attribute out.

    Of classes the language of code is kept alone: any other could pick up the styles of a site that shows the text.
    """
    if name != "class":
        return value
    return next((token for token in value.split() if re.fullmatch(r"language-.+", token)), None)


_cleaner = nh3.Cleaner(
    attributes={
        **nh3.ALLOWED_ATTRIBUTES,
        # What markdown-it writes for a table's columns and a fenced block's language.
        "th": {*nh3.ALLOWED_ATTRIBUTES["th"], "style"},
        "td": {*nh3.ALLOWED_ATTRIBUTES["td"], "style"},
        "code": {"class"},
    },
    filter_style_properties={"text-align"},
    attribute_filter=_kept_value,
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)
_text_only = nh3.Cleaner(tags=set())


def parse(markdown: str, check: Callable[[str], None] | None = None) -> tuple[list[Token], dict[str, Any]]:
    """The tokens of a text, and its link references by label (`href`, `title`, `map`: its lines from 0).

    `check` is given the source of each paragraph, heading and cell before what is in it is looked at, and may raise.
    """
    environment: dict[str, Any] = {"check": check}
    return _markdown.parse(markdown, environment), environment.get("references", {})


def to_html(markdown: str | None) -> str | None:
    """The text as sanitised HTML; None when there is none."""
    if markdown is None or not markdown.strip():
        return None
    if _PLAIN.fullmatch(markdown) and not _links.pretest(markdown):
        return f"<p>{markdown.rstrip()}</p>"
    return _rendered(markdown) if len(markdown) <= SHORT else _rendered_long(markdown)


def _render(markdown: str) -> str:
    return _cleaner.clean(_markdown.render(markdown)).strip()


SHORT = 2_000
"""Characters. Of these texts many are remembered with their HTML, of longer ones few, so that memory stays bounded."""
_rendered = lru_cache(maxsize=4_096)(_render)
_rendered_long = lru_cache(maxsize=64)(_render)


def forget_rendered() -> None:
    """Render each text anew when it is next asked for: for measuring what that takes."""
    _rendered.cache_clear()
    _rendered_long.cache_clear()


def text_of(rendered: str | None) -> str:
    """The words of sanitised HTML, without its tags, a line a block."""
    return re.sub(r"\s*\n\s*", "\n", html.unescape(_text_only.clean(rendered or ""))).strip()


def first_block(markdown: str) -> str:
    """The words of the first block that has any: of a paragraph, a heading, a list's first point."""
    for token in _markdown.parse(markdown):
        if token.type == "inline":
            words = text_of(_cleaner.clean(_markdown.renderer.render([token], _markdown.options, {})))
            if words:
                return " ".join(words.split())
    return " ".join(text_of(to_html(markdown)).split())
