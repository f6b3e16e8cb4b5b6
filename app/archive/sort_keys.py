"""Sort keys: they order an issue's items, and stay when others are added, removed or moved.

Someone who walks a list by cursors must meet each row once, also while an author inserts an item before it. So a
row's key is not a count of the rows before it: it changes only for an item that itself moves.
"""

from collections.abc import Mapping, Sequence

from app.content.order import longest_rise

GAP = 2**32
"""Between two neighbours at first: 32 insertions at one place before all keys of the issue are assigned anew."""


def assign(order: Sequence[int], present: Mapping[int, int]) -> dict[int, int]:
    """A key for each id, rising through `order`; as many ids as possible keep the key that they have in `present`."""
    kept = longest_rise([identifier for identifier in order if identifier in present], present)
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
    """`count` keys below `high` and above `low`, evenly; None when there is no room."""
    if low is None:
        return [high - (count - index) * GAP for index in range(count)]
    step = (high - low) // (count + 1)
    return [low + (index + 1) * step for index in range(count)] if step or not count else None
