"""The command line as tests type it."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from app.auth import api_keys
from app.cli.main import run
from app.db.engine import Database
from tests.client.conftest import app, server  # noqa: F401
from tests.conftest import SECRET
from tests.processes import free_port


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


Masthead = Callable[..., Outcome]


def environment(**settings: str | None) -> dict[str, str]:
    """That of this process with these settings (`database_url=…`) and no others."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("MASTHEAD_")}
    given = {"database_url": None, "secret_keys": SECRET, **settings}
    return others | {f"MASTHEAD_{name.upper()}": value for name, value in given.items() if value is not None}


@pytest.fixture
def masthead(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path, database_url: str
) -> Masthead:
    """Types a command on the test's database, in this process: whatever it raises fails the test.

    `masthead("users", "list")`; `stdin=` is what is piped in, other keywords are settings.
    """
    monkeypatch.chdir(tmp_path)

    def typed(*arguments: str, stdin: str = "", **settings: str | None) -> Outcome:
        with monkeypatch.context() as patched:
            for name in [name for name in os.environ if name.startswith("MASTHEAD_")]:
                patched.delenv(name)
            for name, value in environment(**{"database_url": database_url, **settings}).items():
                patched.setenv(name, value)
            patched.setattr(sys, "argv", ["masthead", *arguments])
            patched.setattr(sys, "stdin", io.StringIO(stdin))
            capfd.readouterr()
            with pytest.raises(SystemExit) as ended:
                run()
        code = ended.value.code
        assert code is None or isinstance(code, int)
        return Outcome(code or 0, *capfd.readouterr())

    return typed


def in_a_process(*arguments: str, cwd: Path, **settings: str | None) -> Outcome:
    """The same in a process of its own, for commands that might go on for ever."""
    ended = subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=cwd,
        env={**environment(**settings), "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return Outcome(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture
def remote(masthead: Masthead, server: str, database: Database) -> Masthead:  # noqa: F811
    """Types a command that works on a running server, as an editor unless another `key` is given."""
    with database.writing() as session:
        _, key = api_keys.add(session, "ada", ["content:read", "content:write", "content:publish"], None, "admin")

    def typed(*arguments: str, stdin: str = "", **settings: str | None) -> Outcome:
        return masthead(*arguments, stdin=stdin, **{"api": server, "key": key, **settings})

    return typed


@pytest.fixture
def port() -> int:
    return free_port()
