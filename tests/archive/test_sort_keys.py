"""The sort keys of the items of an issue."""

from hypothesis import given
from hypothesis import strategies as st

from app.archive.sort_keys import assign_sort_keys

orders = st.lists(st.integers(1, 30), unique=True, max_size=20)


@given(st.lists(orders, min_size=1, max_size=12))
def test_keys_rise_in_the_order_whatever_came_before(edits: list[list[int]]) -> None:
    keys: dict[int, int] = {}
    for order in edits:
        keys = assign_sort_keys(order, keys)
        assert list(keys) == order or sorted(keys) == sorted(order)
        assert [keys[item] for item in order] == sorted(set(keys.values()))


@given(orders, st.integers(0, 20), st.integers(31, 40))
def test_an_insertion_moves_nothing_else(order: list[int], at: int, new: int) -> None:
    before = assign_sort_keys(order, {})

    after = assign_sort_keys([*order[:at], new, *order[at:]], before)

    assert {item: after[item] for item in order} == before


@given(orders.filter(bool), st.data())
def test_a_move_moves_that_item_alone(order: list[int], data: st.DataObject) -> None:
    before = assign_sort_keys(order, {})
    moved = data.draw(st.sampled_from(order))
    rest = [item for item in order if item != moved]
    at = data.draw(st.integers(0, len(rest)))

    after = assign_sort_keys([*rest[:at], moved, *rest[at:]], before)

    # Two neighbours that are swapped are one move of either, so at most one key differs.
    assert sum(after[item] != before[item] for item in order) <= 1


def test_keys_are_reassigned_when_there_is_no_gap_left() -> None:
    keys = assign_sort_keys([1, 2], {})
    order = [1, 2]
    for new in range(3, 60):
        order.insert(1, new)
        keys = assign_sort_keys(order, keys)
        assert [keys[item] for item in order] == sorted(set(keys.values()))
