"""The keys that sign tokens."""

import os
import secrets
from hashlib import sha256
from pathlib import Path

from app.db.engine import Database
from app.settings import Settings


class NoSecretKey(Exception):
    """There is no key to sign with, or it cannot be kept; the message says what to do."""


def secret_keys(settings: Settings, database: Database) -> dict[str, str]:
    """The keys by their ids, the one that signs first.

    On SQLite, when none is set, one is made and kept beside the database, for its owner's eyes alone.
    """
    keys = settings.secret_keys or ((_kept(_file_of(database)),) if database.file else ())
    if not keys:
        raise NoSecretKey(
            "On PostgreSQL, MASTHEAD_SECRET_KEYS must be set: several servers sign with the same keys. "
            "Make one by: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return {sha256(key.encode()).hexdigest()[:12]: key for key in keys}


def _file_of(database: Database) -> Path:
    assert database.file is not None
    return database.file.with_name(database.file.name + ".key")


def _kept(path: Path) -> str:
    if not path.exists():
        # Written whole under another name first: a second server that starts meanwhile must not read half of it.
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
            os.link(draft, path)
        except FileExistsError:
            pass
        except OSError as error:
            raise NoSecretKey(f"The key that signs tokens cannot be kept in {path}: {error.strerror}.") from error
        finally:
            draft.unlink(missing_ok=True)
    try:
        key = path.read_text(errors="replace").strip()
    except OSError as error:
        raise NoSecretKey(f"The key that signs tokens cannot be read from {path}: {error.strerror}.") from error
    if len(key) < 32:
        raise NoSecretKey(f"{path} holds no key. Remove it, and one is made; all tokens end with it.")
    return key
