"""Random secrets (API keys, refresh tokens) that are shown once and stored as digests.

They have 190 random bits, so SHA-256 protects them as well as a slow hash would.
"""

import secrets
import zlib
from hashlib import sha256

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LENGTH, _CHECKSUM_LENGTH = 32, 6
"""Random characters (190 bits), and characters of the checksum after them."""


def make(prefix: str) -> str:
    """A new secret. It starts with the prefix and ends with a checksum, so that a mistyped or truncated one is detected
    without a database query, and secret scanners can recognize one."""
    random_part = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return prefix + random_part + _checksum(prefix + random_part)


def has_valid_checksum(secret: str, prefix: str) -> bool:
    """Whether the secret has the prefix, length and checksum of one that `make` returned."""
    if not secret.startswith(prefix) or len(secret) != len(prefix) + _LENGTH + _CHECKSUM_LENGTH or not secret.isascii():
        return False
    return _checksum(secret[:-_CHECKSUM_LENGTH]) == secret[-_CHECKSUM_LENGTH:]


def digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _checksum(text: str) -> str:
    """CRC-32 in base 62."""
    remainder = zlib.crc32(text.encode())
    digits = []
    for _ in range(_CHECKSUM_LENGTH):
        remainder, digit = divmod(remainder, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
