"""Reading newsletters in a process of its own, which may be stopped at any time: the command line and the server do so.

Limits that the formats have are checked before a file is parsed. This is for what nobody has thought of.
"""

import os
import pickle
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from app.newsletters.document import IssueRead
from app.newsletters.formats.detection import Format
from app.newsletters.left_out import LeftOut
from app.newsletters.sandbox import protocol
from app.newsletters.sandbox.protocol import Job

_ROOT = Path(__file__).parents[3]
_CPU_TIME_IS_OVER = -getattr(signal, "SIGXCPU", 0)
_MEMORY_IS_OVER = (protocol.OUT_OF_MEMORY, -signal.SIGABRT, -getattr(signal, "SIGKILL", 0))
"""Of the reader itself, of Python where it cannot raise MemoryError, and of a system that has none left."""
_PASSED_ON = re.compile("HOME|LANG|LANGUAGE|LC_.+|PATH|PYTHON.+|(LD|DYLD)_LIBRARY_PATH|SYSTEMROOT|TE?MP|TMPDIR|TZ")
"""The variables of the environment that Python needs. Any other may be a secret, such as PGPASSWORD."""
_WAY_OUT = "split it, or import its issues one by one"


@dataclass(frozen=True, slots=True)
class Limits:
    seconds: int
    """CPU time, for each file and edition or for all of a job: see `Job`."""
    deadline: float
    """Seconds for the same on the clock, which a busy machine and a slow disk need more of."""
    memory: int
    """Bytes of the process' address space."""
    largest: int
    """Bytes of one issue that was read, with its notes."""
    total: int | None = None
    """Bytes of all issues of a job."""


FROM_COMMAND_LINE = Limits(seconds=60, deadline=300, memory=2_000_000_000, largest=200_000_000)
"""Each file and each edition of a feed or an export may take so long: an archive of 1,000 issues needs its time."""


class Stopped(Exception):
    """A file has reached a limit, or the process has ended. The message says why."""

    def __init__(self, reason: str, name: str | None, position: int) -> None:
        super().__init__(reason)
        self.name = name
        """Of the file; None if none was begun."""
        self.position = position
        """Of the file, among all that were opened; -1 if none was begun."""


class ReaderDied(Exception):
    """The process that reads ends again and again, without having begun with a file."""


