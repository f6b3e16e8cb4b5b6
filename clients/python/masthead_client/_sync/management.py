# Generated from _async/management.py by unasync.py: edit that file instead.
"""Methods for the account, tags and the publication, and for admins users and API keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Unpack

from masthead_client._sync.connection import Connection
from masthead_client.fields import PublicationFields, TagFields
from masthead_client.models.management import ApiKey, ApiKeys, DraftPublication, DraftTag, Me, NewApiKey, User, Users
from masthead_client.wire import IfMatch, parse, path


class ManagementMethods:
    """Manage what does not belong to one issue. Tags need an editor; the publication, users and keys an admin."""

    _connection: Connection

    def me(self) -> Me:
        """The user or API key that requests are made as, and its scopes."""
        return parse(Me, self._connection.get_private("/auth/me"))

    def change_password(self, current: str, new: str) -> None:
        """Change the user's own password and end their other sign-ins. Raises Forbidden if `current` is wrong."""
        self._connection.write("POST", "/auth/password", {"current": current, "new": new}, secret=True)
        self._connection.credentials.change_password(current, new)

    def draft_tag(self, slug: str) -> DraftTag:
        """A tag with its version, and counts that include drafts. Raises NotFound."""
        return parse(DraftTag, self._connection.get_private(path("tags", slug, "draft")))

    def create_tag(self, **fields: Unpack[TagFields]) -> DraftTag:
        """Create a tag. `slug` is made from `name` by default. Raises Conflict when the slug is taken."""
        return parse(DraftTag, self._connection.write("POST", "/tags", fields))

    def change_tag(self, slug: str, /, *, if_match: IfMatch | None = None, **changes: Unpack[TagFields]) -> DraftTag:
        """Change the given fields. A slug that is replaced becomes an alias."""
        return parse(DraftTag, self._connection.write("PATCH", path("tags", slug), changes, if_match))

    def merge_tag(self, slug: str, into: str, *, if_match: IfMatch | None = None) -> DraftTag:
        """Replace a tag with another one wherever it is used. It becomes an alias of that one."""
        return parse(DraftTag, self._connection.write("POST", path("tags", slug, "merge"), {"into": into}, if_match))

    def delete_tag(self, slug: str, *, if_match: IfMatch | None = None) -> None:
        """Delete a tag. Raises Conflict while it is in use."""
        self._connection.write("DELETE", path("tags", slug), None, if_match)

    def publication(self) -> DraftPublication:
        """The publication, with its version."""
        return parse(DraftPublication, self._connection.get_private("/publication"))

    def change_publication(
        self, *, if_match: IfMatch | None = None, **changes: Unpack[PublicationFields]
    ) -> DraftPublication:
        """Change the given fields."""
        return parse(DraftPublication, self._connection.write("PATCH", "/publication", changes, if_match))

    def users(self) -> list[User]:
        """All users by name, including those that are disabled."""
        return parse(Users, self._connection.get_private("/users")).data

    def create_user(self, name: str, role: str, password: str) -> User:
        """Create a user with a first password. Raises Conflict when the name is taken."""
        body = {"name": name, "role": role, "password": password}
        return parse(User, self._connection.write("POST", "/users", body, secret=True))

    def disable_user(self, name: str) -> None:
        """Disable a user. Their tokens stop working at once."""
        self._connection.write("DELETE", path("users", name))

    def api_keys(self) -> list[ApiKey]:
        """All API keys, newest first, including those that have expired or were revoked."""
        return parse(ApiKeys, self._connection.get_private("/api-keys")).data

    def create_api_key(self, name: str, scopes: Sequence[str], *, expires_at: datetime | None = None) -> NewApiKey:
        """Create an API key for a program. The key itself is in this response only."""
        body: dict[str, Any] = {"name": name, "scopes": list(scopes)}
        if expires_at is not None:
            body["expires_at"] = expires_at.isoformat()
        return parse(NewApiKey, self._connection.write("POST", "/api-keys", body, secret=True))

    def revoke_api_key(self, id: int) -> None:
        """Revoke an API key. It stops working at once."""
        self._connection.write("DELETE", path("api-keys", id))
