"""The keys that sign tokens."""

import os
import secrets
from hashlib import sha256
from pathlib import Path

from app.db.engine import Database
from app.settings import Settings


class SigningKeyError(Exception):
    """The signing key is missing, or cannot be read or saved; the message says what to do."""


def load_signing_keys(settings: Settings, database: Database) -> dict[str, str]:
    """The signing keys by their key ids (`kid`). The first one signs; all of them verify.

    On SQLite, if no key is set, one is created and saved beside the database, readable by its owner only.
    Raises SigningKeyError.
    """
    keys = settings.secret_keys or ((_load_or_create(_file_of(database)),) if database.file else ())
    if not keys:
        raise SigningKeyError(
            "On PostgreSQL, MASTHEAD_SECRET_KEYS must be set, because all servers must sign with the same keys. "
            "Create a key with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return {sha256(key.encode()).hexdigest()[:12]: key for key in keys}


def _file_of(database: Database) -> Path:
    assert database.file is not None
    return database.file.with_name(database.file.name + ".key")


def _load_or_create(path: Path) -> str:
    if not path.exists():
        # Written to a temporary file first, so that a second server starting now cannot read an incomplete key.
        temporary = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
            os.link(temporary, path)
        except FileExistsError:
            pass
        except OSError as error:
            raise SigningKeyError(f"The signing key cannot be saved in {path}: {error.strerror}.") from error
        finally:
            temporary.unlink(missing_ok=True)
    try:
        key = path.read_text(errors="replace").strip()
    except OSError as error:
        raise SigningKeyError(f"The signing key cannot be read from {path}: {error.strerror}.") from error
    if len(key) < 32:
        raise SigningKeyError(
            f"{path} does not contain a signing key. Delete the file to have a new key created; "
            "all tokens become invalid then."
        )
    return key
