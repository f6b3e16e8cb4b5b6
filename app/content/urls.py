"""URLs of web pages, as authors send them."""

import re
from functools import lru_cache

from pydantic import HttpUrl, TypeAdapter

LONGEST = 8000
LONGEST_HOST = 253
LONGEST_ORIGIN = 2000
"""The limit of `HttpUrl`."""
_ORIGIN = re.compile(r"https?://[^\s/?#\\]+", re.IGNORECASE)
_adapter = TypeAdapter(HttpUrl)


def web_address(value: str) -> str:
    """The URL of a web page, unchanged except for white space around it.

    Raises ValueError for other schemes (`javascript:`, `data:`), without a scheme, and for white space within.
    """
    value = value.strip()
    origin = _origin_of(value)
    if origin is None or re.search(r"[\s\x00-\x20\x7f<>\"]", value):
        raise ValueError("it must be a URL that starts with https:// or http://, without spaces")
    if len(value) > LONGEST:
        raise ValueError(f"a URL must have at most {LONGEST:,} characters; this one has {len(value):,}")
    if len(origin.host or "") > LONGEST_HOST:
        raise ValueError(f"the host of a URL must have at most {LONGEST_HOST} characters")
    return value


def domain_of(url: str | None) -> str | None:
    """The host of a URL, in lower case, without `www.`; None if there is no URL."""
    if url is None:
        return None
    origin = _origin_of(url)
    host = origin.unicode_host() or "" if origin else ""
    return host.lower().rstrip(".").removeprefix("www.") or host


def _origin_of(url: str) -> HttpUrl | None:
    """The part before the path; None if it is not an HTTP URL. Raises ValueError if the URL is not valid."""
    found = _ORIGIN.match(url)
    if found is None:
        return None
    if len(found.group()) > LONGEST_ORIGIN:
        raise ValueError(f"a host with user name and password must have at most {LONGEST_ORIGIN:,} characters")
    return _parsed(found.group())


@lru_cache(maxsize=2_048)
def _parsed(origin: str) -> HttpUrl:
    return _adapter.validate_python(origin)
