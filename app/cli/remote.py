"""Commands that work on any server through its API: connecting, printing results, and exit codes.

The exit code is 0 on success, 2 for wrong usage, and otherwise tells scripts the kind of error: see `EXIT_CODES`.
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
    WorkingCopy,
)
from pydantic import BaseModel
from rich.console import RenderableType
from rich.text import Text

from app.cli.differences import render
from app.cli.output import console, print_utf_8, with_program_path

LOCAL = "http://localhost:8000"

EXIT_CODES: dict[type[MastheadError], int] = {
    NotFound: 3,
    Gone: 3,
    Unauthenticated: 4,
    Forbidden: 4,
    Conflict: 5,
    Stale: 5,
    PreconditionRequired: 5,
    ConnectionFailed: 6,
}
"""3: not found; 4: not allowed; 5: conflict with another change; 6: no response. All other errors are 1."""

Api = Annotated[str, typer.Option("--api", envvar="MASTHEAD_API", help="The URL of the server.", metavar="URL")]
Key = Annotated[
    str,
    typer.Option("--key", envvar="MASTHEAD_KEY", help="An API key, created with `masthead keys add`.", metavar="KEY"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="The maximum number of results.")]

PLAIN_TABLE: dict[str, Any] = {"box": None, "pad_edge": False}
"""Options of tables: no borders, so that other programs can split the columns."""


@contextmanager
def connect(api: str, key: str) -> Iterator[Masthead]:
    """A client for the server. Its errors are printed as sentences, and end the command with their exit code."""
    if key and not re.fullmatch("[!-~]+", key):
        _fail("The API key is not valid: it may contain only letters, digits and _.", 2)
    try:
        server = Masthead(api, token=key or None)
    except ValueError as error:
        _fail(str(error), 2)
    try:
        with server:
            yield server
    except Unauthenticated as problem:
        if key:
            _fail(f"The server rejected the API key: {problem.detail}", EXIT_CODES[Unauthenticated])
        _fail(
            "This command requires an API key, in --key or MASTHEAD_KEY. Create one on the server with: "
            "masthead keys add NAME --scope content:read --scope content:write",
            EXIT_CODES[Unauthenticated],
        )
    except Stale as problem:
        print_stale(problem)
        raise typer.Exit(EXIT_CODES[Stale]) from None
    except ProblemError as problem:
        sentences = (
            [problem.detail] if len(problem.errors) < 2 else [f"{f.pointer}: {f.detail}" for f in problem.errors]
        )
        _fail("\n".join(sentences), exit_code_of(problem))
    except UnicodeError:
        _fail("The request cannot be sent: a value is not valid UTF-8, or the server's name is not valid.", 2)
    except ConnectionFailed as error:
        _fail(f"{error} Is the URL right? Set another with --api or MASTHEAD_API.", exit_code_of(error))
    except MastheadError as error:
        _fail(str(error), exit_code_of(error))


def exit_code_of(error: MastheadError) -> int:
    return next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), 1)


def print_stale(problem: Stale) -> None:
    """Print why the version is not the expected one, and what others have changed since."""
    print(f"masthead: {problem.detail}", file=sys.stderr)
    changes = problem.changes
    if changes is not None:
        print("masthead: Changes since your version:", file=sys.stderr)
        console(200, stderr=True).print(render(changes), soft_wrap=True)


def print_result(result: BaseModel | list[Any], as_json: bool, table: RenderableType) -> None:
    """Print the complete result as JSON, or a table of it for people. Warnings go to standard error."""
    if as_json:
        rows = [row.model_dump(mode="json") for row in result] if isinstance(result, list) else None
        document = rows if rows is not None else result.model_dump(mode="json")  # type: ignore[union-attr]
        print_utf_8(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        console(200).print(table, soft_wrap=isinstance(table, Text))
    print_warnings(*(result if isinstance(result, list) else [result]))


def print_warnings(*results: object) -> None:
    """Print the warnings that working copies have. They are not errors: the exit code stays 0."""
    for result in results:
        if isinstance(result, WorkingCopy):
            for warning in result.warnings:
                title = _title_at(warning.pointer, result)
                print(f"masthead: Warning: {title!r} ({warning.pointer}): {warning.detail}.", file=sys.stderr)


def _title_at(pointer: str, copy: WorkingCopy) -> str | None:
    """The title of the item or section that a JSON pointer leads into; that of what contains it, if it has none."""
    part: Any = copy
    title: str | None = part.title
    for name, index in re.findall("/(items|sections)/([0-9]+)", pointer):
        part = getattr(part, name)[int(index)]
        title = part.title or title
    return title


def parse_section(named: str | None) -> int | str | None:
    """A section's id if the argument is a number, else its slug."""
    return int(named) if named is not None and named.isascii() and named.isdigit() else named


def _fail(sentence: str, code: int) -> NoReturn:
    for line in with_program_path(sentence).splitlines():
        print(f"masthead: {line}", file=sys.stderr)
    raise typer.Exit(code)
