"""A time limit for clients that do not read their responses."""

import asyncio
import logging

WRITE_TIMEOUT = 30.0
"""Seconds in which a client must take `LEAST_TAKEN` of what is written, or all of it."""

LEAST_TAKEN = 16_384
"""Bytes. Otherwise a client could keep a response in memory for as long as it reads some bytes now and then."""

log = logging.getLogger("uvicorn.error")


class UnreadData:
    """What was written to a transport and not sent yet, because the client does not read.

    Closing a transport does not end it: it first sends what was written.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._timer: asyncio.TimerHandle | None = None

    def watch(self) -> None:
        """Abort the connection if the client does not read in time."""
        if self._timer is None:
            size = self._transport.get_write_buffer_size()
            self._timer = asyncio.get_running_loop().call_later(WRITE_TIMEOUT, self._check, size)

    def forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _check(self, before: int) -> None:
        self._timer = None
        now = self._transport.get_write_buffer_size()
        if now and before - now < LEAST_TAKEN:
            log.info("Closed a connection whose client did not read in %.0f seconds", WRITE_TIMEOUT)
            self._transport.abort()
        elif now:
            self.watch()
