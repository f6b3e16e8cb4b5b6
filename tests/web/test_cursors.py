"""Cursors: valid for their own list, and rejected otherwise."""

import base64
from hashlib import blake2b
from typing import Any

import orjson
import pytest

from tests.api import Api
from tests.web.expect import LISTS, a_problem, with_query


def forged(path: str, key: Any, *filters: tuple[str, str], payload: bytes | None = None) -> str:
    """A cursor with a valid checksum and list hash, as `app.web.pages` encodes it, with any key."""
    mark = blake2b(orjson.dumps([path, sorted(filters)]), digest_size=6).digest()
    sealed = mark + (orjson.dumps(key) if payload is None else payload)
    return base64.urlsafe_b64encode(blake2b(sealed, digest_size=4).digest() + sealed).decode().rstrip("=")


def first(api: Api, path: str) -> str:
    """The cursor after the first row of a list."""
    cursor: str = api.get(with_query(path, "limit=1")).json()["page"]["next_cursor"]
    return cursor


def refused(api: Api, path: str, cursor: str) -> None:
    a_problem(api, api.get(with_query(path, f"cursor={cursor}")), 422, "invalid-cursor", "cursor")


def test_an_invalid_cursor_is_refused(library: Api, subtests: pytest.Subtests) -> None:
    for path in LISTS:
        for garbage in (
            "a",
            "0",
            "null",
            "....",
            "%20",
            "%E2%82%AC",
            "AAAA",
            "A" * 2000,
            "%2B%2F%3D",
            "eyJhIjoxfQ==",
        ):
            with subtests.test(path=path, garbage=garbage[:20]):
                refused(library, path, garbage)


def test_a_cursor_that_is_too_long_is_rejected(library: Api, subtests: pytest.Subtests) -> None:
    for path in LISTS:
        with subtests.test(path=path):
            a_problem(library, library.get(with_query(path, "cursor=" + "A" * 2001)), 422, "invalid", "cursor")


