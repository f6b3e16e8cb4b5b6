"""How commands speak: results on standard output, what went wrong on standard error, in a sentence."""

import os
import sys
from io import TextIOWrapper
from typing import NoReturn

import typer
from rich.console import Console


def fail(sentence: str) -> NoReturn:
    """Say what went wrong, and exit with 1."""
    print(f"masthead: {as_typed(sentence)}", file=sys.stderr)
    sys.exit(1)


def print_utf_8(data: bytes) -> None:
    """Print what programs read, such as JSON (RFC 8259 §8.1): in UTF-8, whatever the terminal has."""
    typer.echo(data, nl=False)


def spare_encoding() -> None:
    """Have standard output print `?` for what its encoding lacks, which is no reason to end in the middle."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def console(width: int, *, stderr: bool = False) -> Console:
    """Prints texts as they are, without markup; in a pipe, to that width, so that each row of a table is one line."""
    to_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(width=None if to_terminal else width, stderr=stderr, highlight=False, markup=False, emoji=False)


def give_up_output() -> None:
    """Let what is left of standard output go nowhere: where it cannot be written, Python would try as it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def as_typed(sentence: str) -> str:
    """The sentence with its commands as they can be typed here."""
    return sentence.replace(": masthead ", f": {program()} ")


def program() -> str:
    """What to type for this program: `.venv/bin/masthead` where that was."""
    return sys.argv[0] if sys.argv[0].endswith("/bin/masthead") else "masthead"
