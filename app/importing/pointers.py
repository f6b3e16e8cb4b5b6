"""Places in a document, in a person's words."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from app.problems import Fault, Problem
from app.validation import invalid

LONGEST = 60
"""Characters of a title that tell which one is meant."""

_ONE_OF = {"sections": "section", "items": "item", "tags": "tag"}


def told(document: Mapping[str, Any], error: ValidationError | Problem) -> str:
    """What is wrong with a document, where it is, and what would be right: 'Research › item 2, url: give …'."""
    if isinstance(error, ValidationError):
        error = invalid([{**each, "loc": ("body", *each["loc"])} for each in error.errors()], document)
    if not error.errors:
        return error.detail
    told, *others = [_fault(document, fault) for fault in error.errors]
    return f"{told} (and {len(others)} more)" if others else told


def where(document: Mapping[str, Any], pointer: str) -> str:
    """The place that a JSON pointer leads to: 'Research › A title, url'; empty for the document itself."""
    path: list[str] = []
    field = ""
    here: Any = document
    for step in pointer.split("/")[1:]:
        if isinstance(here, list):
            here = here[int(step)] if step.isdigit() and int(step) < len(here) else None
            path.append(_name(here, _ONE_OF.get(field, field), step))
            field = ""
        else:
            here = here.get(step) if isinstance(here, Mapping) else None
            path += [field] if field else []
            field = step
    return ", ".join(part for part in (" › ".join(path), field) if part)


def _fault(document: Mapping[str, Any], fault: Fault) -> str:
    place = where(document, fault.pointer)
    return f"{place}: {fault.detail}" if place else fault.detail


def _name(one: Any, kind: str, step: str) -> str:
    title = one.get("title") if isinstance(one, Mapping) else None
    if not isinstance(title, str) or not title:
        return f"{kind} {int(step) + 1}" if step.isdigit() else kind
    return title if len(title) <= LONGEST else title[: LONGEST - 1] + "…"
