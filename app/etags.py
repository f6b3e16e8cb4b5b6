"""Entity tags, made from the bytes or the version of a document. RFC 9110 §8.8.3."""

import re
from hashlib import blake2b

_LIST_ELEMENT = re.compile(r'[ \t]*+((?:W/)?"[!#-~\x80-\xff]*+")?[ \t]*+(?:,|\Z)')
# A proxy that compresses a response makes its tag weak (nginx), or appends the name of the encoding (Apache, Caddy).
_OF_VERSION = re.compile(r'(?:W/)?"v([1-9][0-9]{0,18})(?:[-;](?:gzip|br|zstd|deflate))?"')


def of_bytes(body: bytes) -> str:
    """A strong entity tag: a hash of the bytes."""
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


def of_coding(tag: str, coding: str) -> str:
    """The entity tag of the same document in a content coding, for example `"5d41402a-gzip"`."""
    return f'{tag[:-1]}-{coding}"'


def of_version(version: int) -> str:
    """The entity tag of a working copy at a version, for example `"v7"`."""
    return f'"v{version}"'


def version_of(tag: str) -> int | None:
    """The version of such an entity tag; None for any other tag.

    A version is the same in every encoding, so what a proxy changes in a tag when it compresses the response is
    ignored.
    """
    found = _OF_VERSION.fullmatch(tag)
    return int(found[1]) if found else None


def parse_list(field: str) -> list[str] | None:
    """The entity tags in a field such as `If-Match`; None if it is not a list of at least one entity tag."""
    tags: list[str] = []
    position = 0
    while position < len(field):
        element = _LIST_ELEMENT.match(field, position)
        if element is None:
            return None
        tags += filter(None, element.groups())
        position = element.end()
    return tags or None
