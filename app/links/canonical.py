"""The canonical form of an address: what is the same for every way to write, and to share, the address of one page."""

import re
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from app.content.urls import domain_of

_TRACKING = re.compile(r"utm_\w*|fbclid|gclid|mc_cid|mc_eid", re.IGNORECASE)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_IN_A_PATH = "/%:@!$&'()*+,;=~"
_PORTS = {"http": 80, "https": 443}


def canonical(url: str) -> str:
    """The address with `https`, its host in lower case without `www.`, and its parameters sorted.

    It has no default port, user, fragment or final slash, and nothing that only tells where a reader came from
    (`utm_…`, `fbclid`, `gclid`, `mc_cid`, `mc_eid`). It serves to compare; to visit a page, take the address as it
    was given. What is no address of a web page comes back as it is.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = domain_of(url.strip()), parts.port
    except ValueError:
        return url
    if not host:
        return url
    if port is not None and port != _PORTS.get(parts.scheme):
        host = f"{host}:{port}"
    query = _query(parts)
    return f"https://{host}{_path(parts)}" + (f"?{query}" if query else "")


def _path(parts: SplitResult) -> str:
    """Without its final slashes, and each character escaped in the one way that RFC 3986 §6.2.2 prefers."""
    return _ESCAPE.sub(_escaped, quote(parts.path, safe=_IN_A_PATH)).rstrip("/")


def _escaped(escape: re.Match[str]) -> str:
    char = chr(int(escape[1], 16))
    return char if _UNRESERVED.fullmatch(char) else escape[0].upper()


def _query(parts: SplitResult) -> str:
    pairs = parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
    kept = sorted(pair for pair in pairs if not _TRACKING.fullmatch(pair[0]))
    return urlencode(kept, errors="surrogateescape")
