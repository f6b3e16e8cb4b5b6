"""Versions: a write that goes through only if nobody else has written since."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from app.problems import Stale

Expected = int | Collection[int] | None
"""The version that a caller has read and means to change; of several, any will do; None expects nothing."""


def require(present: int, expected: Expected, about: Callable[[int], Mapping[str, Any]] | None = None) -> None:
    """Raises Stale unless the present version is the expected one.

    `about` gives what the problem says besides, from the version that was expected.
    """
    versions = (expected,) if isinstance(expected, int) else expected
    if versions is None or present in versions:
        return
    known = about(max(versions)) if versions and about is not None else {}
    named = " or ".join(map(str, sorted(versions))) or "none of its versions"
    raise Stale(
        f"This is at version {present} now, and {named} was expected: somebody has written since.",
        present=present,
        expected=versions,
        extra=known,
    )
