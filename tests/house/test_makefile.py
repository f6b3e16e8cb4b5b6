"""The Makefile, run in a folder of its own with Pythons that only pretend: no network, no real .venv."""

import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = ("Makefile", ".ci/run", "pyproject.toml", "clients/python/pyproject.toml")
LOCKS = ("requirements.lock", "requirements-dev.lock")
SYSTEM_TOOLS = ("make", "sh", "bash", "awk", "cat", "cksum", "dirname", "mkdir", "rm")
NOBODY = 65534

# Called as: version, whether it has venv, its own path, then the arguments of a Python.
# It notes installations in the file `asked`; the tools it installs note their calls there,
# and fail where there is a file `<tool>-fails`.
PRETENDED_PYTHON = """
import pathlib, shutil, sys

version, has_venv, me, *arguments = sys.argv[1:]
asked = pathlib.Path("asked")

def note(what):
    with asked.open("a") as file:
        print(what, file=file)
    if pathlib.Path(what.split()[0] + "-fails").exists():
        sys.exit("ERROR: as arranged")

match arguments:
    case ["-c", code]:
        sys.version_info = tuple(map(int, version.split(".")))
        if has_venv == "no":
            sys.modules["ensurepip"] = None
        exec(code)
    case ["-m", "venv", "--clear", folder]:
        note("venv")
        shutil.rmtree(folder, ignore_errors=True)
        binaries = pathlib.Path(folder, "bin")
        binaries.mkdir(parents=True)
        shutil.copy(me, binaries / "python")
    case ["-m", "pip", "install", *options]:
        note("pip " + " ".join(option for option in options if option.endswith(".lock") or option == "-e"))
        for tool in ("masthead", "ruff", "mypy", "lint-imports"):
            script = pathlib.Path(".venv/bin", tool)
            script.write_text(f'#!/bin/sh\\necho "{tool} $*" >> asked\\n'
                              f'[ ! -e {tool}-fails ] || {{ echo "{tool} complains"; exit 1; }}\\n')
            script.chmod(0o755)
    case ["-m", module, *_]:
        note(module)
"""

MADE_FOR_SERVING = ["venv", "pip requirements.lock", "pip -e -e"]
MADE_FOR_DEVELOPMENT = ["venv", "pip requirements-dev.lock", "pip -e -e"]


class Clone:
    """A folder with the Makefile, and a PATH on which there is no Python but those given to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "masthead"
        self.path = folder / "bin"
        self.path.mkdir()
        for tool in SYSTEM_TOOLS:
            (self.path / tool).symlink_to(shutil.which(tool) or f"/bin/{tool}")
        for file in NEEDED:
            (self.folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / file, self.folder / file)
        for lock in LOCKS:
            (self.folder / lock).write_text("a-package==1\n")

    def has_python(self, name: str = "python3", version: str = "3.11.2", *, venv: bool = True) -> None:
        program = self.path / "pretended.py"
        program.write_text(PRETENDED_PYTHON)
        real, script = shlex.quote(sys.executable), shlex.quote(str(program))
        file = self.path / name
        file.write_text(f'#!/bin/sh\nexec {real} -IS {script} {version} {"yes" if venv else "no"} "$0" "$@"\n')
        file.chmod(0o755)

    def make(self, *arguments: str, user: int | None = None) -> subprocess.CompletedProcess[str]:
        return self.run("make", *arguments, user=user)

    def run(self, *command: str, user: int | None = None) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.path), "HOME": str(self.folder)}
        return subprocess.run(
            command, cwd=self.folder, env=environment, user=user, text=True, capture_output=True, timeout=60
        )

    def asked(self) -> list[str]:
        """What was installed and called since the last time."""
        file = self.folder / "asked"
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return lines


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


@pytest.fixture
def free_port() -> Iterator[int]:
    with socket.socket() as bound_and_deaf:
        bound_and_deaf.bind(("127.0.0.1", 0))
        yield bound_and_deaf.getsockname()[1]


def the_one_sentence(result: subprocess.CompletedProcess[str]) -> str:
    """The only line that a failed make says, but for make's own."""
    assert result.returncode != 0
    said = [line for line in result.stderr.splitlines() if not line.startswith("make: ***")]
    assert (len(said), result.stdout) == (1, ""), result
    return said[0]


