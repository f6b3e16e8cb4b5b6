"""Validation: strict types for what requests and commands give, and Pydantic's errors as a problem that says where.

`75.0`, `+5` and `0075` are not numbers, `yes` is not a boolean.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.problems import Fault, Invalid

LARGEST_NUMBER = 2**31 - 1
"""The largest number that an issue may have."""
MOST_FAULTS = 50
"""Faults that one problem lists."""

_DIGITS = re.compile(r"0|[1-9][0-9]{0,19}")


class Input(BaseModel):
    """What a body may have. An unknown field is an error, so that a misspelt one is reported instead of ignored."""

    model_config = ConfigDict(extra="forbid")


def _digits(value: Any) -> Any:
    if isinstance(value, str):
        if not _DIGITS.fullmatch(value):
            raise ValueError("write a whole number in digits, without sign, point or leading zero")
        return int(value)
    return value


def _true_or_false(value: Any) -> Any:
    if isinstance(value, str):
        if value not in ("true", "false"):
            raise ValueError("write true or false")
        return value == "true"
    return value


def _day(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            raise ValueError("write a day as YYYY-MM-DD, as in 2025-12-23")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError("there is no such day") from None
    return value


Whole = BeforeValidator(_digits)
"""A whole number, which may come as text: in a path or a query."""
Flag = Annotated[bool, BeforeValidator(_true_or_false)]
Day = Annotated[date, BeforeValidator(_day)]
# Bounds come before `Whole`, so that the description of the API has them.
IssueNumberValue = Annotated[int, Field(ge=1, le=LARGEST_NUMBER), Whole]


def invalid(errors: Sequence[Any], body: object = None) -> Invalid:
    """Pydantic's errors about a request with this body as one problem, with a sentence about the first.

    Each error's `loc` begins with where the value stood: `body`, or the kind of parameter.
    """
    faults = [_fault(error, body) for error in errors]
    return Invalid(summary(faults), errors=faults[:MOST_FAULTS])


def summary(faults: Sequence[Fault]) -> str:
    """A sentence about the first fault, and how many more there are."""
    first = faults[0]
    more = f" (and {len(faults) - 1} more; see errors)" if len(faults) > 1 else ""
    return f"{first.pointer or 'the body'}: {first.detail}{more}"


def pointer_to(steps: Iterable[object]) -> str:
    """A JSON pointer. RFC 6901."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _fault(error: Any, body: object) -> Fault:
    place, *path = error["loc"]
    code = error["type"].replace("_", "-")
    if place == "body":
        pointer = pointer_to(path if code == "missing" else _steps(path, body))
    else:
        pointer = str(path[0]) if path else str(place)
    given = error.get("input")
    if code == "extra-forbidden":
        detail = "there is no such field here" if place == "body" else "there is no such parameter here"
    elif code == "missing":
        detail = "this is needed"
    elif code == "model-attributes-type":
        detail = "send a JSON object"
    else:
        detail = error["msg"].removeprefix("Value error, ")
        detail = detail[:1].lower() + detail[1:]
        if isinstance(given, str | int | float) and not isinstance(given, bool):
            shown = repr(given) if isinstance(given, str) else str(given)
            detail += f"; you sent {shown if len(shown) <= 60 else shown[:57] + '…'}"
    return Fault(pointer, code, detail)


def _steps(path: Sequence[int | str], body: Any) -> Iterator[int | str]:
    """Those steps of a path that lead somewhere in the body. Pydantic's paths also name the member of a union that
    was tried, as in `('section', 'int')`, and end in `[key]` where a key is at fault."""
    for step in path:
        steps_in = step in body if isinstance(body, Mapping) else isinstance(body, list) and step in range(len(body))
        if steps_in:
            yield step
            body = body[step]
