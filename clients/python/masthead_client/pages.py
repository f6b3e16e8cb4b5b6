"""Lists, which the server gives a page at a time."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict

from masthead_client.connection import read_as
from masthead_client.errors import unreadable

Row = TypeVar("Row")

Fetch = Callable[[str, Mapping[str, Any]], httpx.Response]


class PageInfo(BaseModel):
    """Where a page stands in its list."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    limit: int
    has_more: bool
    next: str | None
    """The next page's address, relative to the server's root."""
    total: int | None = None
    ranked_among: int | None = None
    """In a search: how many matches, the newest, were ranked; older ones are not shown."""


class Page(BaseModel, Generic[Row]):
    """A page of a list: its rows are `data`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    data: list[Row]
    page: PageInfo

    @property
    def has_more(self) -> bool:
        return self.page.has_more

    @property
    def total(self) -> int | None:
        """Rows in the whole list; None unless it was asked for, since counting takes time."""
        return self.page.total


class Pages(Generic[Row]):
    """A list: iterating over it gives its rows, all of them, and asks for each page when it is come to.

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
            yield from page.data

    def __repr__(self) -> str:
        given = {name: value for name, value in self._parameters.items() if value not in (None, [])}
        return f"<Pages of {httpx.URL(self._path, params=given)}>"

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
