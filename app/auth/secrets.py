"""Secrets that are handed out once and kept as digests alone.

They are random, so one round of SHA-256 hides them as well as a slow hash would.
"""

import secrets
import zlib
from hashlib import sha256

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LENGTH, _CHECKED = 32, 6
"""Characters of chance, 190 bits of it, and of the checksum behind them."""


def make(prefix: str) -> str:
    """A secret that begins with the prefix and ends with a checksum, so that what is mistyped, or cut off, or found in
    a file of somebody's, is known for what it is without a look into the database."""
    chance = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return prefix + chance + _checksum(prefix + chance)


def is_one(secret: str, prefix: str) -> bool:
    """Whether it may have been made here."""
    if not secret.startswith(prefix) or len(secret) != len(prefix) + _LENGTH + _CHECKED or not secret.isascii():
        return False
    return _checksum(secret[:-_CHECKED]) == secret[-_CHECKED:]


def digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _checksum(text: str) -> str:
    """CRC-32, in base 62."""
    rest = zlib.crc32(text.encode())
    digits = []
    for _ in range(_CHECKED):
        rest, digit = divmod(rest, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
