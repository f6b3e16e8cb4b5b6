"""API keys: for programs, which cannot sign in. A key has scopes of its own and belongs to no user."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.auth import secrets
from app.auth.models import ApiKey, Scope
from app.db.base import now
from app.problems import NotFound

LONGEST_NAME = 100

_PREFIX = "mh_"
_SHOWN = 8
_NOTED_EVERY = timedelta(minutes=1)


def looks_like_one(secret: str) -> bool:
    return secret.startswith(_PREFIX)


def name_of(given: str) -> str:
    """A key's name as it is kept, white space as single spaces. Raises ValueError for what is none."""
    name = " ".join(given.split())
    if not name or not name.isprintable() or len(name) > LONGEST_NAME:
        raise ValueError(f"a name has 1 to {LONGEST_NAME} characters, on one line, without control characters")
    return name


def add(
    session: Session, name: str, scopes: Sequence[Scope], expires_at: datetime | None, created_by: str
) -> tuple[ApiKey, str]:
    """Make a key; with what it is, which is not kept."""
    secret = secrets.make(_PREFIX)
    key = ApiKey(
        name=name,
        start=secret[:_SHOWN],
        digest=secrets.digest(secret),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
        created_by=created_by,
    )
    session.add(key)
    session.flush()
    return key, secret


def every(session: Session) -> Sequence[ApiKey]:
    """All keys, those that are over included, the newest first."""
    return session.scalars(select(ApiKey).order_by(ApiKey.id.desc())).all()


def find(session: Session, secret: str) -> ApiKey | None:
    """The key, if it is one and good."""
    if not secrets.is_one(secret, _PREFIX):
        return None
    key = session.scalars(select(ApiKey).where(ApiKey.digest == secrets.digest(secret))).one_or_none()
    if key is None or key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now()):
        return None
    return key


def is_to_be_noted(key: ApiKey) -> bool:
    """Whether its last use is so long ago that this one is to be written down."""
    return key.last_used_at is None or key.last_used_at + _NOTED_EVERY <= now()


def note_use(session: Session, key: ApiKey) -> None:
    unnoted = or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at <= now() - _NOTED_EVERY)
    session.execute(update(ApiKey).where(ApiKey.id == key.id, unnoted).values(last_used_at=now()))


def revoke(session: Session, identifier: int) -> ApiKey:
    """End a key, at once; one that is over stays so. Raises NotFound."""
    key = session.get(ApiKey, identifier, with_for_update=True)
    if key is None:
        raise NotFound(f"There is no API key {identifier}; GET /api-keys lists them all.")
    key.revoked_at = key.revoked_at or now()
    return key
