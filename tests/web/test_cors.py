"""Pages of other origins, in a browser. https://fetch.spec.whatwg.org/#http-cors-protocol"""

from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from app.main import create_app
from app.settings import Settings
from tests.api import Api
from tests.conftest import on_sqlite, settings_for
from tests.web.expect import public_addresses
from tests.web.wire import Answer, ask

ORIGINS = ("https://reader.example", "http://localhost:3000", "null", "https://evil.example")
LISTED = "https://admin.example"
OTHERS = ("https://evil.example", "http://admin.example", "https://admin.example.evil", "https://admin.example:8443")


@pytest.fixture
def closed(database_url: str) -> Iterator[Api]:
    """An application that allows only two origins."""
    with Api(create_app(settings_for(database_url, cors_origins=f"{LISTED}, https://beta.example"))) as api:
        api.editor.post("/issues", json={"number": 75, "title": "Issue 75", "status": "published"}).raise_for_status()
        yield api


def preflight(api: Api, origin: str, method: str, path: str = "/issues/75", headers: str = "") -> Answer:
    asked = {"origin": origin, "access-control-request-method": method, "access-control-request-headers": headers}
    return ask(api, "OPTIONS", path, headers=asked)


def allowed(answer: Answer) -> set[str]:
    return set(answer.headers.get("access-control-allow-methods", "").split(", ")) - {""}


@on_sqlite
def test_pages_of_every_origin_may_read_by_default(reading: Api, subtests: pytest.Subtests) -> None:
    for address in [*public_addresses(reading), "/healthz", "/nothing", "/issues?limit=0", "/tags/Papers"]:
        for origin in (None, *ORIGINS):
            for method in ("GET", "HEAD"):
                with subtests.test(address, origin=origin, method=method):
                    answer = ask(reading, method, address, headers={"origin": origin} if origin else {})
                    assert answer.headers["access-control-allow-origin"] == "*"
                    exposed = answer.headers["access-control-expose-headers"].split(", ")
                    assert {"ETag", "Link"} <= set(exposed)
                    assert "access-control-allow-credentials" not in answer.headers


@on_sqlite
def test_an_answer_is_the_same_whether_an_origin_is_named_or_not(reading: Api) -> None:
    plain = ask(reading, "GET", "/items?limit=1")
    for origin in ORIGINS:
        assert ask(reading, "GET", "/items?limit=1", headers={"origin": origin}).headers == plain.headers
    kept = ask(reading, "GET", "/items", headers={"if-none-match": "*", "origin": ORIGINS[0]})
    assert kept.status_code == 304
    assert kept.headers["access-control-allow-origin"] == "*"
    assert "ETag" in kept.headers["access-control-expose-headers"]


@on_sqlite
def test_a_browser_that_asks_first_may_read_and_not_write(reading: Api, subtests: pytest.Subtests) -> None:
    for path in ("/issues/75", "/issues", "/search", "/nothing", "/auth/token"):
        for method in ("GET", "POST", "PATCH", "DELETE"):
            with subtests.test(path, method=method):
                answer = preflight(reading, ORIGINS[0], method, path, "if-none-match")
                assert (answer.status_code, answer.content) == (204, b"")
                assert answer.headers["access-control-allow-origin"] == "*"
                assert allowed(answer) == {"GET", "HEAD"}
                assert "If-None-Match" in answer.headers["access-control-allow-headers"]
                assert "Authorization" not in answer.headers["access-control-allow-headers"]
                assert answer.headers["access-control-max-age"].isdigit()


