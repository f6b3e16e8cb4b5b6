"""The API beneath a path: `MASTHEAD_ROOT_PATH`, or `X-Forwarded-Prefix` from a trusted proxy."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

import pytest
from fastapi.routing import iter_route_contexts
from pydantic import ValidationError

from app import root_path
from app.main import ROUTES, create_app
from tests.api import Api
from tests.conftest import on_sqlite, settings_for
from tests.factories import an_issue
from tests.web.wire import ask

HERE = {"trusted_proxies": "127.0.0.1"}
"""Tests call from this address."""
PREFIX = {"x-forwarded-prefix": "/api"}


class Beneath:
    """An application, called with each way in which a proxy serves it beneath a path."""

    def __init__(self, api: Api, root: str, headers: dict[str, str], stripped: bool) -> None:
        self.api, self.root, self.headers, self.stripped = api, root, headers, stripped

    def __call__(self, address: str, method: str = "GET", **sent: object) -> object:
        """Request an address as a client sees it, which the proxy hands on."""
        assert address.startswith(self.root + "/"), address
        path = address.removeprefix(self.root) if self.stripped else address
        headers = {**self.headers, **sent.pop("headers", {})}  # type: ignore[dict-item]
        return self.api.editor.request(method, path, headers=headers, **sent)


@pytest.fixture(
    params=[
        ({"root_path": "/api"}, "/api", {}),
        ({"root_path": "/a/b.c~d"}, "/a/b.c~d", {}),
        (HERE, "/api", PREFIX),
        ({"root_path": "/api", **HERE}, "/api", {"x-forwarded-prefix": "/evil"}),
    ],
    ids=["setting", "long", "header", "both"],
)
def beneath(request: pytest.FixtureRequest, database_url: str) -> Iterator[Callable[[bool], Beneath]]:
    settings, root, headers = request.param
    with Api(create_app(settings_for(database_url, **settings))) as api:
        api.editor.post("/issues", json=an_issue(75, published=True, items=3)).raise_for_status()
        yield lambda stripped: Beneath(api, root, headers, stripped)


@pytest.mark.parametrize("stripped", [True, False], ids=["stripped", "whole"])
def test_every_address_of_a_response_leads_where_the_client_can_go(
    beneath: Callable[[bool], Beneath], stripped: bool
) -> None:
    ask = beneath(stripped)
    root = ask.root

    front = ask(f"{root}/").json()
    assert front["links"]["issues"] == f"{root}/issues"
    for address in front["links"].values():
        assert ask(address, params={"q": "item"} if "search" in address else {}).status_code == 200

    rows, address = 0, f"{root}/items?limit=1&tag=Research"
    while address:
        page = ask(address)
        rows += len(page.json()["data"])
        following = page.json()["page"]["next"]
        assert page.headers.get("link") == (f'<{following}>; rel="next"' if following else None)
        address = following
    assert rows == 3

    for alias in ("Papers", "Papers/items?limit=1"):
        moved = ask(f"{root}/tags/{alias}")
        assert moved.status_code == 308
        assert ask(moved.headers["location"]).status_code == 200

    for problem in (ask(f"{root}/nothing"), ask(f"{root}/issues/1"), ask(f"{root}/issues/75", "POST")):
        assert problem.json()["type"].startswith(f"{root}/problems/")
        assert ask(problem.json()["type"]).status_code == 200
        addresses = re.findall(r"(?<![^ ])/[^ ;]*", problem.json()["detail"])
        assert addresses
        assert all(each.startswith(f"{root}/") for each in addresses), addresses


@pytest.mark.parametrize("stripped", [True, False], ids=["stripped", "whole"])
def test_what_is_created_is_at_its_location(beneath: Callable[[bool], Beneath], stripped: bool) -> None:
    ask = beneath(stripped)
    item = {"title": "T", "section": "research"}
    for path, body in (
        ("issues", {"title": "A draft"}),
        ("issues/75/sections", {"title": "S"}),
        ("issues/75/items", item),
        ("items", {"title": "T"}),
        ("tags", {"name": "Art"}),
        ("issues/75/preview", {}),
    ):
        made = ask(f"{ask.root}/{path}", "POST", json=body)
        assert made.status_code == 201, made.text
        assert ask(made.headers["location"]).status_code == 200
        if path.endswith("preview"):
            assert made.json()["url"] == made.headers["location"]
    replaced = ask(f"{ask.root}/issues/99", "PUT", json={"title": "New"})
    assert replaced.headers["location"] == f"{ask.root}/issues/99/draft"


def test_documents_are_the_same_beneath_any_path(database_url: str, subtests: pytest.Subtests) -> None:
    with Api(create_app(settings_for(database_url, **HERE))) as api:
        for number in (75, 76):
            api.editor.post("/issues", json=an_issue(number, published=True)).raise_for_status()
        item = api.get("/items").json()["data"][0]["id"]
        for path in (
            *("/issues/75", "/issues", "/issues?full=true", f"/items/{item}", "/items", "/sections", "/tags/research"),
            *("/issues/75/draft", f"/items/{item}/draft", "/issues/75/revisions/1", "/drafts", "/tags/research/draft"),
            "/search?q=item",
        ):
            with subtests.test(path):
                whole, prefixed = (api.editor.get(path, headers=headers) for headers in ({}, PREFIX))
                assert whole.status_code == 200
                assert (prefixed.content, prefixed.headers) == (whole.content, whole.headers)


def test_an_answer_that_is_repeated_has_the_address_of_who_asks(database_url: str) -> None:
    with Api(create_app(settings_for(database_url, **HERE))) as api:
        sent = {"idempotency-key": "a"}
        first = api.editor.post("/issues", json={"title": "T"}, headers=sent)
        again = api.editor.post("/api/issues", json={"title": "T"}, headers={**sent, **PREFIX})
        assert again.headers["idempotency-replayed"] == "true"
        assert again.headers["location"] == "/api" + first.headers["location"]
        assert {**again.headers, "location": "", "idempotency-replayed": ""} == {
            **first.headers,
            "location": "",
            "idempotency-replayed": "",
        }
        assert again.content == first.content
        revision = api.editor.get("/issues/1/revisions").json()["data"][0]
        assert "/api" not in str(revision)


def test_a_cursor_is_good_beneath_another_path(database_url: str) -> None:
    with Api(create_app(settings_for(database_url, **HERE))) as api:
        api.editor.post("/issues", json=an_issue(75, published=True)).raise_for_status()
        following = api.get("/items?limit=1").json()["page"]["next"]
        assert api.get("/api" + following, headers=PREFIX).json()["data"] == api.get(following).json()["data"]


@on_sqlite
def test_the_page_of_the_documentation_works_beneath_a_path(beneath: Callable[[bool], Beneath]) -> None:
    for stripped in (True, False):
        ask = beneath(stripped)
        description = ask(f"{ask.root}/openapi.json").json()
        assert description["servers"] == [{"url": ask.root}]
        flows = description["components"]["securitySchemes"]["OAuth2PasswordBearer"]["flows"]["password"]
        assert (flows["tokenUrl"], flows["refreshUrl"]) == (f"{ask.root}/auth/token", f"{ask.root}/auth/refresh")
        page = ask(f"{ask.root}/docs").text
        for file in ("openapi.json", "docs/swagger-ui-bundle.js", "docs/swagger-ui.css", "docs/favicon-32x32.png"):
            assert file in page
            assert ask(urljoin(f"{ask.root}/docs", file)).status_code == 200


@on_sqlite
def test_the_description_of_an_application_at_the_root_is_as_it_was(database_url: str) -> None:
    with Api(create_app(settings_for(database_url, **HERE))) as api:
        before = api.get("/openapi.json").content
        assert api.get("/openapi.json", headers=PREFIX).content != before
        assert api.get("/openapi.json").content == before


@on_sqlite
@pytest.mark.parametrize(
    "prefix",
    [
        *("", "/", "api", "//evil.example", "/api/", "/a//b", "/..", "/a/../b", "/.", "/a/.", "https://evil.example"),
        *("/a?b", "/a#b", "/a b", "/a%2e", "/a\\b", '/a"', "/a>", "/ä", "/api, /b", "/a\tb", "/" + "a" * 200),
    ],
)
def test_an_invalid_prefix_is_ignored_in_a_request_and_refused_as_a_setting(database_url: str, prefix: str) -> None:
    with Api(create_app(settings_for(database_url, **HERE))) as api:
        plain = ask(api, "GET", "/")
        answer = ask(api, "GET", "/", headers={"x-forwarded-prefix": prefix})
        assert (answer.headers, answer.content) == (plain.headers, plain.content)
    if prefix:
        with pytest.raises(ValidationError, match="must start with /"):
            settings_for("sqlite:///none.db", root_path=prefix)


@on_sqlite
def test_a_request_with_two_prefixes_is_answered_as_without(database_url: str) -> None:
    with Api(create_app(settings_for(database_url, **HERE))) as api:
        both = [("x-forwarded-prefix", "/api"), ("x-forwarded-prefix", "/b")]
        assert api.get("/", headers=both).content == api.get("/").content


@on_sqlite
@pytest.mark.parametrize("trusted", ["", "10.0.0.0/8, ::1"])
def test_a_prefix_from_anybody_else_is_ignored(database_url: str, trusted: str) -> None:
    with Api(create_app(settings_for(database_url, trusted_proxies=trusted))) as api:
        assert api.get("/", headers=PREFIX).content == api.get("/").content
        assert api.get("/api/issues", headers=PREFIX).status_code == 404


@on_sqlite
def test_only_a_whole_segment_is_the_prefix(database_url: str) -> None:
    with Api(create_app(settings_for(database_url, root_path="/api"))) as api:
        assert api.get("/api").json() == api.get("/api/").json() == api.get("/").json()
        for path in ("/apis", "/api.json", "/api/api", "/apiissues", "/API/issues"):
            assert api.get(path).status_code == 404
        assert api.get("/%61pi/tags").status_code == 200
        assert ask(api, "GET", "/api/tags/%00").status_code == 400
        assert ask(api, "GET", "/api/tags/%ff").status_code == 400
        allowed = ask(api, "OPTIONS", "/api/issues").headers["allow"]
        assert "POST" in allowed


def test_a_prefix_does_not_begin_like_a_route() -> None:
    paths = [context.path for context in iter_route_contexts(list(ROUTES.routes)) if context.path]
    assert {path.split("/")[1] for path in paths} - {""} == root_path.FIRST_SEGMENTS
    for segment in root_path.FIRST_SEGMENTS:
        assert not root_path.is_root_path(f"/{segment}")
        assert not root_path.is_root_path(f"/{segment}/v1")
        assert root_path.is_root_path(f"/api/{segment}")
