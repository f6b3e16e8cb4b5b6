"""A published newsletter, small, for tests of what any address answers."""

from collections.abc import Callable

import pytest

from tests.api import Api
from tests.factories import an_issue, an_item
from tests.web.expect import Rows, everything


@pytest.fixture
def reading(api: Api) -> Api:
    """Issues 74 and 75, published, each with two items under Research and one under Career; and 76, a draft."""
    for number in (74, 75, 76):
        sections = [
            {"title": "Research", "items": [an_item(f"Paper {number}"), an_item(f"Result {number}", sponsored=True)]},
            {"title": "Career resources", "items": [an_item(f"Work {number}", url="https://example.com/b")]},
        ]
        issue = an_issue(number, published=number < 76, published_at=f"2025-12-0{number - 70}", sections=sections)
        made = api.editor.post("/issues", json=issue)
        assert made.status_code == 201, made.text
    return api


@pytest.fixture
def kept(api: Api) -> Callable[[], Rows]:
    """All rows that the database has, to compare before and after."""
    return lambda: everything(api.database)
