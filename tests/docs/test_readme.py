"""What the README shows is what happens: its commands are run in order, and their output compared."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.conftest import SECRET

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)


@contextmanager
def serving(url: str, folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """A server as `make serve` starts it, on a free port: its address, and the environment that it runs in."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "MASTHEAD_DATABASE_URL": url, "MASTHEAD_SECRET_KEYS": SECRET}
    for command in ("migrate", "demo"):
        subprocess.run([BIN / "masthead", command], env=environment, cwd=folder, check=True, capture_output=True)
    server = subprocess.Popen([BIN / "masthead", "serve", "--port", str(port)], env=environment, cwd=folder)
    try:
        for _ in range(200):
            try:
                httpx.get(f"http://127.0.0.1:{port}/healthz")
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield f"localhost:{port}", environment
    finally:
        server.terminate()
        server.wait(10)


def commands(block: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with the output that follows it."""
    found: list[tuple[str, str]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], ""))
        else:
            found[-1] = (found[-1][0], found[-1][1] + line + "\n")
    return found


def like(shown: str) -> re.Pattern[str]:
    """A pattern for what is shown, in which '…' is anything."""
    return re.compile(".*?".join(re.escape(part) for part in shown.strip().split("…")), re.DOTALL)


@pytest.mark.skipif(not sys.platform.startswith(("linux", "darwin")), reason="the README's commands are a shell's")
def test_the_examples_do_what_they_show(database_url: str, tmp_path: Path) -> None:
    consoles = [block for language, block in BLOCKS if language == "console"]
    (python,) = [block for language, block in BLOCKS if language == "python"]
    (printed,) = [block for language, block in BLOCKS if language == "text"]
    steps = [step for block in consoles for step in commands(block)]
    assert len(steps) == 9

    with serving(database_url, tmp_path) as (address, environment):
        script = "\necho =====\n".join(command for command, _ in steps)
        script = script.replace("localhost:8000", address).replace(".venv/bin/", f"{BIN}/")
        shell = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], env=environment, cwd=tmp_path, capture_output=True, text=True
        )
        assert shell.returncode == 0, shell.stderr
        for (command, shown), output in zip(steps, shell.stdout.split("=====\n"), strict=True):
            assert like(shown).fullmatch(output.strip()), f"$ {command}\n{output}"

        program = python.replace("localhost:8000", address)
        client = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert client.stdout == printed
