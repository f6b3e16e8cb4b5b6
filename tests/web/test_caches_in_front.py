"""`MASTHEAD_CDN`: headers for a CDN or a reverse proxy that keeps public answers. RFC 9213."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.main import create_app
from tests.api import Api
from tests.conftest import settings_for
from tests.factories import an_issue, an_item
from tests.web.expect import an_item_id, public_addresses
from tests.web.wire import Answer, ask

HEADERS = ("cdn-cache-control", "x-accel-expires", "surrogate-key", "cache-tag")


@pytest.fixture
def cached(database_url: str) -> Iterator[Api]:
    """Issues 74 to 76, published, behind caches that keep answers for a minute, and 77, a draft."""
    with Api(create_app(settings_for(database_url, cdn=60))) as api:
        for number in (74, 75, 76, 77):
            sections = [{"title": "Research", "items": [an_item(f"Paper {number}", tags=["research"])]}]
            issue = an_issue(number, published=number < 77, published_at=f"2025-12-0{number - 70}", sections=sections)
            api.editor.post("/issues", json=issue).raise_for_status()
        yield api


def keys_of(answer: Answer) -> set[str]:
    keys = answer.headers["surrogate-key"].split(" ")
    assert answer.headers["cache-tag"] == ",".join(keys)
    assert len(keys) == len(set(keys)) <= 5
    assert all(re.fullmatch(r"[a-z0-9-]{1,100}", key) for key in keys)
    return set(keys)


def test_by_default_there_are_none(library: Api, subtests: pytest.Subtests) -> None:
    for address in public_addresses(library):
        with subtests.test(address):
            assert not set(HEADERS) & ask(library, "GET", address).headers.keys()


def test_every_public_answer_says_how_long_it_may_be_kept(cached: Api, subtests: pytest.Subtests) -> None:
    for address in public_addresses(cached):
        for headers in ({}, {"accept-encoding": "gzip"}, {"if-none-match": "*"}):
            for method in ("GET", "HEAD"):
                with subtests.test(address, method=method, headers=headers):
                    answer = ask(cached, method, address, headers=headers)
                    assert answer.status_code == (304 if "if-none-match" in headers else 200)
                    assert answer.headers["cdn-cache-control"] == "max-age=60"
                    assert answer.headers["x-accel-expires"] == "60"
                    assert answer.headers["cache-control"] == "public, no-cache"
                    assert "masthead" in keys_of(answer)
                    # nginx before 1.23 keeps nothing otherwise.
                    assert list(answer.headers).index("x-accel-expires") < list(answer.headers).index("cache-control")


def test_what_else_there_is_may_not_be_kept(cached: Api, subtests: pytest.Subtests) -> None:
    editor = cached.editor._headers
    preview = cached.editor.post("/issues/77/preview").json()["url"]
    for address, headers, status in (
        ("/nothing", {}, 404),
        ("/issues/77", {}, 404),
        ("/items?limit=0", {}, 422),
        ("/tags/Papers", {}, 308),
        ("/healthz", {}, 200),
        ("/readyz", {}, 200),
        (preview, {}, 200),
        ("/issues/77/draft", {}, 401),
        ("/issues/77/draft", editor, 200),
        ("/issues/75/draft", editor, 200),
        ("/drafts", editor, 200),
    ):
        with subtests.test(address, status=status):
            answer = ask(cached, "GET", address, headers=headers)
            assert answer.status_code == status
            assert not set(HEADERS) & answer.headers.keys()


def test_each_answer_has_the_keys_of_what_it_shows(cached: Api, subtests: pytest.Subtests) -> None:
    item = an_item_id(cached)
    for address, keys in (
        ("/", {"publication", "issues"}),
        ("/issues", {"issues"}),
        ("/issues?full=true", {"issues"}),
        ("/issues/75", {"issue-75"}),
        ("/issues/75?fields=title", {"issue-75"}),
        ("/issues/latest", {"issues", "issue-76"}),
        ("/issues/75/items", {"issue-75"}),
        ("/items", {"items"}),
        ("/items?tag=research", {"items"}),
        (f"/items/{item}", {f"item-{item}", "issue-76"}),
        ("/sections", {"sections"}),
        ("/sections/research", {"sections", "section-research"}),
        ("/sections/research/items", {"items", "section-research"}),
        ("/tags", {"tags"}),
        ("/tags/research", {"tags", "tag-research"}),
        ("/tags/research/items", {"items", "tag-research"}),
        ("/search?q=paper", {"search"}),
        ("/openapi.json", set()),
        ("/problems/stale", set()),
    ):
        with subtests.test(address):
            assert keys_of(ask(cached, "GET", address)) == keys | {"masthead"}


OPERATING = (Path(__file__).parents[2] / "docs/operating.md").read_text()


@pytest.mark.parametrize(
    ("row", "method", "path", "body"),
    [
        ("edited", "PATCH", "/issues/75", {"title": "Paper of another title"}),
        ("edited", "POST", "/issues/75/items", {"title": "Paper", "section": "research", "tags": ["safety"]}),
        ("published", "POST", "/issues/77/publish", None),
        ("withdrawn", "POST", "/issues/75/unpublish", None),
        ("withdrawn", "DELETE", "/issues/76", None),
        ("tag", "PATCH", "/tags/research", {"name": "Science", "slug": "science"}),
        ("tag", "DELETE", "/tags/career", None),
        ("tag", "POST", "/tags/research/merge", {"into": "safety"}),
        ("tag", "POST", "/tags", {"name": "Art"}),
        ("publication", "PATCH", "/publication", {"title": "Another", "language": "de"}),
    ],
)
def test_purging_the_documented_keys_leaves_nothing_that_is_out_of_date(
    cached: Api, row: str, method: str, path: str, body: object
) -> None:
    addresses = [f"/issues/{number}" for number in (74, 75, 76)]
    addresses += [*public_addresses(cached), "/issues?full=true", "/items?tag=research", "/tags/career", "/tags/safety"]
    kept = {address: ask(cached, "GET", address) for address in addresses}
    kept = {address: answer for address, answer in kept.items() if answer.status_code == 200}

    changed = cached.editor.request(method, path, **({} if body is None else {"json": body}))
    if changed.status_code == 403:
        changed = cached.admin.request(method, path, json=body)
    assert changed.is_success, changed.text

    number = re.search(r"issues/(\d+)", path)
    purged = documented_keys(row, int(number[1]) if number else 0)
    stale = [
        address
        for address, answer in kept.items()
        if not keys_of(answer) & purged and ask(cached, "GET", address).headers.get("etag") != answer.headers["etag"]
    ]
    assert stale == []


def documented_keys(row: str, number: int) -> set[str]:
    """The keys in a row of the table of purges in docs/operating.md, for the issue with this number."""
    table = OPERATING.split("| after | purge |")[1].split("\n\n")[0]
    (line,) = (line for line in table.splitlines() if line.startswith("| ") and row in line.split("|")[1])
    keys = set(re.findall(r"`([^`]+)`", line.split("|")[2]))
    assert keys
    return {
        key.replace("BEFORE", str(number - 1)).replace("AFTER", str(number + 1)).replace("N", str(number))
        for key in keys
    }


@pytest.mark.parametrize("seconds", [-1, 31_536_001, "soon", 1.5])
def test_an_invalid_time_is_refused(seconds: object) -> None:
    with pytest.raises(ValidationError, match="cdn"):
        settings_for("sqlite:///none.db", cdn=seconds)
