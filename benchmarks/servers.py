"""The measured servers, each in its own process on a free port, stopped when its block ends."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.load import HOST

ROOT = Path(__file__).parent.parent
TIMEOUT = 30
"""Seconds that a server may take to start, and to end."""

_UVICORN = ("-m", "uvicorn", "--factory", "--host", HOST, "--port", "0", "--no-access-log", "--no-use-colors")
_UVICORN_RUNS = re.compile(rf"Uvicorn running on http://{re.escape(HOST)}:(\d+) ")
_MASTHEAD_RUNS = re.compile(r"Masthead is serving[^\0]*?http://localhost:(\d+)/")


class NotServing(Exception):
    """A server did not start, or a command failed; the message contains its output."""


@contextmanager
def serving(factory: str, folder: Path, environment: Mapping[str, str]) -> Iterator[int]:
    """Serve an application, for example `app.main:create_app`, by one worker of uvicorn, and yield its port."""
    log_file = folder / f"{factory.partition(':')[0]}.log"
    with _running([*_UVICORN, factory], log_file, _UVICORN_RUNS, environment) as (_, port):
        yield port


@contextmanager
def masthead_serve(folder: Path, environment: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Run `masthead serve`, and yield its process id and its port."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = ("-m", "app", "serve", "--port", str(port))
    with _running(command, folder / "serve.log", _MASTHEAD_RUNS, environment) as (process, _):
        yield process, port


@contextmanager
def _running(
    arguments: Sequence[str], log_file: Path, announcement: re.Pattern[str], environment: Mapping[str, str]
) -> Iterator[tuple[int, int]]:
    """Run Python with these arguments in the folder of the log; yield the process id, and the port that is announced
    in the log."""
    with log_file.open("wb") as log:
        # A new session, so that Ctrl-C only reaches the benchmark, which then stops its servers itself.
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=log_file.parent,
            env=environment_for(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process.pid, _port(process, log_file, announcement)
    finally:
        process.terminate()
        try:
            process.wait(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def masthead(folder: Path) -> Iterator[int]:
    """Serve Masthead, with its sample issues in a new SQLite file, and yield its port."""
    environment = {"MASTHEAD_DATABASE_URL": f"sqlite:///{folder / 'masthead.db'}"}
    for command in ("migrate", "demo"):
        run("app", command, folder=folder, environment=environment)
    with serving("app.main:create_app", folder, environment) as port:
        yield port


def _port(process: "subprocess.Popen[bytes]", log_file: Path, announcement: re.Pattern[str]) -> int:
    """Wait for the announcement, and return the port in it."""
    deadline = time.monotonic() + TIMEOUT
    while process.poll() is None and time.monotonic() < deadline:
        running = announcement.search(log_file.read_text(errors="replace"))
        if running:
            return int(running[1])
        time.sleep(0.02)
    raise NotServing(f"{' '.join(map(str, process.args[1:]))} does not serve:\n{log_file.read_text(errors='replace')}")


def run(*module: str, folder: Path, environment: Mapping[str, str]) -> str:
    """Run a command and return its output. Raises NotServing if it fails."""
    command = [sys.executable, "-m", *module]
    done = subprocess.run(command, cwd=folder, env=environment_for(environment), capture_output=True, text=True)
    if done.returncode:
        raise NotServing(f"python -m {' '.join(module)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def environment_for(added: Mapping[str, str]) -> dict[str, str]:
    """The environment of this process, without variables that would change the default settings of Masthead."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MASTHEAD_", "UVICORN_"))}
    return {**kept, "PYTHONPATH": str(ROOT), **added}
