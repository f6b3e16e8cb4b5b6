"""SIGHUP to the supervisor, at any time: afterwards there are as many workers as before, all of them new.

The workers are small programs that report to be ready when the test says so, and that take a moment to stop, as real
ones do.
"""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from app.serving.worker_process import TICK, python
from tests.cli.servers import PATIENCE, ROOT, Server

WORKER = """
import os, pathlib, signal, socket, sys, time, types

def stop(*_):
    time.sleep(0.3)
    os._exit(0)

def run():
    signal.signal(signal.SIGTERM, stop)
    reports = socket.socket(fileno=int(sys.argv[2]))
    mine = pathlib.Path(str(os.getpid()))
    mine.mkdir()
    while not (mine / "ready").exists() and not pathlib.Path("all").exists():
        time.sleep(0.005)
    reports.send(b"ready\\n")
    while reports.recv(1):
        pass

worker = types.ModuleType("app.serving.worker")
worker.run = run
sys.modules["app.serving.worker"] = worker
"""


class Workers:
    """The supervisor and its workers, in the order of their start."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self._folder = folder

    @property
    def present(self) -> list[int]:
        return self.server.workers

    @property
    def started(self) -> int:
        """How many have ever been started."""
        return sum(each.name.isdigit() for each in self._folder.iterdir())

    def reload(self) -> None:
        self.server.process.send_signal(signal.SIGHUP)

    def reload_and_note(self) -> None:
        """Reload, and wait until the supervisor has looked for signals."""
        self.reload()
        time.sleep(1.2 * TICK)

    def until(self, happens: Callable[[list[int]], bool], what: str) -> list[int]:
        """Wait until it is true of the present workers, which run by then; return them."""

        def all_run_and_it_happens() -> bool:
            present = self.present
            return happens(present) and all((self._folder / str(each)).is_dir() for each in present)

        self.server.until(all_run_and_it_happens, what)
        return self.present

    def let(self, worker: int) -> None:
        """Let a worker report to be ready."""
        (self._folder / str(worker) / "ready").touch()

    def let_all(self) -> None:
        (self._folder / "all").touch()

    def let_none(self) -> None:
        (self._folder / "all").unlink()

    def kill(self, worker: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)

    def replacement(self, of: list[int]) -> int:
        """The worker that is started beside these."""
        present = self.until(lambda present: len(present) == len(of) + 1, "a replacement")
        assert present[:-1] == of
        return present[-1]


@contextmanager
def supervising(folder: Path, count: int) -> Iterator[Workers]:
    """A supervisor whose first workers are ready; those after them wait."""
    (folder / "changes").mkdir()
    (folder / "changes" / "sitecustomize.py").write_text(WORKER)
    output, errors = folder / "output", folder / "errors"
    with ExitStack() as stack:
        out, err = stack.enter_context(output.open("w")), stack.enter_context(errors.open("w"))
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        given = json.dumps([listening.fileno(), count, [], "Masthead is serving"])
        process = subprocess.Popen(
            python("supervisor", given),
            cwd=folder,
            env={**os.environ, "PYTHONPATH": f"{folder / 'changes'}{os.pathsep}{ROOT}"},
            pass_fds=[listening.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            text=True,
        )
    workers = Workers(Server(process, 0, output, errors), folder)
    try:
        workers.let_all()
        workers.server.until_serving()
        workers.until(lambda present: len(present) == count, "the workers")
        workers.let_none()
        yield workers
    finally:
        left = workers.present if process.poll() is None else []
        process.kill()
        process.wait(PATIENCE)
        for worker in left:
            with suppress(ProcessLookupError):
                os.killpg(worker, signal.SIGKILL)


def test_reloading_while_a_replacement_starts_replaces_all_once_more(tmp_path: Path) -> None:
    with supervising(tmp_path, 2) as workers:
        old = workers.present
        workers.reload()
        first = workers.replacement(old)
        workers.reload_and_note()
        workers.reload_and_note()

        workers.let_all()

        workers.until(lambda present: len(present) == 2 and not {*old, first} & {*present}, "two new workers")
        assert workers.started == 5
        assert workers.server.errors == ""


def test_a_worker_that_dies_while_it_is_replaced_is_not_replaced_twice(tmp_path: Path) -> None:
    with supervising(tmp_path, 1) as workers:
        old = workers.present
        workers.reload()
        first = workers.replacement(old)
        workers.reload_and_note()

        workers.kill(old[0])
        second = workers.until(lambda present: len(present) == 2 and old[0] not in present, "the second round")[-1]
        workers.let_all()

        assert workers.until(lambda present: len(present) == 1, "one worker") == [second]
        assert first != second
        assert workers.started == 3


def test_a_replacement_that_dies_leaves_the_old_ones(tmp_path: Path) -> None:
    with supervising(tmp_path, 2) as workers:
        old = workers.present
        workers.reload()
        workers.kill(workers.replacement(old))

        workers.server.until(lambda: "the old ones go on" in workers.server.errors, "the failure")
        assert workers.present == old


def test_reloading_again_while_a_replacement_fails_is_not_lost(tmp_path: Path) -> None:
    with supervising(tmp_path, 1) as workers:
        old = workers.present
        workers.reload()
        failing = workers.replacement(old)
        workers.reload()
        workers.kill(failing)

        workers.until(lambda present: len(present) == 2 and failing not in present, "another replacement")
        assert f"Worker {failing} was ended by SIGKILL. Trying again." in workers.server.errors
        workers.let_all()

        workers.until(lambda present: len(present) == 1 and present != old, "one new worker")


def test_the_server_stops_while_a_replacement_starts(tmp_path: Path) -> None:
    with supervising(tmp_path, 2) as workers:
        workers.reload()
        workers.replacement(workers.present[:2])
        workers.reload()

        workers.server.stop()

        assert workers.server.process.returncode == 0
        assert workers.started == 3
        assert workers.server.errors == ""


@pytest.mark.parametrize("count", [1, 3])
def test_after_many_signals_and_deaths_there_are_as_many_workers_as_before(tmp_path: Path, count: int) -> None:
    with supervising(tmp_path, count) as workers:
        workers.let_all()
        for turn in range(20):
            workers.reload()
            if turn % 4 == 3:
                for worker in workers.present[:1]:
                    workers.kill(worker)
            time.sleep(0.03)
        before = workers.present
        workers.reload()

        def are_new(present: list[int]) -> bool:
            return len(present) == count and not {*before} & {*present}

        workers.until(are_new, "only new workers")
