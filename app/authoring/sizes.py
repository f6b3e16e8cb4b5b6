"""The size of an issue: how many sections and items it can have, how deeply sections can be nested, how much text."""

from collections.abc import Iterable
from typing import Any

from app.content.complexity import cost
from app.content.document import DEEPEST
from app.problems import Fault, Invalid

MOST_SECTIONS, MOST_ITEMS = 1_000, 2_000
"""The maximum numbers in an issue."""
MOST_TEXT = 2_000_000
"""Characters of all texts of an issue together. Whatever is made of an issue takes time in proportion to them."""
MOST_COST = 1_000_000
"""Of rendering all texts of an issue, as `content.complexity.cost` estimates it: about a second."""
_CHEAP_TEXT = 30_000
"""Characters that cannot cost too much, whatever they are."""


def require_possible(given: Any, sections: int = 0) -> None:
    """Raises Invalid if an issue, as parsed JSON of whatever shape, has by itself more than any issue can have.

    For a section, `sections` is 1. It counts and does nothing else, before the parts are validated one by one: a body
    of 5 MiB has room for a million empty sections.
    """
    items = 0
    pending = [(given, sections, "")]
    while pending:
        parent, depth, pointer = pending.pop()
        if not isinstance(parent, dict):
            continue
        within, beneath = parent.get("items"), parent.get("sections")
        items += len(within) if isinstance(within, list) else 0
        if isinstance(beneath, list) and beneath:
            sections += len(beneath)
            require_size(sections, items, " or more")
            require_depth(depth + 1, f"{pointer}/sections/0")
            pending += [(part, depth + 1, f"{pointer}/sections/{index}") for index, part in enumerate(beneath)]
        else:
            require_size(sections, items, " or more")


def require_depth(depth: int, pointer: str) -> None:
    """Raises Invalid if a section is nested too deeply."""
    if depth > DEEPEST:
        raise Invalid.at(pointer, f"sections can be nested at most {DEEPEST} deep", "too-many")


def require_size(sections: int, items: int, or_more: str = "") -> None:
    """Raises Invalid if these are more than an issue can have. ` or more`: they are not all counted yet."""
    for what, count, most in (("sections", sections, MOST_SECTIONS), ("items", items, MOST_ITEMS)):
        if count > most:
            detail = f"an issue can have at most {most:,} {what}; this one would have {count:,}{or_more}"
            raise Invalid(f"{detail}.", errors=[Fault("", "too-many", detail)])


def require_text(texts: Iterable[str | None], of: str = "an issue", before: Iterable[str | None] = ()) -> None:
    """Raises Invalid if the texts (`intro`, `outro`, `body`) of an issue, together, are too long or take too long to
    render.

    `of` is for the message. `before`: what the texts were. An issue that was too large already may become smaller.
    """
    given = [text for text in texts if text]
    length = _length(given)
    if length > MOST_TEXT and length > _length(before):
        reason = f"can have at most {MOST_TEXT:,} characters together; these would have {length:,}"
        raise _too_much("too-long", of, reason)
    if length > _CHEAP_TEXT and (total := _cost(given)) > MOST_COST and total > _cost(before):
        reason = (
            "have too many links, lines, marks and HTML together to be rendered: their cost is about "
            f"{total:,}, and can be {MOST_COST:,}. Make them simpler, or send less"
        )
        raise _too_much("too-complex", of, reason)


def _length(texts: Iterable[str | None]) -> int:
    return sum(len(text) for text in texts if text)


def _cost(texts: Iterable[str | None]) -> int:
    return sum(cost(text) for text in texts if text)


def _too_much(code: str, of: str, reason: str) -> Invalid:
    detail = f"the texts of {of} {reason}"
    return Invalid(f"{detail}.", errors=[Fault("", code, detail)])