def test_a_truncated_or_mistyped_cursor_is_rejected(library: Api, subtests: pytest.Subtests) -> None:
    for path in ("/issues", "/items", "/sections", "/tags", "/search?q=issue"):
        cursor = first(library, path)
        swapped = cursor[:10] + ("A" if cursor[10] != "A" else "B") + cursor[11:]
        for broken in (
            cursor[:-1],
            cursor[1:],
            cursor[: len(cursor) // 2],
            cursor[:8],
            cursor + "A",
            cursor * 2,
            swapped,
        ):
            with subtests.test(path=path, broken=broken):
                refused(library, path, broken)
        assert library.get(with_query(path, f"cursor={cursor}")).status_code == 200


def test_a_cursor_whose_key_was_changed_is_reported(library: Api, subtests: pytest.Subtests) -> None:
    """The key and the list are valid, but the checksum is that of another key."""
    for path in LISTS:
        cursor = first(library, path)
        sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        checksum, mark, key = sealed[:4], sealed[4:10], orjson.loads(sealed[10:])
        another = [key[0] + "a"] if len(key) == 1 else [*key[:-1], key[-1] + 1]
        changed = base64.urlsafe_b64encode(checksum + mark + orjson.dumps(another)).decode().rstrip("=")
        with subtests.test(path=path, key=another):
            refused(library, path, changed)


def test_a_cursor_of_another_list_is_reported(library: Api, subtests: pytest.Subtests) -> None:
    lists = ["/issues", "/items", "/issues/75/items", "/sections", "/sections/research/items", "/tags"]
    lists += ["/tags/research/items", "/search?q=research"]
    cursors = {path: first(library, path) for path in lists}
    for path in lists:
        for other in lists:
            if path != other:
                with subtests.test(path=path, other=other):
                    refused(library, path, cursors[other])


def test_a_cursor_of_other_filters_is_reported(library: Api, subtests: pytest.Subtests) -> None:
    cursor = first(library, "/items")
    for query in ("tag=research", "issue=75", "section=research", "from=2025-01-01", "domain=example.org"):
        with subtests.test(query=query):
            refused(library, f"/items?{query}", cursor)
            refused(library, "/items", first(library, f"/items?{query}"))
    refused(library, "/search?q=result", first(library, "/search?q=research"))


def test_a_cursor_of_the_other_order_is_reported(library: Api) -> None:
    refused(library, "/items?order=published_at", first(library, "/items"))
    refused(library, "/issues", first(library, "/issues?order=published_at"))


def test_limit_fields_full_and_total_may_change_between_pages(library: Api) -> None:
    cursor = first(library, "/items?total=true&fields=id")

    second = library.get(f"/items?limit=2&cursor={cursor}&fields=title").json()
    assert second["data"] == [{"title": "Result 75"}, {"title": "Work 75"}]
    rest = library.get(f"/items?limit=100&cursor={second['page']['next_cursor']}&total=true").json()
    assert [item["title"] for item in rest["data"]] == ["Paper 74", "Result 74", "Work 74"]
    assert rest["page"] == {"limit": 100, "has_more": False, "next_cursor": None, "next": None, "total": 6}

    whole = library.get(f"/issues?full=true&cursor={first(library, '/issues')}").json()
    assert [(issue["number"], len(issue["sections"])) for issue in whole["data"]] == [(74, 2)]


def test_the_order_of_parameters_does_not_matter_to_a_cursor(library: Api) -> None:
    cursor = first(library, "/items?tag=research&section=research")

    page = library.get(f"/items?cursor={cursor}&section=research&limit=1&tag=research").json()
    assert [item["title"] for item in page["data"]] == ["Result 75"]


NOON = "2025-12-05T12:00:00Z"


def test_a_forged_cursor_of_issues_is_reported(library: Api, subtests: pytest.Subtests) -> None:
    for key in (
        [],
        {},
        None,
        5,
        "a",
        {"published_at": NOON},
        [NOON],
        [75, NOON],
        [NOON, "75"],
        [NOON, 75.0],
        [NOON, None],
        [NOON, True],
        [NOON, [75]],
        [NOON, 75, 0],
        [NOON, 1 << 63],
        [None, 75],
        [1764936000, 75],
        ["yesterday", 75],
        ["2025-12-05T12:00:00", 75],
        ["2025-12-05", 75],
        ["2025-12-05T25:00:00Z", 75],
        ["0001-01-01T00:00:00+23:59", 75],
        ["9999-12-31T23:59:59-23:59", 75],
    ):
        with subtests.test(key=key):
            refused(library, "/issues", forged("/issues", key))


def test_a_forged_cursor_of_items_is_reported(library: Api, subtests: pytest.Subtests) -> None:
    for key in ([], [NOON, 75], [NOON, 75, "0"], [NOON, 75, 1e300], [NOON, 75, 0, 0], [NOON, 75, None]):
        for path in ("/items", "/issues/75/items", "/sections/research/items", "/tags/research/items"):
            with subtests.test(path=path, key=key):
                refused(library, path, forged(path, key))


def test_a_forged_cursor_of_tags_or_sections_is_reported(library: Api, subtests: pytest.Subtests) -> None:
    for key in ([], [5], [None], [True], [["a"]], ["a", "b"], [{"slug": "a"}]):
        with subtests.test(key=key):
            for path in ("/tags", "/sections"):
                refused(library, path, forged(path, key))


def test_a_forged_cursor_of_no_json_is_reported(library: Api, subtests: pytest.Subtests) -> None:
    for payload in (b"", b"[", b"[NaN]", b"\xff\xff", b"[" * 1400, b'["\\ud800"]'):
        with subtests.test(payload=payload):
            for path in ("/tags", "/issues", "/items"):
                refused(library, path, forged(path, None, payload=payload))


def test_a_forged_cursor_of_any_slug_is_a_position_or_rejected(library: Api, subtests: pytest.Subtests) -> None:
    for slug in ("", "\0", "a\0b", "é", "\uffff", "z" * 1000, "%", "'"):
        with subtests.test(slug=slug):
            for path in ("/tags", "/sections"):
                answer = library.get(f"{path}?cursor={forged(path, [slug])}")
                assert answer.status_code in (200, 422), answer.text


def test_a_forged_cursor_of_any_number_is_a_position_or_rejected(library: Api, subtests: pytest.Subtests) -> None:
    for number in (0, -1, 2**31 - 1, 2**31, 2**62, 2**63 - 1, -(2**63 - 1)):
        for path, key, filters in (
            ("/issues", [NOON, number], []),
            ("/items", [NOON, number, 0], []),
            ("/items", [NOON, 75, number], []),
            ("/tags/research/items", [NOON, number, number], []),
            ("/search", [number, NOON, 75, 0], [("q", "paper")]),
            ("/search", [1, NOON, number, 0], [("q", "paper")]),
            ("/search", [1, NOON, 75, number], [("q", "paper")]),
        ):
            with subtests.test(path=path, key=key):
                query = f"?q=paper&cursor={forged(path, key, *filters)}" if filters else f"?cursor={forged(path, key)}"
                answer = library.get(path + query)
                assert answer.status_code in (200, 422), answer.text


def test_the_first_and_the_last_instant_are_places(library: Api) -> None:
    for instant, rows in (("0001-01-01T00:00:00Z", 0), ("9999-12-31T23:59:59Z", 2)):
        page = library.get(f"/issues?cursor={forged('/issues', [instant, 1])}")
        assert len(page.json()["data"]) == rows


def test_a_forged_cursor_of_drafts_is_reported(library: Api) -> None:
    for key in ([], ["a"], [NOON], [1, 2], [None], [2.5]):
        answer = library.author.get(f"/drafts?cursor={forged('/drafts', key)}")
        a_problem(library, answer, 422, "invalid-cursor", "cursor")
    for number in (0, 2**31, 2**63 - 1):
        assert library.author.get(f"/drafts?cursor={forged('/drafts', [number])}").status_code in (200, 422)
