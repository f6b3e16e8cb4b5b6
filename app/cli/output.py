"""How commands speak: results on standard output, what went wrong on standard error, in a sentence."""

import sys
from typing import NoReturn


def fail(sentence: str) -> NoReturn:
    """Say what went wrong, and exit with 1."""
    print(f"masthead: {as_typed(sentence)}", file=sys.stderr)
    sys.exit(1)


def as_typed(sentence: str) -> str:
    """The sentence with its commands as they can be typed here."""
    return sentence.replace(": masthead ", f": {program()} ")


def program() -> str:
    """What to type for this program: `.venv/bin/masthead` where that was."""
    return sys.argv[0] if sys.argv[0].endswith("/bin/masthead") else "masthead"
