"""Errors in a manuscript, in words by which its author can correct them."""

import re
from difflib import get_close_matches

_SURROGATE = re.compile("[\ud800-\udfff]")


class ManuscriptError(ValueError):
    """A manuscript cannot be read: its first error, with the line (from 1) and how to correct it."""

    def __init__(self, line: int, detail: str) -> None:
        super().__init__(f"Line {line}: {detail}.")
        self.line = line
        self.detail = detail


def unknown(kind: str, name: str, known: tuple[str, ...]) -> str:
    """A message that a name is unknown, with the most similar one, or with all."""
    near = get_close_matches(name[:100], known, n=1)
    way_out = f"the most similar is {near[0]}" if near else f"it can be {', '.join(known)}"
    return f"{shown(name)} is not {kind}; {way_out}"


def shown(text: str, most: int = 60) -> str:
    """A text for a message: on one line, and not long."""
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return repr(cut)


def has_lone_surrogate(text: str) -> bool:
    """Whether it has half of a surrogate pair, which JSON can write and UTF-8 cannot."""
    return _SURROGATE.search(text) is not None
