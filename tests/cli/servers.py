"""Servers as they run for users: `masthead serve` in processes of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from tests.cli.conftest import environment
from tests.processes import children_of
from tests.waiting import PATIENCE, until

ROOT = Path(__file__).parents[2]
MODULE = (sys.executable, "-m", "app")


class Server:
    def __init__(self, process: subprocess.Popen[str], port: int, output: Path, errors: Path) -> None:
        self.process = process
        self.url = f"http://127.0.0.1:{port}"
        self.port = port
        self._output = output
        self._errors = errors

    @property
    def said(self) -> str:
        return self._output.read_text()

    @property
    def errors(self) -> str:
        return self._errors.read_text()

    @property
    def workers(self) -> list[int]:
        """The ids of its server processes."""
        return children_of(self.process.pid)

    def until(self, happens: Callable[[], bool], what: str) -> None:
        until(happens, lambda: f"{what} did not happen; {self.said}\n{self.errors}")

    def until_serving(self) -> None:
        self.until(lambda: "Masthead is serving" in self.said or self.process.poll() is not None, "serving")
        assert self.process.poll() is None, self.errors

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.url + path, timeout=PATIENCE)

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Send a signal; return the seconds until the server has ended."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(PATIENCE)
        return time.monotonic() - began


@contextmanager
def serving(
    url: str,
    folder: Path,
    port: int,
    *arguments: str,
    changes: str = "",
    command: Sequence[str] = MODULE,
    stdin: int = subprocess.DEVNULL,
) -> Iterator[Server]:
    """Run `masthead serve`. `changes` is a program that each of its processes runs first: it can shorten times, and
    add routes that hang in ways that no real route does."""
    path = [str(ROOT)]
    if changes:
        (folder / "changes").mkdir()
        (folder / "changes" / "sitecustomize.py").write_text(changes)
        path.insert(0, str(folder / "changes"))
    output, errors = folder / "output", folder / "errors"
    with output.open("w") as out, errors.open("w") as err:
        process = subprocess.Popen(
            [*command, "serve", "--port", str(port), *arguments],
            cwd=folder,
            env={**environment(database_url=url), "PYTHONPATH": os.pathsep.join(path)},
            stdin=stdin,
            stdout=out,
            stderr=err,
            text=True,
        )
    server = Server(process, port, output, errors)
    try:
        yield server
    finally:
        workers = server.workers if process.poll() is None else []
        process.kill()
        process.wait(PATIENCE)
        for worker in workers:
            with suppress(ProcessLookupError):
                os.killpg(worker, signal.SIGKILL)
