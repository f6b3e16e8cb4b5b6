"""The page that adds a feature step by step, followed to the letter in a copy of the project."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "adding-a-feature.md"
COPIED = ("app", "docs", "migrations", "tests", "README.md", "alembic.ini", "pyproject.toml")
FILE = re.compile(r"^`([\w./-]+)`[^\n]*\n\n```(python|diff)\n(.*?)```$", re.MULTILINE | re.DOTALL)
COMMANDS = re.compile(r"^```bash\n(.*?)```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name)  # with what is compiled already
        else:
            shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def follow(project: Path) -> None:
    """Write and edit the files that the page shows."""
    for path, kind, content in FILE.findall(PAGE.read_text()):
        file = project / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if kind == "python" else edited(file.read_text(), content.splitlines()))


def edited(text: str, lines: list[str]) -> str:
    """A text after a diff, whose lines stand for parts of lines: each `-` is followed by what replaces it, and a `+`
    without one comes before the line that follows it in the diff, or before the first import."""
    for place, line in enumerate(lines):
        sign, new = line[0], line[1:]
        before = lines[place - 1] if place else ""
        after = lines[place + 1] if place + 1 < len(lines) else ""
        if sign != "+":
            assert text.count(new) == 1, f"{new!r} stands {text.count(new)} times"
        elif before.startswith("-"):
            text = text.replace(before[1:], new)
        else:
            anchor = after[1:] if after.startswith(" ") else re.search(r"^(?:from|import) app\b", text, re.MULTILINE)[0]  # type: ignore[index]
            text = text.replace(anchor, f"{new}\n{anchor}", 1)
    return text


def run(project: Path, *command: str) -> None:
    """Run a command of the environment's in the project. Raises AssertionError when it fails."""
    program = {".venv/bin/masthead": "app", ".venv/bin/alembic": "alembic"}.get(command[0], command[0])
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MASTHEAD_", "PYTEST"))}
    done = subprocess.run(
        [sys.executable, "-m", program, *command[1:]],
        cwd=project,
        env={**environment, "PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_whoever_follows_the_page_has_a_feature(project: Path) -> None:
    follow(project)
    for command in COMMANDS.findall(PAGE.read_text())[0].splitlines():
        run(project, *shlex.split(command))

    run(project, "app", "migrate", "--check")
    run(project, "importlinter.cli", "--no-logo", "--no-cache")
    run(project, "ruff", "check", "--no-cache", "app/domains", "tests/domains")
    run(
        project,
        "pytest",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        "tests/domains",
        "tests/docs/test_docs.py",
        "tests/web/test_root_path.py",
        "-k",
        "domains or each_route or begin_like_a_route",
    )
