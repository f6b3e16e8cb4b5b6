# Generated from _async/writing.py by unasync.py: edit that file instead.
"""Writing: what authors may do. All of it needs a user, and `Forbidden` is raised when theirs is the wrong role."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Unpack

from masthead_client._sync.connection import Connection
from masthead_client._sync.pagination import Pages
from masthead_client.fields import (
    CollectedItemFields,
    IssueFields,
    ItemFields,
    ItemPlace,
    NewIssueFields,
    PlacedItemFields,
    PlacedSectionFields,
    SectionChanges,
    SectionPlace,
    body_of,
)
from masthead_client.models import (
    BatchResults,
    DeletedIssue,
    Differences,
    DraftIssue,
    DraftItem,
    DraftSection,
    DraftSummary,
    Issue,
    Item,
    Me,
    Preview,
    Revision,
    Section,
)
from masthead_client.pages import Page
from masthead_client.wire import IfMatch, path, read_as


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

    def drafts(self, *, status: str | None = None, limit: int | None = None) -> Pages[DraftSummary]:
        """Issues that are not published, the highest number first; `status`, `draft` or `scheduled`, chooses."""
        return Pages(self._connection.read_as_author, "/drafts", {"status": status, "limit": limit}, Page[DraftSummary])

    def deleted_issues(self, *, limit: int | None = None) -> Pages[DeletedIssue]:
        """Issues in the bin, the highest number first; `restore_issue` brings one back."""
        return Pages(self._connection.read_as_author, "/bin", {"limit": limit}, Page[DeletedIssue])

    def inbox(self, *, limit: int | None = None) -> Pages[DraftItem]:
        """Items that belong to no issue yet, the newest first."""
        return Pages(self._connection.read_as_author, "/inbox", {"limit": limit}, Page[DraftItem])

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

    def put_issue(
        self, number: int, document: Issue | Mapping[str, Any], /, *, if_match: IfMatch | None = None
    ) -> DraftIssue:
        """Make an issue just what the document says, in the shape that the server gives; what is not in it goes.

        Sections and items are known by their ids; those without one are new. `version` in the document is as
        `if_match` is. Makes the issue when there is none.
        """
        body = document.model_dump() if isinstance(document, Issue) else document
        return read_as(DraftIssue, self._connection.write("PUT", path("issues", number), body, if_match))

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

    def schedule(
        self, number: int, at: datetime | str, *, zone: str | None = None, if_match: IfMatch | None = None
    ) -> DraftIssue:
        """Let an issue be published by itself at a time to come: with its offset, or without one and with a zone.

        `zone` is one of the IANA database, as in `Europe/Berlin`. Raises Invalid for a time that is past.
        """
        when = at if isinstance(at, str) else at.isoformat()
        body = {"at": when, **({} if zone is None else {"zone": zone})}
        return read_as(DraftIssue, self._connection.write("POST", path("issues", number, "schedule"), body, if_match))

    def unschedule(self, number: int, *, if_match: IfMatch | None = None) -> DraftIssue:
        """Make a scheduled issue a draft again."""
        answer = self._connection.write("POST", path("issues", number, "unschedule"), None, if_match)
        return read_as(DraftIssue, answer)

    def delete_issue(self, number: int, *, if_match: IfMatch | None = None) -> None:
        """Put an issue into the bin. It is no longer public or scheduled, and keeps its number there."""
        self._connection.write("DELETE", path("issues", number), None, if_match)

    def restore_issue(self, number: int, *, if_match: IfMatch | None = None) -> DraftIssue:
        """Bring an issue back from the bin, as a draft."""
        return read_as(DraftIssue, self._connection.write("POST", path("issues", number, "restore"), None, if_match))

    def preview(self, number: int, *, version: int | None = None, days: float | None = None) -> Preview:
        """Make a link that shows an issue to people without an account: as it becomes, or as it stood at a version.

        It is good for 7 days unless said, 90 at most.
        """
        given = {"version": version, "days": days}
        body = {name: value for name, value in given.items() if value is not None}
        return read_as(Preview, self._connection.write("POST", path("issues", number, "preview"), body, secret=True))

    def revoke_preview(self, token: str) -> None:
        """End a preview's link."""
        self._connection.write("DELETE", path("previews", token))

    def revoke_previews(self, number: int) -> None:
        """End every link to an issue."""
        self._connection.write("DELETE", path("issues", number, "preview"))

    def revisions(self, number: int, *, limit: int | None = None) -> Pages[Revision]:
        """What an issue was, the newest first. What one person writes within a minute is one revision."""
        address = path("issues", number, "revisions")
        return Pages(self._connection.read_as_author, address, {"limit": limit}, Page[Revision])

    def revision(self, number: int, version: int) -> Issue:
        """An issue as it stood at a revision. Raises NotFound."""
        return read_as(Issue, self._connection.read_as_author(path("issues", number, "revisions", version)))

    def diff(self, number: int, version: int, *, to: int | None = None) -> Differences:
        """What has changed in an issue since a revision: until now, or until another one."""
        address = path("issues", number, "revisions", version, "diff")
        return read_as(Differences, self._connection.read_as_author(address, {"to": to}))

    def restore_revision(self, number: int, version: int, *, if_match: IfMatch | None = None) -> DraftIssue:
        """Make an issue what it was at a revision; that is a new one, and the present one is kept too."""
        address = path("issues", number, "revisions", version, "restore")
        return read_as(DraftIssue, self._connection.write("POST", address, None, if_match))

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

    def change_section(
        self, id: int, /, *, if_match: IfMatch | None = None, **changes: Unpack[SectionChanges]
    ) -> DraftSection:
        """Put the given fields in place of what is there. Its slug stays, and so do the tags of its items."""
        return read_as(DraftSection, self._connection.write("PATCH", path("sections", id), changes, if_match))

    def move_section(
        self, id: int, /, *, if_match: IfMatch | None = None, **place: Unpack[SectionPlace]
    ) -> DraftSection:
        """Put a section, with all that is in it, beneath another one, or elsewhere among its siblings."""
        return read_as(DraftSection, self._connection.write("POST", path("sections", id, "move"), place, if_match))

    def delete_section(self, id: int, *, if_match: IfMatch | None = None) -> None:
        """Delete a section alone: what is in it goes to the section above, or its items into the inbox."""
        self._connection.write("DELETE", path("sections", id), None, if_match)

    def collect_item(
        self, item: Item | Mapping[str, Any] | None = None, /, **fields: Unpack[CollectedItemFields]
    ) -> DraftItem:
        """Put an item into the inbox, or, with `issue`, into an issue."""
        return read_as(DraftItem, self._connection.write("POST", "/items", body_of(item, fields)))

    def collect_items(self, items: Iterable[Item | Mapping[str, Any]], *, all_or_nothing: bool = True) -> BatchResults:
        """Put up to 200 items into the inbox, or into issues: all or none, or each by itself with a result for each."""
        body = {"items": [body_of(item, {}) for item in items], "all_or_nothing": all_or_nothing}
        return read_as(BatchResults, self._connection.write("POST", "/items/batch", body))

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

    def move_item(self, id: int, /, *, if_match: IfMatch | None = None, **place: Unpack[ItemPlace]) -> DraftItem:
        """Put an item elsewhere: in its section or another one, in another issue, or with `issue=None` in the inbox."""
        return read_as(DraftItem, self._connection.write("POST", path("items", id, "move"), place, if_match))
