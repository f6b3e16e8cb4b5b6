"""The limits of an issue's tree."""

import pytest

from app.authoring.tree import MOST_ITEMS, MOST_SECTIONS, require_issue_size, require_size
from app.content.models import Issue, Item, Section
from app.problems import Invalid


def test_an_issue_may_have_as_many_as_the_limit_and_no_more() -> None:
    issue = Issue(sections=[Section(items=[Item() for _ in range(MOST_ITEMS)])])

    require_issue_size(issue)
    require_size(MOST_SECTIONS, MOST_ITEMS)
    for sections, items in ((MOST_SECTIONS + 1, 0), (1, MOST_ITEMS + 1)):
        with pytest.raises(Invalid):
            require_size(sections, items)
    with pytest.raises(Invalid):
        require_issue_size(issue, adding=1)
