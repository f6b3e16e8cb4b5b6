"""A server that a proxy serves beneath a path: the base URL has it, and so have some addresses in responses."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from masthead_client import Masthead

from app.main import create_app
from app.settings import Settings
from tests.api import PASSWORD
from tests.client.conftest import running
from tests.factories import an_issue


@pytest.fixture(params=["", "/"])
def beneath(settings: Settings, request: pytest.FixtureRequest) -> Iterator[Masthead]:
    """A client whose base URL ends with the path, with and without a slash."""
    with (
        running(create_app(settings.model_copy(update={"root_path": "/a/api"}))) as address,
        Masthead(f"{address}/a/api{request.param}", username="editor", password=PASSWORD) as client,
    ):
        yield client


def test_lists_redirects_and_previews_work(beneath: Masthead) -> None:
    for number in (75, 76):
        beneath.create_issue(an_issue(number, published=True, items=3))
    beneath.create_issue(an_issue(77))

    assert len(list(beneath.items(limit=2))) == 6
    assert len(list(beneath.drafts(limit=1))) == 1
    assert [page.total for page in beneath.items(limit=4).pages(total=True)] == [6, 6]
    assert beneath.tag("Papers").slug == "research"
    assert len(list(beneath.items(tag="Papers", limit=2))) == 6
    assert beneath.issue(76).links["previous"] == "/issues/75"
    preview = beneath.create_preview(77)
    assert preview.url == f"/a/api/previews/{preview.token}"
    assert beneath.previewed_issue(preview.token).number == 77


def test_a_list_is_read_to_its_end_when_the_server_was_not_told_the_path(app: FastAPI) -> None:
    """A proxy that strips the path, before a server that sends addresses without it."""

    class Stripping(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            assert request.url.raw_path.startswith(b"/api/")
            request.url = request.url.copy_with(raw_path=request.url.raw_path.removeprefix(b"/api"))
            return super().handle_request(request)

    with (
        running(app) as address,
        Masthead(f"{address}/api", username="editor", password=PASSWORD, transport=Stripping()) as client,
    ):
        client.create_issue(an_issue(75, published=True, items=3))
        assert len(list(client.items(limit=1))) == 3
