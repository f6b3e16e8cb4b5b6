"""The measured servers: one uvicorn worker each, in its own process on a free port, stopped when its block ends."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.load import HOST

ROOT = Path(__file__).parent.parent
TIMEOUT = 30
"""Seconds that a server may take to start."""

_UVICORN = ("-m", "uvicorn", "--factory", "--host", HOST, "--port", "0", "--no-access-log", "--no-use-colors")
_RUNNING = re.compile(rf"Uvicorn running on http://{re.escape(HOST)}:(\d+) ")


class NotServing(Exception):
    """A server did not start, or a command failed; the message contains its output."""


@contextmanager
def serving(factory: str, folder: Path, environment: Mapping[str, str]) -> Iterator[int]:
    """Serve an application, for example `app.main:create_app`, and yield its port."""
    log_file = folder / f"{factory.partition(':')[0]}.log"
    with log_file.open("wb") as log:
        # A new session, so that Ctrl-C only reaches the benchmark, which then stops its servers itself.
        process = subprocess.Popen(
            [sys.executable, *_UVICORN, factory],
            cwd=folder,
            env=environment_for(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield _port(process, log_file)
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
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


def _port(process: "subprocess.Popen[bytes]", log_file: Path) -> int:
    """Wait until uvicorn serves, and return the port that it has chosen."""
    deadline = time.monotonic() + TIMEOUT
    while process.poll() is None and time.monotonic() < deadline:
        running = _RUNNING.search(log_file.read_text(errors="replace"))
        if running:
            return int(running[1])
        time.sleep(0.02)
    raise NotServing(f"{' '.join(map(str, process.args[1:]))} does not serve:\n{log_file.read_text(errors='replace')}")


def run(*module: str, folder: Path, environment: Mapping[str, str]) -> None:
    """Run a command. Raises NotServing if it fails."""
    command = [sys.executable, "-m", *module]
    done = subprocess.run(command, cwd=folder, env=environment_for(environment), capture_output=True, text=True)
    if done.returncode:
        raise NotServing(f"python -m {' '.join(module)} failed:\n{done.stdout}{done.stderr}")


def environment_for(added: Mapping[str, str]) -> dict[str, str]:
    """The environment of this process, without variables that would change the default settings of Masthead."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MASTHEAD_", "UVICORN_"))}
    return {**kept, "PYTHONPATH": str(ROOT), **added}
