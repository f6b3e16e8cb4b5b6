"""Output of commands: results on standard output, errors as a sentence on standard error."""

import os
import sys
from io import TextIOWrapper
from typing import NoReturn

import typer
from rich.console import Console


def fail(sentence: str) -> NoReturn:
    """Print an error and exit with 1."""
    print(f"masthead: {with_program_path(sentence)}", file=sys.stderr)
    sys.exit(1)


def print_utf_8(data: bytes) -> None:
    """Print output for programs, such as JSON, as UTF-8 (RFC 8259 §8.1), whatever the encoding of the terminal."""
    typer.echo(data, nl=False)


def replace_unencodable() -> None:
    """Print `?` for characters that the encoding of standard output lacks, instead of failing."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def console(width: int, *, stderr: bool = False) -> Console:
    """A console that prints text as it is, without markup. `width`, in characters, is used when not printing to a
    terminal, so that each row of a table stays on one line."""
    to_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(width=None if to_terminal else width, stderr=stderr, highlight=False, markup=False, emoji=False)


def discard_output() -> None:
    """Discard the rest of standard output after a write error; otherwise Python would fail again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def with_program_path(sentence: str) -> str:
    """Replace `masthead` after a colon with the path that this program was started with."""
    return sentence.replace(": masthead ", f": {program()} ")


def program() -> str:
    """The command of this program as it was typed, for example `.venv/bin/masthead`."""
    return sys.argv[0] if sys.argv[0].endswith("/bin/masthead") else "masthead"
