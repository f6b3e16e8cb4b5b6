"""The pages that the server's lists come in."""

from typing import Generic, TypeVar

from masthead_client.models import Model

Row = TypeVar("Row")


class PageInfo(Model):
    """The position of a page in its list."""

    limit: int
    has_more: bool
    next: str | None
    """The address of the next page, relative to that of this one."""
    next_cursor: str | None
    """The parameter `cursor` of the next page."""
    total: int | None = None
    ranked_among: int | None = None
    """In a search: how many matches were ranked. These are the newest; older ones are not returned."""


class Page(Model, Generic[Row]):
    """A page of a list. Its rows are in `data`."""

    data: list[Row]
    page: PageInfo

    @property
    def has_more(self) -> bool:
        return self.page.has_more

    @property
    def total(self) -> int | None:
        """The number of rows in the whole list; None if it was not asked for, since counting takes time."""
        return self.page.total
