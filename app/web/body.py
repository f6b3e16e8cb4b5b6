"""Reading bodies: how large they may be, of which type, and what JSON is."""

from collections.abc import Callable, Coroutine
from typing import Any

import orjson
from fastapi.params import Form
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from app.problems import Fault, MalformedBody, TooLarge, UnsupportedMediaType

LARGEST_JSON = 5 * 1024 * 1024
LARGEST_FORM = 16 * 1024

_JSON_TYPES = ("application/json", "application/merge-patch+json")
_FORM_TYPE = "application/x-www-form-urlencoded"


class BodyRoute(APIRoute):
    """A route that refuses a body it cannot read before anything else looks at it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        takes_form = self.body_field is not None and isinstance(self.body_field.field_info, Form)
        takes_json = self.body_field is not None and not takes_form

        async def handle_body(request: Request) -> Response:
            media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if takes_form:
                body = await _read(request, LARGEST_FORM)
                if body and media_type != _FORM_TYPE:
                    raise UnsupportedMediaType(f"Send a form, as Content-Type: {_FORM_TYPE}.")
            elif takes_json:
                body = await _read(request, LARGEST_JSON)
                if body and media_type not in _JSON_TYPES:
                    raise UnsupportedMediaType(
                        f"Send JSON, with Content-Type: application/json; this is {media_type[:80] or 'of no type'}."
                    )
                if body:
                    # Starlette's Request keeps what it has read; FastAPI would read with the lenient json module.
                    request._json = _parse(body)
            return await handle(request)

        return handle_body


async def _read(request: Request, largest: int) -> bytes:
    """The body; raises TooLarge as soon as it is known to be."""
    length = request.headers.get("content-length", "")
    chunks: list[bytes] = []
    size = int(length) if length.isdigit() else 0
    if size <= largest:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > largest:
                break
            chunks.append(chunk)
    if size > largest:
        raise TooLarge(
            f"A body may have {largest:,} bytes here. Send an issue in parts: sections and items by themselves."
        )
    request._body = b"".join(chunks)
    return request._body


def _parse(body: bytes) -> Any:
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedBody(f"The body is not JSON: {error}.") from None
    if b"\\u0000" in body:
        pointer = _find_nul(parsed, "")
        if pointer is not None:
            detail = "the character NUL (\\u0000) cannot be kept; leave it out"
            raise MalformedBody(f"At {pointer or '/'}, {detail}.", errors=[Fault(pointer, "nul", detail)])
    return parsed


def _find_nul(value: Any, pointer: str) -> str | None:
    """Where a string has the character NUL, as a JSON pointer; None where none has."""
    if isinstance(value, str):
        return pointer if "\0" in value else None
    if isinstance(value, dict):
        for name, part in value.items():
            if "\0" in name:
                return pointer
            found = _find_nul(part, f"{pointer}/{name}")
            if found is not None:
                return found
    if isinstance(value, list):
        for index, part in enumerate(value):
            found = _find_nul(part, f"{pointer}/{index}")
            if found is not None:
                return found
    return None
