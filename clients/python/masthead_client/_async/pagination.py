"""Lists that span several pages."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Generic

import httpx

from masthead_client.errors import unexpected_body
from masthead_client.pages import Page, Row
from masthead_client.wire import parse, query_parameters

Fetch = Callable[[str, Mapping[str, Any]], Awaitable[httpx.Response]]


class AsyncPages(Generic[Row]):
    """A list: iterate over it with `async for` to get all of its rows.

    Each page is requested when the iteration reaches it, and each iteration starts from the first page. A row whose
    place in the list does not change is returned exactly once, whatever else is published meanwhile.
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
        return f"<AsyncPages of {httpx.URL(self._path, params=query_parameters(self._parameters) or {})}>"

    async def pages(self, *, total: bool = False) -> AsyncIterator[Page[Row]]:
        """The pages, each requested when the iteration reaches it. With `total`, each has the list's number of rows."""
        page = await self.first_page(total=total)
        yield page
        # By cursor and not by `next`, which has the path beneath which a proxy serves the API, as the base URL has too.
        while page.page.next_cursor is not None:
            page = await self._page_at(cursor=page.page.next_cursor, total=total or None)
            yield page

    async def first_page(self, *, total: bool = False) -> Page[Row]:
        """The first page. With `total`, it has the list's number of rows."""
        return await self._page_at(total=total or None)

    async def total(self) -> int:
        """The number of rows in the list. Each call is a request."""
        response = await self._fetch(self._path, {**self._parameters, "limit": 1, "total": True})
        total = parse(self._page, response).total
        if total is None:
            raise unexpected_body(response, "a page with a total")
        return total

    async def _page_at(self, **position: Any) -> Page[Row]:
        return parse(self._page, await self._fetch(self._path, {**self._parameters, **position}))
