"""Reading request bodies: size limits, content types, and strict JSON."""

from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any
from urllib.parse import unquote_to_bytes

import anyio
import anyio.to_thread
import orjson
from fastapi.params import Form
from starlette.requests import Request
from starlette.responses import Response

from app.problems import (
    BadRequest,
    Fault,
    Invalid,
    MalformedBody,
    Problem,
    RequestTimeout,
    TooLarge,
    UnsupportedMediaType,
)
from app.validation import invalid, pointer_to
from app.web.admission import place_for_body, place_for_write, places_of
from app.web.request_head import content_length
from app.web.strict_route import READS, Handler, StrictRoute

LARGEST_JSON = 5 * 1024 * 1024
"""Bytes."""
LARGEST_UNAUTHENTICATED = LARGEST_FORM = 16 * 1024
"""Bytes of JSON to a route that needs no credential, and of a form."""
READ_TIMEOUT = 180.0
"""Seconds in which a body must be complete. 5 MiB take so long at 30 KB/s."""
MOST_SEPARATORS = 300_000
"""Commas, colons, brackets and braces in a body of JSON, those in its texts included. Small values take much more
memory and time than their bytes; the largest issue has half of this."""

_SMALL = 16 * 1024
"""Bytes of a body that is parsed in the event loop, because that takes less time than a thread takes to start."""

_JSON_TYPES = ("application/json", "application/merge-patch+json")
_FORM_TYPE = "application/x-www-form-urlencoded"


class BodyRoute(StrictRoute):
    """A route that reads and validates the body of a request whose head is accepted.

    Large bodies are parsed and validated outside of the event loop, one at a time.
    """

    @staticmethod
    def admit(request: Request) -> AbstractAsyncContextManager[None]:
        """Waits until a request that may write is executed."""
        return place_for_write(request)

    @staticmethod
    def body_of(request: Request) -> bytes:
        """The body of a request to such a route; the route has already read it."""
        return bytes(request._body)

    def get_body_handler(self) -> Handler:
        handle = super().get_body_handler()
        takes_form = self.body_field is not None and isinstance(self.body_field.field_info, Form)
        takes_json = self.body_field is not None and not takes_form
        largest = LARGEST_JSON if self.head_dependencies else LARGEST_UNAUTHENTICATED
        fields = getattr(self.body_field.field_info.annotation, "model_fields", ()) if self.body_field else ()
        hint = "Send the issue in parts, adding sections and items separately." if "sections" in fields else ""

        def validate(body: bytes) -> tuple[Any, Problem | None]:
            """The parsed body as FastAPI would pass it to the route, or what is wrong with it."""
            # Tracebacks would keep the parsed body, which can be large, until garbage collection. So nothing is raised
            # here, and the errors, which refer to exceptions, are forgotten.
            parsed, problem = _parse(body)
            if problem is not None:
                return None, problem
            assert self.body_field is not None
            try:
                value, errors = self.body_field.validate(parsed, loc=("body",))
            except Problem as raised:
                return None, raised.with_traceback(None)
            if errors:
                problem = invalid(errors, parsed)
                errors.clear()
            return value, problem

        async def handle_body(request: Request) -> Response:
            async with place_for_body(request, largest) if takes_json else nullcontext():
                body = await read_body(request)
                if request.method in READS:
                    return await handle(request)
                async with self.admit(request):
                    if takes_json and body:
                        # Starlette's Request caches the JSON, and FastAPI takes what is validated already as it is.
                        request._json, problem = (
                            validate(body)
                            if len(body) <= _SMALL
                            else await anyio.to_thread.run_sync(validate, body, limiter=places_of(request).parsers)
                        )
                        if problem is not None:
                            raise problem
                    return await handle(request)

        async def read_body(request: Request) -> bytes:
            media_type = media_type_of(request)
            if takes_form:
                body = await read(request, LARGEST_FORM)
                if body and media_type != _FORM_TYPE:
                    raise UnsupportedMediaType(f"Send a form, with Content-Type: {_FORM_TYPE}.")
                if b"\0" in unquote_to_bytes(body):
                    raise BadRequest("The form contains the NUL character (%00), which cannot be stored. Remove it.")
            elif takes_json:
                body = await read(request, largest, hint)
                if body:
                    require_uncompressed(request)
                if body and media_type not in _JSON_TYPES:
                    raise UnsupportedMediaType(
                        f"Send JSON, with Content-Type: application/json; you sent {media_type[:80] or 'none'}."
                    )
            else:
                body = await read(request, LARGEST_FORM)
                if body not in (b"", b"{}"):
                    raise Invalid.at("", "this route takes no body; send none", "extra-forbidden")
            return body

        return handle_body


