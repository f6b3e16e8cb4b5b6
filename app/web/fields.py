"""`fields=number,title`: sparse fieldsets, responses with only the requested fields."""

from collections.abc import Sequence
from typing import Annotated

import orjson
from fastapi import Query
from pydantic import BaseModel, ConfigDict

from app.problems import Fault, Invalid

Fields = Annotated[
    str | None,
    # No example: objects have different fields, and the page at /docs would send it.
    Query(description="comma-separated names of the fields to return; default: all"),
]


class FieldsQuery(BaseModel):
    """The query parameters of a route that returns one object."""

    model_config = ConfigDict(extra="forbid")

    fields: Fields = None


def parse_fields(fields: str | None, *shapes: type[BaseModel]) -> list[str] | None:
    """The requested field names; None means all. Raises Invalid for a name that is in none of the shapes."""
    if fields is None:
        return None
    names = [name.strip() for name in fields.split(",")]
    known = dict.fromkeys(name for shape in shapes for name in shape.model_fields)
    unknown = [name for name in names if name not in known]
    if unknown:
        detail = f"fields may contain {', '.join(known)}; you sent {', '.join(map(repr, unknown))[:200]}"
        raise Invalid(detail, errors=[Fault("fields", "unknown-field", detail)])
    return names


def select_fields(frozen: bytes, names: Sequence[str] | None) -> bytes:
    """The frozen object with only these fields, in its original order."""
    if names is None:
        return frozen
    document = orjson.loads(frozen)
    return orjson.dumps({name: value for name, value in document.items() if name in names})
