"""Password hashing: Argon2id with the second recommended parameters of RFC 9106 (64 MiB of memory)."""

from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST, LONGEST = 8, 1024

_hasher = PasswordHash((Argon2Hasher(),))


def hash_password(password: str) -> str:
    """Raises ValueError if the password is too short, or so long that hashing it could be abused."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise ValueError(f"a password must have {SHORTEST} to {LONGEST:,} characters")
    return _hasher.hash(password)


def verify(password: str, password_hash: str | None) -> bool:
    """Whether the password matches the hash.

    Without a hash it takes just as long, so that the response time does not reveal which users exist.
    """
    if len(password) > LONGEST:
        return False
    right = _hasher.verify(password, password_hash or _dummy_hash())
    return right and password_hash is not None


@cache
def _dummy_hash() -> str:
    return _hasher.hash("not the password of any user")