def media_type_of(request: Request) -> str:
    """The media type of the body, in lower case and without parameters; empty if none was sent."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def require_uncompressed(request: Request) -> None:
    """Raises UnsupportedMediaType for a compressed body."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise UnsupportedMediaType("Send the body uncompressed, without Content-Encoding.")


async def read(request: Request, largest: int, hint: str = "") -> bytes:
    """Read the body and cache it in the request.

    `largest` is in bytes. Raises TooLarge, with the hint, as soon as the body is known to exceed it, RequestTimeout if
    it is not complete after `READ_TIMEOUT`, and ClientDisconnect if the client has left before the end.
    """
    chunks: list[bytes] = []
    size = content_length(request) or 0
    if size <= largest:
        size = 0
        try:
            with anyio.fail_after(READ_TIMEOUT):
                async for chunk in request.stream():
                    size += len(chunk)
                    if size > largest:
                        break
                    chunks.append(chunk)
        except TimeoutError:
            detail = f"The body was not complete after {READ_TIMEOUT:.0f} seconds. Send the request again, in parts."
            raise RequestTimeout(detail) from None
    if size > largest:
        raise TooLarge(f"The body may have at most {largest:,} bytes here. {hint}".strip())
    request._body = b"".join(chunks)
    return request._body


def _parse(body: bytes) -> tuple[Any, Problem | None]:
    """The parsed body, or what is wrong with it."""
    if sum(map(body.count, (b",", b":", b"[", b"{"))) > MOST_SEPARATORS:
        return None, TooLarge(
            f"The body may have at most {MOST_SEPARATORS:,} commas, colons, brackets and braces. Send it in parts."
        )
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if not _is_utf8(body):
            return None, MalformedBody("The body is not UTF-8, which JSON must be.")
        return None, MalformedBody(f"The body is not valid JSON: {error}.")
    if b"\\u0000" in body:
        pointer = _find_nul(parsed)
        if pointer is not None:
            detail = "the NUL character (\\u0000) cannot be stored; remove it"
            return None, MalformedBody(f"At {pointer or '/'}, {detail}.", errors=[Fault(pointer, "nul", detail)])
    return parsed, None


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _find_nul(parsed: Any) -> str | None:
    """The JSON pointer of the first string that contains a NUL character, or None."""
    # No recursion: a body may be nested as deeply as Python's stack. A path is a pair of the path to its parent and its
    # last step, because copying paths would take quadratic time.
    pending: list[tuple[Any, Any]] = [(parsed, None)]
    while pending:
        value, path = pending.pop()
        if isinstance(value, str) and "\0" in value:
            return _pointer_of(path)
        if isinstance(value, dict):
            if any("\0" in name for name in value):
                return _pointer_of(path)
            pending += [(part, (path, name)) for name, part in reversed(value.items())]
        elif isinstance(value, list):
            pending += [(part, (path, index)) for index, part in reversed(list(enumerate(value)))]
    return None


def _pointer_of(path: Any) -> str:
    steps: list[int | str] = []
    while path is not None:
        path, step = path
        steps.append(step)
    return pointer_to(reversed(steps))
