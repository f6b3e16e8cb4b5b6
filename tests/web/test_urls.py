"""URLs that do not exist, that cannot be decoded, or that do not support the method."""

import pytest

from tests.api import Api
from tests.web.expect import a_problem, an_item_id, filled, operations
from tests.web.wire import ask

NOT_NUMBERS = (
    "0",
    "-1",
    "75.0",
    "+5",
    "1e3",
    "99999999999999999999",
    "9" * 5000,
    "%205",
    "5%20",
    "%D9%A3",  # ٣, the Arabic digit three
    "%EF%BC%97",  # ７, of full width
    "0075",
    "0x4b",
    "7_5",
    "true",
    "..",
)


def test_a_value_that_is_not_a_number_is_rejected(library: Api, subtests: pytest.Subtests) -> None:
    for template in ("/issues/{}", "/issues/{}/items", "/items/{}"):
        pointer = "id" if template == "/items/{}" else "number"
        for number in NOT_NUMBERS:
            with subtests.test(template=template, number=number[:30]):
                a_problem(library, ask(library, "GET", template.format(number)), 422, "invalid", pointer)


def test_an_author_gets_it_too(library: Api, subtests: pytest.Subtests) -> None:
    for method, template in (
        ("GET", "/issues/{}/draft"),
        ("PATCH", "/issues/{}"),
        ("POST", "/issues/{}/publish"),
        ("POST", "/issues/{}/items"),
        ("GET", "/items/{}/draft"),
        ("PATCH", "/items/{}"),
        ("DELETE", "/items/{}"),
    ):
        pointer = "id" if "items/{}" in template else "number"
        body = {"title": "T", "section": "research"} if template.endswith("items") else {"title": "T"}
        for number in ("0", "-1", "75.0", "99999999999999999999"):
            with subtests.test(method=method, template=template, number=number):
                sent = {} if method in ("GET", "DELETE") or "publish" in template else {"json": body}
                answer = library.editor.request(method, template.format(number), **sent)
                a_problem(library, answer, 422, "invalid", pointer)


def test_a_filter_that_is_not_a_number_is_rejected(library: Api, subtests: pytest.Subtests) -> None:
    for path in ("/items?issue=", "/sections/research/items?issue=", "/search?q=a&issue="):
        for number in ("0", "-1", "75.0", "%2B5", "1e3", "99999999999999999999", "abc"):
            with subtests.test(path=path, number=number):
                a_problem(library, library.get(path + number), 422, "invalid", "issue")


def test_a_number_that_no_issue_has_is_not_found(library: Api, subtests: pytest.Subtests) -> None:
    for path in ("/issues/73", "/issues/2147483647", "/issues/73/items", "/issues/76", "/issues/76/items"):
        with subtests.test(path=path):
            a_problem(library, library.get(path), 404, "not-found")
    for path in (f"/items/{2**63 - 1}", "/items/999999"):
        with subtests.test(path=path):
            a_problem(library, library.get(path), 404, "not-found")
    for number in (2**31, 2**63):
        with subtests.test(number=number):
            a_problem(library, library.get(f"/issues/{number}"), 422, "invalid", "number")


def test_a_url_that_cannot_be_decoded_is_rejected(library: Api, subtests: pytest.Subtests) -> None:
    for target in (
        "/%00",
        "/issues/75%00",
        "/tags/%00",
        "/search?q=%00",
        "/issues?slug=a%00b",
        "/%FF",
        "/issues/%C3%28",
        "/tags/%ED%A0%80",  # a lone surrogate
        "/search?q=%FF",
        "/items?domain=%E2%82",
        b"/tags/\xff",
        b"/search?q=\xff",
    ):
        with subtests.test(target=target):
            for method in ("GET", "HEAD", "POST", "OPTIONS"):
                answer = ask(library, method, target)
                if method == "HEAD":
                    assert (answer.status_code, answer.content) == (400, b"")
                else:
                    a_problem(library, answer, 400, "malformed-url")


def test_nothing_answers_there(library: Api, subtests: pytest.Subtests) -> None:
    for target in (
        "/nothing",
        "/issues/",
        "/issues/75/",
        "//issues",
        "/issues//75",
        "//example.org/issues",
        "/..",
        "/../issues",
        "/issues/../tags",
        "/issues/%2e%2e/tags",
        "/docs/../docs",
        "/docs/..%2f..%2fpyproject.toml",
        "/docs/swagger-ui.css.map",
        "/problems/",
        "/problems/none",
        "/problems/..%2f",
        "/tags/a%2Fb",
        "/tags/%E6%9C%AC",
        "/tags/..",
        "/sections/nowhere",
        "/sections/nowhere/items",
        "/sections/%3F%23",
        "/Issues",
        "/" + "a" * 10_000,
        "/problems/" + "a" * 10_000,
        "/docs/" + "a" * 10_000,
        "/issues/75/" + "a/" * 5_000,
    ):
        with subtests.test(target=target):
            problem = a_problem(library, ask(library, "GET", target), 404, "not-found")

            assert len(problem["detail"]) < 1000


