"""The IP address of a client, also behind trusted reverse proxies."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import NamedTuple

from starlette.requests import Request
from starlette.types import Scope

Network = IPv4Network | IPv6Network

_WITH_PORT = re.compile(r"\A(?:([0-9.]+)(?::[0-9]+)?|\[([0-9a-fA-F:.]+)\](?::[0-9]+)?)\Z")
"""Some proxies write a port after the address."""


_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
"""Headers of which one is sent by whoever forwards requests of others."""


class Client(NamedTuple):
    address: str | None
    """The IP address; None if it has none, as on a Unix socket."""
    is_certain: bool
    """Whether the address is the client's own, as far as can be seen, and not that of an unknown proxy or of this
    machine."""


def client_of(request: Request) -> Client:
    """The client's address.

    Each proxy appends the address of its client to `X-Forwarded-For`, so the header is read from its end, as long as
    the addresses are those of trusted proxies. The client itself can have written anything before them; but a client
    that seems to forward requests of others has no address of its own.
    """
    address = _unmapped(request.client.host) if request.client else None
    trusted: Sequence[Network] = request.app.state.settings.trusted_proxies
    if address is None or not _is_in(address, trusted):
        return Client(address, _may_be_one_client(address) and not any(name in request.headers for name in _FORWARDED))
    forwarded = [part.strip() for part in ",".join(request.headers.getlist("x-forwarded-for")).split(",")]
    while forwarded and _is_in(address, trusted):
        candidate = _unmapped(_WITH_PORT.sub(r"\1\2", forwarded[-1]))
        if not _is_ip_address(candidate):
            break
        forwarded.pop()
        address = candidate
    return Client(address, _may_be_one_client(address) and not any(forwarded) and not _is_in(address, trusted))


def _may_be_one_client(address: str | None) -> bool:
    """Whether it can be the address of one client, and not of whatever runs on this machine."""
    return address is not None and _is_ip_address(address) and not ip_address(address).is_loopback


def _unmapped(address: str) -> str:
    """The IPv4 address that is mapped to one of IPv6, as on a socket for both."""
    try:
        mapped = getattr(ip_address(address), "ipv4_mapped", None)
    except ValueError:
        return address
    return str(mapped or address)


def is_from(scope: Scope, networks: Sequence[Network]) -> bool:
    """Whether the connection itself is from one of these networks, for example of trusted proxies."""
    client = scope.get("client")
    return client is not None and _is_in(_unmapped(client[0]), networks)


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    return _is_ip_address(address) and any(ip_address(address) in network for network in networks)


def _is_ip_address(address: str) -> bool:
    try:
        ip_address(address)
    except ValueError:
        return False
    return True
