"""Accounts, API keys and tokens, and the tags and the publication as authors see them."""

from datetime import datetime

from masthead_client.models import Model
from masthead_client.models.public import Publication


class Me(Model):
    """The user or API key that requests are made as."""

    name: str
    role: str | None
    """`author`, `editor` or `admin`; None for an API key."""
    scopes: list[str]
    """Permissions, such as `content:publish`."""


class User(Model):
    name: str
    role: str
    created_at: datetime
    disabled_at: datetime | None


class Users(Model):
    data: list[User]


class ApiKey(Model):
    id: int
    name: str
    start: str
    """The first characters of the key, to recognise it by."""
    scopes: list[str]
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    last_used_at: datetime | None
    """Accurate to the minute."""
    revoked_at: datetime | None
    disabled_at: datetime | None = None
    """When the user who created the key was disabled. It is refused as long as they are."""


class NewApiKey(ApiKey):
    key: str
    """The key itself. Later responses do not contain it."""


class ApiKeys(Model):
    data: list[ApiKey]


class DraftTag(Model):
    """A tag with its version, and counts that include drafts."""

    slug: str
    name: str
    description: str | None
    aliases: list[str]
    item_count: int
    """The number of items that have it, including those in drafts, the inbox and the bin."""
    section_count: int
    version: int
    updated_at: datetime


class DraftPublication(Publication):
    """The publication with its version."""

    version: int
    updated_at: datetime


class Token(Model):
    access_token: str
    refresh_token: str | None = None
