"""Users: making, listing, disabling, and checking their passwords."""

import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth import passwords
from app.auth.models import Role, User
from app.db.base import now
from app.problems import Fault, Invalid, NameTaken, NotFound, WrongPassword

_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")


def add(session: Session, name: str, role: Role, password: str) -> User:
    """Raises Invalid when the name is none or the password is too short, and NameTaken."""
    name = spelt(name)
    if not _NAME.fullmatch(name):
        detail = "a name has 1 to 64 letters (a to z), digits and . _ @ + -, and begins with a letter or digit"
        raise Invalid(f"{detail}.", errors=[Fault("/name", "invalid", detail)])
    # Before the first statement, which on SQLite keeps all other writers waiting.
    password_hash = hash_of(password, "/password")
    taken = find(session, name)
    if taken is not None:
        disabled = ", who is disabled" if taken.disabled_at else ""
        raise NameTaken(f"there is a user {name!r} already{disabled}.")
    user = User(name=name, role=role, password_hash=password_hash)
    session.add(user)
    session.flush()
    return user


def spelt(name: str) -> str:
    """A name as it is kept: case and spaces around it do not count."""
    return name.strip().lower()


def hash_of(password: str, pointer: str) -> str:
    """What is kept of a password. Raises Invalid, with its place in the input, when it is too short or too long."""
    try:
        return passwords.hash_password(password)
    except ValueError as error:
        raise Invalid(f"{error}.", errors=[Fault(pointer, "invalid", str(error))]) from None


def find(session: Session, name: str) -> User | None:
    return session.scalars(select(User).where(User.name == spelt(name))).one_or_none()


def every(session: Session) -> Sequence[User]:
    return session.scalars(select(User).order_by(User.name)).all()


def disable(session: Session, name: str) -> User:
    """End a user's access, at once: the tokens that they hold are no longer believed. Raises NotFound."""
    user = find(session, name)
    if user is None:
        raise NotFound(f"there is no user {name!r}; GET /users and masthead users list show them all.")
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
