"""The IP address of a client, also behind trusted reverse proxies."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

from starlette.requests import Request
from starlette.types import Scope

Network = IPv4Network | IPv6Network

_WITH_PORT = re.compile(r"\A(?:([0-9.]+)(?::[0-9]+)?|\[([0-9a-fA-F:.]+)\](?::[0-9]+)?)\Z")
"""Some proxies write a port after the address."""


def address_of(request: Request) -> str | None:
    """The client's IP address; None if it has none, as on a Unix socket.

    Each proxy appends the address of its client to `X-Forwarded-For`, so the header is read from its end, as long as
    the addresses are those of trusted proxies. The client itself can have written anything before them.
    """
    address = request.client.host if request.client else None
    trusted: Sequence[Network] = request.app.state.settings.trusted_proxies
    forwarded = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    while address is not None and _is_in(address, trusted) and forwarded:
        candidate = _WITH_PORT.sub(r"\1\2", forwarded.pop().strip())
        if not _is_ip_address(candidate):
            break
        address = candidate
    return address


def is_from(scope: Scope, networks: Sequence[Network]) -> bool:
    """Whether the connection itself is from one of these networks, for example of trusted proxies."""
    client = scope.get("client")
    return client is not None and _is_in(client[0], networks)


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    return _is_ip_address(address) and any(ip_address(address) in network for network in networks)


def _is_ip_address(address: str) -> bool:
    try:
        ip_address(address)
    except ValueError:
        return False
    return True
