"""Reading request bodies: who may send one, size limits, content types, and strict JSON."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import unquote_to_bytes

import anyio.to_thread
import orjson
from fastapi.params import Form
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from app.problems import BadRequest, Fault, Invalid, MalformedBody, Problem, TooLarge, UnsupportedMediaType
from app.validation import invalid, pointer_to
from app.web.admission import admitted
from app.web.query import READS, QueryRoute, flatten

LARGEST_JSON = 5 * 1024 * 1024
LARGEST_UNAUTHENTICATED = LARGEST_FORM = 16 * 1024
MOST_SEPARATORS = 300_000
"""Commas, colons, brackets and braces in a body of JSON, those in its texts included. Small values take much more
memory and time than their bytes; the largest issue has half of this."""

_SMALL = 16 * 1024
"""Bytes of a body that is parsed in the event loop, because that takes less time than a thread takes to start."""

_JSON_TYPES = ("application/json", "application/merge-patch+json")
_FORM_TYPE = "application/x-www-form-urlencoded"


class HeadDependency(ABC):
    """A dependency that needs only the head of a request, such as a permission. A route calls it before it reads the
    body, so that a request that is rejected costs nothing."""

    @abstractmethod
    async def check(self, request: Request) -> object:
        """Raises a problem to reject the request."""


class BodyRoute(QueryRoute):
    """A route that decides from its head whether a request is admitted, before it reads and validates the body.

    Large bodies are parsed and validated outside of the event loop, one at a time.
    """

    @staticmethod
    def admit(request: Request) -> AbstractAsyncContextManager[None]:
        """Waits until a request that may write is executed."""
        return admitted(request)

    @staticmethod
    def body_of(request: Request) -> bytes:
        """The body of a request to such a route; the route has already read it."""
        return bytes(request._body)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        takes_form = self.body_field is not None and isinstance(self.body_field.field_info, Form)
        takes_json = self.body_field is not None and not takes_form
        calls: list[object] = [each.call for each in flatten(self.dependant)]
        conditions = [call for call in calls if isinstance(call, HeadDependency)]
        largest = LARGEST_JSON if conditions else LARGEST_UNAUTHENTICATED

        def validate(body: bytes) -> tuple[Any, Problem | None]:
            """The parsed body as FastAPI would pass it to the route, or what is wrong with it."""
            # Tracebacks would keep the parsed body, which can be large, until garbage collection. So nothing is raised
            # here, and the errors, which refer to exceptions, are forgotten.
            parsed, problem = _parse(body)
            if problem is not None:
                return None, problem
            assert self.body_field is not None
            value, errors = self.body_field.validate(parsed, loc=("body",))
            if errors:
                problem = invalid(errors, parsed)
                errors.clear()
            return value, problem

        async def handle_body(request: Request) -> Response:
            for condition in conditions:
                await condition.check(request)
            body = await read_body(request)
            if request.method in READS:
                return await handle(request)
            async with self.admit(request):
                if takes_json and body:
                    # Starlette's Request caches the JSON, and FastAPI takes what is validated already as it is.
                    request._json, problem = (
                        validate(body)
                        if len(body) <= _SMALL
                        else await anyio.to_thread.run_sync(validate, body, limiter=request.app.state.parsers)
                    )
                    if problem is not None:
                        raise problem
                return await handle(request)

        async def read_body(request: Request) -> bytes:
            media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if takes_form:
                body = await read(request, LARGEST_FORM)
                if body and media_type != _FORM_TYPE:
                    raise UnsupportedMediaType(f"Send a form, with Content-Type: {_FORM_TYPE}.")
                if b"\0" in unquote_to_bytes(body):
                    raise BadRequest("The form contains the NUL character (%00), which cannot be stored. Remove it.")
            elif takes_json:
                body = await read(request, largest, "Send the issue in parts, adding sections and items separately.")
                if body and request.headers.get("content-encoding", "identity") != "identity":
                    raise UnsupportedMediaType("Send the body uncompressed, without Content-Encoding.")
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


async def read(request: Request, largest: int, hint: str = "") -> bytes:
    """Read the body and cache it in the request.

    `largest` is in bytes. Raises TooLarge, with the hint, as soon as the body is known to exceed it.
    """
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
            raise BadRequest("The body is shorter than its Content-Length.") from None
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
