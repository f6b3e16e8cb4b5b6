"""Admission control: a limited number of requests writes, or has a large body, at a time.

So readers always find a thread and a connection, and the memory for bodies has a bound.

Writers wait for one another in the database. Those that are not admitted yet wait here, without a thread.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

import anyio
from starlette.requests import ClientDisconnect, Request

from app.problems import Unavailable

LONGEST_WAIT = 10.0
"""Seconds that a request waits for a place."""
SMALL_BODY = 100_000
"""Bytes of a body that is read at once, however many others are."""
LARGE_BODIES = 16
"""Larger bodies that are in memory at a time."""


def place_for_write(request: Request) -> AbstractAsyncContextManager[None]:
    """Waits until the request may write, and counts it as a writer until the block ends. Raises as `place_in` does."""
    return place_in(request.app.state.writers, request)


def place_for_body(request: Request) -> AbstractAsyncContextManager[None]:
    """Waits until the body of the request may be read, if it can be large, and counts it until the block ends: all
    bodies in memory together have a bound. Raises as `place_in` does."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and len(length) < 10 and int(length) <= SMALL_BODY:
        return nullcontext()
    return place_in(request.app.state.large_bodies, request)


@asynccontextmanager
async def place_in(limiter: anyio.CapacityLimiter, request: Request) -> AsyncIterator[None]:
    """Waits until the limiter has a place for the request, which has it until the block ends.

    Raises Unavailable after `LONGEST_WAIT`, and ClientDisconnect if the client has left meanwhile.
    """
    has_to_wait = limiter.available_tokens < 1
    try:
        with anyio.fail_after(LONGEST_WAIT):
            await limiter.acquire_on_behalf_of(request)
    except TimeoutError:
        raise Unavailable(
            "The server is processing too many other requests. Nothing was changed; try again in a moment.",
            headers={"retry-after": "5"},
        ) from None
    try:
        # Before the body is read, this would take a part of it.
        if has_to_wait and hasattr(request, "_body") and await request.is_disconnected():
            raise ClientDisconnect
        yield
    finally:
        limiter.release_on_behalf_of(request)
