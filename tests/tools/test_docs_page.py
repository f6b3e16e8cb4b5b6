"""The page at `/docs` in a browser: what its Content-Security-Policy allows is enough for it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.servers import serving
from tests.processes import free_port
from tests.tools import programs

pytestmark = pytest.mark.tools

_OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--enable-logging=stderr"),
    *("--virtual-time-budget=8000", "--dump-dom"),
)


@pytest.fixture
def browser() -> Path:
    try:
        return programs.installed_or_install("chromium")
    except programs.Missing as reason:
        programs.skip_or_fail(reason)


def test_the_page_shows_every_operation(browser: Path, sqlite_template: Path, tmp_path: Path) -> None:
    file = shutil.copy(sqlite_template, tmp_path / "masthead.db")
    with serving(f"sqlite:///{file}", tmp_path, free_port()) as server:
        server.until_serving()
        operations = sum(map(len, server.get("/openapi.json").json()["paths"].values()))
        shown = subprocess.run(
            [browser, *_OPTIONS, f"--user-data-dir={tmp_path / 'browser'}", f"{server.url}/docs"],
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert len(re.findall(r'class="opblock opblock-', shown.stdout)) == operations
    assert "Content Security Policy" not in shown.stderr
