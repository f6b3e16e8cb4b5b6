# Generated from _async/public.py by unasync.py: edit that file instead.
"""Methods that read what is published."""

from datetime import date
from typing import Literal, overload

from masthead_client._sync.connection import Connection
from masthead_client._sync.pagination import Pages
from masthead_client.filters import Order, Tags, filters, tag_list
from masthead_client.models.public import Front, Hit, Issue, IssueHit, IssueSummary, ItemHit, ListedItem, Series, Tag
from masthead_client.pages import Page
from masthead_client.wire import parse, path


class PublicMethods:
    """Read what is published. No credentials are needed or sent.

    `limit` is the number of rows per page, 1 to 100; default: 20.
    """

    _connection: Connection

    def front(self) -> Front:
        """The publication, and the addresses of its lists."""
        return parse(Front, self._connection.get_public("/"))

    def issue(self, number: int) -> Issue:
        """A published issue with all of its items. Raises NotFound; for unpublished issues use `draft`."""
        return parse(Issue, self._connection.get_public(path("issues", number)))

    def latest_issue(self) -> Issue:
        """The published issue with the highest number. Raises NotFound when nothing is published."""
        return parse(Issue, self._connection.get_public("/issues/latest"))

    def previewed_issue(self, token: str) -> Issue:
        """The issue that a preview link shows. Raises NotFound, or Gone when the link has expired or was revoked."""
        return parse(Issue, self._connection.get_public(path("previews", token)))

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
        """Published issues, newest first. With `full` they have their texts and sections, at most 25 per page.

        `from_` and `to` are days in UTC, both inclusive.
        """
        parameters = {**filters(tag, from_, to, order, limit), "slug": slug}
        if full:
            return Pages(self._connection.get_public, "/issues", {**parameters, "full": True}, Page[Issue])
        return Pages(self._connection.get_public, "/issues", parameters, Page[IssueSummary])

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
        """Published items that match all of the filters: newest issue first, and in each issue in reading order.

        `section` is a section's slug: in all issues, or in one if `issue` is given too. Items of its subsections are
        included. `domain` is the host of an item's `url`, without `www.`. `from_` and `to` are days in UTC, both
        inclusive. If nothing matches, an unknown tag included, the list is empty.
        """
        parameters = {
            **filters(tag, from_, to, order, limit),
            "issue": issue,
            "section": section,
            "domain": domain,
            "sponsored": sponsored,
        }
        return Pages(self._connection.get_public, "/items", parameters, Page[ListedItem])

    def item(self, id: int) -> ListedItem:
        """A published item. Raises NotFound."""
        return parse(ListedItem, self._connection.get_public(path("items", id)))

    def sections(self, *, limit: int | None = None) -> Pages[Series]:
        """The sections of published issues by slug, each slug once across all issues."""
        return Pages(self._connection.get_public, "/sections", {"limit": limit}, Page[Series])

    def section(self, slug: str) -> Series:
        """A section across all published issues; `items(section=slug)` lists its items. Raises NotFound."""
        return parse(Series, self._connection.get_public(path("sections", slug)))

    def tags(self, *, limit: int | None = None) -> Pages[Tag]:
        """The publication's tags by slug, including those without items."""
        return Pages(self._connection.get_public, "/tags", {"limit": limit}, Page[Tag])

    def tag(self, slug: str) -> Tag:
        """A tag, by slug or alias; `items(tag=slug)` lists its items. Raises NotFound."""
        return parse(Tag, self._connection.get_public(path("tags", slug)))

    def search(
        self, q: str, *, tag: Tags = (), issue: int | None = None, limit: int | None = None
    ) -> Pages[IssueHit | ItemHit]:
        """Published issues and items that contain all of the words; those with the words in the title come first.

        `hit.type` is `issue` or `item`.
        """
        parameters = {"q": q, "tag": tag_list(tag), "issue": issue, "limit": limit}
        return Pages(self._connection.get_public, "/search", parameters, Page[Hit])
