"""What is wrong with a manuscript, told so that its author can mend it."""

import re
from difflib import get_close_matches

_SURROGATE = re.compile("[\ud800-\udfff]")


class ManuscriptError(ValueError):
    """A manuscript that cannot be read: its first fault, by line (from 1), with what would be right."""

    def __init__(self, line: int, detail: str) -> None:
        super().__init__(f"Line {line}: {detail}.")
        self.line = line
        self.detail = detail


def unknown(kind: str, name: str, known: tuple[str, ...]) -> str:
    """That there is no such name, with the nearest that there is, or all of them."""
    near = get_close_matches(name[:100], known, n=1)
    way_out = f"the nearest is {near[0]}" if near else f"there are {', '.join(known)}"
    return f"{shown(name)} is no {kind}; {way_out}"


def shown(text: str, most: int = 60) -> str:
    """A text as it can stand in a message: on one line, and not long."""
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return repr(cut)


def has_half_a_character(text: str) -> bool:
    """Whether it has a lone surrogate, which JSON can escape and UTF-8 cannot hold."""
    return _SURROGATE.search(text) is not None
