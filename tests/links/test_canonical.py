"""When two addresses are of one page."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.links.canonical import canonical

PAGE = "https://example.org/notes/kiln?page=2&size=9"


@pytest.mark.parametrize(
    "written",
    [
        PAGE,
        "http://example.org/notes/kiln?page=2&size=9",
        "HTTPS://WWW.Example.ORG/notes/kiln?page=2&size=9",
        "https://example.org:443/notes/kiln?page=2&size=9",
        "http://example.org:80/notes/kiln?page=2&size=9",
        "https://example.org./notes/kiln?page=2&size=9",
        "https://ada:secret@example.org/notes/kiln?page=2&size=9",
        "https://example.org/notes/kiln/?page=2&size=9",
        "https://example.org/notes/kiln?size=9&page=2",
        "https://example.org/notes/kiln?page=2&size=9#glaze",
        "https://example.org/notes/kiln?page=2&utm_source=letter&size=9&UTM_Medium=email",
        "https://example.org/notes/kiln?fbclid=1&gclid=2&page=2&mc_cid=3&size=9&mc_eid=4",
        "https://example.org/n%6Ftes/kiln?page=%32&size=9",
        "  https://example.org/notes/kiln?page=2&size=9\n",
    ],
)
def test_it_is_the_same_however_the_address_is_written(written: str) -> None:
    assert canonical(written) == PAGE


@pytest.mark.parametrize(
    "other",
    [
        "https://example.org/notes/Kiln?page=2&size=9",
        "https://example.org/notes/kiln?page=3&size=9",
        "https://example.org/notes/kiln?page=2&size=9&ref=home",
        "https://example.org:8443/notes/kiln?page=2&size=9",
        "https://blog.example.org/notes/kiln?page=2&size=9",
        "https://example.org/notes%2Fkiln?page=2&size=9",
    ],
)
def test_another_page_is_another(other: str) -> None:
    assert canonical(other) != PAGE


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("https://example.org", "https://example.org"),
        ("https://example.org/", "https://example.org"),
        ("https://example.org/?utm_source=x", "https://example.org"),
        ("https://example.org/töpfe", "https://example.org/t%C3%B6pfe"),
        ("https://example.org/t%c3%b6pfe", "https://example.org/t%C3%B6pfe"),
        ("https://xn--tpferei-90a.example/a", "https://töpferei.example/a"),
        ("https://example.org/?q=a+b&q=", "https://example.org?q=&q=a+b"),
        ("https://example.org/?q=%FF", "https://example.org?q=%FF"),
        ("mailto:ada@example.org", "mailto:ada@example.org"),
        ("https://example.org:port/a", "https://example.org:port/a"),
        ("https://[::1", "https://[::1"),
        ("not an address", "not an address"),
        ("", ""),
    ],
)
def test_what_becomes_of_an_address(written: str, expected: str) -> None:
    assert canonical(written) == expected


@given(some.text(alphabet="ab%2fé ?&=#/:.+;\\[]~", max_size=40))
def test_what_is_canonical_stays_as_it_is(rest: str) -> None:
    once = canonical(f"https://example.org/{rest}")

    assert canonical(once) == once
