"""Addresses of web pages, as authors give them."""

import re
from functools import lru_cache

from pydantic import HttpUrl, TypeAdapter

LONGEST = 8000
LONGEST_HOST = 253
LONGEST_ORIGIN = 2000
"""As much as `HttpUrl` reads."""
_ORIGIN = re.compile(r"https?://[^\s/?#\\]+", re.IGNORECASE)
_adapter = TypeAdapter(HttpUrl)


def web_address(value: str) -> str:
    """The address just as it was given, if it is one of a web page.

    Raises ValueError for any other scheme (`javascript:`, `data:`), for none, and for white space within.
    """
    value = value.strip()
    origin = _origin_of(value)
    if origin is None or re.search(r"[\s\x00-\x20\x7f<>\"]", value):
        raise ValueError("give the address of a web page, beginning with https:// or http://, without spaces")
    if len(value) > LONGEST:
        raise ValueError(f"an address may have {LONGEST:,} characters; this one has {len(value):,}")
    if len(origin.host or "") > LONGEST_HOST:
        raise ValueError(f"a host may have {LONGEST_HOST} characters")
    return value


def domain_of(url: str | None) -> str | None:
    """The host of an address, in lower case, without `www.`; None when there is no address."""
    if url is None:
        return None
    origin = _origin_of(url)
    host = origin.unicode_host() or "" if origin else ""
    return host.lower().rstrip(".").removeprefix("www.") or host


def _origin_of(url: str) -> HttpUrl | None:
    """What stands before the path; None when it is no web page's. Raises ValueError when it is no address."""
    found = _ORIGIN.match(url)
    if found is None:
        return None
    if len(found.group()) > LONGEST_ORIGIN:
        raise ValueError(f"a host, with a name and a password before it, may have {LONGEST_ORIGIN:,} characters")
    return _parsed(found.group())


@lru_cache(maxsize=2_048)
def _parsed(origin: str) -> HttpUrl:
    return _adapter.validate_python(origin)
