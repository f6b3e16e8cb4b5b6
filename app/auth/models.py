"""Users, what they have signed in by, API keys, and attempts at passwords."""

from datetime import datetime
from typing import Literal

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

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
    """In lower case: 'Ada' and 'ada' are one."""
    role: Mapped[Role] = mapped_column(String(20))
    password_hash: Mapped[str]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class SignIn(Base):
    """One time that a user has signed in, with all tokens that came of it."""

    __tablename__ = "sign_ins"
    __table_args__ = (AUTOINCREMENT,)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    """By signing out, by another password, or because a refresh token was used twice."""


class RefreshToken(Base):
    __tablename__ = "refresh_tokens"
    __table_args__ = (Index(None, "expires_at"),)

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    """SHA-256 of the token, which is kept nowhere."""
    sign_in_id: Mapped[int] = mapped_column(ForeignKey("sign_ins.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiKey(Base):
    __tablename__ = "api_keys"
    __table_args__ = (UniqueConstraint("digest"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    start: Mapped[str] = mapped_column(String(20))
    """Its first characters, to know it by."""
    digest: Mapped[bytes]
    """SHA-256 of the key, which is kept nowhere."""
    scopes: Mapped[list[Scope]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str] = mapped_column(String(200))
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    """Written at most once a minute."""
    revoked_at: Mapped[datetime | None]


class Attempts(Base):
    """How often a password was tried in vain of late, by account or by address."""

    __tablename__ = "attempts"
    __table_args__ = (Index(None, "last_at"),)

    subject: Mapped[str] = mapped_column(String(100), primary_key=True)
    number: Mapped[int]
    last_at: Mapped[datetime]
