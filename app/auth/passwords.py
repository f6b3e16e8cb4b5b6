"""Passwords, kept as Argon2id hashes with the parameters that RFC 9106 recommends second."""

from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST, LONGEST = 8, 1024

_hasher = PasswordHash((Argon2Hasher(),))


def hash_password(password: str) -> str:
    """Raises ValueError for a password that is too short to be one, or too long to be hashed for a stranger."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise ValueError(f"a password has {SHORTEST} to {LONGEST:,} characters")
    return _hasher.hash(password)


def verify(password: str, password_hash: str | None) -> bool:
    """Whether it is the password. Without a hash it takes as long, so that the time tells no user's name."""
    if len(password) > LONGEST:
        return False
    right = _hasher.verify(password, password_hash or _nobodys())
    return right and password_hash is not None


@cache
def _nobodys() -> str:
    return _hasher.hash("the password of nobody")
