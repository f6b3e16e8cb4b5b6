# Generated from _async/managing.py by unasync.py: edit that file instead.
"""Managing: one's own password, the vocabulary, the publication, and for admins users and API keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Unpack

from masthead_client._sync.connection import Connection
from masthead_client.fields import PublicationFields, TagFields
from masthead_client.models import ApiKey, ApiKeys, DraftPublication, DraftTag, NewApiKey, User, Users
from masthead_client.wire import IfMatch, path, read_as


class Managing:
    """What of the client looks after what is not in one issue."""

    _connection: Connection

    def change_password(self, current: str, new: str) -> None:
        """Take another password; all other sign-ins end. Raises Forbidden when the current one is not right."""
        self._connection.write("POST", "/auth/password", {"current": current, "new": new}, secret=True)
        self._connection.caller.change_password(current, new)

    def draft_tag(self, slug: str) -> DraftTag:
        """A tag as its authors have it, with how much has it in drafts too. Raises NotFound."""
        return read_as(DraftTag, self._connection.read_as_author(path("tags", slug, "draft")))

    def create_tag(self, **fields: Unpack[TagFields]) -> DraftTag:
        """Add a tag to the vocabulary; `slug` is made from `name` unless given. Raises Conflict when it is taken."""
        return read_as(DraftTag, self._connection.write("POST", "/tags", fields))

    def change_tag(self, slug: str, /, *, if_match: IfMatch | None = None, **changes: Unpack[TagFields]) -> DraftTag:
        """Put the given fields in place of what is there. A slug that goes becomes an alias."""
        return read_as(DraftTag, self._connection.write("PATCH", path("tags", slug), changes, if_match))

    def merge_tag(self, slug: str, into: str, *, if_match: IfMatch | None = None) -> DraftTag:
        """Give all that has a tag another one instead; the first becomes an alias of that."""
        return read_as(DraftTag, self._connection.write("POST", path("tags", slug, "merge"), {"into": into}, if_match))

    def delete_tag(self, slug: str, *, if_match: IfMatch | None = None) -> None:
        """Delete a tag. Raises Conflict while something has it."""
        self._connection.write("DELETE", path("tags", slug), None, if_match)

    def publication(self) -> DraftPublication:
        """The publication, with its version."""
        return read_as(DraftPublication, self._connection.read_as_author("/publication"))

    def change_publication(
        self, *, if_match: IfMatch | None = None, **changes: Unpack[PublicationFields]
    ) -> DraftPublication:
        """Put the given fields in place of what is there. It takes an admin."""
        return read_as(DraftPublication, self._connection.write("PATCH", "/publication", changes, if_match))

    def users(self) -> list[User]:
        """All users, by name, those that are disabled included."""
        return read_as(Users, self._connection.read_as_author("/users")).data

    def create_user(self, name: str, role: str, password: str) -> User:
        """Make a user with a first password. Raises Conflict when the name is taken."""
        body = {"name": name, "role": role, "password": password}
        return read_as(User, self._connection.write("POST", "/users", body, secret=True))

    def disable_user(self, name: str) -> None:
        """End a user's access, at once."""
        self._connection.write("DELETE", path("users", name))

    def api_keys(self) -> list[ApiKey]:
        """All API keys, the newest first, those that are over included."""
        return read_as(ApiKeys, self._connection.read_as_author("/api-keys")).data

    def create_api_key(self, name: str, scopes: Sequence[str], *, expires_at: datetime | None = None) -> NewApiKey:
        """Make a key for a program; `key` of what comes back is shown this once."""
        body: dict[str, Any] = {"name": name, "scopes": list(scopes)}
        if expires_at is not None:
            body["expires_at"] = expires_at.isoformat()
        return read_as(NewApiKey, self._connection.write("POST", "/api-keys", body, secret=True))

    def revoke_api_key(self, id: int) -> None:
        """End a key, at once."""
        self._connection.write("DELETE", path("api-keys", id))
