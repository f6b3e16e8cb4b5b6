"""Users, their known addresses, sign-ins, refresh tokens, API keys, and failed password attempts."""

from datetime import datetime
from typing import Literal

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, column_property, mapped_column

from app.db.base import AUTOINCREMENT, Base, Id, now

Role = Literal["author", "editor", "admin"]
Scope = Literal["content:read", "content:write", "content:publish", "webhooks", "admin"]


class User(Base):
    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint("role IN ('author', 'editor', 'admin')", name="role_is_known"),
        AUTOINCREMENT,
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    """In lower case: 'Ada' and 'ada' are the same user."""
    role: Mapped[Role] = mapped_column(String(20))
    password_hash: Mapped[str]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class KnownAddress(Base):
    """An IPv4 address or a network of IPv6 from which a user has signed in."""

    __tablename__ = "known_addresses"
    __table_args__ = (Index(None, "last_at"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    network: Mapped[str] = mapped_column(String(60), primary_key=True)
    last_at: Mapped[datetime]


class SignIn(Base):
    """One sign-in of a user, with all tokens issued for it."""

    __tablename__ = "sign_ins"
    __table_args__ = (AUTOINCREMENT,)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    """Set by signing out, by a password change, or when a refresh token was used twice."""


class RefreshToken(Base):
    __tablename__ = "refresh_tokens"
    __table_args__ = (Index(None, "expires_at"),)

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    """SHA-256 of the token; the token itself is not stored."""
    sign_in_id: Mapped[int] = mapped_column(ForeignKey("sign_ins.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiKey(Base):
    __tablename__ = "api_keys"
    __table_args__ = (UniqueConstraint("digest"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    start: Mapped[str] = mapped_column(String(20))
    """The first characters of the key, to identify it."""
    digest: Mapped[bytes]
    """SHA-256 of the key; the key itself is not stored."""
    scopes: Mapped[list[Scope]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str] = mapped_column(String(200))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    """The user who created the key, or the key with which it was created; None for one of the command line."""
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    """Updated at most once a minute."""
    revoked_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None] = column_property(
        select(User.disabled_at).where(User.id == user_id).correlate_except(User).scalar_subquery()
    )
    """When the user was disabled: the key is refused as long as they are."""


class PasswordAttempts(Base):
    """Recent failed password attempts for an account or from an IP address."""

    __tablename__ = "attempts"
    __table_args__ = (Index(None, "last_at"),)

    subject: Mapped[str] = mapped_column(String(100), primary_key=True)
    number: Mapped[int]
    last_at: Mapped[datetime]
