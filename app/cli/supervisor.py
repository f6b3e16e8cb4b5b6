"""The process that starts the server's processes, watches them, and ends them.

It does nothing else, so that whatever happens in a server process, it can be ended in time. It needs the standard
library alone, and so little memory.
"""

import json
import logging
import math
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import NoReturn

GRACE = 10
"""Seconds that running requests have to finish after the server was told to stop."""
END = 15
"""Seconds after which a worker that was told to stop is killed."""
HUNG = 60.0
"""Seconds without a sign of life after which a worker that had started is killed."""
LONGEST_PAUSE = 30.0
"""Seconds between two starts, at most, while workers end soon after they were started."""

_SOON = 10.0
"""Seconds that a worker must have served for its end not to count as a failure to start."""
_TICK = 0.25

READY, ALIVE, REFUSED, FAILED = "ready", "alive", "refused", "failed"
"""Reports of a worker, one on a line. A reason comes after REFUSED, which would happen again, and after FAILED."""

log = logging.getLogger("masthead")


def become(listening: socket.socket, workers: int, options: Sequence[str], announcement: str) -> NoReturn:
    """Replace this process, which has imported the whole application, by a supervisor.

    `options` are those of a worker; the announcement is printed when the first one is ready.
    """
    listening.set_inheritable(True)
    given = json.dumps([listening.fileno(), workers, list(options), announcement])
    sys.stdout.flush()
    os.execv(sys.executable, _python("supervisor", given, "masthead", *sys.argv[1:]))


def run() -> NoReturn:
    """Supervise until all workers have ended, and exit: with 1 and the reason if the server cannot run."""
    descriptor, workers, options, announcement = json.loads(sys.argv[1])
    logging.basicConfig(format="%(levelname)s:    %(message)s")
    with socket.socket(fileno=descriptor) as listening:
        failure = _Supervisor(listening, workers, options, announcement).run()
    if failure is not None:
        print(f"masthead: {failure}", file=sys.stderr)
        sys.exit(1)
    sys.exit(0)


def _python(module: str, *arguments: str) -> list[str]:
    """The command that calls `run` of a module of this folder, found on the same path."""
    program = f"import sys; sys.path[:] = {sys.path!r}; from app.cli.{module} import run; run()"
    return [sys.executable, "-P", "-c", program, *arguments]


