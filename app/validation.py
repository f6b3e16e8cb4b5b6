"""Validation: strict types for the input of requests and commands, and Pydantic's errors as a problem with pointers.

`75.0`, `+5` and `0075` are not integers; `True` is a boolean in a query, and `yes` is not.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from datetime import date
from typing import Annotated, Any, Self, TypeVar, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)

from app.problems import Fault, Invalid

LARGEST_NUMBER = 2**31 - 1
"""The largest number of an issue."""
MOST_FAULTS = 100
"""The maximum number of faults that a problem lists."""
LONGEST_POINTER = 1_000
"""Characters of a pointer in a problem: names of unknown fields can be as long as a body."""
MOST_FIELDS = 50
"""The maximum number of fields in an object of a request body. No object has as many that are known."""

_faults_left: ContextVar[list[int] | None] = ContextVar("faults_left", default=None)
"""How many more faults are looked for in the request body that is being validated."""

_DIGITS = re.compile(r"0|[1-9][0-9]{0,19}")


class Input(BaseModel):
    """The base of request bodies. Unknown fields are errors, so that a misspelled one is not silently ignored."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="wrap")
    @classmethod
    def stop_after_many_faults(cls, given: Any, validate: ModelWrapValidatorHandler[Self]) -> Self:
        """A body of 5 MiB has room for a million faults, and each costs Pydantic some microseconds to report. So what
        comes after the first MOST_FAULTS is not validated."""
        left = _faults_left.get()
        if left is not None:
            return _validate_counting(cls, given, validate, left)
        left = [MOST_FAULTS]
        token = _faults_left.set(left)
        try:
            return _validate_counting(cls, given, validate, left)
        finally:
            _faults_left.reset(token)

    def prepare(self) -> None:
        """Work that needs no database. It is done before the transaction begins, in which other writers wait. Raises
        Invalid for what is found to be wrong."""


InputType = TypeVar("InputType", bound=Input)


def _validate_counting(
    kind: type[InputType], given: Any, validate: Callable[[Any], InputType], left: list[int]
) -> InputType:
    """Validate an object unless no faults are left, and take its own from them."""
    if left[0] <= 0:
        return cast("InputType", kind.model_construct())  # the body is not valid, so nobody sees this
    if isinstance(given, Mapping) and len(given) > MOST_FIELDS:
        left[0] -= 1
        raise ValueError(f"an object has at most {MOST_FIELDS} fields here; you sent {len(given):,}")
    before = left[0]
    try:
        return validate(given)
    except ValidationError as error:
        left[0] = before - error.error_count()
        raise


def _digits(value: Any) -> Any:
    if isinstance(value, str):
        if not _DIGITS.fullmatch(value):
            raise ValueError("it must be an integer in digits, without sign, decimal point or leading zero")
        return int(value)
    return value


def _true_or_false(value: Any) -> Any:
    if isinstance(value, str):
        if value.lower() not in ("true", "false"):
            raise ValueError("it must be true or false")
        return value.lower() == "true"
    return value


def _day(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            raise ValueError("it must be a date as YYYY-MM-DD, for example 2025-12-23")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError("this date does not exist") from None
    return value


StrictInteger = BeforeValidator(_digits)
"""A validator that accepts an integer, or its digits as text, as in a path or a query."""
Flag = Annotated[bool, BeforeValidator(_true_or_false)]
Day = Annotated[date, BeforeValidator(_day)]
# Bounds come before `StrictInteger`, so that the OpenAPI description has them.
IssueNumberValue = Annotated[int, Field(ge=1, le=LARGEST_NUMBER), StrictInteger]


def invalid(errors: Sequence[Any], body: object = None) -> Invalid:
    """Pydantic's errors for a request with this body as one problem, whose `detail` describes the first of them.

    The `loc` of each error starts with the location of the value: `body`, or the kind of parameter.
    """
    faults = [_fault(error, body) for error in errors[:MOST_FAULTS]]
    return Invalid(summary(faults, len(errors)), errors=faults)


def summary(faults: Sequence[Fault], count: int = 0) -> str:
    """A description of the first fault, with the number of further ones; `count`: of all of them."""
    first, more = faults[0], ""
    if count >= MOST_FAULTS:
        more = f" (and at least {count - 1} more; errors lists the first {len(faults)})"
    elif len(faults) > 1:
        more = f" (and {len(faults) - 1} more; see errors)"
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
    if len(pointer) > LONGEST_POINTER:
        pointer = pointer[:LONGEST_POINTER] + "…"
    given = error.get("input")
    if code == "extra-forbidden":
        detail = "unknown field" if place == "body" else "unknown parameter"
    elif code == "missing":
        detail = "this field is required" if place == "body" else "this parameter is required"
    elif code == "model-attributes-type":
        detail = "send a JSON object"
    else:
        detail = error["msg"].removeprefix("Value error, ")
        detail = detail[:1].lower() + detail[1:]
        if isinstance(given, str | int | float) and not isinstance(given, bool):
            shown = repr(given[:100]) if isinstance(given, str) else str(given)
            detail += f"; you sent {shown if len(shown) <= 60 else shown[:57] + '…'}"
    return Fault(pointer, code, detail)


def _steps(path: Sequence[int | str], body: Any) -> Iterator[int | str]:
    """Only the steps of a path that exist in the body. Pydantic's paths also contain the member of a union that was
    tried, as in `('section', 'int')`, and end in `[key]` if a key is invalid."""
    for step in path:
        steps_in = step in body if isinstance(body, Mapping) else isinstance(body, list) and step in range(len(body))
        if steps_in:
            yield step
            body = body[step]
