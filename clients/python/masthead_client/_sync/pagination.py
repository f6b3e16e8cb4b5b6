# Generated from _async/pagination.py by unasync.py: edit that file instead.
"""Lists, walked page after page."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic

import httpx

from masthead_client.errors import unreadable
from masthead_client.pages import Page, Row
from masthead_client.wire import query, read_as

Fetch = Callable[[str, Mapping[str, Any]], httpx.Response]


class Pages(Generic[Row]):
    """A list: `for` over it gives its rows, all of them, and asks for each page when it is come to.

    Nothing is asked for before that, and each iteration begins anew. A row that does not move meanwhile is met
    once, whatever else is published while the walk goes on.
    """

    def __init__(self, fetch: Fetch, path: str, parameters: Mapping[str, Any], page: type[Page[Row]]) -> None:
        self._fetch = fetch
        self._path = path
        self._parameters = parameters
        self._page = page

    def __iter__(self) -> Iterator[Row]:
        for page in self.pages():
            for row in page.data:
                yield row

    def __repr__(self) -> str:
        return f"<Pages of {httpx.URL(self._path, params=query(self._parameters) or {})}>"

    def pages(self, *, total: bool = False) -> Iterator[Page[Row]]:
        """The pages, each asked for when it is come to; `total` has the whole list counted too."""
        page = self.first_page(total=total)
        yield page
        while page.page.next is not None:
            page = read_as(self._page, self._fetch(page.page.next, {}))
            yield page

    def first_page(self, *, total: bool = False) -> Page[Row]:
        """The first page alone; `total` has the whole list counted too."""
        counted = {"total": True} if total else {}
        return read_as(self._page, self._fetch(self._path, {**self._parameters, **counted}))

    def total(self) -> int:
        """How many rows the whole list has. This asks the server, each time."""
        answer = self._fetch(self._path, {**self._parameters, "limit": 1, "total": True})
        counted = read_as(self._page, answer).total
        if counted is None:
            raise unreadable(answer, "a total")
        return counted
