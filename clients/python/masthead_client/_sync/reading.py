# Generated from _async/reading.py by unasync.py: edit that file instead.
"""Reading: what everybody may see. Nothing here needs a name or a password."""

from datetime import date
from typing import Literal, overload

from masthead_client._sync.connection import Connection
from masthead_client._sync.pagination import Pages
from masthead_client.filters import Order, Tags, filters, labels
from masthead_client.models import Front, Hit, Issue, IssueHit, IssueSummary, ItemHit, ListedItem, Series, Tag
from masthead_client.pages import Page
from masthead_client.wire import path, read_as


class Reading:
    """What of the client reads published issues. `limit` is a page's size: 1 to 100, the server's 20 unless given."""

    _connection: Connection

    def front(self) -> Front:
        """What is here: the publication, and where its lists are."""
        return read_as(Front, self._connection.read("/"))

    def issue(self, number: int) -> Issue:
        """A published issue, whole. Raises NotFound; `draft` has those that are not published."""
        return read_as(Issue, self._connection.read(path("issues", number)))

    def latest_issue(self) -> Issue:
        """The published issue with the highest number. Raises NotFound when there is none."""
        return read_as(Issue, self._connection.read("/issues/latest"))

    def previewed(self, token: str) -> Issue:
        """An issue as a preview's link shows it. Raises NotFound, and Gone when it has expired or was revoked."""
        return read_as(Issue, self._connection.read(path("previews", token)))

    @overload
    def issues(
        self,
        *,
        tag: Tags = (),
        slug: str | None = None,
        from_: date | str | None = None,
        to: date | str | None = None,
        order: Order | None = None,
        full: Literal[False] = False,
        limit: int | None = None,
    ) -> Pages[IssueSummary]: ...

    @overload
    def issues(
        self,
        *,
        tag: Tags = (),
        slug: str | None = None,
        from_: date | str | None = None,
        to: date | str | None = None,
        order: Order | None = None,
        full: Literal[True],
        limit: int | None = None,
    ) -> Pages[Issue]: ...

    def issues(
        self,
        *,
        tag: Tags = (),
        slug: str | None = None,
        from_: date | str | None = None,
        to: date | str | None = None,
        order: Order | None = None,
        full: bool = False,
        limit: int | None = None,
    ) -> Pages[IssueSummary] | Pages[Issue]:
        """Published issues, the newest first, without texts and sections unless `full` (then 25 a page at most).

        `from_` and `to` are days in UTC, both included.
        """
        parameters = {**filters(tag, from_, to, order, limit), "slug": slug}
        if full:
            return Pages(self._connection.read, "/issues", {**parameters, "full": True}, Page[Issue])
        return Pages(self._connection.read, "/issues", parameters, Page[IssueSummary])

    def items(
        self,
        *,
        tag: Tags = (),
        issue: int | None = None,
        section: str | None = None,
        domain: str | None = None,
        sponsored: bool | None = None,
        from_: date | str | None = None,
        to: date | str | None = None,
        order: Order | None = None,
        limit: int | None = None,
    ) -> Pages[ListedItem]:
        """Published items that all of the filters let through: those of the newest issue first, each issue's as read.

        `section` is a section's slug, through all issues unless `issue` is given too; items of sections beneath it
        are included. `domain` is the host that an item's `url` leads to, without `www.`. `from_` and `to` are days
        in UTC, both included. A filter that nothing fits, such as a tag that is none, gives an empty list.
        """
        parameters = {
            **filters(tag, from_, to, order, limit),
            "issue": issue,
            "section": section,
            "domain": domain,
            "sponsored": sponsored,
        }
        return Pages(self._connection.read, "/items", parameters, Page[ListedItem])

    def item(self, id: int) -> ListedItem:
        """A published item. Raises NotFound."""
        return read_as(ListedItem, self._connection.read(path("items", id)))

    def sections(self, *, limit: int | None = None) -> Pages[Series]:
        """The sections that published issues have, each once through all issues, by slug."""
        return Pages(self._connection.read, "/sections", {"limit": limit}, Page[Series])

    def section(self, slug: str) -> Series:
        """A section through all published issues. Raises NotFound. `items(section=slug)` has what is in it."""
        return read_as(Series, self._connection.read(path("sections", slug)))

    def tags(self, *, limit: int | None = None) -> Pages[Tag]:
        """The publication's tags, those without items included, by slug."""
        return Pages(self._connection.read, "/tags", {"limit": limit}, Page[Tag])

    def tag(self, slug: str) -> Tag:
        """A tag, by its slug or an alias. Raises NotFound. `items(tag=slug)` has what bears it."""
        return read_as(Tag, self._connection.read(path("tags", slug)))

    def search(
        self, q: str, *, tag: Tags = (), issue: int | None = None, limit: int | None = None
    ) -> Pages[IssueHit | ItemHit]:
        """Published issues and items that have all of the words, those with the words in their title first.

        `hit.type` tells which one it is.
        """
        parameters = {"q": q, "tag": labels(tag), "issue": issue, "limit": limit}
        return Pages(self._connection.read, "/search", parameters, Page[Hit])
