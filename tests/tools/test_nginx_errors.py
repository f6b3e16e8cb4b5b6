"""Which errors come from nginx itself, in HTML, and which from Masthead behind it."""

from contextlib import suppress
from http.client import HTTPSConnection
from urllib.parse import urlsplit

import pytest

from tests.tools.sites import PATIENCE, Site

pytestmark = [pytest.mark.tools, pytest.mark.parametrize("proxy", ["nginx"], indirect=True)]

NGINX, MASTHEAD = "text/html", "application/problem+json"
KIB, MIB = 2**10, 2**20


def get(site: Site, base: str, path: str, *headers: tuple[str, str]) -> tuple[int, str | None]:
    """The status and the type of the answer to a request that may be longer than HTTP clients permit."""
    address = urlsplit(base)
    connection = HTTPSConnection("127.0.0.1", address.port, timeout=PATIENCE, context=site.tls)
    connection.putrequest("GET", address.path + path, skip_host=any(name == "Host" for name, _ in headers))
    for name, value in headers:
        connection.putheader(name, value)
    with suppress(OSError):  # nginx need not read all of it
        connection.endheaders()
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.headers["content-type"]


def post(site: Site, base: str, size: int) -> tuple[int, str]:
    author = site.client(base, role="author")
    answer = author.post(f"{base}/items", content=b" " * size, headers={"content-type": "application/json"})
    return answer.status_code, answer.headers["content-type"]


def test_what_is_a_little_too_large_is_refused_by_masthead(site: Site) -> None:
    for base in (site.root, site.beneath):
        assert get(site, base, "/issues/75", ("X-Long", "a" * 68 * KIB)) == (431, MASTHEAD)
        assert get(site, base, "/issues/75", *[(f"X-{place}", "a" * 9 * KIB) for place in range(8)]) == (431, MASTHEAD)
        assert get(site, base, "/issues?tag=" + "a" * 68 * KIB) == (431, MASTHEAD)
        assert post(site, base, 5 * MIB + 1) == (413, MASTHEAD)


def test_what_is_much_too_large_is_refused_by_nginx(site: Site) -> None:
    for base in (site.root, site.beneath):
        assert get(site, base, "/issues/75", ("X-Long", "a" * 74 * KIB)) == (400, NGINX)
        assert get(site, base, "/issues?tag=" + "a" * 74 * KIB) == (414, NGINX)
        assert post(site, base, 6 * MIB + 1) == (413, NGINX)


def test_two_hosts_are_refused_by_nginx(site: Site) -> None:
    assert get(site, site.root, "/issues/75", ("Host", "a"), ("Host", "b")) == (400, NGINX)
