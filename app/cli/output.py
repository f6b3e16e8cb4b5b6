"""How commands speak: results on standard output, what went wrong on standard error, in a sentence."""

import sys
from typing import NoReturn


def fail(sentence: str) -> NoReturn:
    """Say what went wrong, and exit with 1."""
    print(f"masthead: {as_typed(sentence)}", file=sys.stderr)
    sys.exit(1)


def as_typed(sentence: str) -> str:
    """The sentence with its commands as they can be typed here: `.venv/bin/masthead` where that was."""
    program = sys.argv[0]
    return sentence.replace(": masthead ", f": {program} ") if program.endswith("/bin/masthead") else sentence
