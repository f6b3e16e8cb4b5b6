"""Reading what clients send: in a few processes for the whole server, kept for the next import.

Each server process (`masthead serve --workers`) has its own. An import has a place while it is read and written, so
that the memory of all imports together is bounded; others wait for one, outside of the server's threads.
"""

import pickle
from collections import deque
from collections.abc import Iterator, Sequence

import anyio
import anyio.to_thread

from app.newsletters.document import IssueRead
from app.newsletters.files import File
from app.newsletters.formats.detection import Format
from app.newsletters.left_out import LeftOut
from app.newsletters.sandbox.protocol import Job, load
from app.newsletters.sandbox.reader import Limits, Reader, Stopped

LIMITS = Limits(seconds=30, deadline=60, memory=400_000_000, largest=32_000_000, total=32_000_000)
"""For all that one request sends."""
MOST_AT_ONCE = 2
KEPT_UP_TO = 150_000_000
"""Bytes: a process that has once used more memory than this is not kept. After small files it has about 50 MB."""

_AFTER_IT = "What comes after it in this request was not read either"


class FileReaders:
    """The processes of one server process."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self.places = anyio.CapacityLimiter(MOST_AT_ONCE)
        """A request must have one of these while it reads: see `web.admission.place_in`."""
        # These threads are beyond those of the server, which serve other requests meanwhile.
        self._threads = anyio.CapacityLimiter(MOST_AT_ONCE)
        self._ending = anyio.CapacityLimiter(MOST_AT_ONCE)
        self._idle: list[Reader] = []
        self._busy: set[Reader] = set()

    async def read(self, files: Sequence[File], format: Format | None = None) -> Iterator[IssueRead | LeftOut]:
        """The issues in the files, and what is left out. The caller has a place. Cancelling it ends the process."""
        job = Job(self.limits.seconds, files=tuple(files), format=format)
        while self._idle and not self._idle[-1].is_usable:
            await self._end(self._idle.pop())
        reader = self._idle.pop() if self._idle else Reader(self.limits)
        self._busy.add(reader)
        try:
            packed = await anyio.to_thread.run_sync(_read, reader, job, limiter=self._threads, abandon_on_cancel=True)
        except BaseException:
            await self._end(reader)
            raise
        finally:
            self._busy.discard(reader)
        if reader.is_usable and reader.peak <= KEPT_UP_TO:
            self._idle.append(reader)
        else:
            await self._end(reader)
        return _unpacked(packed)

    async def close(self) -> None:
        """End all processes."""
        for reader in (*self._idle, *self._busy):
            await self._end(reader)
        self._idle.clear()

    async def _end(self, reader: Reader) -> None:
        """Kill it in a thread: until the process has ended takes at least some milliseconds."""
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(reader.kill, limiter=self._ending)


def _read(reader: Reader, job: Job) -> deque[bytes]:
    packed: deque[bytes] = deque()
    try:
        packed.extend(reader.read(job))
    except Stopped as stopped:
        name = stopped.name or "the files"
        packed.append(pickle.dumps(LeftOut(name, f"{stopped}. {_AFTER_IT}", is_error=True)))
    return packed


def _unpacked(packed: deque[bytes]) -> Iterator[IssueRead | LeftOut]:
    """One issue in memory at a time."""
    while packed:
        yield load(packed.popleft())