@on_sqlite
def test_an_answer_to_a_write_is_not_for_pages_of_other_origins(reading: Api) -> None:
    headers = {"origin": ORIGINS[0]}
    for answer in (
        reading.editor.post("/issues", json={"title": "T"}, headers=headers),
        reading.post("/auth/token", data={"username": "author", "password": "wrong"}, headers=headers),
        reading.editor.delete("/issues", headers=headers),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control-")]


@on_sqlite
def test_an_options_request_that_is_no_preflight_lists_the_methods(reading: Api) -> None:
    for headers in ({}, {"origin": ORIGINS[0]}, {"access-control-request-method": "POST"}):
        answer = ask(reading, "OPTIONS", "/issues", headers=headers)
        assert answer.status_code == 204
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


@on_sqlite
def test_a_listed_origin_may_read_and_write(closed: Api, subtests: pytest.Subtests) -> None:
    for origin in (LISTED, "https://beta.example"):
        for answer in (
            closed.get("/issues/75", headers={"origin": origin}),
            closed.editor.get("/issues/75/draft", headers={"origin": origin}),
            closed.editor.post("/issues", json={"title": "T"}, headers={"origin": origin}),
            closed.get("/nothing", headers={"origin": origin}),
            closed.get("/issues/75", headers={"origin": origin, "if-none-match": "*"}),
        ):
            with subtests.test(origin=origin, url=str(answer.url), status=answer.status_code):
                assert answer.headers["access-control-allow-origin"] == origin
                exposed = set(answer.headers["access-control-expose-headers"].split(", "))
                assert {"ETag", "Link", "Location"} <= exposed
                assert "origin" in answer.headers["vary"].lower()


@on_sqlite
def test_a_listed_origin_may_do_so_when_it_asks_first(closed: Api) -> None:
    for method in ("GET", "POST", "PATCH", "DELETE"):
        answer = preflight(closed, LISTED, method, headers="authorization, content-type, if-match")
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["access-control-allow-origin"] == LISTED
        assert method in allowed(answer)
        taken = {name.lower() for name in answer.headers["access-control-allow-headers"].split(", ")}
        assert {"authorization", "content-type", "if-match", "if-none-match"} <= taken
        assert answer.headers["vary"] == "Origin"


@on_sqlite
def test_other_origins_get_nothing(closed: Api, subtests: pytest.Subtests) -> None:
    for origin in (None, *OTHERS, "null", "", "*"):
        headers = {} if origin is None else {"origin": origin}
        for method, path in (("GET", "/issues/75"), ("HEAD", "/issues/75"), ("GET", "/nothing"), ("POST", "/issues")):
            with subtests.test(origin=origin, method=method, path=path):
                answer = ask(closed, method, path, headers=headers)
                assert not [name for name in answer.headers if name.startswith("access-control-")]
                assert answer.headers["vary"] == "Origin"
        if origin:
            with subtests.test(origin=origin, method="OPTIONS"):
                answer = preflight(closed, origin, "GET")
                assert not [name for name in answer.headers if name.startswith("access-control-")]
                assert answer.headers["vary"] == "Origin"


def test_origins_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTHEAD_CORS_ORIGINS", " https://a.example ,http://localhost:3000,")

    assert Settings(_env_file=None).cors_origins == ("https://a.example", "http://localhost:3000")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "wrong",
    [
        "example.org",
        "https://example.org/",
        "https://example.org/app",
        "https://*.example.org",
        "*.example.org",
        "null",
        "https:example.org",
        "https://",
        "https://exa mple.org",
        "https://example.org?x=1",
    ],
)
def test_a_setting_that_is_not_an_origin_is_rejected(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("MASTHEAD_CORS_ORIGINS", wrong)

    with pytest.raises(ValidationError) as refused:
        Settings(_env_file=None)  # type: ignore[call-arg]

    (error,) = refused.value.errors()
    assert error["loc"] == ("cors_origins",)
    assert "origin" in error["msg"]


def test_reading_may_be_open_to_all_and_writing_to_one(database_url: str) -> None:
    app = create_app(settings_for(database_url, cors_origins="*,https://admin.example.org"))
    preflight = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    with Api(app) as api:
        for origin, methods in (("https://admin.example.org", "POST"), ("https://else.example.org", "GET")):
            read = api.get("/issues", headers={"origin": origin})
            assert read.headers["access-control-allow-origin"] == "*"
            assert "vary" not in read.headers
            asked = api.request("OPTIONS", "/issues", headers={"origin": origin, **preflight})
            assert methods in asked.headers["access-control-allow-methods"]
            assert ("POST" in asked.headers["access-control-allow-methods"]) is (methods == "POST")
            written = api.post("/issues", headers={"origin": origin})
            assert ("access-control-allow-origin" in written.headers) is (methods == "POST")
