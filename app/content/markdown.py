"""Markdown as sanitised HTML, and as plain text.

CommonMark 0.31 with GitHub's tables, strikethrough and bare links. HTML inside is kept as far as it is harmless.
"""

import html
import re
from importlib.metadata import version
from typing import Any

import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
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


_markdown = (
    # Past its limit of nesting markdown-it drops what is there; its own limit of 20 is met by real lists.
    MarkdownIt("commonmark", {"linkify": True, "maxNesting": 100}).enable(["table", "strikethrough", "linkify"])
)

_links = _markdown.linkify = _Links()

_PLAIN = re.compile(r"[^\W\d_](?:[^\W_]|[ ,.;:?!()%$€£–—‘’“”…'\"/-])*")
"""A line that begins with a letter and has no sign that Markdown or HTML give a meaning to. It is a paragraph as it is,
and most of what is written about a link is no more: rendering it would take many times as long."""

_cleaner = nh3.Cleaner(
    attributes={
        **nh3.ALLOWED_ATTRIBUTES,
        # What markdown-it writes for a table's columns and a fenced block's language.
        "th": {*nh3.ALLOWED_ATTRIBUTES["th"], "style"},
        "td": {*nh3.ALLOWED_ATTRIBUTES["td"], "style"},
        "code": {"class"},
    },
    filter_style_properties={"text-align"},
    attribute_filter=lambda tag, name, value: None if name == "class" and not value.startswith("language-") else value,
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)
_text_only = nh3.Cleaner(tags=set())


def parse(markdown: str) -> tuple[list[Token], dict[str, Any]]:
    """The tokens of a text, and its link references by label (`href`, `title`, `map`: its lines from 0)."""
    environment: dict[str, Any] = {}
    return _markdown.parse(markdown, environment), environment.get("references", {})


def to_html(markdown: str | None) -> str | None:
    """The text as sanitised HTML; None when there is none."""
    if markdown is None or not markdown.strip():
        return None
    if _PLAIN.fullmatch(markdown) and not _links.pretest(markdown):
        return f"<p>{markdown.rstrip()}</p>"
    return _cleaner.clean(_markdown.render(markdown)).strip()


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
