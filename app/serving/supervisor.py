"""The process that starts the server's processes, watches them, and ends them.

It does nothing else, so that whatever happens in a server process, it can be ended in time. It needs the standard
library alone, and so little memory.
"""

import json
import logging
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from app.serving.worker_process import ALIVE, FAILED, READY, REFUSED, TICK, WorkerProcess, python

LONGEST_PAUSE = 30.0
"""Seconds between two starts, at most, while workers end soon after they were started."""

_SOON = 10.0
"""Seconds that a worker must have served for its end not to count as a failure to start."""

log = logging.getLogger("masthead")


def become(listening: socket.socket, workers: int, options: Sequence[str], announcement: str) -> NoReturn:
    """Replace this process, which has imported the whole application, by a supervisor.

    `options` are those of a worker; the announcement is printed when the first one is ready.
    """
    listening.set_inheritable(True)
    given = json.dumps([listening.fileno(), workers, list(options), announcement])
    sys.stdout.flush()
    os.execv(sys.executable, python("supervisor", given, "masthead", *sys.argv[1:]))


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
        self._workers: list[WorkerProcess] = []
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
                for worker in self._workers:
                    worker.outdated = True
            elif number == signal.SIGINT and self._stopping:
                for worker in self._workers:
                    worker.signal_group(signal.SIGKILL)
            else:
                self._stop_all()

    def _stop_all(self) -> None:
        self._stopping = True
        self._listening.close()
        for worker in self._workers:
            worker.stop()

    # Starting

    def _start_missing(self) -> None:
        if self._stopping or time.monotonic() < self._start_after:
            return
        try:
            while sum(each.stop_by is None and each.replaces is None for each in self._workers) < self._count:
                self._workers.append(WorkerProcess.start(self._listening, self._options))
        except OSError as error:
            self._could_not_start(f"A worker could not be started: {error.strerror}.")
            return
        if not any(each.replaces for each in self._workers):
            old = next((each for each in self._workers if each.outdated and each.stop_by is None), None)
            if old is not None:
                self._start_replacement(old)

    def _start_replacement(self, old: WorkerProcess) -> None:
        try:
            worker = WorkerProcess.start(self._listening, self._options)
        except OSError as error:
            self._could_not_replace(f"Another could not be started: {error.strerror}.")
        else:
            worker.replaces = old
            self._workers.append(worker)

    def _could_not_start(self, reason: str) -> None:
        if self._workers or self._has_served:
            self._failures += 1
            self._start_later(reason)
        else:
            self._give_up(reason)

    def _could_not_replace(self, reason: str, *, again: bool = False) -> None:
        log.error("A worker could not be replaced, so the old ones go on. %s%s", reason, " Trying again." * again)
        if not again:
            for worker in self._workers:
                worker.outdated = False

    def _start_again(self, ended: WorkerProcess) -> None:
        served_for = time.monotonic() - ended.ready_at if ended.ready_at is not None else 0.0
        self._failures = 1 if served_for >= _SOON else self._failures + 1
        self._start_later(ended.reason_of_end())

    def _start_later(self, reason: str) -> None:
        pause = 0.0 if self._failures == 1 else min(LONGEST_PAUSE, 2.0 ** (self._failures - 2))
        self._start_after = time.monotonic() + pause
        log.error("%s Starting another%s.", reason, f" in {pause:.0f} seconds" if pause else "")

    def _give_up(self, reason: str) -> None:
        self._failure = reason
        self._stop_all()

    # Watching

    def _read_reports(self) -> None:
        began = time.monotonic()
        open_reports = {each.reports: each for each in self._workers if each.reports.fileno() != -1}
        readable, _, _ = select.select(list(open_reports), [], [], TICK)
        # Time in which this process was suspended too does not count.
        elapsed = min(time.monotonic() - began, 2 * TICK)
        for worker in self._workers:
            worker.silent_for += elapsed
        for reports in readable:
            self._receive(open_reports[reports])

    def _receive(self, worker: WorkerProcess) -> None:
        for line in worker.receive():
            self._take(worker, line)

    def _take(self, worker: WorkerProcess, line: str) -> None:
        worker.silent_for = 0.0
        kind, _, reason = line.partition(" ")
        if kind in (REFUSED, FAILED):
            worker.failure = (kind, reason)
        elif kind == READY:
            worker.ready_at = time.monotonic()
            if worker.replaces is not None:
                worker.replaces.stop()
                worker.replaces = None
            if not self._has_served and not self._stopping:
                self._has_served = True
                print(self._announcement, flush=True)
        else:
            assert kind == ALIVE, line

    def _watch(self) -> None:
        for worker in list(self._workers):
            if worker.process.poll() is not None:
                self._has_ended(worker)
            else:
                worker.kill_if_overdue()

    def _has_ended(self, worker: WorkerProcess) -> None:
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
        if worker.replaces is not None:
            # After another SIGHUP, its cause may have been removed.
            self._could_not_replace(worker.reason_of_end(), again=worker.outdated)
        elif self._is_hopeless(worker):
            self._give_up(worker.reason_of_end())
        else:
            self._start_again(worker)

    def _is_hopeless(self, ended: WorkerProcess) -> bool:
        """Whether nothing serves, and nothing will."""
        if any(each.serves for each in self._workers):
            return False
        refused = ended.failure is not None and ended.failure[0] == REFUSED
        return refused or (not self._has_served and ended.process.returncode > 0)
