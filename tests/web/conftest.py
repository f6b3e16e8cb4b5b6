"""A small published newsletter for tests of responses."""

from collections.abc import Callable, Iterator

import pytest

from app.main import create_app
from tests.api import Api
from tests.conftest import new_database, settings_for
from tests.factories import an_issue, an_item
from tests.web.expect import Rows, everything


@pytest.fixture
def reading(api: Api) -> Api:
    """Issues 74 and 75, published, each with two items under Research and one under Career; and 76, a draft."""
    _publish(api)
    return api


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The same on each database, for tests that do not write."""
    for url in new_database(request, tmp_path_factory.mktemp("library")):
        with Api(create_app(settings_for(url))) as api:
            _publish(api)
            yield api


@pytest.fixture
def kept(api: Api) -> Callable[[], Rows]:
    """All rows that the database has, to compare before and after."""
    return lambda: everything(api.database)


def _publish(api: Api) -> None:
    for number in (74, 75, 76):
        sections = [
            {"title": "Research", "items": [an_item(f"Paper {number}"), an_item(f"Result {number}", sponsored=True)]},
            {"title": "Career resources", "items": [an_item(f"Work {number}", url="https://example.com/b")]},
        ]
        issue = an_issue(number, published=number < 76, published_at=f"2025-12-0{number - 70}", sections=sections)
        made = api.editor.post("/issues", json=issue)
        assert made.status_code == 201, made.text
