"""Places: the keys that order an issue's items, and stay when others come, go or move.

Someone who walks a list by cursors must meet each row once, also while an author inserts an item before it. So a
row's key is no count of the rows before it: it changes only for an item that itself moves.
"""

from collections.abc import Mapping, Sequence

from app.content.order import longest_rise

GAP = 2**32
"""Between two neighbours at first: 32 insertions at one spot before the issue's places are given anew."""


def assign(order: Sequence[int], present: Mapping[int, int]) -> dict[int, int]:
    """A place for each id, rising through `order`; as many ids as can be keep the place that they have."""
    kept = longest_rise([identifier for identifier in order if identifier in present], present)
    places: dict[int, int] = {}
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
        places.update(zip(waiting, between, strict=True))
        places[identifier] = last = here
        waiting = []
    start = 0 if last is None else last + GAP
    places.update({identifier: start + index * GAP for index, identifier in enumerate(waiting)})
    return places


def _between(low: int | None, high: int, count: int) -> list[int] | None:
    """`count` places below `high` and above `low`, evenly; None when there is no room."""
    if low is None:
        return [high - (count - index) * GAP for index in range(count)]
    step = (high - low) // (count + 1)
    return [low + (index + 1) * step for index in range(count)] if step or not count else None
