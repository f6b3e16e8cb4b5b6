"""What browsers are told about every response, and about pages."""

from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from tests.api import Api
from tests.conftest import on_sqlite
from tests.web.expect import operations, public_addresses, write_routes
from tests.web.wire import ask


class Loaded(HTMLParser):
    """What a page runs and loads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.addresses: list[str] = []
        self.attributes: set[str] = set()
        self._in_script = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.attributes |= given.keys()
        self.addresses += [given[name] or "" for name in ("src", "href") if name in given and tag != "a"]
        self._in_script = tag == "script" and "src" not in given

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts.append(data)


@on_sqlite
def test_no_browser_guesses_what_a_response_is(reading: Api, subtests: pytest.Subtests) -> None:
    etag = reading.get("/issues/75").headers["etag"]
    for method, path, headers in (
        *(("GET", path, {}) for path in public_addresses(reading)),
        *((method, path, {}) for method, path in write_routes(reading)),
        ("HEAD", "/issues/75", {}),
        ("GET", "/issues/75", {"if-none-match": etag}),
        ("OPTIONS", "/issues/75", {}),
        ("OPTIONS", "/issues/75", {"origin": "https://a.example", "access-control-request-method": "PUT"}),
        ("GET", "/nothing", {}),
        ("GET", "/%00", {}),
        ("BREW", "/issues", {}),
        ("GET", "/healthz", {}),
        ("GET", "/inbox", reading.author._headers),
        ("POST", "/auth/token", {}),
    ):
        with subtests.test(method=method, path=path):
            answer = ask(reading, method, path, headers=headers)
            assert answer.headers.get_list("x-content-type-options") == ["nosniff"]


@on_sqlite
def test_a_page_cannot_be_framed_and_loads_only_what_it_needs(reading: Api, subtests: pytest.Subtests) -> None:
    pages = [path for path in public_addresses(reading) if "text/html" in reading.get(path).headers["content-type"]]
    assert {"/docs", "/problems/not-found"} <= set(pages)
    for page in pages:
        with subtests.test(page=page):
            answer = reading.get(page)
            policy = dict(each.split(" ", 1) for each in answer.headers["content-security-policy"].split("; "))
            assert policy["default-src"] == "'none'"
            assert policy["frame-ancestors"] == "'none'"
            assert "unsafe" not in policy.get("script-src", "")
            page_loads = Loaded(answer.text)
            hashes = {f"'sha256-{b64encode(sha256(each.encode()).digest()).decode()}'" for each in page_loads.scripts}
            loads_scripts = any(each.endswith(".js") for each in page_loads.addresses)
            assert set(policy.get("script-src", "").split()) == hashes | ({"'self'"} if loads_scripts else set())
            assert not any(each.startswith("on") for each in page_loads.attributes)
            for address in page_loads.addresses:
                assert reading.get(page).url.join(address).host == "masthead.test"
            assert "*" not in answer.headers["content-security-policy"]
            cached = reading.get(page, headers={"if-none-match": answer.headers["etag"]})
            assert cached.headers["content-security-policy"] == answer.headers["content-security-policy"]
    assert Loaded(reading.get("/docs").text).scripts
    for _, path, operation in operations(reading):
        for answers in operation["responses"].values():
            assert "text/html" not in answers.get("content", {}) or path == "/problems/{code}", "a page: test it here"
