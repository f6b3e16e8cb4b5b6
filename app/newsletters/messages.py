"""What the process that reads newsletters and the one that starts it send each other.

A message is a byte that tells its kind, its length in four bytes, and its content. Issues are sent as pickles. To
unpickle them is safe: the files that a reader parses are data to it, and as it is written in Python, the worst of them
can make it slow or large, but not make it send anything but what this module's callers send.
"""

from dataclasses import dataclass
from struct import Struct
from typing import IO

from app.newsletters.files import File
from app.newsletters.formats.detection import Format

JOB, BEGAN, FOUND, FINISHED = b"J", b"B", b"F", b"."
"""The first is for the reader: a pickled Job. Its answers: BEGAN with the position and the name of a file that it opens
(`0 7.eml`), FOUND with a pickled IssueRead or LeftOut, FINISHED with the most bytes of memory that it has used."""
OUT_OF_MEMORY = 12
"""The exit status of a reader that has no memory left."""

_HEAD = Struct("!cI")


class TooLong(Exception):
    """A message is longer than allowed."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be read: paths, or files."""

    seconds: int
    """CPU time after which the process is ended."""
    seconds_are_per_edition: bool = False
    """Whether they count from the beginning of each file and edition, instead of the job."""
    paths: tuple[str, ...] = ()
    standard_input: bytes | None = None
    files: tuple[File, ...] = ()
    format: Format | None = None
    everything: bool = False
    skip: int = 0
    """How many files are not read, from the first one on."""
    scan: bool = True
    """Whether the files are scanned for dates before any of them is read."""


class Sender:
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def send(self, kind: bytes, content: bytes) -> None:
        self._stream.write(_HEAD.pack(kind, len(content)))
        self._stream.write(content)
        self._stream.flush()


class Receiver:
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def next(self, largest: int = 1 << 31) -> tuple[bytes, bytes] | None:
        """The next message, or None at the end. Raises TooLong for one of more than `largest` bytes."""
        head = self._stream.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return None
        kind, length = _HEAD.unpack(head)
        if length > largest:
            raise TooLong
        content = self._stream.read(length)
        return (kind, content) if len(content) == length else None
