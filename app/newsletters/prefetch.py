"""Loading in a second process: while this one writes an issue, that one reads the next, which takes about as long."""

import multiprocessing
import os
import signal
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from multiprocessing.connection import Connection

from app.newsletters.document import IssueRead
from app.newsletters.files import MOST_IN_FOLDER
from app.newsletters.formats.detection import Format
from app.newsletters.left_out import LeftOut
from app.newsletters.loading import load_paths

WORTHWHILE = 1_000_000
"""Bytes that take longer to read than a process takes to start."""


class ReaderDied(Exception):
    """The process that reads has ended unexpectedly."""


def prefetch(
    paths: Sequence[str], standard_input: bytes | None, *, format: Format | None, everything: bool
) -> Iterator[IssueRead | LeftOut]:
    """What `load_paths` gives, from a second process if there is enough to read.

    That process is only a few issues ahead, so that memory does not grow. Raises ReaderDied.
    """
    if not is_worthwhile(paths, standard_input):
        yield from load_paths(paths, standard_input, format=format, everything=everything)
        return
    # Not fork, which would share the database connections.
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    arguments = sender, paths, standard_input, format, everything
    reader = context.Process(target=_send_issues, args=arguments, daemon=True)
    reader.start()
    sender.close()
    try:
        while (message := receiver.recv()) is not None:
            yield message
    except EOFError:
        raise ReaderDied("The process that reads the files has ended unexpectedly; run the command again.") from None
    finally:
        reader.terminate()
        reader.join()


def is_worthwhile(paths: Sequence[str], standard_input: bytes | None) -> bool:
    """Whether there is enough to read, and a second processor."""
    if (os.cpu_count() or 1) < 2:
        return False
    size = len(standard_input or b"")
    for more in islice((size for path in paths for size in _sizes(path)), MOST_IN_FOLDER):
        if size >= WORTHWHILE:
            break
        size += more
    return size >= WORTHWHILE


def _sizes(path: str) -> Iterator[int]:
    """Bytes of each file at a path; 0 for what is not a file, or not accessible."""
    yield _size(path)
    for folder, folders, names in os.walk(path):
        yield from (0 for _ in folders)
        yield from (_size(os.path.join(folder, name)) for name in names)


def _size(path: str) -> int:
    try:
        found = os.stat(path)
    except OSError:  # reported when it is read
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


def _send_issues(
    sender: Connection, paths: Sequence[str], standard_input: bytes | None, format: Format | None, everything: bool
) -> None:
    """The second process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both processes; the first one terminates this one
    with suppress(BrokenPipeError):  # the first process was killed
        for found in load_paths(paths, standard_input, format=format, everything=everything):
            sender.send(found)
        sender.send(None)
