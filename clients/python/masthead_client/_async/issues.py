"""Methods for issues: drafts, publishing, the bin, previews and revisions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Unpack

import httpx

from masthead_client._async.connection import Connection
from masthead_client._async.pagination import AsyncPages
from masthead_client.fields import IssueFields, NewIssueFields, request_body
from masthead_client.models.drafts import DeletedIssue, Differences, DraftIssue, DraftSummary, Preview, Revision
from masthead_client.models.public import Issue
from masthead_client.pages import Page
from masthead_client.wire import IfMatch, parse, path


class IssueMethods:
    """Work on issues, published or not.

    Authors may write to drafts. Writing to an issue that is published or scheduled needs an editor or an admin;
    Forbidden is raised for anybody else.
    """

    _connection: Connection

    def drafts(self, *, status: str | None = None, limit: int | None = None) -> AsyncPages[DraftSummary]:
        """Issues that are not published, highest number first. `status` is `draft` or `scheduled`; default: both."""
        parameters = {"status": status, "limit": limit}
        return AsyncPages(self._connection.get_private, "/drafts", parameters, Page[DraftSummary])

    async def draft(self, number: int) -> DraftIssue:
        """The working copy of an issue, published or not. Raises NotFound."""
        return parse(DraftIssue, await self._connection.get_private(path("issues", number, "draft")))

    async def create_issue(
        self, issue: Issue | Mapping[str, Any] | None = None, /, **fields: Unpack[NewIssueFields]
    ) -> DraftIssue:
        """Create an issue, with sections and items if given. It is a draft unless `status="published"` is given.

        Raises Conflict when the number or the slug is taken.
        """
        return parse(DraftIssue, await self._connection.write("POST", "/issues", request_body(issue, fields)))

    async def put_issue(
        self, number: int, document: Issue | Mapping[str, Any], /, *, if_match: IfMatch | None = None
    ) -> DraftIssue:
        """Replace an issue with a document of the shape that `draft` returns, or create it.

        Sections and items are matched by id: those without an id are new, those not in the document are removed.
        Without `if_match`, the document's `version` takes its place.
        """
        body = document.model_dump() if isinstance(document, Issue) else document
        return parse(DraftIssue, await self._connection.write("PUT", path("issues", number), body, if_match))

    async def change_issue(
        self, number: int, /, *, if_match: IfMatch | None = None, **changes: Unpack[IssueFields]
    ) -> DraftIssue:
        """Change the given fields. Changes to a published issue are public at once."""
        return parse(DraftIssue, await self._connection.write("PATCH", path("issues", number), changes, if_match))

    async def publish(self, number: int, *, if_match: IfMatch | None = None) -> DraftIssue:
        """Publish an issue. Nothing changes if it is already published."""
        return parse(DraftIssue, await self._post(number, "publish", if_match))

    async def unpublish(self, number: int, *, if_match: IfMatch | None = None) -> DraftIssue:
        """Make a published issue a draft again. Its publication date is kept."""
        return parse(DraftIssue, await self._post(number, "unpublish", if_match))

    async def schedule(
        self, number: int, at: datetime | str, *, zone: str | None = None, if_match: IfMatch | None = None
    ) -> DraftIssue:
        """Publish an issue at a future time, which has a UTC offset or comes with a `zone`.

        `zone` is an IANA time zone, such as `Europe/Berlin`. Raises Invalid for a time in the past.
        """
        when = at if isinstance(at, str) else at.isoformat()
        body = {"at": when, **({} if zone is None else {"zone": zone})}
        return parse(DraftIssue, await self._post(number, "schedule", if_match, body))

    async def unschedule(self, number: int, *, if_match: IfMatch | None = None) -> DraftIssue:
        """Make a scheduled issue a draft again."""
        return parse(DraftIssue, await self._post(number, "unschedule", if_match))

    async def delete_issue(self, number: int, *, if_match: IfMatch | None = None) -> None:
        """Move an issue to the bin, where it keeps its number. It is no longer public or scheduled."""
        await self._connection.write("DELETE", path("issues", number), None, if_match)

    async def restore_issue(self, number: int, *, if_match: IfMatch | None = None) -> DraftIssue:
        """Restore an issue from the bin, as a draft."""
        return parse(DraftIssue, await self._post(number, "restore", if_match))

    def deleted_issues(self, *, limit: int | None = None) -> AsyncPages[DeletedIssue]:
        """Issues in the bin, highest number first. `restore_issue` brings one back."""
        return AsyncPages(self._connection.get_private, "/bin", {"limit": limit}, Page[DeletedIssue])

    async def create_preview(self, number: int, *, version: int | None = None, days: float | None = None) -> Preview:
        """Create a link that shows an issue to people without an account.

        It shows the current draft, or the revision `version`. It expires after `days`: at most 90; default: 7.
        """
        given = {"version": version, "days": days}
        body = {name: value for name, value in given.items() if value is not None}
        return parse(
            Preview, await self._connection.write("POST", path("issues", number, "preview"), body, secret=True)
        )

    async def revoke_preview(self, token: str) -> None:
        """Revoke a preview link."""
        await self._connection.write("DELETE", path("previews", token))

    async def revoke_previews(self, number: int) -> None:
        """Revoke all preview links of an issue."""
        await self._connection.write("DELETE", path("issues", number, "preview"))

    def revisions(self, number: int, *, limit: int | None = None) -> AsyncPages[Revision]:
        """The revisions of an issue, newest first. Writes by one person within a minute make one revision."""
        return AsyncPages(
            self._connection.get_private, path("issues", number, "revisions"), {"limit": limit}, Page[Revision]
        )

    async def revision(self, number: int, version: int) -> Issue:
        """An issue as it was at a revision. Raises NotFound."""
        return parse(Issue, await self._connection.get_private(path("issues", number, "revisions", version)))

    async def diff(self, number: int, version: int, *, to: int | None = None) -> Differences:
        """What has changed in an issue between the revision `version` and the revision `to`; default: the draft."""
        address = path("issues", number, "revisions", version, "diff")
        return parse(Differences, await self._connection.get_private(address, {"to": to}))

    async def restore_revision(self, number: int, version: int, *, if_match: IfMatch | None = None) -> DraftIssue:
        """Restore an issue to a revision. The result is a new revision, and the current one is kept too."""
        address = path("issues", number, "revisions", version, "restore")
        return parse(DraftIssue, await self._connection.write("POST", address, None, if_match))

    async def _post(
        self, number: int, action: str, if_match: IfMatch | None, body: Mapping[str, Any] | None = None
    ) -> httpx.Response:
        return await self._connection.write("POST", path("issues", number, action), body, if_match)
