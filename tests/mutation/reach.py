"""Which tests run which functions: a plugin of pytest, and what it needs in the code that is tested.

Every function is made to call `REACHED` with its module and line. That costs next to nothing, where a tracer would
take many times as long. A process that a test starts counts nothing.
"""

import ast
import builtins
import json
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

REACHED = "__reached_in_mutation_tests__"
RECORD, SELECT = "MUTATION_RECORD", "MUTATION_SELECT"
"""Environment variables: a folder to write the functions and seconds of each test to; a file of tests to run."""

_reached: set[str] = set()
_recorded: dict[str, Any] = {}
setattr(builtins, REACHED, _reached.add)


def instrumented(source: str, name: str) -> str:
    """The source of a module whose functions tell that they are run, as `name:line`."""
    tree = ast.parse(source)
    for node in list(ast.walk(tree)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            _insert(node, f"{REACHED}({f'{name}:{node.lineno}'!r})")
    _insert(tree, f"{REACHED} = getattr(__import__('builtins'), {REACHED!r}, len)")
    return ast.unparse(tree)


def _insert(node: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef, statement: str) -> None:
    from_future = [place for place, each in enumerate(node.body, 1) if getattr(each, "module", "") == "__future__"]
    place = max([1 if ast.get_docstring(node) is not None else 0, *from_future])
    node.body[place:place] = ast.parse(statement).body


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    _reached.clear()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    test = _recorded.setdefault(item.nodeid, {"seconds": 0.0, "passed": True})
    test["seconds"] += report.duration
    test["passed"] &= report.passed
    test["functions"] = sorted(_reached)
    return report


def pytest_sessionfinish() -> None:
    if RECORD in os.environ:
        Path(os.environ[RECORD], f"{os.getpid()}.json").write_text(json.dumps(_recorded))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if SELECT in os.environ:
        order = {test: place for place, test in enumerate(Path(os.environ[SELECT]).read_text().splitlines())}
        items[:] = sorted((item for item in items if item.nodeid in order), key=lambda item: order[item.nodeid])
