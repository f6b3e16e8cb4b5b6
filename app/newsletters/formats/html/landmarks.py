"""Landmarks of a page: which elements are its main text, boilerplate around it, or buttons."""

import re
from bisect import bisect_left
from collections.abc import Sequence

from app.newsletters.formats.html import styles
from app.newsletters.formats.html.css import Style
from app.newsletters.formats.html.elements import Element, End, Words

NOT_RENDERED = frozenset({"script", "style", "title"})
"""Elements whose content is not shown as text."""

_BOILERPLATE = frozenset({"nav", "aside", "select", "textarea", "label", "fieldset"})
_BOILERPLATE_ROLES = frozenset({"navigation", "contentinfo", "search", "form", "complementary"})
_NAME_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_BUTTON_NAMES = frozenset({"button", "buttons", "btn", "btns", "cta"})
_HIGH = 30
"""Pixels; no line of text is as high."""


class Landmarks:
    """Answers for all elements of a page, from one pass over it."""

    def __init__(self, events: Sequence[Element | Words | End]) -> None:
        self._titles = [event.begin for event in events if isinstance(event, Element) and event.name == "h1"]
        self._words = [0]
        unseen = 0
        for event in events:
            seen = 0
            if isinstance(event, Words):
                seen = 0 if unseen else len(event.text.split())
            elif isinstance(event, Element):
                unseen += event.name in NOT_RENDERED
            else:
                unseen -= event.element.name in NOT_RENDERED
            self._words.append(self._words[-1] + seen)
        self.main = self._sole_main([event for event in events if isinstance(event, Element)])

    def is_boilerplate(self, element: Element, *, in_article: bool, quoted: bool) -> bool:
        """Whether it is navigation, a form or another part that surrounds the main text."""
        role = element.attributes.get("role", "").strip().lower()
        if element.name in _BOILERPLATE or role in _BOILERPLATE_ROLES:
            return True
        if element.name == "footer":
            return not quoted  # of a quotation it names the source
        if role == "banner" or (element.name == "header" and not in_article):
            return not self._has_title(element)
        # Some frameworks make the whole page a form.
        return element.name == "form" and not self.holds_most(element)

    def holds_most(self, element: Element) -> bool:
        return 2 * self.words(element) > self._words[-1]

    def words(self, element: Element) -> int:
        return self._words[element.end] - self._words[element.begin]

    def _has_title(self, element: Element) -> bool:
        place = bisect_left(self._titles, element.begin)
        return place < len(self._titles) and self._titles[place] < element.end

    def _sole_main(self, elements: Sequence[Element]) -> Element | None:
        """The only main element, or the only <article> if most of the words are in it."""
        mains = [each for each in elements if each.name == "main" or each.attributes.get("role", "").lower() == "main"]
        if mains:
            return mains[0] if len(mains) == 1 else None
        articles = [each for each in elements if each.name == "article"]
        return articles[0] if len(articles) == 1 and self.holds_most(articles[0]) else None


def is_named_button(element: Element) -> bool:
    """Whether its tag, role or class says that it is a button."""
    if element.name == "button" or element.attributes.get("role", "").lower() == "button":
        return True
    return any(part.lower() in _BUTTON_NAMES for part in _NAME_PARTS.findall(element.attributes.get("class", "")))


def looks_like_button(style: Style, *, filled: bool) -> bool:
    """Whether a link is a box: coloured, or higher than a line of text."""
    if filled and styles.is_boxed(style):
        return True
    return "padding" in style and (styles.number(style.get("line-height")) or 0) >= _HIGH
