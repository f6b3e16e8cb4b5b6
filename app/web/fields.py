"""`fields=number,title`: an object narrowed to what the caller asks for."""

from collections.abc import Sequence
from typing import Annotated

import orjson
from fastapi import Query
from pydantic import BaseModel, ConfigDict

from app.problems import Fault, Invalid

Fields = Annotated[
    str | None,
    # No example: those of one object are none of another's, and the page at /docs would send it.
    Query(description="names of fields to answer with, with commas between; all unless said"),
]


class FieldsQuery(BaseModel):
    """What an answer with one object takes."""

    model_config = ConfigDict(extra="forbid")

    fields: Fields = None


def chosen(fields: str | None, *shapes: type[BaseModel]) -> list[str] | None:
    """The names that are asked for; None for all. Raises Invalid for one that none of the shapes has."""
    if fields is None:
        return None
    names = [name.strip() for name in fields.split(",")]
    known = dict.fromkeys(name for shape in shapes for name in shape.model_fields)
    unknown = [name for name in names if name not in known]
    if unknown:
        detail = f"fields may name {', '.join(known)}; you sent {', '.join(map(repr, unknown))[:200]}"
        raise Invalid(detail, errors=[Fault("fields", "unknown-field", detail)])
    return names


def narrow(frozen: bytes, names: Sequence[str] | None) -> bytes:
    """The frozen object with those fields alone, in its own order."""
    if names is None:
        return frozen
    whole = orjson.loads(frozen)
    return orjson.dumps({name: value for name, value in whole.items() if name in names})
