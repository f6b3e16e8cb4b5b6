"""The asynchronous client is made from the synchronous one."""

import inspect
import runpy
from pathlib import Path
from typing import Any

import masthead_client
from masthead_client import AsyncMasthead, AsyncPages, Masthead, Pages

PYTHON = Path(__file__).parents[2] / "clients/python"

RENAMED = {"close": "aclose"}


def test_what_is_committed_is_what_the_generator_makes() -> None:
    made: dict[Path, str] = runpy.run_path(str(PYTHON / "make_async.py"))["make"]()

    assert {file: file.read_text() for file in made} == made, "run python clients/python/make_async.py"
    assert set(made) == set((PYTHON / "masthead_client/aio").glob("*.py"))


def test_both_clients_can_do_the_same() -> None:
    for sync, other in ((Masthead, AsyncMasthead), (Pages, AsyncPages)):
        here, there = _methods(sync), _methods(other)
        assert there.keys() == {RENAMED.get(name, name) for name in here}
        for name, method in here.items():
            twin = there[RENAMED.get(name, name)]
            assert list(inspect.signature(twin).parameters) == list(inspect.signature(method).parameters)
            waits = inspect.iscoroutinefunction(twin) or inspect.isasyncgenfunction(twin)
            assert waits or "AsyncPages" in str(inspect.signature(twin).return_annotation), name


def test_all_that_is_exported_is_there() -> None:
    assert [name for name in masthead_client.__all__ if not hasattr(masthead_client, name)] == []


def _methods(kind: type) -> dict[str, Any]:
    return {name: method for name, method in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}
