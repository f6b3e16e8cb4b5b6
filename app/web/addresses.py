"""Where a request comes from, behind proxies that are trusted to say so."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

from starlette.requests import Request

Network = IPv4Network | IPv6Network

_WITH_PORT = re.compile(r"\A(?:([0-9.]+)(?::[0-9]+)?|\[([0-9a-fA-F:.]+)\](?::[0-9]+)?)\Z")
"""Some proxies write a port behind an address."""


def address_of(request: Request) -> str | None:
    """The client's address; None where there is none, as on a Unix socket.

    Of `X-Forwarded-For` each proxy adds whom it was called by, so it is read from its end, for as long as those who
    speak are trusted: what stands before them anybody can have written.
    """
    address = request.client.host if request.client else None
    trusted: Sequence[Network] = request.app.state.settings.trusted_proxies
    forwarded = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    while address is not None and _among(address, trusted) and forwarded:
        said = _WITH_PORT.sub(r"\1\2", forwarded.pop().strip())
        if not _is_one(said):
            break
        address = said
    return address


def _among(address: str, networks: Sequence[Network]) -> bool:
    return _is_one(address) and any(ip_address(address) in network for network in networks)


def _is_one(address: str) -> bool:
    try:
        ip_address(address)
    except ValueError:
        return False
    return True
