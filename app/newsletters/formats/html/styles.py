"""What an element's style says about its font, and whether it is visible."""

import re

from app.newsletters.formats.html.css import Style
from app.newsletters.formats.html.elements import Element

NORMAL = 16.0
"""Pixels; the default font size of browsers."""
INVISIBLE = 1.0
"""Pixels; text in a font of this size or less is hidden."""

_LENGTH = re.compile(r"\s*+([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*+(px|pt|rem|em|%|ex|pc|vw)?(?![\w%])")
_IN_FONT = re.compile(r"(?:^|\s)([\d.]+(?:px|pt|rem|em|%))(?=[\s/]|$)")
_UNITS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "rem": 16.0, "vw": 6.0}
_KEYWORDS = dict(
    zip(
        ("xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large"),
        (9.0, 10.0, 13.0, 16.0, 18.0, 24.0, 32.0, 48.0),
        strict=True,
    )
)
_FONT_TAG = (10.0, 13.0, 16.0, 18.0, 24.0, 32.0, 48.0)
_LARGEST = 1000.0
_FOR_SCREEN_READERS = re.compile(r"(?:^|\s)(?:sr-only|visually-?hidden|screen-reader-text)(?:\s|$)", re.IGNORECASE)
_NO_BACKGROUND = ("transparent", "none", "inherit", "initial", "#fff", "white", "url")


def size(element: Element, style: Style, parent: float) -> float | None:
    """The font size in pixels; None if it is not set."""
    value = style.get("font-size", "")
    if not value and (font := _IN_FONT.search(style.get("font", ""))):
        value = font[1]
    if value in _KEYWORDS:
        return _KEYWORDS[value]
    if value and (length := _LENGTH.match(value)):
        return _pixels(float(length[1]), length[2] or "px", parent)
    if element.name == "font" and re.fullmatch(r"[+-]?[0-9]", number := element.attributes.get("size", "").strip()):
        place = int(number) + 2 if number[0] in "+-" else int(number) - 1
        return _FONT_TAG[min(max(place, 0), 6)]
    if value == "smaller" or element.name in ("small", "sub", "sup"):
        return parent / 1.2
    return parent * 1.2 if value == "larger" or element.name == "big" else None


def is_bold(element: Element, style: Style) -> bool | None:
    """Whether the font weight is 600 or more; None if it is not set."""
    value = style.get("font-weight", "") or style.get("font", "").split(" ")[0]
    if re.fullmatch(r"[1-9][0-9]{2}", value):
        return int(value) >= 600
    if value in ("bold", "bolder", "normal", "lighter"):
        return value.startswith("bold")
    return True if element.name in ("b", "strong", "dt") else None


def is_italic(element: Element, style: Style) -> bool | None:
    if value := style.get("font-style"):
        return value.startswith(("italic", "oblique"))
    return True if element.name in ("em", "i", "cite", "var", "dfn") else None


def is_struck(element: Element, style: Style) -> bool:
    value = style.get("text-decoration", "") + style.get("text-decoration-line", "")
    return element.name in ("del", "s", "strike") or "line-through" in value


def is_hidden(element: Element, style: Style) -> bool:
    """Whether it is hidden, by HTML, CSS, or one of the ways that are usual in e-mail."""
    attributes = element.attributes
    if "hidden" in attributes or attributes.get("aria-hidden", "").lower() == "true":
        return True
    if _FOR_SCREEN_READERS.search(attributes.get("class", "")):
        return True
    if style.get("display", "").startswith("none") or style.get("visibility", "").startswith(("hidden", "collapse")):
        return True
    if 0 in (number(style.get("opacity")), number(style.get("max-height"))):
        return True
    return 0 in (number(style.get("height")), number(style.get("width"))) and style.get("overflow") == "hidden"


def is_filled(element: Element, style: Style) -> bool:
    """Whether it has a coloured background."""
    value = style.get("background-color") or style.get("background") or element.attributes.get("bgcolor", "").lower()
    return bool(value) and not value.startswith(_NO_BACKGROUND)


def is_boxed(style: Style) -> bool:
    """Whether there is space around its text, as in a box."""
    boxes = style.get("display", "").startswith(("inline-block", "block"))
    return boxes or any(name in style for name in ("padding", "border-radius", "line-height"))


def number(value: str | None) -> float | None:
    """The number at the beginning of a value, in any unit."""
    match = _LENGTH.match(value or "")
    return float(match[1]) if match else None


def _pixels(value: float, unit: str, parent: float) -> float:
    if unit in ("em", "%", "ex"):
        value *= parent / {"em": 1, "%": 100, "ex": 2}[unit]
    else:
        value *= _UNITS[unit]
    return min(value, _LARGEST)
