"""The import contracts: each is seen to break when a module imports what it must not."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code, where it may be broken."""
    folder = tmp_path_factory.mktemp("imports")
    shutil.copytree(ROOT / "app", folder / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def broken_contracts(folder: Path) -> set[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"}
    said = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    return {line.removesuffix(" BROKEN") for line in said.stdout.splitlines() if line.endswith(" BROKEN")}


@pytest.mark.parametrize(
    ("module", "code", "broken"),
    [
        (
            "app/digest/weekly.py",
            "from sqlalchemy import select\n\nfrom app.content.models import Issue\n\nTITLES = select(Issue.title)\n",
            "The authors' tables are for those who write, publish, import and compile",
        ),
        (
            "app/digest/weekly.py",
            "from app.content import compile\n\nDRAFTS = compile.load\n",
            "The authors' tables are for those who write, publish, import and compile",
        ),
        (
            "app/archive/leak.py",
            "from app.content import tags\n",
            "The read side never reaches the authors' tables, not through others either",
        ),
        (
            "app/archive/leak.py",
            "from app.web.pages import ListRequest\n",
            "HTTP stays in routes, permissions, web and main; the domain knows none",
        ),
        (
            "app/publishing/leak.py",
            "from starlette.requests import Request\n",
            "FastAPI and Starlette stay in routes, web, permissions and main",
        ),
        (
            "app/newsletters/leak.py",
            "from app.content import tags\n",
            "Newsletters and manuscripts are read without a database and without a server",
        ),
        ("app/content/leak.py", "from app.publishing import gate\n", "Imports run one way"),
    ],
)
def test_a_contract_is_broken_by_what_it_forbids(copy: Path, module: str, code: str, broken: str) -> None:
    file = copy / module
    is_new_folder = not file.parent.exists()
    file.parent.mkdir(exist_ok=True)
    if is_new_folder:
        (file.parent / "__init__.py").touch()
    file.write_text(code)
    try:
        assert broken in broken_contracts(copy)
    finally:
        shutil.rmtree(file.parent) if is_new_folder else file.unlink()


def test_none_is_broken_as_it_is(copy: Path) -> None:
    assert broken_contracts(copy) == set()
