"""The mutations: small changes to a module, after each of which some test should fail."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "asc": "desc", "desc": "asc"}
WITHOUT_EFFECT = {
    *("description", "examples", "summary", "responses", "response_model", "openapi_extra"),  # OpenAPI alone shows them
    *("frozen", "slots"),  # they keep what is right from going wrong
    *("with_for_update", "of", "key_share", "skip_locked"),  # SQLite has no locks of rows
}
"""Keyword arguments that no test on SQLite can miss."""


@dataclass(frozen=True)
class Mutation:
    """A node of a syntax tree in place of another: in a field of its parent, or at an index of a field."""

    line: int
    function: int | None
    """The line where the function begins that the node is in; None outside of functions."""
    parent: ast.AST
    field: str
    index: int | None
    node: ast.AST

    def apply(self) -> None:
        if self.index is None:
            setattr(self.parent, self.field, self.node)
        else:
            getattr(self.parent, self.field)[self.index] = self.node


def mutations(node: ast.AST, function: int | None = None) -> Iterator[Mutation]:
    """All mutations of what is in a node, but for annotations, docstrings, logging, and the text of messages."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns"):
            continue
        for index, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or _is_untested(child):
                continue
            place = index if isinstance(value, list) else None
            line = getattr(child, "lineno", getattr(node, "lineno", 0))
            for other in _replacements(child):
                yield Mutation(line, function, node, field, place, other)
            if function is not None:
                for other in _replacements_of_statement(child):
                    yield Mutation(line, function, node, field, place, other)
            is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from mutations(child, child.lineno if is_function else function)  # type: ignore[attr-defined]


def _is_untested(node: ast.AST) -> bool:
    match node:
        case ast.JoinedStr() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="log")))):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Call(func=ast.Name(id="String")):  # SQLite takes strings of any length
            return True
        case ast.keyword(arg=name):
            return name in WITHOUT_EFFECT
    return False


def _replacements(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare():
            for index, operator in enumerate(node.ops):
                yield _changed(node, ops=[*node.ops[:index], COMPARISONS[type(operator)](), *node.ops[index + 1 :]])
        case ast.BoolOp():
            yield _changed(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        case ast.BinOp() if type(node.op) in OPERATORS and not (_is_text(node.left) or _is_text(node.right)):
            yield _changed(node, op=OPERATORS[type(node.op)]())
        case ast.UnaryOp(op=ast.Not() | ast.Invert()):
            yield node.operand
        case ast.If() | ast.IfExp() | ast.While() if not isinstance(node.test, ast.Compare | ast.UnaryOp):
            yield _changed(node, test=ast.UnaryOp(ast.Not(), node.test))
        case ast.comprehension():
            yield from (_changed(node, ifs=_without(node.ifs, index)) for index in range(len(node.ifs)))
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int()):
            yield from (ast.Constant(node.value + step) for step in (1, -1))
        case ast.Name(id=name) if name in NAMES:
            yield _changed(node, id=NAMES[name])
        case ast.Attribute(attr=name) if name in NAMES:
            yield _changed(node, attr=NAMES[name])
        case ast.Call():
            for index, keyword in enumerate(node.keywords):
                if keyword.arg is not None and keyword.arg not in WITHOUT_EFFECT:
                    yield _changed(node, keywords=_without(node.keywords, index))
            if isinstance(node.func, ast.Attribute) and node.func.attr in ("where", "order_by") and len(node.args) > 1:
                yield from (_changed(node, args=_without(node.args, index)) for index in range(len(node.args)))


def _replacements_of_statement(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Return(value=ast.expr()) if ast.unparse(node) != "return None":
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.AugAssign() | ast.Delete() | ast.Continue() | ast.Break():
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()


def _changed(node: ast.AST, **fields: Any) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _without(nodes: list[Any], index: int) -> list[Any]:
    return [*nodes[:index], *nodes[index + 1 :]]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes))