def test_a_path_of_10_kilobytes_is_reported(library: Api) -> None:
    for path, pointer in (("/tags/", "slug"), ("/sections/", "section"), ("/issues/", "number"), ("/items/", "id")):
        problem = a_problem(library, ask(library, "GET", path + "a" * 10_000), 422, "invalid", pointer)
        assert len(problem["detail"]) < 1000


def test_an_invalid_host_is_a_bad_request(library: Api, subtests: pytest.Subtests) -> None:
    for host in ("[", "[::1", "a/b", "a?b", "a b", "é", "", "x:99999999", "a@b", "a#b", "a,b", "a, b"):
        with subtests.test(host=host):
            answer = ask(library, "GET", "/issues/75", headers={"host": host})
            assert a_problem(library, answer, 400, "bad-request")["detail"].startswith("The Host header")


def test_whatever_host_is_named_the_answer_is_the_same(library: Api, subtests: pytest.Subtests) -> None:
    for host in ("other.test", "other.test:81", "127.0.0.1", "[::1]:8000", "a_b", "%61"):
        with subtests.test(host=host):
            for target in ("/items?limit=1", "/tags/Papers/items?limit=1", "/nothing"):
                named = ask(library, "GET", target, headers={"host": host})
                plain = ask(library, "GET", target)
                assert (named.status_code, named.content) == (plain.status_code, plain.content)
                assert named.headers == plain.headers


def test_a_method_that_is_not_allowed_is_reported_with_those_that_are(library: Api, subtests: pytest.Subtests) -> None:
    for method, path, allow in (
        ("DELETE", "/", "GET, HEAD, OPTIONS"),
        ("PUT", "/issues", "GET, HEAD, OPTIONS, POST"),
        ("TRACE", "/issues", "GET, HEAD, OPTIONS, POST"),
        ("PURGE", "/issues", "GET, HEAD, OPTIONS, POST"),
        ("POST", "/issues/75", "GET, HEAD, OPTIONS, PUT, PATCH, DELETE"),
        ("PATCH", "/issues/latest", "GET, HEAD, OPTIONS"),
        ("POST", "/items/1", "GET, HEAD, OPTIONS, PATCH, DELETE"),
        ("PATCH", "/issues/75/items", "GET, HEAD, OPTIONS, POST"),
        ("POST", "/tags/research", "GET, HEAD, OPTIONS, PATCH, DELETE"),
        ("POST", "/search", "GET, HEAD, OPTIONS"),
        ("POST", "/issues/75/draft", "GET, HEAD, OPTIONS"),
        ("POST", "/docs", "GET, HEAD, OPTIONS"),
        ("POST", "/openapi.json", "GET, HEAD, OPTIONS"),
        ("GET", "/auth/token", "OPTIONS, POST"),
        ("HEAD", "/auth/token", "OPTIONS, POST"),
        ("GET", "/issues/75/publish", "OPTIONS, POST"),
    ):
        with subtests.test(method=method, path=path, allow=allow):
            answer = ask(library, method, path)

            assert answer.headers["allow"] == allow
            if method == "HEAD":
                assert (answer.status_code, answer.content) == (405, b"")
            else:
                problem = a_problem(library, answer, 405, "method-not-allowed")
                assert method in problem["detail"]
                assert allow in problem["detail"]


def test_options_tells_the_methods_of_every_address(library: Api, subtests: pytest.Subtests) -> None:
    methods: dict[str, set[str]] = {}
    for method, path, _ in operations(library):
        methods.setdefault(path, {"OPTIONS"}).update({"GET", "HEAD"} if method == "GET" else {method})
    for path, expected in methods.items():
        with subtests.test(path=path):
            answer = ask(library, "OPTIONS", filled(library, path))
            assert (answer.status_code, answer.content) == (204, b"")
            assert set(answer.headers["allow"].split(", ")) == expected


def test_options_of_an_unknown_url_is_not_found(library: Api) -> None:
    a_problem(library, ask(library, "OPTIONS", "/nothing"), 404, "not-found")


def test_an_item_is_found_by_its_number_alone(library: Api) -> None:
    identifier = an_item_id(library)

    assert library.get(f"/items/{identifier}").json()["id"] == identifier
    a_problem(library, library.get(f"/items/0{identifier}"), 422, "invalid", "id")
