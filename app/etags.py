"""Entity tags, which tell one state of a document from another: of its bytes, or of its version. RFC 9110 §8.8.3."""

import re
from hashlib import blake2b

_OF_VERSION = re.compile(r'"v([1-9][0-9]{0,18})"')


def of_bytes(body: bytes) -> str:
    """A strong entity tag: a hash of the bytes, so that it differs whenever they do."""
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


def of_version(version: int) -> str:
    """The entity tag of a working copy at a version, as in `"v7"`."""
    return f'"v{version}"'


def version_of(tag: str) -> int | None:
    """The version that an entity tag stands for; None for any other tag."""
    found = _OF_VERSION.fullmatch(tag)
    return int(found[1]) if found else None
