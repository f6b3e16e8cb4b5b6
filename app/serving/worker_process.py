"""A worker as the supervisor sees it: how it is started, what it reports, and how it is ended.

Like the supervisor, this needs the standard library alone.
"""

import logging
import math
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

GRACE = 10
"""Seconds that running requests have to finish after the server was told to stop."""
END = 15
"""Seconds in which a worker that was told to stop has ended."""
HUNG = 60.0
"""Seconds without a sign of life after which a worker that had started is killed."""
TICK = 0.25
"""Seconds between two looks at the workers."""

TO_KILL = 2
"""Seconds of END that remain to kill a worker that is still busy. That takes up to five ticks: until the signal to stop
is noticed, until this time is noticed to have come, for printing the stacks, until the kill, and until the end."""

READY, ALIVE, REFUSED, FAILED = "ready", "alive", "refused", "failed"
"""Reports of a worker, one on a line. A reason comes after REFUSED, which would happen again, and after FAILED."""

log = logging.getLogger("masthead")


def python(module: str, *arguments: str) -> list[str]:
    """The command that calls `run` of a module of this folder, found on the same path."""
    program = f"import sys; sys.path[:] = {sys.path!r}; from app.serving.{module} import run; run()"
    return [sys.executable, "-P", "-c", program, *arguments]


@dataclass(eq=False)
class WorkerProcess:
    process: subprocess.Popen[bytes]
    reports: socket.socket
    replaces: "WorkerProcess | None" = None
    """The worker that ends when this one is ready."""
    outdated: bool = False
    """Whether it was started before the last SIGHUP, and so is to be replaced."""
    ready_at: float | None = None
    silent_for: float = 0.0
    stop_by: float | None = None
    """When it is killed, once it was told to stop."""
    kill_at: float | None = None
    """When SIGKILL is sent, once it was decided to kill it; infinity after that."""
    failure: tuple[str, str] | None = None
    """REFUSED or FAILED, and the reason."""
    unread: bytes = field(default=b"", repr=False)

    @classmethod
    def start(cls, listening: socket.socket, options: Sequence[str]) -> Self:
        """Raises OSError if the system lacks processes, memory or file descriptors."""
        ours, theirs = socket.socketpair()
        with theirs:
            inherited = (listening.fileno(), theirs.fileno())
            try:
                process = subprocess.Popen(
                    python("worker", *map(str, inherited), *options),
                    pass_fds=inherited,
                    stdin=subprocess.DEVNULL,
                    # A group of its own: Ctrl-C reaches the supervisor alone, and all of the group can be killed.
                    process_group=0,
                )
            except OSError:
                ours.close()
                raise
        ours.setblocking(False)
        return cls(process, ours)

    @property
    def serves(self) -> bool:
        return self.ready_at is not None and self.stop_by is None and self.kill_at is None

    def receive(self) -> list[str]:
        """The lines of its reports that have arrived; closes `reports` at their end."""
        try:
            received = self.reports.recv(1 << 16)
        except OSError:
            received = b""
        if not received:
            self.reports.close()
        *lines, self.unread = (self.unread + received).split(b"\n")
        return [line.decode() for line in lines]

    def signal_group(self, number: int) -> None:
        """Send a signal to the worker and to the processes that it has started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)

    def stop(self) -> None:
        if self.stop_by is None:
            self.stop_by = time.monotonic() + END - TO_KILL
            self.process.send_signal(signal.SIGTERM)

    def kill_if_overdue(self) -> None:
        """Kill it, in two steps, if it was to stop by now, or does not respond."""
        now, pid = time.monotonic(), self.process.pid
        if self.kill_at is not None:
            if now > self.kill_at:
                self.signal_group(signal.SIGKILL)
                self.kill_at = math.inf
        elif self.stop_by is not None:
            if now > self.stop_by:
                seconds = END - TO_KILL
                log.error("Worker %d was still busy %d seconds after it was told to stop; killing it.", pid, seconds)
                self._kill_soon()
        elif self.ready_at is not None and self.silent_for > HUNG:
            log.error("Worker %d has not responded for %d seconds; killing it.", pid, HUNG)
            self._kill_soon()

    def _kill_soon(self) -> None:
        # It prints where its threads are (see worker.run), even while one of them does not let others run.
        self.process.send_signal(signal.SIGUSR1)
        self.kill_at = time.monotonic() + TICK

    def reason_of_end(self) -> str:
        """A sentence, once it has ended: its own, or else one about its exit code."""
        if self.failure is not None:
            return self.failure[1]
        code = self.process.returncode
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"exited with {code}; the log says why"
        return f"Worker {self.process.pid} {how}."
