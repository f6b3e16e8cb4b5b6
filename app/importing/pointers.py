"""JSON pointers into a document, described for people."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from app.problems import Fault, Problem
from app.validation import invalid

LONGEST = 60
"""Characters of a title in a description."""

_SINGULAR = {"sections": "section", "items": "item", "tags": "tag"}


def describe(document: Mapping[str, Any], error: ValidationError | Problem) -> str:
    """What is wrong with a document, where, and how to correct it: 'Research › item 2, url: give …'."""
    if isinstance(error, ValidationError):
        error = invalid([{**each, "loc": ("body", *each["loc"])} for each in error.errors()], document)
    if not error.errors:
        return error.detail
    first, *others = [_fault(document, fault) for fault in error.errors]
    return f"{first} (and {len(others)} more)" if others else first


def path_to(document: Mapping[str, Any], pointer: str) -> str:
    """What a JSON pointer leads to: 'Research › A title, url'. Empty for the document itself."""
    path: list[str] = []
    field = ""
    here: Any = document
    for step in pointer.split("/")[1:]:
        if isinstance(here, list):
            here = here[int(step)] if step.isdigit() and int(step) < len(here) else None
            path.append(_name(here, _SINGULAR.get(field, field), step))
            field = ""
        else:
            here = here.get(step) if isinstance(here, Mapping) else None
            path += [field] if field else []
            field = step
    return ", ".join(part for part in (" › ".join(path), field) if part)


def _fault(document: Mapping[str, Any], fault: Fault) -> str:
    path = path_to(document, fault.pointer)
    return f"{path}: {fault.detail}" if path else fault.detail


def _name(value: Any, kind: str, step: str) -> str:
    title = value.get("title") if isinstance(value, Mapping) else None
    if not isinstance(title, str) or not title:
        return f"{kind} {int(step) + 1}" if step.isdigit() else kind
    return title if len(title) <= LONGEST else title[: LONGEST - 1] + "…"