class Reader:
    """A process that reads one job after the other. It is started when it is first needed."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._is_killed = False
        self._is_late = False
        self.peak = 0
        """The most bytes of memory that it has used."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def is_usable(self) -> bool:
        """Whether it can take another job."""
        return not self._is_killed and (self._process is None or self._process.poll() is None)

    def start(self) -> None:
        if self._process is None and not self._is_killed:
            # Not a fork, which would have the memory of this process, with its secrets.
            environment = {name: value for name, value in os.environ.items() if _PASSED_ON.fullmatch(name)}
            places = [str(_ROOT), *filter(None, [environment.get("PYTHONPATH")])]
            self._process = subprocess.Popen(
                # -P: a folder of newsletters may have a file email.py.
                [sys.executable, "-P", "-m", "app.newsletters.sandbox.process", str(self._limits.memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment | {"PYTHONPATH": os.pathsep.join(places)},
                start_new_session=True,  # Ctrl-C is for this process
            )
            if self._is_killed:  # meanwhile, by another thread
                self.kill()

    def kill(self) -> None:
        """End the process, whatever it does. Safe to call from any thread, and again."""
        self._is_killed = True
        if process := self._process:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                with suppress(OSError, ValueError):  # what a killed process has not taken
                    if stream is not None and not stream.closed:
                        stream.close()

    def read(self, job: Job) -> Iterator[bytes]:
        """The issues of a job and what is left out, each as a pickle, as they are read. Raises Stopped.

        A reader that has not come to its end is ended.
        """
        self.start()
        name, position, size, finished = None, -1, 0, False
        whole_job = 0.0 if job.seconds_are_per_edition else self._limits.deadline
        try:
            with self._killed_after(whole_job):
                self._send(job)
                while (message := self._receive(job)) is not None:
                    kind, content = message
                    if kind == protocol.BEGAN:
                        written, _, called = content.partition(b" ")
                        position, name = _number(written), called.decode("utf-8", "surrogateescape")
                    elif kind == protocol.FOUND:
                        size += len(content)
                        if self._limits.total is not None and size > self._limits.total:
                            raise protocol.TooLong
                        yield content
                    elif kind == protocol.FINISHED:
                        self.peak = _number(content)
                        finished = True
                        return
                    else:
                        raise protocol.NotUnderstood
            raise Stopped(self._why_ended(job), name, position)
        except protocol.TooLong:
            raise Stopped(f"what was read has more than {self._largest} MB: {_WAY_OUT}", name, position) from None
        except protocol.NotUnderstood:
            raise Stopped(protocol.NOT_AN_ISSUE, name, position) from None
        finally:
            if not finished:
                self.kill()

    def _send(self, job: Job) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it has ended: so has what it sends
            protocol.Sender(self._process.stdin).send(protocol.JOB, pickle.dumps(job, pickle.HIGHEST_PROTOCOL))

    def _receive(self, job: Job) -> tuple[bytes, bytes] | None:
        assert self._process is not None
        assert self._process.stdout is not None
        with self._killed_after(self._limits.deadline if job.seconds_are_per_edition else 0.0):
            return protocol.Receiver(self._process.stdout).next(self._limits.largest)

    @contextmanager
    def _killed_after(self, seconds: float) -> Iterator[None]:
        """Kill the process unless this ends in time; 0 seconds are no limit."""
        assert self._process is not None
        if not seconds:
            yield
            return
        timer = threading.Timer(seconds, self._kill_late)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _kill_late(self) -> None:
        self._is_late = True
        assert self._process is not None
        self._process.kill()  # the thread that reads from it does the rest

    def _why_ended(self, job: Job) -> str:
        assert self._process is not None
        status = self._process.wait()
        if self._is_late:
            return f"it took more than {self._limits.deadline:.0f} seconds to read: {_WAY_OUT}"
        if status == _CPU_TIME_IS_OVER:
            return f"it took more than {job.seconds} seconds of computing to read: {_WAY_OUT}"
        if status in _MEMORY_IS_OVER:
            return f"it took more than {self._limits.memory // 1_000_000} MB of memory to read: {_WAY_OUT}"
        return "the process that read it has ended unexpectedly: leave it out, and please report it"

    @property
    def _largest(self) -> int:
        return (self._limits.total or self._limits.largest) // 1_000_000


def _number(digits: bytes) -> int:
    if not re.fullmatch(rb"[0-9]{1,18}", digits):
        raise protocol.NotUnderstood
    return int(digits)


def read_paths(
    paths: Sequence[str],
    standard_input: bytes | None,
    *,
    format: Format | None,
    everything: bool,
    limits: Limits = FROM_COMMAND_LINE,
) -> Iterator[IssueRead | LeftOut]:
    """What `load_paths` gives, from a process of its own, which reads a few issues ahead while this one writes.

    A file that reaches a limit is left out, and the others are read. Raises ReaderDied.
    """
    job = Job(
        limits.seconds,
        seconds_are_per_edition=True,
        paths=tuple(paths),
        standard_input=standard_input,
        format=format,
        everything=everything,
    )
    while True:
        with Reader(limits) as reader:
            try:
                for packed in reader.read(job):
                    yield protocol.load(packed)
                return
            except Stopped as stopped:
                if stopped.name is not None:
                    yield LeftOut(stopped.name, str(stopped), is_error=True)
                    job = replace(job, skip=stopped.position + 1)
                elif job.scan:
                    job = replace(job, scan=False)
                else:
                    raise ReaderDied("The process that reads the files has ended; run the command again.") from None
