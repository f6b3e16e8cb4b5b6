"""Pages, in which the server gives its lists."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

Row = TypeVar("Row")


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
