"""Lists, walked page after page."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Generic

import httpx

from masthead_client.errors import unreadable
from masthead_client.pages import Page, Row
from masthead_client.wire import query, read_as

Fetch = Callable[[str, Mapping[str, Any]], Awaitable[httpx.Response]]


class AsyncPages(Generic[Row]):
    """A list: `async for` over it gives its rows, all of them, and asks for each page when it is come to.

    Nothing is asked for before that, and each iteration begins anew. A row that does not move meanwhile is met
    once, whatever else is published while the walk goes on.
    """

    def __init__(self, fetch: Fetch, path: str, parameters: Mapping[str, Any], page: type[Page[Row]]) -> None:
        self._fetch = fetch
        self._path = path
        self._parameters = parameters
        self._page = page

    async def __aiter__(self) -> AsyncIterator[Row]:
        async for page in self.pages():
            for row in page.data:
                yield row

    def __repr__(self) -> str:
        return f"<AsyncPages of {httpx.URL(self._path, params=query(self._parameters) or {})}>"

    async def pages(self, *, total: bool = False) -> AsyncIterator[Page[Row]]:
        """The pages, each asked for when it is come to; `total` has the whole list counted too."""
        page = await self.first_page(total=total)
        yield page
        while page.page.next is not None:
            page = read_as(self._page, await self._fetch(page.page.next, {}))
            yield page

    async def first_page(self, *, total: bool = False) -> Page[Row]:
        """The first page alone; `total` has the whole list counted too."""
        counted = {"total": True} if total else {}
        return read_as(self._page, await self._fetch(self._path, {**self._parameters, **counted}))

    async def total(self) -> int:
        """How many rows the whole list has. This asks the server, each time."""
        answer = await self._fetch(self._path, {**self._parameters, "limit": 1, "total": True})
        counted = read_as(self._page, answer).total
        if counted is None:
            raise unreadable(answer, "a total")
        return counted
