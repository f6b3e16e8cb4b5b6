"""Lists that span pages."""

from typing import Any

import httpx
import pytest
from masthead_client import Invalid, Masthead, Pages

from tests.factories import a_section, an_issue


@pytest.fixture
def asked(server: str) -> tuple[Masthead, list[httpx.Request]]:
    """A client, and the requests that it has sent."""
    requests: list[httpx.Request] = []

    class Noting(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            requests.append(request)
            return super().handle_request(request)

    return Masthead(server, transport=Noting()), requests


def test_iterating_over_a_list_returns_each_row_once(reader: Masthead, editor: Masthead) -> None:
    for number in (1, 2):
        editor.create_issue(an_issue(number, published=True, items=5))

    for limit in (1, 3, 5, 10, 100):
        items = list(reader.items(limit=limit))
        assert [(item.issue, item.position) for item in items] == [(n, place) for n in (2, 1) for place in range(5)]


def test_publishing_during_the_iteration_neither_hides_nor_repeats_a_row(reader: Masthead, editor: Masthead) -> None:
    editor.create_issue(an_issue(1, published=True, items=6, published_at="2025-01-01"))
    walk = iter(reader.items(limit=2))
    met = [next(walk).position, next(walk).position]

    editor.create_issue(an_issue(2, published=True, items=3, published_at="2025-02-01"))

    assert met + [item.position for item in walk] == [0, 1, 2, 3, 4, 5]


def test_pages_are_requested_when_the_iteration_reaches_them(
    asked: tuple[Masthead, list[httpx.Request]], editor: Masthead
) -> None:
    client, requests = asked
    editor.create_issue(an_issue(1, published=True, items=5))

    with client:
        items = client.items(limit=2)
        assert requests == []

        walk = iter(items)
        assert [next(walk).position, next(walk).position] == [0, 1]
        assert len(requests) == 1

        assert next(walk).position == 2
        assert len(requests) == 2

        assert [item.position for item in items] == [0, 1, 2, 3, 4]
        assert len(requests) == 5


def test_pages_have_their_position_in_the_list(reader: Masthead, editor: Masthead) -> None:
    editor.create_issue(an_issue(1, published=True, items=5))
    items = reader.items(limit=2)

    pages = list(items.pages(total=True))

    assert [len(page.data) for page in pages] == [2, 2, 1]
    assert [page.has_more for page in pages] == [True, True, False]
    assert [page.total for page in pages] == [5, 5, 5]
    assert pages[0].page.limit == 2
    assert items.first_page().total is None
    assert items.first_page(total=True).data[0].position == 0
    assert items.total() == 5


def test_filters_apply_to_every_page(reader: Masthead, editor: Masthead) -> None:
    sections = [a_section("Research", items=3), a_section("Product", items=3)]
    editor.create_issue(an_issue(1, published=True, sections=sections))

    assert {item.section for item in reader.items(section="research", limit=1)} == {"research"}
    assert len(list(reader.search("item", tag="product", limit=1))) == 3


def test_an_empty_list_is_one_page_without_rows(editor: Masthead) -> None:
    for listed in (
        editor.issues(),
        editor.issues(full=True),
        editor.items(),
        editor.sections(),
        editor.drafts(),
        editor.search("anything"),
    ):
        pages: Pages[Any] = listed
        assert list(pages) == []
        assert [page.has_more for page in pages.pages()] == [False]
        assert pages.total() == 0


def test_a_limit_out_of_range_is_invalid(reader: Masthead) -> None:
    for limit in (0, 101, -1):
        with pytest.raises(Invalid) as caught:
            reader.items(limit=limit).first_page()
        assert [fault.pointer for fault in caught.value.errors] == ["limit"]


def test_the_repr_of_a_list_has_its_address(reader: Masthead) -> None:
    assert repr(reader.items(tag=["research", "safety"], issue=75)) == (
        "<Pages of /items?tag=research&tag=safety&issue=75>"
    )
    assert repr(reader.tags()) == "<Pages of /tags>"
