"""Content codings of public responses: which one a client accepts, and how it is made. RFC 9110 §8.4.1, §12.5.3.

Figures for an issue of 23,542 bytes, as CPU time on one core:

    gzip 1    6,489 bytes  0.12 ms        brotli 3    5,882 bytes   0.10 ms        zstd 3    5,898 bytes  0.06 ms
    gzip 5    5,819        0.21           brotli 5    5,399         0.27           zstd 9    5,651        0.21
    gzip 9    5,770        0.29           brotli 11   4,574        21.46           zstd 12   5,643        0.54

Every browser that accepts zstd accepts brotli too, which is smaller, so zstd would be a dependency without a use.
"""

import gzip
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

import anyio.to_thread
import brotli

SMALLEST = 1024
"""Bytes. A smaller body gains less than its headers take."""
LARGEST_IN_LOOP = 65_536
"""Bytes. The compression of a larger body, 1 ms and more, runs in a thread."""

_CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, compresslevel=5, mtime=0),
}
"""The preferred one first."""
_LONGEST_FIELD = 1000
"""Characters of `Accept-Encoding`. No client needs more, and parsing is done in the event loop."""
_ALIASES = {"x-gzip": "gzip"}  # RFC 9110 §8.4.1.3
_TEXT = re.compile(r"text/.*|application/(json|javascript|xml|.*\+json|.*\+xml)|image/svg\+xml")
_MEMBER = re.compile(r"([!#$%&'*+.^_`|~0-9a-z-]+)(?:[ \t]*;[ \t]*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?")


def is_worthwhile(media_type: str, size: int) -> bool:
    """Whether a body is compressed for clients that accept it: a text of at least `SMALLEST` bytes."""
    return size >= SMALLEST and _TEXT.fullmatch(media_type.partition(";")[0].strip().lower()) is not None


def accepted(fields: Iterable[str]) -> str | None:
    """The coding for a client that sent these lines of `Accept-Encoding`; None to send the body as it is.

    What cannot be parsed, or is too long, accepts nothing. A client that accepts neither a coding nor the body as it is
    gets the latter, which it can at least read.
    """
    field = ",".join(fields).lower()
    weights: dict[str, float] = {}
    for member in field.split(",") if len(field) <= _LONGEST_FIELD else ():
        if stripped := member.strip(" \t"):
            parsed = _MEMBER.fullmatch(stripped)
            if parsed is None:
                return None
            weights[_ALIASES.get(parsed[1], parsed[1])] = 1.0 if parsed[2] is None else float(parsed[2])
    others = weights.get("*", 0.0)
    best = max(_CODINGS, key=lambda coding: weights.get(coding, others))
    weight = weights.get(best, others)
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else None


async def compress(body: bytes, coding: str, *, once: bool) -> bytes:
    """The body in a coding. With `once`, the result is kept: for the few bodies that change only with the program."""
    function = _compress_once if once else _compress
    if len(body) <= LARGEST_IN_LOOP:
        return function(body, coding)
    return await anyio.to_thread.run_sync(function, body, coding)


def _compress(body: bytes, coding: str) -> bytes:
    return _CODINGS[coding](body)


_compress_once = lru_cache(maxsize=32)(_compress)
