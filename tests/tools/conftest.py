"""Sites for the tests of a module, because starting one takes seconds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import new_database
from tests.factories import an_issue, an_item
from tests.tools import programs, sites
from tests.tools.sites import Site


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def proxy(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, proxy: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database for each proxy."""
    yield from new_database(request, tmp_path_factory.mktemp("database"))


@pytest.fixture(scope="module")
def site(
    request: pytest.FixtureRequest, proxy: str, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Issues 74 and 75, published, and 76, a draft, all of them long enough to be compressed."""
    try:
        program = programs.find(proxy, Path(request.config.cache.mkdir("debian")))  # type: ignore[union-attr]
    except programs.Missing as reason:
        programs.skip_or_fail(reason)
    with sites.running(proxy, program, database_url, tmp_path_factory.mktemp(proxy)) as site:
        editor = site.client(site.masthead, role="editor")
        for number in (74, 75, 76):
            items = [an_item(f"Paper {place}", tags=["research"]) for place in range(5)]
            issue = an_issue(number, published=number < 76, sections=[{"title": "Research", "items": items}])
            editor.post("/issues", json=issue).raise_for_status()
        yield site
