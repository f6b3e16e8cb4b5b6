"""Entity tags, made from the bytes or the version of a document. RFC 9110 §8.8.3."""

import re
from hashlib import blake2b

_OF_VERSION = re.compile(r'"v([1-9][0-9]{0,18})"')


def of_bytes(body: bytes) -> str:
    """A strong entity tag: a hash of the bytes."""
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


def of_version(version: int) -> str:
    """The entity tag of a working copy at a version, for example `"v7"`."""
    return f'"v{version}"'


def version_of(tag: str) -> int | None:
    """The version of such an entity tag; None for any other tag."""
    found = _OF_VERSION.fullmatch(tag)
    return int(found[1]) if found else None
