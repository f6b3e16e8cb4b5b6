"""Methods for the account, tags and the publication, and for admins users and API keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Unpack

from masthead_client._async.connection import Connection
from masthead_client.fields import PublicationFields, TagFields
from masthead_client.models.management import ApiKey, ApiKeys, DraftPublication, DraftTag, Me, NewApiKey, User, Users
from masthead_client.wire import IfMatch, parse, path


class ManagementMethods:
    """Manage what does not belong to one issue. Tags need an editor; the publication, users and keys an admin."""

    _connection: Connection

    async def me(self) -> Me:
        """The user or API key that requests are made as, and its scopes."""
        return parse(Me, await self._connection.get_private("/auth/me"))

    async def change_password(self, current: str, new: str) -> None:
        """Change the user's own password and end their other sign-ins. Raises Forbidden if `current` is wrong."""
        await self._connection.write("POST", "/auth/password", {"current": current, "new": new}, secret=True)
        self._connection.credentials.change_password(current, new)

    async def draft_tag(self, slug: str) -> DraftTag:
        """A tag with its version, and counts that include drafts. Raises NotFound."""
        return parse(DraftTag, await self._connection.get_private(path("tags", slug, "draft")))

    async def create_tag(self, **fields: Unpack[TagFields]) -> DraftTag:
        """Create a tag. `slug` is made from `name` by default. Raises Conflict when the slug is taken."""
        return parse(DraftTag, await self._connection.write("POST", "/tags", fields))

    async def change_tag(
        self, slug: str, /, *, if_match: IfMatch | None = None, **changes: Unpack[TagFields]
    ) -> DraftTag:
        """Change the given fields. A slug that is replaced becomes an alias."""
        return parse(DraftTag, await self._connection.write("PATCH", path("tags", slug), changes, if_match))

    async def merge_tag(self, slug: str, into: str, *, if_match: IfMatch | None = None) -> DraftTag:
        """Replace a tag with another one wherever it is used. It becomes an alias of that one."""
        return parse(
            DraftTag, await self._connection.write("POST", path("tags", slug, "merge"), {"into": into}, if_match)
        )

    async def delete_tag(self, slug: str, *, if_match: IfMatch | None = None) -> None:
        """Delete a tag. Raises Conflict while it is in use."""
        await self._connection.write("DELETE", path("tags", slug), None, if_match)

    async def publication(self) -> DraftPublication:
        """The publication, with its version."""
        return parse(DraftPublication, await self._connection.get_private("/publication"))

    async def change_publication(
        self, *, if_match: IfMatch | None = None, **changes: Unpack[PublicationFields]
    ) -> DraftPublication:
        """Change the given fields."""
        return parse(DraftPublication, await self._connection.write("PATCH", "/publication", changes, if_match))

    async def users(self) -> list[User]:
        """All users by name, including those that are disabled."""
        return parse(Users, await self._connection.get_private("/users")).data

    async def create_user(self, name: str, role: str, password: str) -> User:
        """Create a user with a first password. Raises Conflict when the name is taken."""
        body = {"name": name, "role": role, "password": password}
        return parse(User, await self._connection.write("POST", "/users", body, secret=True))

    async def disable_user(self, name: str) -> None:
        """Disable a user. Their tokens stop working at once."""
        await self._connection.write("DELETE", path("users", name))

    async def api_keys(self) -> list[ApiKey]:
        """All API keys, newest first, including those that have expired or were revoked."""
        return parse(ApiKeys, await self._connection.get_private("/api-keys")).data

    async def create_api_key(
        self, name: str, scopes: Sequence[str], *, expires_at: datetime | None = None
    ) -> NewApiKey:
        """Create an API key for a program. The key itself is in this response only."""
        body: dict[str, Any] = {"name": name, "scopes": list(scopes)}
        if expires_at is not None:
            body["expires_at"] = expires_at.isoformat()
        return parse(NewApiKey, await self._connection.write("POST", "/api-keys", body, secret=True))

    async def revoke_api_key(self, id: int) -> None:
        """Revoke an API key. It stops working at once."""
        await self._connection.write("DELETE", path("api-keys", id))
