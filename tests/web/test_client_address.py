"""The address of a client, and whether it is the client's own."""

from types import SimpleNamespace

import pytest
from pydantic import ValidationError
from starlette.requests import Request

from app.web.client_address import client_of
from tests.conftest import settings_for


def client(peer: str | None, *headers: tuple[str, str]) -> tuple[str | None, bool]:
    settings = settings_for("sqlite:///none.db", trusted_proxies="10.0.0.0/8, 2001:db8:aaaa::/48")
    scope = {
        "type": "http",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
        "client": (peer, 1234) if peer else None,
        "app": SimpleNamespace(state=SimpleNamespace(settings=settings)),
    }
    return tuple(client_of(Request(scope)))


def forwarded(value: str) -> tuple[str, str]:
    return ("x-forwarded-for", value)


@pytest.mark.parametrize(
    ("found", "address", "is_certain"),
    [
        (client("203.0.113.7"), "203.0.113.7", True),
        (client("2001:db8::7"), "2001:db8::7", True),
        (client("::ffff:203.0.113.7"), "203.0.113.7", True),
        (client("10.0.0.1", forwarded("203.0.113.7")), "203.0.113.7", True),
        (client("::ffff:10.0.0.1", forwarded("203.0.113.7")), "203.0.113.7", True),
        (client("10.0.0.1", forwarded("203.0.113.7, 10.0.0.2")), "203.0.113.7", True),
        (client("10.0.0.1", forwarded("203.0.113.7"), forwarded("10.0.0.2")), "203.0.113.7", True),
        (client("2001:db8:aaaa::1", forwarded("[2001:db8::7]:443")), "2001:db8::7", True),
        (client("10.0.0.1", forwarded("203.0.113.7"), ("via", "1.1 proxy")), "203.0.113.7", True),
        # Somebody who forwards and is not trusted, or a client that pretends to.
        (client("203.0.113.7", forwarded("198.51.100.1")), "203.0.113.7", False),
        (client("203.0.113.7", ("forwarded", "for=198.51.100.1")), "203.0.113.7", False),
        (client("203.0.113.7", ("x-real-ip", "198.51.100.1")), "203.0.113.7", False),
        (client("203.0.113.7", ("via", "1.1 proxy")), "203.0.113.7", False),
        (client("10.0.0.1", forwarded("198.51.100.1, 203.0.113.7")), "203.0.113.7", False),
        (client("10.0.0.1", forwarded("unknown, 203.0.113.7")), "203.0.113.7", False),
        # A proxy itself, or nobody.
        (client("10.0.0.1"), "10.0.0.1", False),
        (client("10.0.0.1", forwarded("")), "10.0.0.1", False),
        (client("10.0.0.1", forwarded("nonsense")), "10.0.0.1", False),
        (client("10.0.0.1", forwarded("203.0.113.7, nonsense")), "10.0.0.1", False),
        (client("10.0.0.1", forwarded("10.0.0.3, 10.0.0.2")), "10.0.0.3", False),
        # This machine.
        (client("127.0.0.1"), "127.0.0.1", False),
        (client("127.8.8.8"), "127.8.8.8", False),
        (client("::1"), "::1", False),
        (client("::ffff:127.0.0.1"), "127.0.0.1", False),
        (client("10.0.0.1", forwarded("127.0.0.1")), "127.0.0.1", False),
        (client(None), None, False),
        (client("socket"), "socket", False),
    ],
)
def test_the_address_and_whether_it_is_certain(
    found: tuple[str | None, bool], address: str | None, is_certain: bool
) -> None:
    assert found == (address, is_certain)


@pytest.mark.parametrize("wrong", ["foo", "10.0.0.1/8", "10.0.0.0/33", "10.0.0", "localhost", "::1/129"])
def test_an_invalid_proxy_is_reported_by_name(wrong: str) -> None:
    with pytest.raises(ValidationError) as failed:
        settings_for("sqlite:///none.db", trusted_proxies=f"10.0.0.0/8, {wrong}")

    (fault,) = failed.value.errors()
    assert fault["loc"] == ("trusted_proxies",)
    assert repr(wrong) in fault["msg"]
    assert "10.0.0.0/8" in fault["msg"]
