"""What the README shows is what happens: its commands are run in order, and their output compared."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.conftest import SECRET
from tests.processes import free_port
from tests.waiting import until

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)


@contextmanager
def serving(url: str, folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """A server as `make serve` starts it, on a free port: its address, and the environment that it runs in."""
    port = free_port()
    environment = {**os.environ, "MASTHEAD_DATABASE_URL": url, "MASTHEAD_SECRET_KEYS": SECRET}
    for command in ("migrate", "demo"):
        subprocess.run([BIN / "masthead", command], env=environment, cwd=folder, check=True, capture_output=True)
    server = subprocess.Popen([BIN / "masthead", "serve", "--port", str(port)], env=environment, cwd=folder)
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/healthz"))
        yield f"localhost:{port}", environment
    finally:
        server.terminate()
        server.wait(10)


def answers(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.TransportError:
        return False


def steps() -> Iterator[tuple[str, str]]:
    """The commands and programs, in order, each with the output that follows it."""
    for place, (language, block) in enumerate(BLOCKS):
        if language == "console":
            yield from commands(block)
        if language == "python":
            following, printed = BLOCKS[place + 1]
            assert following == "text"
            yield f".venv/bin/python - <<'PROGRAM'\n{block}PROGRAM", printed


def commands(block: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block: one goes on in lines that begin with two spaces, until a quote ends."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        lines = part.splitlines(keepends=True)
        length = next(n for n in range(1, len(lines) + 1) if "".join(lines[:n]).count("'") % 2 == 0)
        yield "".join(lines[:length]).rstrip("\n"), "".join(lines[length:])


def like(shown: str) -> re.Pattern[str]:
    """A pattern for what is shown, in which '…' is anything."""
    return re.compile(".*?".join(re.escape(part) for part in shown.strip().split("…")), re.DOTALL)


@pytest.mark.skipif(not sys.platform.startswith(("linux", "darwin")), reason="the README's commands are a shell's")
def test_the_examples_do_what_they_show(database_url: str, tmp_path: Path) -> None:
    examples = list(steps())
    assert len(examples) > 15

    with serving(database_url, tmp_path) as (address, environment):
        here = {"localhost:8000": address, ".venv/bin/": f"{BIN}/"}
        script = "\necho =====\n".join(command for command, _ in examples)
        for shown, meant in here.items():
            script = script.replace(shown, meant)
        shell = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            env={**environment, "MASTHEAD_API": f"http://{address}"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert shell.returncode == 0, shell.stderr
        for (command, shown), output in zip(examples, shell.stdout.split("=====\n"), strict=True):
            expected = shown.replace("localhost:8000", address)
            assert like(expected).fullmatch(output.strip()), f"$ {command}\n{output}"
