"""Changes of order: which elements were moved, and which only have other neighbours now."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence


def longest_increasing_subsequence(order: Sequence[int], present: Mapping[int, int]) -> set[int]:
    """A largest set of ids whose `present` values increase in this order, found by patience sorting.

    All ids of `order` must be in `present`.
    """
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
