"""Versions for optimistic concurrency control: a write succeeds only if nobody else has written in the meantime."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from app.problems import Stale, UnknownVersion

Expected = int | Collection[int] | None
"""The version that the caller expects, or several, of which one must be the current one; None accepts any version."""


def require(current: int, expected: Expected, extra: Callable[[int], Mapping[str, Any]] | None = None) -> None:
    """Raises Stale unless the current version is expected, and UnknownVersion if no expected version has ever existed.

    `extra` returns extension members of Stale for the version that was expected, the highest of those that have
    existed.
    """
    versions = (expected,) if isinstance(expected, int) else expected
    if versions is None or current in versions:
        return
    past = [version for version in sorted(versions) if version < current]
    if not past:
        named = " or ".join(map(str, sorted(versions)))
        raise UnknownVersion(
            f"The current version is {current}: there has never been a version {named or 'like that'}.",
            current=current,
            expected=versions,
        )
    named = " or ".join(map(str, past))
    raise Stale(
        f"The current version is {current}, but {named} was expected: the resource was changed in the meantime.",
        current=current,
        expected=versions,
        extra=extra(past[-1]) if extra is not None else {},
    )