def test_make_alone_lists_the_targets(clone: Clone) -> None:
    listed = clone.make().stdout.splitlines()
    assert [line.split()[1] for line in listed] == ["serve", "test", "test-tools", "check", "bench", "format"]


def test_the_first_serve_installs_what_serving_needs_then_migrates_fills_and_serves(
    clone: Clone, free_port: int
) -> None:
    clone.has_python()
    result = clone.make("serve", f"PORT={free_port}")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "Preparing .venv (about 15 s the first time)\n"
    assert clone.asked() == [
        *MADE_FOR_SERVING,
        "masthead migrate",
        "masthead demo",
        f"masthead serve --host 127.0.0.1 --port {free_port}",
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [("environment", "environment"), ("development", "development"), ("development", "environment")],
)
def test_the_second_time_nothing_is_installed_and_nothing_said(clone: Clone, first: str, second: str) -> None:
    clone.has_python()
    clone.make(first)
    clone.asked()
    result = clone.make(second)
    assert (result.returncode, result.stdout, result.stderr, clone.asked()) == (0, "", "", [])


@pytest.mark.parametrize(("target", "module"), [("test", "pytest"), ("test-tools", "pytest"), ("bench", "benchmarks")])
def test_what_developers_run_installs_the_development_lock(clone: Clone, target: str, module: str) -> None:
    clone.has_python()
    assert clone.make(target).returncode == 0
    assert clone.asked() == [*MADE_FOR_DEVELOPMENT, module]


def test_the_development_lock_goes_on_top_of_what_serve_has_installed(clone: Clone) -> None:
    clone.has_python()
    clone.make("environment")
    clone.make("development")
    clone.make("environment")
    assert clone.asked() == [*MADE_FOR_SERVING, "pip requirements-dev.lock", "pip -e -e"]


def test_a_changed_lock_makes_the_venv_anew(clone: Clone) -> None:
    clone.has_python()
    clone.make("environment")
    clone.asked()
    (clone.folder / "requirements.lock").write_text("a-package==2\n")
    clone.make("environment")
    assert clone.asked() == MADE_FOR_SERVING


def test_a_changed_project_file_installs_the_projects_alone(clone: Clone) -> None:
    clone.has_python()
    clone.make("environment")
    clone.asked()
    (clone.folder / "clients/python/pyproject.toml").write_text("# changed\n")
    clone.make("environment")
    assert clone.asked() == ["pip -e -e"]


def test_an_install_that_failed_says_why_and_the_next_make_repairs_it(clone: Clone) -> None:
    clone.has_python()
    (clone.folder / "pip-fails").touch()
    result = clone.make("environment")
    assert result.returncode != 0
    assert "ERROR: as arranged\npip could not install requirements.lock" in result.stderr
    (clone.folder / "pip-fails").unlink()
    clone.asked()
    assert clone.make("environment").returncode == 0
    assert clone.asked() == MADE_FOR_SERVING


def test_a_folder_that_was_moved_gets_a_new_venv(clone: Clone) -> None:
    clone.has_python()
    clone.make("environment")
    clone.asked()
    clone.folder = clone.folder.rename(clone.folder.with_name("it's a new house"))
    assert clone.make("environment").returncode == 0
    assert clone.asked() == MADE_FOR_SERVING


def test_a_venv_whose_python_has_gone_is_made_anew(clone: Clone) -> None:
    clone.has_python()
    clone.make("environment")
    clone.asked()
    python = clone.folder / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    assert clone.make("environment").returncode == 0
    assert clone.asked() == MADE_FOR_SERVING


