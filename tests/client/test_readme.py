"""The client's README does what it says."""

import inspect
import re
from pathlib import Path

import masthead_client
import pytest
from masthead_client import Masthead, MastheadError

from app.auth import users
from app.db.engine import Database

README = (Path(__file__).parents[2] / "clients/python/README.md").read_text()


def test_its_examples_print_what_it_shows(server: str, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    with database.writing() as session:
        users.add(session, "ada", "editor", "correct horse")
    examples = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", README, re.DOTALL)
    assert len(examples) == README.count("```python") == 5

    names: dict[str, object] = {}
    for code, shown in examples:
        exec(code.replace("http://localhost:8000", server), names)
        assert capsys.readouterr().out == shown


def test_it_names_every_method() -> None:
    methods = [name for name, _ in inspect.getmembers(Masthead, inspect.isfunction) if not name.startswith("_")]
    assert [name for name in methods if f"`{name}`" not in README and f".{name}(" not in README] == []


def test_it_names_every_error() -> None:
    errors = [
        name
        for name in masthead_client.__all__
        if isinstance(kind := getattr(masthead_client, name), type) and issubclass(kind, MastheadError)
    ]
    assert len(errors) == 15
    assert [name for name in errors if f"`{name}`" not in README] == []
