"""Reading bodies: how large they may be, of which type, and what JSON is."""

import re
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import unquote_to_bytes

import orjson
from fastapi.params import Form
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from app.problems import BadRequest, Fault, Invalid, MalformedBody, TooLarge, UnsupportedMediaType
from app.validation import pointer_to
from app.web.query import QueryRoute

LARGEST_JSON = 5 * 1024 * 1024
LARGEST_FORM = 16 * 1024

_JSON_TYPES = ("application/json", "application/merge-patch+json")
_FORM_TYPE = "application/x-www-form-urlencoded"


class BodyRoute(QueryRoute):
    """A route that refuses a body it cannot read before anything else looks at it."""

    @staticmethod
    def body_of(request: Request) -> bytes:
        """The body of a request that such a route has read."""
        return bytes(request._body)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        takes_form = self.body_field is not None and isinstance(self.body_field.field_info, Form)
        takes_json = self.body_field is not None and not takes_form

        async def handle_body(request: Request) -> Response:
            media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if takes_form:
                body = await read(request, LARGEST_FORM)
                if body and media_type != _FORM_TYPE:
                    raise UnsupportedMediaType(f"Send a form, as Content-Type: {_FORM_TYPE}.")
                if b"\0" in unquote_to_bytes(body):
                    raise BadRequest("The form holds the character NUL (%00), which cannot be kept; leave it out.")
            elif takes_json:
                body = await read(request, LARGEST_JSON, "Send an issue in parts: sections and items by themselves.")
                if body and request.headers.get("content-encoding", "identity") != "identity":
                    raise UnsupportedMediaType("Send the body as it is, without Content-Encoding.")
                if body and media_type not in _JSON_TYPES:
                    raise UnsupportedMediaType(
                        f"Send JSON, with Content-Type: application/json; this is {media_type[:80] or 'of no type'}."
                    )
                if body:
                    # Starlette's Request keeps what it has read; FastAPI would read with the lenient json module.
                    request._json = _parse(body)
            elif await read(request, LARGEST_FORM) not in (b"", b"{}"):
                raise Invalid.at("", "this address takes no body; leave it out", "extra-forbidden")
            return await handle(request)

        return handle_body


async def read(request: Request, largest: int, way_out: str = "") -> bytes:
    """The body, which the request keeps; raises TooLarge, with the way out, as soon as it is known to be."""
    length = request.headers.get("content-length", "")
    chunks: list[bytes] = []
    size = int(length) if re.fullmatch("[0-9]{1,18}", length) else 0
    if size <= largest:
        size = 0
        try:
            async for chunk in request.stream():
                size += len(chunk)
                if size > largest:
                    break
                chunks.append(chunk)
        except ClientDisconnect:
            raise BadRequest("The body ended before its Content-Length.") from None
    if size > largest:
        raise TooLarge(f"A body may have {largest:,} bytes here. {way_out}".strip())
    request._body = b"".join(chunks)
    return request._body


def _parse(body: bytes) -> Any:
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if not _is_utf8(body):
            raise MalformedBody("The body is not UTF-8, as JSON is.") from None
        raise MalformedBody(f"The body is not JSON: {error}.") from None
    if b"\\u0000" in body:
        pointer = _find_nul(parsed)
        if pointer is not None:
            detail = "the character NUL (\\u0000) cannot be kept; leave it out"
            raise MalformedBody(f"At {pointer or '/'}, {detail}.", errors=[Fault(pointer, "nul", detail)])
    return parsed


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _find_nul(parsed: Any) -> str | None:
    """Where a string has the character NUL, as a JSON pointer; None where none has."""
    # No recursion: a body may be nested as deep as Python's stack.
    waiting: list[tuple[Any, tuple[int | str, ...]]] = [(parsed, ())]
    while waiting:
        value, path = waiting.pop()
        if isinstance(value, str) and "\0" in value:
            return pointer_to(path)
        if isinstance(value, dict):
            if any("\0" in name for name in value):
                return pointer_to(path)
            waiting += [(part, (*path, name)) for name, part in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [(part, (*path, index)) for index, part in reversed(list(enumerate(value)))]
    return None