def test_naming_another_python_makes_the_venv_anew_once(clone: Clone) -> None:
    clone.has_python()
    clone.has_python("python3.13", "3.13.0")
    clone.make("environment")
    clone.asked()
    clone.make("environment", "PYTHON=python3.13")
    clone.make("environment", "PYTHON=python3.13")
    clone.make("environment")
    assert clone.asked() == MADE_FOR_SERVING


def test_a_python_too_old_is_one_sentence(clone: Clone) -> None:
    clone.has_python(version="3.9.18")
    sentence = the_one_sentence(clone.make("serve"))
    assert "needs Python 3.11 or newer, but python3 is Python 3.9: install it" in sentence


def test_a_named_python_too_old_is_not_passed_over(clone: Clone) -> None:
    clone.has_python()
    clone.has_python("python3.10", "3.10.13")
    sentence = the_one_sentence(clone.make("serve", "PYTHON=python3.10"))
    assert "python3.10 is Python 3.10" in sentence


def test_a_newer_python_beside_one_too_old_is_used(clone: Clone) -> None:
    clone.has_python(version="3.9.18")
    clone.has_python("python3.12", "3.12.1")
    assert clone.make("environment").returncode == 0
    assert clone.asked() == MADE_FOR_SERVING


def test_no_python_at_all_is_one_sentence(clone: Clone) -> None:
    assert "Python 3.11 or newer, but python3 does not run here" in the_one_sentence(clone.make("serve"))


def test_a_python_without_venv_is_one_sentence(clone: Clone) -> None:
    clone.has_python(version="3.11.2", venv=False)
    assert "sudo apt install python3.11-venv" in the_one_sentence(clone.make("serve"))


def test_a_taken_port_is_one_sentence_and_leaves_the_database_alone(clone: Clone) -> None:
    clone.has_python()
    clone.make("environment")
    clone.asked()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        sentence = the_one_sentence(clone.make("serve", f"PORT={port}"))
    assert sentence.startswith(f"Port {port} on 127.0.0.1 is in use")
    assert f"make serve PORT={port + 1}" in sentence
    assert clone.asked() == []


def test_a_folder_that_may_not_be_written_is_one_sentence() -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to other users
        folder = Path(name)
        folder.chmod(0o755)
        clone = Clone(folder)
        clone.has_python()
        clone.folder.chmod(0o555)
        try:
            result = clone.make("serve", user=NOBODY if os.geteuid() == 0 else None)
        except PermissionError:
            pytest.skip("as root a folder is always writable, and here root may not become another user")
        finally:
            clone.folder.chmod(0o755)
        assert f"in {clone.folder.resolve()}, which you cannot write" in the_one_sentence(result)


def test_check_runs_every_tool_and_is_silent_when_all_is_well(clone: Clone) -> None:
    clone.has_python()
    clone.make("development")
    clone.asked()
    result = clone.make("check")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert clone.asked() == [
        "ruff format --check .",
        "ruff check .",
        "mypy ",
        "lint-imports --no-logo",
        "masthead migrate --check",
    ]


def test_check_shows_all_that_fails_and_nothing_else(clone: Clone) -> None:
    clone.has_python()
    clone.make("development")
    (clone.folder / "mypy-fails").touch()
    (clone.folder / "masthead-fails").touch()
    result = clone.make("check")
    assert result.returncode != 0
    assert "mypy complains" in result.stderr
    assert "masthead complains" in result.stderr
    assert "ruff" not in result.stderr


def test_ci_checks_then_tests_from_any_folder(clone: Clone) -> None:
    clone.has_python()
    assert clone.run("sh", "-c", f"cd / && {shlex.quote(str(clone.folder / '.ci/run'))}").returncode == 0
    assert clone.asked()[-3:] == ["masthead migrate --check", "pytest", "pytest"]


def test_ci_fails_when_check_fails(clone: Clone) -> None:
    clone.has_python()
    clone.make("development")
    (clone.folder / "ruff-fails").touch()
    clone.asked()
    assert clone.run(str(clone.folder / ".ci/run")).returncode != 0
    assert "pytest" not in clone.asked()
