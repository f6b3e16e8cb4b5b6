"""Signing in, staying so by refresh tokens, and signing out.

A refresh token is good once, and gives the next. Whoever has stolen one is found out when it is used a second time, by
them or by its owner: then all tokens of that sign-in end. RFC 9700 §4.14.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from app.auth import secrets
from app.auth.models import RefreshToken, SignIn, User
from app.db.base import now

LIFETIME = timedelta(days=30)
GRACE = timedelta(seconds=10)
"""How long a token is still believed after its use: the answer may have been lost on its way."""

_PREFIX = "mr_"


def begin(session: Session, user: User) -> tuple[SignIn, str]:
    """Note that a user has signed in; with the first refresh token."""
    sign_in = SignIn(user_id=user.id)
    session.add(sign_in)
    session.flush()
    return sign_in, _new_token(session, sign_in.id)


def find(session: Session, identifier: int) -> tuple[User, SignIn] | None:
    """A sign-in that goes on, and whose it is."""
    statement = select(User, SignIn).join(SignIn, SignIn.user_id == User.id)
    row = session.execute(
        statement.where(SignIn.id == identifier, SignIn.ended_at.is_(None), User.disabled_at.is_(None))
    ).first()
    return (row[0], row[1]) if row else None


def refresh(session: Session, token: str) -> tuple[User, SignIn, str] | None:
    """Take a refresh token and give the next one; None when it is none that is good.

    A token that was used before the grace ends its whole sign-in, so commit whatever comes back.
    """
    if not secrets.is_one(token, _PREFIX):
        return None
    statement = select(RefreshToken).where(RefreshToken.digest == secrets.digest(token)).with_for_update()
    kept = session.scalars(statement).one_or_none()
    if kept is None:
        return None
    found = find(session, kept.sign_in_id)
    if found is None or kept.expires_at <= now():
        return None
    if kept.used_at is not None and kept.used_at + GRACE < now():
        found[1].ended_at = now()
        session.flush()
        return None
    kept.used_at = kept.used_at or now()
    session.flush()
    return (*found, _new_token(session, kept.sign_in_id))


def end(session: Session, token: str) -> None:
    """Sign out whoever has this refresh token; nothing when it is none. RFC 7009 §2.2."""
    of_token = select(RefreshToken.sign_in_id).where(RefreshToken.digest == secrets.digest(token))
    _end(session, SignIn.id.in_(of_token))


def end_all(session: Session, user: User, but: int | None = None) -> None:
    """Sign a user out everywhere, or everywhere but here."""
    _end(session, SignIn.user_id == user.id, *([SignIn.id != but] if but is not None else []))


def sweep(session: Session) -> None:
    """Delete what nobody can use any more, a day after its time: until then it tells a thief from a slip."""
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
