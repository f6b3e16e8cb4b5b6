"""What has moved, and what has only been moved past."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence


def longest_rise(order: Sequence[int], present: Mapping[int, int]) -> set[int]:
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
