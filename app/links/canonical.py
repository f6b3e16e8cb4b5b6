"""The canonical form of a URL: the same for all the ways in which the URL of a page is written and shared."""

import re
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from app.content.urls import domain_of

_TRACKING = re.compile(r"utm_\w*|fbclid|gclid|mc_cid|mc_eid", re.IGNORECASE)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_PATH_CHARACTERS = "/%:@!$&'()*+,;=~"
_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical(url: str) -> str:
    """The URL with scheme `https`, the host in lower case without `www.`, and sorted query parameters.

    Default port, user name, fragment, trailing slash and tracking parameters (`utm_…`, `fbclid`, `gclid`, `mc_cid`,
    `mc_eid`) are removed. Use it to compare URLs; to open a page, use the URL as it was given. Anything that is not
    the URL of a web page is returned unchanged.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = domain_of(url.strip()), parts.port
    except ValueError:
        return url
    if not host:
        return url
    if port is not None and port != _DEFAULT_PORTS.get(parts.scheme):
        host = f"{host}:{port}"
    query = _query(parts)
    return f"https://{host}{_path(parts)}" + (f"?{query}" if query else "")


def _path(parts: SplitResult) -> str:
    """Without trailing slashes, and with percent-encoding normalized as in RFC 3986 §6.2.2."""
    return _ESCAPE.sub(_escaped, quote(parts.path, safe=_PATH_CHARACTERS)).rstrip("/")


def _escaped(escape: re.Match[str]) -> str:
    char = chr(int(escape[1], 16))
    return char if _UNRESERVED.fullmatch(char) else escape[0].upper()


def _query(parts: SplitResult) -> str:
    pairs = parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
    kept = sorted(pair for pair in pairs if not _TRACKING.fullmatch(pair[0]))
    return urlencode(kept, errors="surrogateescape")
