"""The limits of an issue's tree."""

from typing import Any

import pytest

from app.authoring.sizes import MOST_ITEMS, MOST_SECTIONS, require_possible, require_size
from app.authoring.tree import require_room
from app.content.document import DEEPEST
from app.content.models import Issue, Item, Section
from app.problems import Invalid


def nested(depth: int) -> dict[str, Any]:
    """A section with others beneath it, this many in all."""
    section: dict[str, Any] = {}
    for _ in range(depth - 1):
        section = {"sections": [section]}
    return section


def test_an_issue_may_have_as_many_as_the_limit_and_no_more() -> None:
    issue = Issue(sections=[Section(items=[Item() for _ in range(MOST_ITEMS)])])

    require_room(issue)
    require_size(MOST_SECTIONS, MOST_ITEMS)
    for sections, items in ((MOST_SECTIONS + 1, 0), (1, MOST_ITEMS + 1)):
        with pytest.raises(Invalid):
            require_size(sections, items)
    with pytest.raises(Invalid):
        require_room(issue, items=1)
    with pytest.raises(Invalid):
        require_room(issue, sections=MOST_SECTIONS)


@pytest.mark.parametrize(
    "sections",
    [
        [{}] * MOST_SECTIONS,
        [{"sections": [{}]}] * (MOST_SECTIONS // 2),
        [nested(DEEPEST)] * (MOST_SECTIONS // DEEPEST),
        [{"items": [{}] * MOST_ITEMS}],
        [{"items": [{}] * 2, "sections": [{"items": [{}] * 2}]}] * (MOST_SECTIONS // 2),
    ],
)
def test_what_has_as_many_parts_as_an_issue_can_have_is_possible(sections: Any) -> None:
    require_possible({"sections": sections})


@pytest.mark.parametrize(
    "sections",
    [
        [{}] * (MOST_SECTIONS + 1),
        [{"sections": [{}]}] * (MOST_SECTIONS // 2 + 1),
        [{"sections": [{}] * MOST_SECTIONS}],
        [nested(DEEPEST + 1)],
        [{}, {"sections": [{}, nested(DEEPEST)]}],
        [{"items": [{}] * (MOST_ITEMS + 1)}],
        [{"items": [[]] * 2, "sections": [{"items": [1] * 3}]}] * (MOST_SECTIONS // 2),
        [1] * (MOST_SECTIONS + 1),
    ],
)
def test_more_parts_are_not_whatever_they_are(sections: Any) -> None:
    with pytest.raises(Invalid) as caught:
        require_possible({"sections": sections})

    assert [fault.code for fault in caught.value.errors] == ["too-many"]


def test_a_section_counts_itself() -> None:
    require_possible({"sections": [{}] * (MOST_SECTIONS - 1)}, sections=1)
    require_possible(nested(DEEPEST), sections=1)
    for given in ({"sections": [{}] * MOST_SECTIONS}, nested(DEEPEST + 1)):
        with pytest.raises(Invalid):
            require_possible(given, sections=1)


@pytest.mark.parametrize("given", [None, 1, [], "x", {"sections": 1}, {"sections": {"items": 2}}, {"items": {}}])
def test_other_shapes_are_left_to_validation(given: Any) -> None:
    require_possible(given)
