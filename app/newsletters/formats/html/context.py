"""The context of a text in a page: what the elements around it say about it."""

import re
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from app.newsletters.blocks import Role
from app.newsletters.formats.html import landmarks, styles
from app.newsletters.formats.html.css import Style
from app.newsletters.formats.html.elements import BLOCKS, HEADINGS, Element
from app.newsletters.formats.html.spans import TextStyle

_BUTTON_REACH = 6
"""How many elements deep in one that is named a button its link may be."""
_LONG_PRE = 300
"""Words from which a <pre> is text, not code, when it is most of the page."""
_SHOWN_AS_BLOCK = ("block", "table", "list-item", "flex", "grid")
_LISTS = frozenset({"ul", "ol", "menu", "dir"})


@dataclass(frozen=True, slots=True)
class Context:
    text_style: TextStyle
    pixels: float = styles.NORMAL
    heading: int = 0
    depth: int = 0
    ordered: bool = False
    quoted: bool = False
    hidden: bool = False
    outside: bool = False
    """Outside the page's main element."""
    in_article: bool = False
    keeps_lines: bool = False
    button_reach: int = 0
    filled: bool = False
    """On a coloured background."""
    is_block: bool = False
    """Of a block-level element."""

    @property
    def role(self) -> Role:
        return "hidden" if self.hidden else self.text_style.role


class Contexts:
    """Derives the context of an element from that of its parent."""

    def __init__(self, surroundings: landmarks.Landmarks, address: str | None) -> None:
        self._landmarks = surroundings
        self._address = address

    def first(self) -> Context:
        outside = self._landmarks.main is not None
        return Context(TextStyle(size=styles.NORMAL, role="navigation" if outside else "content"), outside=outside)

    def inside(self, outer: Context, element: Element, style: Style) -> Context:
        name, is_block = element.name, _is_block(element, style)
        if not element.attributes and not style and not is_block and name in ("span", "br"):
            return replace(outer, is_block=False) if outer.is_block else outer
        is_main = element is self._landmarks.main
        is_boilerplate = self._landmarks.is_boilerplate(element, in_article=outer.in_article, quoted=outer.quoted)
        in_text = is_main or (outer.outside and name in HEADINGS)
        pixels = styles.size(element, style, outer.pixels)
        own_ground = styles.is_filled(element, style)
        reach = _BUTTON_REACH if landmarks.is_named_button(element) else max(outer.button_reach - 1, 0)
        text_style = self._text_style(outer, element, style, pixels)
        is_button = name == "button" or (
            name == "a" and (reach > 0 or landmarks.looks_like_button(style, filled=own_ground or outer.filled))
        )
        return Context(
            text_style=text_style._replace(
                role="content" if in_text else "navigation" if is_boilerplate else text_style.role,
                button=text_style.button or is_button,
            ),
            pixels=outer.pixels if pixels is None else pixels,
            heading=int(name[1]) if name in HEADINGS else outer.heading,
            depth=max(outer.depth, 1) if name == "li" else outer.depth + (name in _LISTS),
            ordered=name == "ol" if name in _LISTS else outer.ordered,
            quoted=outer.quoted or name == "blockquote",
            hidden=outer.hidden or styles.is_hidden(element, style),
            outside=outer.outside and not is_main and not is_boilerplate,
            in_article=outer.in_article or name in ("article", "main", "section"),
            keeps_lines=outer.keeps_lines or self._keeps_lines(element, style),
            button_reach=reach,
            filled=own_ground or (outer.filled and not is_block),
            is_block=is_block,
        )

    def absolute(self, address: str) -> str | None:
        """The absolute URL of an address in this page; None if it cannot be followed. `#fragments` stay as they are."""
        address = followed(address)
        if not self._address or not address or address.startswith("#"):
            return address or None
        try:
            return urljoin(self._address, address)
        except ValueError:  # brackets around something that is not an IPv6 address
            return address

    def _text_style(self, outer: Context, element: Element, style: Style, pixels: float | None) -> TextStyle:
        text_style, name = outer.text_style, element.name
        bold, italic = styles.is_bold(element, style), styles.is_italic(element, style)
        href = element.attributes.get("href") if name == "a" else None
        size = text_style.size if pixels is None else pixels
        return text_style._replace(
            link=text_style.link if href is None else self.absolute(href),
            bold=text_style.bold if bold is None else bold,
            italic=text_style.italic if italic is None else italic,
            code=text_style.code or name in ("code", "kbd", "samp", "tt"),
            strike=text_style.strike or styles.is_struck(element, style),
            size=None if pixels is None and name in HEADINGS else size,
        )

    def _keeps_lines(self, element: Element, style: Style) -> bool:
        """Whether its line breaks count. Archives of mailing lists show a whole text as one <pre>."""
        if element.name != "pre":
            return style.get("white-space", "").startswith("pre-")
        return self._landmarks.words(element) >= _LONG_PRE and self._landmarks.holds_most(element)


def followed(address: str) -> str:
    """An address without white space; empty for scripts and embedded data."""
    address = re.sub(r"[\t\n\r]", "", address).strip()
    return "" if re.match(r"(?:javascript|vbscript|data|cid|about):", address, re.IGNORECASE) else address


def _is_block(element: Element, style: Style) -> bool:
    display = style.get("display", "")
    if element.name in BLOCKS or element.name == "button":
        return display != "inline"
    return element.name not in ("img", "br", "hr") and display.startswith(_SHOWN_AS_BLOCK)
