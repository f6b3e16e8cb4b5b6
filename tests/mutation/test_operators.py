"""Mutations: what is changed, and what is left alone."""

import ast
from typing import Any

import pytest

from tests.mutation.operators import mutations
from tests.mutation.reach import REACHED, instrumented


def mutants(source: str) -> set[str]:
    found = set()
    for index in range(len(list(mutations(ast.parse(source))))):
        tree = ast.parse(source)
        list(mutations(tree))[index].apply()
        found.add(ast.unparse(tree))
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a < b", {"a <= b"}),
        ("a is None or b", {"a is not None or b", "a is None and b"}),
        ("a + 1", {"a - 1", "a + 2", "a + 0"}),
        ("not a", {"a"}),
        ("f(a, key=b)", {"f(a)"}),
        ("f(flag=True)", {"f()", "f(flag=False)"}),
        ("max(a, b)", {"min(a, b)"}),
        ("select(a).where(b, c)", {"select(a).where(b)", "select(a).where(c)"}),
        ("[a for a in b if a]", {"[a for a in b]"}),
        ("a if b else c", {"a if not b else c"}),
    ],
)
def test_an_expression_is_changed(source: str, expected: set[str]) -> None:
    assert mutants(source) == expected


def test_a_statement_of_a_function_is_removed() -> None:
    source = "def f(a):\n    a.b = c\n    g(a)\n    return a"

    assert mutants(source) == {
        source.replace("a.b = c", "pass"),
        source.replace("g(a)", "pass"),
        source.replace("return a", "return None"),
    }


@pytest.mark.parametrize(
    "source",
    [
        '"""Of 1 or more."""',
        "a: Literal[1]",
        "def f(a: Literal[1]) -> Literal[2]: ...",
        "f(f'{1} {a < b}')",
        "def f():\n    log.info('%d', 1)",
        "Field(description='of 1')",
        "if TYPE_CHECKING:\n    a = 1",
        "'a' + b",
    ],
)
def test_documentation_annotations_and_messages_are_left_alone(source: str) -> None:
    assert mutants(source) == set()


def test_a_function_tells_that_it_is_run_and_does_what_it_did() -> None:
    source = '"""A module."""\nfrom __future__ import annotations\ndef f():\n    """A function."""\n    return 1'
    reached: list[str] = []
    module: dict[str, Any] = {}

    exec(instrumented(source, "app/m.py"), module)
    module[REACHED] = reached.append

    assert (module["f"](), reached) == (1, ["app/m.py:3"])
    assert (module["__doc__"], module["f"].__doc__) == ("A module.", "A function.")
