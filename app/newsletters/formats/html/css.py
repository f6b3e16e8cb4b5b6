"""Style sheets and `style` attributes: the part of CSS that matters for understanding a newsletter."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from app.newsletters.formats.html.elements import Element

_PROPERTIES = frozenset(
    [
        *("background", "background-color", "border-radius", "display", "font", "font-size", "font-style"),
        *("font-weight", "height", "line-height", "max-height", "opacity", "overflow", "padding"),
        *("text-decoration", "text-decoration-line", "visibility", "white-space", "width"),
    ]
)
_DECLARATION = re.compile(r"(?<![a-z-])([a-z-]++)\s*+:\s*+([^;]*)")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_PART = re.compile(r"([^{}]*+)([{}]|\Z)")
_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?(?:\.([\w-]+))?$", re.IGNORECASE)

Style = dict[str, str]
"""Values by property, in lower case."""


class _Rule(NamedTuple):
    style: Style
    important: Style


class Sheet:
    """The rules outside at-rules, for selectors of a tag, a class, or a tag with a class."""

    def __init__(self) -> None:
        self._rules: dict[tuple[str, str], _Rule] = {}

    def add(self, source: str) -> None:
        for selectors, body in _rules(_COMMENT.sub(" ", source)):
            declared = _declared(body)
            if not declared.style:
                continue
            for selector in selectors.split(","):
                if (match := _SELECTOR.match(selector.strip())) and match.group():
                    key = ((match[1] or "").lower(), match[2] or "")
                    rule = self._rules.setdefault(key, _Rule({}, {}))
                    rule.style.update(declared.style)
                    rule.important.update(declared.important)

    def style(self, element: Element) -> Style:
        """The style of an element. Its own `style` attribute overrides all but `!important`."""
        own = element.attributes.get("style")
        if not self._rules:
            return _declared(own).style if own else {}
        classes = element.attributes.get("class", "").split()
        keys = [(element.name, ""), *(("", name) for name in classes), *((element.name, name) for name in classes)]
        rules = [self._rules[key] for key in keys if key in self._rules]
        found: Style = {}
        for rule in rules:
            found |= rule.style
        if own:
            found |= _declared(own).style
        for rule in rules:
            found |= rule.important
        return found


def _rules(source: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations outside at-rules, which apply to some screens only."""
    depth, selectors = 0, ""
    for text, brace in _PART.findall(source):
        if brace == "{":
            depth += 1
            selectors = text.rpartition(";")[2] if depth == 1 else ""
        else:
            if depth == 1 and "@" not in selectors:
                yield selectors, text
            depth = max(depth - 1, 0)
            selectors = ""


def _declared(source: str) -> _Rule:
    style: Style = {}
    important: Style = {}
    for name, value in _DECLARATION.findall(source.lower()):
        plain, exclamation, _ = value.partition("!")
        plain = plain.strip()
        if name == "overflow-y":
            name = "overflow"
        elif name.startswith("padding-"):
            name = "padding"
            if plain.strip("0pxemt%") == "":
                continue
        if name in _PROPERTIES and plain:
            style[name] = plain
            if exclamation:
                important[name] = plain
    return _Rule(style, important)
