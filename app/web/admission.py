"""Admission control: how many requests of each kind are executed at a time.

So public reads always find a thread and a connection, whatever others wait for or compute, and the memory for bodies
has a bound. Requests that are not admitted yet wait here, without a thread.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

import anyio
from anyio import CapacityLimiter
from starlette.requests import ClientDisconnect, Request

from app.problems import Unavailable
from app.web.request_head import content_length

WRITERS, SIGN_INS, OTHER_READERS = 4, 2, 4
"""At a time: requests and periodic tasks that write; requests that check a password and then write; and reads that are
not those of the public archive: searches, what authors read, and the look-up of who calls. Together less than
`db.engine.CONNECTIONS`."""
LONGEST_WAIT = 10.0
"""Seconds that a request waits for a place."""
SMALL_BODY = 100_000
"""Bytes of a body that is read at once, however many others are."""
LARGE_BODIES = 16
"""Larger bodies that are in memory at a time."""

log = logging.getLogger("masthead")


class Places:
    """The limits of one server process: `request.app.state.places`."""

    def __init__(self) -> None:
        self.writers = CapacityLimiter(WRITERS)
        self.sign_ins = CapacityLimiter(SIGN_INS)
        self.other_readers = CapacityLimiter(OTHER_READERS)
        self.large_bodies = CapacityLimiter(LARGE_BODIES)
        self.parsers = CapacityLimiter(1)
        """Threads that parse bodies. It holds the interpreter, so that several would only keep each other waiting."""
        self.readiness = CapacityLimiter(1)
        """A thread beyond those of other requests, so that `/readyz` answers also while all of them wait."""


def places_of(request: Request) -> Places:
    places = request.app.state.places
    assert isinstance(places, Places)
    return places


def place_for_write(request: Request) -> AbstractAsyncContextManager[None]:
    """Waits until the request may write, and counts it as a writer until the block ends. Raises as `place_in` does."""
    return place_in(places_of(request).writers, request, body_is_read=True)


def place_to_read(request: Request) -> AbstractAsyncContextManager[None]:
    """Waits until the request may read what is not public, or search, and counts it until the block ends. Raises as
    `place_in` does."""
    return place_in(places_of(request).other_readers, request)


def place_for_body(request: Request, largest: int) -> AbstractAsyncContextManager[None]:
    """Waits until the body of the request may be read, if it can be large, and counts it until the block ends: all
    bodies in memory together have a bound. Raises as `place_in` does.

    One of more than `largest` bytes is refused without being read: see `body.read`.
    """
    length = content_length(request)
    if largest <= SMALL_BODY or (length is not None and not SMALL_BODY < length <= largest):
        return nullcontext()
    return place_in(places_of(request).large_bodies, request)


@asynccontextmanager
async def place_in(limiter: CapacityLimiter, request: Request, *, body_is_read: bool = False) -> AsyncIterator[None]:
    """Waits until the limiter has a place for the request, which has it until the block ends.

    Raises Unavailable after `LONGEST_WAIT`, and ClientDisconnect if the client has left meanwhile, which can be known
    only once the body is read: before that, asking would take a part of it.
    """
    has_to_wait = limiter.available_tokens < 1
    try:
        with anyio.fail_after(LONGEST_WAIT):
            await limiter.acquire_on_behalf_of(request)
    except TimeoutError:
        log.warning("%s %s waited %.0f seconds for its turn", request.method, request.scope["path"], LONGEST_WAIT)
        raise Unavailable(
            "The server is processing too many other requests. Nothing was changed; try again in a moment.",
            headers={"retry-after": "5"},
        ) from None
    try:
        if has_to_wait and body_is_read and await request.is_disconnected():
            raise ClientDisconnect
        yield
    finally:
        limiter.release_on_behalf_of(request)
