"""URLs of web pages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content.urls import LONGEST, domain_of, web_address

STEADY = settings(deadline=None, derandomize=True)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org",
        "http://example.org/a?b=c#d",
        "HTTPS://Example.ORG/A",
        "https://bücher.example/ü",
        "https://user:password@example.org:8080/",
        "https://[::1]:8000/a",
        "https://192.0.2.7/",
        "https://example.org/%E4%B8%96?q=a%20b",
        "https://example.org/a(b),c;d=e@f!$'*",
    ],
)
def test_the_address_of_a_page_is_kept_as_it_was_given(address: str) -> None:
    assert web_address(address) == address


def test_white_space_around_an_address_is_taken_off() -> None:
    assert web_address("  https://example.org/a\n") == "https://example.org/a"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://example.org/",
        "mailto:ada@example.org",
        "//example.org/",
        "/issues/75",
        "example.org",
        "",
        "https://",
        "https:///example.org",
        "https:example.org",
        "http:\\\\example.org",
        "https://exam ple.org",
        "https://example.org/a b",
        "https://example.org/\x07",
        "https://example.org/\x7f",
        'https://example.org/"onclick="x',
        "https://example.org/<script>",
        "https://example.org:99999/",
        "https://:80/",
        "https://[::1",
        "https://xn--.org",
        "https://example.org/" + "x" * LONGEST,
    ],
)
def test_a_url_that_is_not_of_a_web_page_is_rejected(address: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the sentence is another for each
        web_address(address)


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://example.org/a", "example.org"),
        ("https://www.example.org", "example.org"),
        ("https://WWW.Example.ORG:8080/?q", "example.org"),
        ("https://blog.example.org", "blog.example.org"),
        ("https://www.www.example.org", "www.example.org"),
        ("https://wwwexample.org", "wwwexample.org"),
        ("https://example.org./", "example.org"),
        ("https://WWW./", "www"),
        ("https://ada:secret@example.org/", "example.org"),
        ("https://bücher.example/", "bücher.example"),
        ("https://xn--bcher-kva.example/", "bücher.example"),
        ("https://192.0.2.7:80/", "192.0.2.7"),
        ("https://[2001:db8::1]/", "[2001:db8::1]"),
        (None, None),
    ],
)
def test_the_domain_is_the_host_without_www(address: str | None, domain: str | None) -> None:
    assert domain_of(address) == domain


@STEADY
@given(st.text(max_size=60).map("https://example.org/".__add__) | st.text(max_size=60).map("https://".__add__))
def test_whatever_is_taken_for_an_address_has_a_domain(address: str) -> None:
    try:
        kept = web_address(address)
    except ValueError:
        return

    assert domain_of(kept)
    assert kept.lower().startswith("https://")


@pytest.mark.parametrize("before", ["a@" * 1500, "a" * 3000 + "@", "a:b@" * 900])
def test_what_is_taken_for_an_address_has_a_domain(before: str) -> None:
    with pytest.raises(ValueError, match="must have at most"):
        web_address(f"https://{before}example.org/")

    assert domain_of(web_address("https://a@b@example.org/" + "é" * 4000)) == "example.org"
