"""How commands speak: results on standard output, what went wrong on standard error, in a sentence."""

import sys
from typing import NoReturn


def fail(sentence: str) -> NoReturn:
    """Say what went wrong, and exit with 1."""
    print(f"masthead: {sentence}", file=sys.stderr)
    sys.exit(1)
