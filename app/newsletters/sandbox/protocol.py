"""What the process that reads newsletters and the one that starts it send each other.

A message is a byte that tells its kind, its length in four bytes, and its content. Issues are sent as pickles, and a
reader is not trusted: much of what parses files in it is written in C and Rust (expat, zlib, nh3), and by a fault in
that a file may make it send anything. So of all classes a pickle may name only those that issues consist of.
"""

import logging
import pickle
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from io import BytesIO
from struct import Struct
from typing import IO, Any

from app.newsletters.document import Doubt, IssueRead, ItemRead, SectionRead
from app.newsletters.files import File
from app.newsletters.formats.detection import Format
from app.newsletters.left_out import LeftOut

JOB, BEGAN, FOUND, FINISHED = b"J", b"B", b"F", b"."
"""The first is for the reader: a pickled Job. Its answers: BEGAN with the position and the name of a file that it opens
(`0 7.eml`), FOUND with a pickled IssueRead or LeftOut, FINISHED with the most bytes of memory that it has used."""
OUT_OF_MEMORY = 12
"""The exit status of a reader that has no memory left."""

_HEAD = Struct("!cI")
_OF_ISSUES = {
    (each.__module__, each.__qualname__): each
    for each in (IssueRead, SectionRead, ItemRead, Doubt, LeftOut, datetime, timedelta, timezone)
}
NOT_AN_ISSUE = "the process that read it has sent something other than an issue: leave it out, and please report it"

log = logging.getLogger(__name__)


class TooLong(Exception):
    """A message is longer than allowed."""


class NotUnderstood(Exception):
    """A message is not one that a reader sends."""


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


def load(content: bytes) -> IssueRead | LeftOut:
    """What a pickle of a reader holds; if that is anything but an issue or what is left out, a LeftOut that says so."""
    try:
        found = _Unpickler(BytesIO(content)).load()
    except Exception:  # a pickle can call what it names with anything
        log.exception("a process that reads files has sent something that is refused")
        found = None
    return found if isinstance(found, IssueRead | LeftOut) else LeftOut("a file", NOT_AN_ISSUE, is_error=True)


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (found := _OF_ISSUES.get((module, name))) is None:
            raise pickle.UnpicklingError(f"{module}.{name} is not a part of an issue")
        return found
