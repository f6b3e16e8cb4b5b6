"""Commands that work on any server, by its API: how they reach it, and how they end.

They end with 0 when all went well, 2 when the command was not typed right, and otherwise with what scripts can tell
apart: see `EXITS`.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, NoReturn

import orjson
import typer
from masthead_client import (
    Conflict,
    ConnectionFailed,
    Forbidden,
    Gone,
    Masthead,
    MastheadError,
    NotFound,
    PreconditionRequired,
    ProblemError,
    Stale,
    Unauthenticated,
)
from pydantic import BaseModel
from rich.console import RenderableType
from rich.text import Text

from app.cli.differences import shown
from app.cli.output import as_typed, console, print_utf_8

LOCAL = "http://localhost:8000"

EXITS: dict[type[MastheadError], int] = {
    NotFound: 3,
    Gone: 3,
    Unauthenticated: 4,
    Forbidden: 4,
    Conflict: 5,
    Stale: 5,
    PreconditionRequired: 5,
    ConnectionFailed: 6,
}
"""There is no such thing; one may not; somebody else was there first; no answer. Anything else is 1."""

Api = Annotated[str, typer.Option("--api", envvar="MASTHEAD_API", help="The server's address.", metavar="URL")]
Key = Annotated[
    str, typer.Option("--key", envvar="MASTHEAD_KEY", help="An API key, as `masthead keys add` prints.", metavar="KEY")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")]

PLAIN: dict[str, Any] = {"box": None, "pad_edge": False}
"""How tables look: without lines, so that other programs can cut them too."""


@contextmanager
def connected(api: str, key: str) -> Iterator[Masthead]:
    """The server. What goes wrong there is told in a sentence, and ends the command."""
    if key and not re.fullmatch("[!-~]+", key):
        _fail("This is no API key: one has letters, digits and _ alone.", 2)
    try:
        server = Masthead(api, token=key or None)
    except ValueError as error:
        _fail(str(error), 2)
    try:
        with server:
            yield server
    except Unauthenticated as problem:
        if key:
            _fail(f"The server does not take this key: {problem.detail}", EXITS[Unauthenticated])
        _fail(
            "This needs an API key. An operator makes one by: masthead keys add NAME --scope content:read "
            "--scope content:write. Then give it by --key, or in MASTHEAD_KEY.",
            EXITS[Unauthenticated],
        )
    except Stale as problem:
        print_stale(problem)
        raise typer.Exit(EXITS[Stale]) from None
    except ProblemError as problem:
        sentences = (
            [problem.detail] if len(problem.errors) < 2 else [f"{f.pointer}: {f.detail}" for f in problem.errors]
        )
        _fail("\n".join(sentences), exit_of(problem))
    except UnicodeError:
        _fail("This cannot be sent: some of it is no UTF-8, or the server's name is none.", 2)
    except ConnectionFailed as error:
        _fail(f"{error} Is this the server's address? --api or MASTHEAD_API gives another.", exit_of(error))
    except MastheadError as error:
        _fail(str(error), exit_of(error))


def exit_of(error: MastheadError) -> int:
    return next((code for kind, code in EXITS.items() if isinstance(error, kind)), 1)


def print_stale(problem: Stale) -> None:
    """That somebody has written meanwhile, and what."""
    print(f"masthead: {problem.detail}", file=sys.stderr)
    changes = problem.changes
    if changes is not None:
        print("masthead: This is what was changed:", file=sys.stderr)
        console(200, stderr=True).print(shown(changes), soft_wrap=True)


def print_result(result: BaseModel | list[Any], as_json: bool, table: RenderableType) -> None:
    """What came of it: for programs all, for people what they look for."""
    if as_json:
        rows = [row.model_dump(mode="json") for row in result] if isinstance(result, list) else None
        document = rows if rows is not None else result.model_dump(mode="json")  # type: ignore[union-attr]
        print_utf_8(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        console(200).print(table, soft_wrap=isinstance(table, Text))


def section_of(named: str | None) -> int | str | None:
    """A section as it is named: by its id when that is a number, else by its slug."""
    return int(named) if named is not None and named.isascii() and named.isdigit() else named


def _fail(sentence: str, code: int) -> NoReturn:
    for line in as_typed(sentence).splitlines():
        print(f"masthead: {line}", file=sys.stderr)
    raise typer.Exit(code)
