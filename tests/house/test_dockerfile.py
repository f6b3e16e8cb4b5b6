"""The Dockerfile, as far as it can be checked without an engine: its paths, its commands, its user."""

import fnmatch
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.main import app

ROOT = Path(__file__).parents[2]


def instructions() -> list[tuple[str, str]]:
    """Each instruction with its arguments, comments left out and continued lines joined."""
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def stages() -> list[list[tuple[str, str]]]:
    found: list[list[tuple[str, str]]] = []
    for name, arguments in instructions():
        if name == "FROM":
            found.append([])
        found[-1].append((name, arguments))
    return found


def in_the_image(instruction: str) -> list[str]:
    """The arguments of each such instruction of the last stage, the one that is kept."""
    return [arguments for name, arguments in stages()[-1] if name == instruction]


def copied_paths() -> list[str]:
    copies = [arguments.split() for name, arguments in instructions() if name == "COPY"]
    return [path for copy in copies if not copy[0].startswith("--from=") for path in copy[:-1]]


def is_ignored(path: str) -> bool:
    """Whether .dockerignore keeps a path from the engine: the last line that fits it or a parent decides."""
    parts = path.split("/")
    with_parents = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
    ignored = False
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!")
        anywhere = pattern.startswith("**/")
        names, pattern = (parts, pattern.removeprefix("**/")) if anywhere else (with_parents, pattern)
        if any(fnmatch.fnmatchcase(name, pattern) for name in names):
            ignored = not line.startswith("!")
    return ignored


def commands() -> list[str]:
    """The `masthead …` commands that the image runs by itself."""
    [command] = in_the_image("CMD")
    return [found.strip() for found in re.findall(r"masthead [^&;|]+", " ".join(json.loads(command)))]


@pytest.mark.parametrize("path", copied_paths())
def test_what_is_copied_exists_and_is_not_ignored(path: str) -> None:
    assert (ROOT / path).exists()
    assert not is_ignored(path)


def test_the_packages_are_copied_with_what_is_in_them() -> None:
    assert not is_ignored("app/main.py")
    assert not is_ignored("clients/python/masthead_client/__init__.py")
    assert not is_ignored("migrations/env.py")


@pytest.mark.parametrize(
    "path",
    [
        ".git/config",
        ".venv/bin/python",
        ".env",
        "masthead.db",
        "masthead.db.key",
        "tests/house/test_dockerfile.py",
        "docs/index.md",
        "benchmarks/__main__.py",
        "app/__pycache__/main.cpython-313.pyc",
    ],
)
def test_secrets_data_and_what_serving_does_not_need_stay_out(path: str) -> None:
    assert is_ignored(path)


def test_the_image_installs_the_lock_by_hashes_and_nothing_else() -> None:
    runs = [arguments for name, arguments in stages()[0] if name == "RUN"]
    first, second = [run for run in runs if " install " in run]
    assert "--only-binary :all: --require-hashes -r requirements.lock" in first
    assert "--no-index --no-build-isolation --no-deps -e . -e clients/python" in second


def test_the_image_does_not_run_as_root() -> None:
    [user] = in_the_image("USER")
    uid = user.partition(":")[0]
    assert uid.isdigit(), "a number, so that Kubernetes can see that it is not root"
    assert int(uid) > 0


def test_data_lies_in_the_volume() -> None:
    [volume] = in_the_image("VOLUME")
    assert f"MASTHEAD_DATABASE_URL=sqlite:///{volume}/" in " ".join(in_the_image("ENV"))


def test_the_image_migrates_and_then_serves_in_the_place_of_the_shell() -> None:
    [command] = in_the_image("CMD")
    assert "masthead migrate && exec masthead serve" in command


@pytest.mark.parametrize("command", commands())
def test_its_commands_and_their_options_exist(command: str) -> None:
    result = CliRunner().invoke(app, [*command.split()[1:], "--help"])
    assert result.exit_code == 0, result.output


def test_the_port_that_is_served_is_the_one_exposed_and_checked() -> None:
    [port] = in_the_image("EXPOSE")
    [check] = in_the_image("HEALTHCHECK")
    assert f"--port {port}" in " ".join(in_the_image("CMD"))
    assert f":{port}/healthz" in check


def test_the_health_check_is_a_program_that_compiles() -> None:
    [check] = in_the_image("HEALTHCHECK")
    _, flag, program = json.loads(check.partition(" CMD ")[2])
    assert flag == "-c"
    compile(program, "HEALTHCHECK", "exec")