@dataclass(eq=False)
class _Worker:
    process: subprocess.Popen[bytes]
    reports: socket.socket
    replaces: "_Worker | None" = None
    """The worker that ends when this one is ready."""
    ready_at: float | None = None
    silent_for: float = 0.0
    stop_by: float | None = None
    """When it is killed, once it was told to stop."""
    kill_at: float | None = None
    """When SIGKILL is sent, once it was decided to kill it; infinity after that."""
    failure: tuple[str, str] | None = None
    """REFUSED or FAILED, and the reason."""
    unread: bytes = field(default=b"", repr=False)

    def signal_group(self, number: int) -> None:
        """Send a signal to the worker and to the processes that it has started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)

    @property
    def serves(self) -> bool:
        return self.ready_at is not None and self.stop_by is None and self.kill_at is None

    def kill_soon(self) -> None:
        # It prints where its threads are (see worker.run), even while one of them does not let others run.
        self.process.send_signal(signal.SIGUSR1)
        self.kill_at = time.monotonic() + _TICK


class _Supervisor:
    """Runs workers that accept connections on one socket.

    SIGTERM and SIGINT stop them, and a second SIGINT kills them. SIGHUP replaces them one after the other, each once
    its replacement is ready; in a terminal, it says that the terminal has gone, and stops them.
    """

    def __init__(self, listening: socket.socket, count: int, options: Sequence[str], announcement: str) -> None:
        self._listening = listening
        self._count = count
        self._options = options
        self._announcement = announcement
        # Determined now: isatty() is false for a terminal that has gone.
        self._in_terminal = sys.stdin is not None and sys.stdin.isatty()
        self._workers: list[_Worker] = []
        self._to_replace: list[_Worker] = []
        self._signals: list[int] = []
        self._has_served = False
        self._stopping = False
        self._failure: str | None = None
        self._failures = 0
        self._start_after = 0.0

    def run(self) -> str | None:
        """Return when all workers have ended: None after a signal, otherwise why the server cannot run."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` sets it
                signal.signal(number, self._note_signal)
        while not self._stopping or self._workers:
            self._start_missing()
            self._read_reports()
            # Before anything is concluded from the end of a worker, which may have got the same signal.
            self._handle_signals()
            self._watch()
        return self._failure

    def _note_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals.append(number)

    def _handle_signals(self) -> None:
        while self._signals:
            number = self._signals.pop(0)
            if number == signal.SIGHUP and not self._in_terminal:
                self._to_replace = [each for each in self._workers if each.stop_by is None]
            elif number == signal.SIGINT and self._stopping:
                for worker in self._workers:
                    worker.signal_group(signal.SIGKILL)
            else:
                self._stop_all()

    def _stop_all(self) -> None:
        self._stopping = True
        self._listening.close()
        for worker in self._workers:
            self._stop(worker)

    def _stop(self, worker: _Worker) -> None:
        if worker.stop_by is None:
            worker.stop_by = time.monotonic() + END
            worker.process.send_signal(signal.SIGTERM)

    # Starting

    def _start_missing(self) -> None:
        if self._stopping or time.monotonic() < self._start_after:
            return
        while sum(each.stop_by is None and each.replaces is None for each in self._workers) < self._count:
            self._start()
        if self._to_replace and not any(each.replaces for each in self._workers):
            old = self._to_replace.pop(0)
            if old in self._workers:
                self._start(replaces=old)

    def _start(self, replaces: _Worker | None = None) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            inherited = (self._listening.fileno(), theirs.fileno())
            process = subprocess.Popen(
                _python("worker", *map(str, inherited), *self._options),
                pass_fds=inherited,
                stdin=subprocess.DEVNULL,
                # A group of its own: Ctrl-C reaches the supervisor alone, and all of the group can be killed.
                process_group=0,
            )
        ours.setblocking(False)
        self._workers.append(_Worker(process, ours, replaces))

    # Watching

    def _read_reports(self) -> None:
        began = time.monotonic()
        open_reports = {each.reports: each for each in self._workers if each.reports.fileno() != -1}
        readable, _, _ = select.select(list(open_reports), [], [], _TICK)
        # Time in which this process was suspended too does not count.
        elapsed = min(time.monotonic() - began, 2 * _TICK)
        for worker in self._workers:
            worker.silent_for += elapsed
        for reports in readable:
            self._receive(open_reports[reports])

    def _receive(self, worker: _Worker) -> None:
        try:
            received = worker.reports.recv(1 << 16)
        except OSError:
            received = b""
        if not received:
            worker.reports.close()
        *lines, worker.unread = (worker.unread + received).split(b"\n")
        for line in lines:
            self._take(worker, line.decode())

    def _take(self, worker: _Worker, line: str) -> None:
        worker.silent_for = 0.0
        kind, _, reason = line.partition(" ")
        if kind in (REFUSED, FAILED):
            worker.failure = (kind, reason)
        elif kind == READY:
            worker.ready_at = time.monotonic()
            if worker.replaces is not None:
                self._stop(worker.replaces)
                worker.replaces = None
            if not self._has_served and not self._stopping:
                self._has_served = True
                print(self._announcement, flush=True)
        else:
            assert kind == ALIVE, line

    def _watch(self) -> None:
        now = time.monotonic()
        for worker in list(self._workers):
            pid = worker.process.pid
            if worker.process.poll() is not None:
                self._has_ended(worker)
            elif worker.kill_at is not None:
                if now > worker.kill_at:
                    worker.signal_group(signal.SIGKILL)
                    worker.kill_at = math.inf
            elif worker.stop_by is not None:
                if now > worker.stop_by:
                    log.error("Worker %d was still busy %d seconds after it was told to stop; killing it.", pid, END)
                    worker.kill_soon()
            elif worker.ready_at is not None and worker.silent_for > HUNG:
                log.error("Worker %d has not responded for %d seconds; killing it.", pid, HUNG)
                worker.kill_soon()

    def _has_ended(self, worker: _Worker) -> None:
        if worker.reports.fileno() != -1:
            self._receive(worker)  # its last words
            worker.reports.close()
        self._workers.remove(worker)
        worker.signal_group(signal.SIGKILL)  # what it has started
        for other in self._workers:
            if other.replaces is worker:
                other.replaces = None
        if worker.stop_by is not None:
            return
        _, reason = worker.failure or (None, f"Worker {worker.process.pid} {_end_of(worker.process)}.")
        if worker.replaces is not None:
            log.error("A worker could not be replaced, so the old ones go on. %s", reason)
            self._to_replace.clear()
        elif self._is_hopeless(worker):
            self._failure = reason
            self._stop_all()
        else:
            self._start_again(worker, reason)

    def _is_hopeless(self, ended: _Worker) -> bool:
        """Whether nothing serves, and nothing will."""
        if any(each.serves for each in self._workers):
            return False
        refused = ended.failure is not None and ended.failure[0] == REFUSED
        return refused or (not self._has_served and ended.process.returncode > 0)

    def _start_again(self, worker: _Worker, reason: str) -> None:
        served_for = time.monotonic() - worker.ready_at if worker.ready_at is not None else 0.0
        self._failures = 1 if served_for >= _SOON else self._failures + 1
        pause = 0.0 if self._failures == 1 else min(LONGEST_PAUSE, 2.0 ** (self._failures - 2))
        self._start_after = time.monotonic() + pause
        log.error("%s Starting another%s.", reason, f" in {pause:.0f} seconds" if pause else "")


def _end_of(process: subprocess.Popen[bytes]) -> str:
    code = process.returncode
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"exited with {code}; the log says why"
