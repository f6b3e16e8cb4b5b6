"""Signing in, refreshing, and signing out.

Refresh tokens are rotated: each can be used once, and using it returns the next one. When a token is used a second time
it may have been stolen, so the sign-in ends and all of its tokens become invalid. RFC 9700 §4.14.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from app.auth import secrets
from app.auth.models import RefreshToken, SignIn, User
from app.db.base import now

LIFETIME = timedelta(days=30)
GRACE = timedelta(seconds=10)
"""How long a used token can be used again, because the response may have been lost."""

_PREFIX = "mr_"


def begin(session: Session, user: User) -> tuple[SignIn, str]:
    """Record that a user has signed in; return the sign-in and its first refresh token."""
    sign_in = SignIn(user_id=user.id)
    session.add(sign_in)
    session.flush()
    return sign_in, _new_token(session, sign_in.id)


def find(session: Session, identifier: int) -> tuple[User, SignIn] | None:
    """An active sign-in with its user, or None if it has ended or the user is disabled."""
    statement = select(User, SignIn).join(SignIn, SignIn.user_id == User.id)
    row = session.execute(
        statement.where(SignIn.id == identifier, SignIn.ended_at.is_(None), User.disabled_at.is_(None))
    ).first()
    return (row[0], row[1]) if row else None


def refresh(session: Session, token: str) -> tuple[User, SignIn, str] | None:
    """Exchange a refresh token for the next one; None if it is invalid, expired or already used.

    Reusing a token after the grace period ends its sign-in, so commit the transaction even when this returns None.
    """
    if not secrets.has_valid_checksum(token, _PREFIX):
        return None
    statement = select(RefreshToken).where(RefreshToken.digest == secrets.digest(token)).with_for_update()
    stored = session.scalars(statement).one_or_none()
    if stored is None:
        return None
    found = find(session, stored.sign_in_id)
    if found is None or stored.expires_at <= now():
        return None
    if stored.used_at is not None and stored.used_at + GRACE < now():
        found[1].ended_at = now()
        session.flush()
        return None
    stored.used_at = stored.used_at or now()
    session.flush()
    return (*found, _new_token(session, stored.sign_in_id))


def end(session: Session, token: str) -> None:
    """End the sign-in of this refresh token; an unknown token is ignored. RFC 7009 §2.2."""
    of_token = select(RefreshToken.sign_in_id).where(RefreshToken.digest == secrets.digest(token))
    _end(session, SignIn.id.in_(of_token))


def end_all(session: Session, user: User, but: int | None = None) -> None:
    """End all sign-ins of a user, except the one with the id `but`."""
    _end(session, SignIn.user_id == user.id, *([SignIn.id != but] if but is not None else []))


def purge_expired(session: Session) -> None:
    """Delete expired refresh tokens, and sign-ins without tokens, one day after they expired."""
    cutoff = now() - timedelta(days=1)
    session.execute(delete(RefreshToken).where(RefreshToken.expires_at < cutoff))
    unused = ~exists().where(RefreshToken.sign_in_id == SignIn.id)
    session.execute(delete(SignIn).where(SignIn.created_at < cutoff - LIFETIME, unused))


def _end(session: Session, *which: object) -> None:
    statement = update(SignIn).where(SignIn.ended_at.is_(None), *which).values(ended_at=now())  # type: ignore[arg-type]
    session.execute(statement.execution_options(synchronize_session=False))


def _new_token(session: Session, sign_in: int) -> str:
    token = secrets.make(_PREFIX)
    expires: datetime = now() + LIFETIME
    session.add(RefreshToken(digest=secrets.digest(token), sign_in_id=sign_in, expires_at=expires))
    session.flush()
    return token
