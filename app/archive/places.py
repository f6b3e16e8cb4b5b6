"""Places: the keys that order an issue's items, and stay when others come, go or move.

Someone who walks a list by cursors must meet each row once, also while an author inserts an item before it. So a
row's key is no count of the rows before it: it changes only for an item that itself moves.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

GAP = 2**32
"""Between two neighbours at first: 32 insertions at one spot before the issue's places are given anew."""


def assign(order: Sequence[int], present: Mapping[int, int]) -> dict[int, int]:
    """A place for each id, rising through `order`; as many ids as can be keep the place that they have."""
    kept = _longest_rise([identifier for identifier in order if identifier in present], present)
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


def _longest_rise(order: Sequence[int], present: Mapping[int, int]) -> set[int]:
    """The most ids whose present places rise in this order: a longest increasing subsequence, by patience."""
    tails: list[int] = []
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for identifier in order:
        pile = bisect_left(tails, present[identifier])
        before[identifier] = ends[pile - 1] if pile else None
        tails[pile : pile + 1] = [present[identifier]]
        ends[pile : pile + 1] = [identifier]
    found: set[int] = set()
    current = ends[-1] if ends else None
    while current is not None:
        found.add(current)
        current = before[current]
    return found
