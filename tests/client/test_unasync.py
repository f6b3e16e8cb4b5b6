"""The synchronous client is generated from the asynchronous one, and both have the same methods."""

import inspect
import runpy
from pathlib import Path
from typing import Any

import masthead_client
import pytest
from masthead_client import AsyncMasthead, AsyncPages, Masthead, Pages

PYTHON = Path(__file__).parents[2] / "clients/python"
UNASYNC = runpy.run_path(str(PYTHON / "unasync.py"))

RENAMED = {"close": "aclose"}


def test_the_synchronous_client_is_up_to_date() -> None:
    modules: dict[Path, str] = UNASYNC["generate"]()

    assert {path: path.read_text() for path in modules} == modules, "run python clients/python/unasync.py"
    assert set(modules) == set((PYTHON / "masthead_client/_sync").glob("*.py"))


def test_a_rule_that_matches_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="these rules match nothing: yield from"):
        UNASYNC["generate"]({**UNASYNC["RULES"], "yield from": ""})


def test_both_clients_have_the_same_methods() -> None:
    for sync_class, async_class in ((Masthead, AsyncMasthead), (Pages, AsyncPages)):
        sync_methods, async_methods = _methods(sync_class), _methods(async_class)
        assert async_methods.keys() == {RENAMED.get(name, name) for name in sync_methods}
        for name, method in sync_methods.items():
            counterpart = async_methods[RENAMED.get(name, name)]
            assert list(inspect.signature(counterpart).parameters) == list(inspect.signature(method).parameters)
            waits = inspect.iscoroutinefunction(counterpart) or inspect.isasyncgenfunction(counterpart)
            assert waits or "AsyncPages" in str(inspect.signature(counterpart).return_annotation), name


def test_every_exported_name_exists() -> None:
    assert [name for name in masthead_client.__all__ if not hasattr(masthead_client, name)] == []


def _methods(kind: type) -> dict[str, Any]:
    return {name: method for name, method in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}
