"""Users: making, listing, disabling, and checking their passwords."""

import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth import passwords
from app.auth.models import Role, User
from app.db.base import now
from app.problems import WrongPassword

_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")


def add(session: Session, name: str, role: Role, password: str) -> User:
    """Raises ValueError when the name is none or taken, or the password is too short."""
    name = name.strip().lower()
    if not _NAME.fullmatch(name):
        raise ValueError("a name has 1 to 64 letters (a to z), digits and . _ @ + -, and begins with a letter or digit")
    taken = find(session, name)
    if taken is not None:
        raise ValueError(f"there is a user {name!r} already{', who is disabled' if taken.disabled_at else ''}")
    user = User(name=name, role=role, password_hash=passwords.hash_password(password))
    session.add(user)
    session.flush()
    return user


def find(session: Session, name: str) -> User | None:
    return session.scalars(select(User).where(User.name == name.strip().lower())).one_or_none()


def every(session: Session) -> Sequence[User]:
    return session.scalars(select(User).order_by(User.name)).all()


def disable(session: Session, name: str) -> User:
    """End a user's access, at once: the tokens that they hold are no longer believed. Raises LookupError."""
    user = find(session, name)
    if user is None:
        raise LookupError(f"there is no user {name!r}; masthead users list shows them all")
    user.disabled_at = user.disabled_at or now()
    return user


def check_password(user: User | None, password: str) -> User:
    """The user, if it is one and this is the password. Raises WrongPassword, as late whatever was wrong.

    It takes a tenth of a second by intent, so call it outside of any session.
    """
    right = passwords.verify(password, user.password_hash if user else None)
    if user is None or not right or user.disabled_at is not None:
        raise WrongPassword("No enabled user has this name and this password.")
    return user
