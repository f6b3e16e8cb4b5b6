"""Sort keys: they order the items of an issue, and do not change when others are added, removed or moved.

A client that follows cursors through a list must get each row once, even if an author inserts items in the meantime.
So the key of a row is not its position: it changes only if the item itself is moved.
"""

from collections.abc import Mapping, Sequence

from app.content.order import longest_increasing_subsequence

GAP = 2**32
"""The initial difference between neighbours: it allows at least 32 insertions at one position before all keys of the
issue must be reassigned."""


def assign_sort_keys(order: Sequence[int], present: Mapping[int, int]) -> dict[int, int]:
    """A key for each id, increasing through `order`. As many ids as possible keep their key in `present`."""
    kept = longest_increasing_subsequence([identifier for identifier in order if identifier in present], present)
    keys: dict[int, int] = {}
    waiting: list[int] = []
    last: int | None = None
    for identifier in order:
        if identifier not in kept:
            waiting.append(identifier)
            continue
        here = present[identifier]
        between = _between(last, here, len(waiting))
        if between is None:
            return {identifier: index * GAP for index, identifier in enumerate(order)}
        keys.update(zip(waiting, between, strict=True))
        keys[identifier] = last = here
        waiting = []
    start = 0 if last is None else last + GAP
    keys.update({identifier: start + index * GAP for index, identifier in enumerate(waiting)})
    return keys


def _between(low: int | None, high: int, count: int) -> list[int] | None:
    """`count` evenly spaced keys between `low` and `high`; None if there are not enough numbers."""
    if low is None:
        return [high - (count - index) * GAP for index in range(count)]
    step = (high - low) // (count + 1)
    return [low + (index + 1) * step for index in range(count)] if step or not count else None
