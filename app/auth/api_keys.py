"""API keys, for programs that cannot sign in. A key has its own scopes.

It is refused while the user who created it is disabled."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from app.auth import secrets
from app.auth.models import ApiKey, Scope, User
from app.db.base import now
from app.problems import NotFound, Unauthenticated

LONGEST_NAME = 100

_PREFIX = "mh_"
_START_LENGTH = 8
"""Characters of a key that are stored and shown to identify it."""
_RECORD_INTERVAL = timedelta(minutes=1)


def has_key_prefix(secret: str) -> bool:
    return secret.startswith(_PREFIX)


def normalize_name(given: str) -> str:
    """A key's name as it is stored, with single spaces. Raises ValueError if it is not a valid name."""
    name = " ".join(given.split())
    if not name or not name.isprintable() or len(name) > LONGEST_NAME:
        raise ValueError(f"a name must have 1 to {LONGEST_NAME} characters, without line breaks or control characters")
    return name


def add(
    session: Session,
    name: str,
    scopes: Sequence[Scope],
    expires_at: datetime | None,
    created_by: str,
    user: int | None = None,
) -> tuple[ApiKey, str]:
    """Create a key; return its row and the key itself, which is not stored. `user` is the id of its creator."""
    secret = secrets.make(_PREFIX)
    key = ApiKey(
        name=name,
        start=secret[:_START_LENGTH],
        digest=secrets.digest(secret),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
        created_by=created_by,
        user_id=user,
    )
    session.add(key)
    session.flush()
    return key, secret


def list_all(session: Session) -> Sequence[ApiKey]:
    """All keys, newest first, including revoked and expired ones."""
    return session.scalars(select(ApiKey).order_by(ApiKey.id.desc())).all()


def find_valid(session: Session, secret: str) -> ApiKey:
    """Raises Unauthenticated if the key is unknown, revoked or expired, or the user who created it is disabled."""
    key = None
    if secrets.has_valid_checksum(secret, _PREFIX):
        key = session.scalars(select(ApiKey).where(ApiKey.digest == secrets.digest(secret))).one_or_none()
    if key is None or key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now()):
        raise Unauthenticated(
            "This API key is not valid: part of it may be missing, or it was revoked or has expired. "
            "An admin can create a new one.",
            invalid_token=True,
        )
    if key.disabled_at is not None:
        raise Unauthenticated(
            "This API key is disabled, because the user who created it is. An admin can create another one.",
            invalid_token=True,
        )
    return key


def count_valid(session: Session, user: User) -> int:
    """The number of keys of a user that are neither revoked nor expired."""
    return session.scalars(select(func.count(ApiKey.id)).where(ApiKey.user_id == user.id, *_valid())).one()


def names_without_user(session: Session) -> Sequence[str]:
    """The names of valid keys that were created on the command line, and so do not belong to a user."""
    return session.scalars(select(ApiKey.name).where(ApiKey.user_id.is_(None), *_valid()).order_by(ApiKey.id)).all()


def _valid() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return ApiKey.revoked_at.is_(None), or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now())


def should_record_use(key: ApiKey) -> bool:
    """Whether `last_used_at` is old enough to be updated: at most once a minute."""
    return key.last_used_at is None or key.last_used_at + _RECORD_INTERVAL <= now()


def record_uses(session: Session, uses: Mapping[int, datetime]) -> None:
    """Store when keys were used, by their ids. A later use that another process has stored stays."""
    earlier = or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < bindparam("at"))
    statement = update(ApiKey.__table__).where(ApiKey.id == bindparam("key"), earlier)
    # In the order of ids, so that two processes cannot deadlock.
    session.execute(
        statement.values(last_used_at=bindparam("at")), [{"key": key, "at": uses[key]} for key in sorted(uses)]
    )


def revoke(session: Session, identifier: int) -> ApiKey:
    """Revoke a key immediately. Revoking it again has no effect. Raises NotFound."""
    key = session.get(ApiKey, identifier, with_for_update=True)
    if key is None:
        raise NotFound(f"There is no API key {identifier}; GET /api-keys lists them all.")
    key.revoked_at = key.revoked_at or now()
    return key
