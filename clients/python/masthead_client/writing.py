"""Writing: what authors may do. All of it needs a user, and `Forbidden` is raised when theirs is the wrong role."""

from collections.abc import Mapping
from typing import Any, Unpack

from masthead_client.connection import Connection, IfMatch, path, read_as
from masthead_client.fields import (
    IssueFields,
    ItemFields,
    NewIssueFields,
    PlacedItemFields,
    PlacedSectionFields,
    body_of,
)
from masthead_client.models import DraftIssue, DraftItem, DraftSection, Issue, IssueSummary, Item, Me, Section
from masthead_client.pages import Page, Pages


class Writing:
    """What of the client works on issues, published or not.

    What is made can be given as a dictionary, such as a file of JSON, as keyword arguments, or as both: then the
    arguments count. A model that was read, from this server or another, makes a copy. A field that is not given is
    the server's to choose, or stays as it is; None takes it away.

    `if_match` is the version that a write is meant for; when somebody else has written since, it raises Stale and
    leaves everything as it is. Authors may write to drafts; what the public sees, editors and admins.
    """

    _connection: Connection

    def me(self) -> Me:
        """Who is signed in, and what they may do."""
        return read_as(Me, self._connection.read_as_author("/auth/me"))

    def drafts(self, *, limit: int | None = None) -> Pages[IssueSummary]:
        """Issues that are not published, the highest number first."""
        return Pages(self._connection.read_as_author, "/drafts", {"limit": limit}, Page[IssueSummary])

    def draft(self, number: int) -> DraftIssue:
        """An issue as its authors have it, published or not. Raises NotFound."""
        return read_as(DraftIssue, self._connection.read_as_author(path("issues", number, "draft")))

    def draft_item(self, id: int) -> DraftItem:
        """An item as its authors have it. Raises NotFound."""
        return read_as(DraftItem, self._connection.read_as_author(path("items", id, "draft")))

    def create_issue(
        self, issue: Issue | Mapping[str, Any] | None = None, /, **fields: Unpack[NewIssueFields]
    ) -> DraftIssue:
        """Make an issue, with as much of its tree as there is: a draft, unless `status="published"`.

        A copy of an issue is a draft too. Raises Conflict when the number or the slug is taken.
        """
        return read_as(DraftIssue, self._connection.write("POST", "/issues", body_of(issue, fields)))

    def change_issue(
        self, number: int, /, *, if_match: IfMatch | None = None, **changes: Unpack[IssueFields]
    ) -> DraftIssue:
        """Put the given fields in place of what is there. A published issue is read as changed at once."""
        return read_as(DraftIssue, self._connection.write("PATCH", path("issues", number), changes, if_match))

    def publish(self, number: int, *, if_match: IfMatch | None = None) -> DraftIssue:
        """Publish an issue; one that is published already stays as it is."""
        return read_as(DraftIssue, self._connection.write("POST", path("issues", number, "publish"), None, if_match))

    def unpublish(self, number: int, *, if_match: IfMatch | None = None) -> DraftIssue:
        """Take an issue back from the public; its time of publication is kept."""
        answer = self._connection.write("POST", path("issues", number, "unpublish"), None, if_match)
        return read_as(DraftIssue, answer)

    def add_section(
        self,
        number: int,
        section: Section | Mapping[str, Any] | None = None,
        /,
        *,
        if_match: IfMatch | None = None,
        **fields: Unpack[PlacedSectionFields],
    ) -> DraftSection:
        """Add a section with all that is in it, at the top of the issue or beneath another.

        `if_match` is the issue's version.
        """
        body = body_of(section, fields)
        return read_as(DraftSection, self._connection.write("POST", path("issues", number, "sections"), body, if_match))

    def add_item(
        self,
        number: int,
        item: Item | Mapping[str, Any] | None = None,
        /,
        *,
        if_match: IfMatch | None = None,
        **fields: Unpack[PlacedItemFields],
    ) -> DraftItem:
        """Add an item to an issue: to the section named, else to the outermost whose own tag it bears.

        In a published issue it is live when this returns. `if_match` is the issue's version.
        """
        body = body_of(item, fields)
        return read_as(DraftItem, self._connection.write("POST", path("issues", number, "items"), body, if_match))

    def change_item(self, id: int, /, *, if_match: IfMatch | None = None, **changes: Unpack[ItemFields]) -> DraftItem:
        """Put the given fields in place of what is there. A title that was made from the body follows it."""
        return read_as(DraftItem, self._connection.write("PATCH", path("items", id), changes, if_match))

    def delete_item(self, id: int, *, if_match: IfMatch | None = None) -> None:
        """Delete an item; those behind it move up."""
        self._connection.write("DELETE", path("items", id), None, if_match)
