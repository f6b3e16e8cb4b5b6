"""Users: creating, listing and disabling them, and checking their passwords."""

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
    """Create a user. Raises Invalid if the name or the password is not valid, and NameTaken."""
    name = normalize_name(name)
    if not _NAME.fullmatch(name):
        detail = "a name has 1 to 64 characters of a-z, 0-9 and . _ @ + -, and starts with a letter or digit"
        raise Invalid(f"{detail}.", errors=[Fault("/name", "invalid", detail)])
    # Hashing is slow, so it comes before the first statement, which takes the write lock on SQLite.
    password_hash = hash_password(password, "/password")
    taken = find(session, name)
    if taken is not None:
        disabled = ", who is disabled," if taken.disabled_at else ""
        raise NameTaken(f"a user {name!r}{disabled} exists already.")
    user = User(name=name, role=role, password_hash=password_hash)
    session.add(user)
    session.flush()
    return user


def normalize_name(name: str) -> str:
    """A user's name as it is stored: in lower case, without surrounding white space."""
    return name.strip().lower()


def hash_password(password: str, pointer: str) -> str:
    """The hash of a password. Raises Invalid with the pointer if the password is too short or too long."""
    try:
        return passwords.hash_password(password)
    except ValueError as error:
        raise Invalid(f"{error}.", errors=[Fault(pointer, "invalid", str(error))]) from None


def find(session: Session, name: str) -> User | None:
    return session.scalars(select(User).where(User.name == normalize_name(name))).one_or_none()


def list_all(session: Session) -> Sequence[User]:
    return session.scalars(select(User).order_by(User.name)).all()


def disable(session: Session, name: str) -> User:
    """Disable a user immediately: all of their tokens become invalid. Raises NotFound."""
    user = find(session, name)
    if user is None:
        raise NotFound(f"there is no user {name!r}; GET /users and masthead users list show all users.")
    user.disabled_at = user.disabled_at or now()
    return user


def check_password(user: User | None, password: str) -> User:
    """Return the user if it exists, is enabled, and has this password. Raises WrongPassword otherwise.

    It takes the same time in all cases, a tenth of a second on purpose, so call it outside a session.
    """
    right = passwords.verify(password, user.password_hash if user else None)
    if user is None or not right or user.disabled_at is not None:
        raise WrongPassword("No enabled user has this name and password.")
    return user
