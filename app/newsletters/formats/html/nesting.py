"""Which tags close which elements.

This is the part of the standard's rules (HTML Standard 13.2.6) that newsletters need. By all of its rules, formatting
that was left open is opened again in every paragraph, and 40 KB can grow to a million elements.
"""

from app.newsletters.formats.html.elements import BLOCKS, HEADINGS, Element, End, Markup, Words, names
from app.newsletters.left_out import Unreadable

MOST_TAGS = 100_000

_VOID = names("area base br col embed frame hr img input link meta param source track wbr")
_FORMATTING = names("a b big code em font i nobr s small strike strong tt u")
_IN_TABLES = names("caption tbody td tfoot th thead tr")
_IN_HEAD = names("base link meta noscript script style template title")
_CELLS = ("td", "th", "caption")
_SCOPES = (*_CELLS, "table", "template", "object", "button")
"""Elements that a closing tag of another one does not close."""

_CLOSED_BY: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "li": (("li",), (*_SCOPES, "ul", "ol", "menu")),
    "dt": (("dt", "dd"), (*_SCOPES, "dl")),
    "dd": (("dt", "dd"), (*_SCOPES, "dl")),
    "option": (("option",), ("select",)),
    "optgroup": (("option", "optgroup"), ("select",)),
    "td": (_CELLS, ("table",)),
    "th": (_CELLS, ("table",)),
    "tr": ((*_CELLS, "tr"), ("table",)),
    **dict.fromkeys(("tbody", "thead", "tfoot"), ((*_CELLS, "tr", "tbody", "thead", "tfoot"), ("table",))),
    "body": (("head",), ()),
}
"""By element: those that it closes when it begins, unless one of the others is between (HTML Standard 13.1.2.4)."""

_MOST_REOPENED = 8
"""The standard's own limit for what a misplaced closing tag reopens."""


class Nesting:
    """The open elements, as tags come."""

    def __init__(self) -> None:
        self.markup = Markup()
        self.tags = 0
        self.stack: list[Element] = []
        self.places: dict[str, list[int]] = {}
        """Positions of open elements in the stack, by name, so that no look-up searches the stack."""
        self.blocks: list[int] = []

    def words(self, text: str, line: int) -> None:
        if self.stack and self.stack[-1].name == "head" and text.strip():
            self._pop_to(len(self.stack) - 1)
        self.markup.events.append(Words(text, line))

    def open(self, name: str, attributes: dict[str, str], line: int, *, selfclosing: bool = False) -> None:
        if name in ("html", "body", "head") and name in self.places:
            return
        if name in _IN_TABLES and not self.places.get("table"):
            name = "div"  # a fragment of a table
        if self.places.get("head") and name not in _IN_HEAD:
            self._pop_to(self.places["head"][-1])
        if name in HEADINGS and self.stack and self.stack[-1].name in HEADINGS:
            self._pop_to(len(self.stack) - 1)
        if name in ("a", "button"):
            self.close(name)
        reopened = self._close_any(*_CLOSED_BY[name]) if name in _CLOSED_BY else []
        if name in BLOCKS:
            reopened += self._close_any(("p",), _SCOPES)
        self._reopen(reopened)
        self._push(name, attributes, line)
        if name in _VOID or (selfclosing and (self.places.get("svg") or self.places.get("math"))):
            self._pop_to(len(self.stack) - 1)

    def close(self, name: str) -> None:
        if name == "br":
            self.open("br", {}, self.stack[-1].line if self.stack else 1)
        if name in ("html", "body", "br"):
            return  # text after them still belongs to the page
        place = self._place(tuple(HEADINGS) if name in HEADINGS else (name,), _bounds(name))
        if place is None:
            return
        is_inline = name not in BLOCKS and name not in _SCOPES
        if not is_inline or not self.blocks or self.blocks[-1] < place:
            reopened = self._pop_to(place)
            self._reopen([] if name in _SCOPES or name in _IN_TABLES else reopened)
        elif name in _FORMATTING and len(self.stack) - place <= _MOST_REOPENED:
            moved = self.stack[place + 1 :]
            for element in moved:
                element.goes_on = True
            self._pop_to(place)
            self._reopen(moved)

    def finished(self) -> Markup:
        self._pop_to(0)
        return self.markup

    def _push(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.tags += 1
        if self.tags > MOST_TAGS:
            raise Unreadable(f"This HTML has more than {MOST_TAGS:,} tags: import its issues one by one.")
        element = Element(name, attributes, line, len(self.markup.events))
        self.places.setdefault(name, []).append(len(self.stack))
        if name in BLOCKS:
            self.blocks.append(len(self.stack))
        self.stack.append(element)
        self.markup.events.append(element)

    def _reopen(self, elements: list[Element]) -> None:
        for element in elements:
            self._push(element.name, element.attributes, element.line)
            self.stack[-1].again = element.goes_on

    def _place(self, names: tuple[str, ...], bounds: tuple[str, ...]) -> int | None:
        """The position in the stack of the outermost of the nearest such elements, if none of `bounds` is above it."""
        bound = max(
            (self.places[each][-1] for each in bounds if each not in names and self.places.get(each)), default=-1
        )
        found = [self.places[each][-1] for each in names if self.places.get(each)]
        return min((place for place in found if place > bound), default=None)

    def _close_any(self, names: tuple[str, ...], bounds: tuple[str, ...]) -> list[Element]:
        place = self._place(names, bounds)
        if place is None:
            return []
        reopened = self._pop_to(place)
        return [] if names[0] in _CELLS else reopened

    def _pop_to(self, place: int) -> list[Element]:
        """Close all elements from a position on. Returns the formatting among them, which continues after them."""
        formatting: list[Element] = []
        while len(self.stack) > place:
            element = self.stack.pop()
            self.places[element.name].pop()
            if self.blocks and self.blocks[-1] == len(self.stack):
                self.blocks.pop()
            element.end = len(self.markup.events)
            self.markup.events.append(End(element))
            if element.name in _FORMATTING and len(self.stack) > place and len(formatting) < _MOST_REOPENED:
                formatting.append(element)
        return formatting[::-1]


def _bounds(name: str) -> tuple[str, ...]:
    """Elements that a closing tag of this name does not reach beyond."""
    if name == "table":
        return ()
    if name in _IN_TABLES:
        return ("table",)
    return _CLOSED_BY[name][1] if name in _CLOSED_BY else _SCOPES
