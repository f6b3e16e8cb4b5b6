"""ETags and conditional requests, HEAD, and caching. RFC 9110 §8.8, §9.3.2, §13."""

import re

import pytest

from tests.api import Api
from tests.web.expect import LISTS, OBJECTS, an_item_id, public_addresses, with_query
from tests.web.wire import Answer, ask

_PER_ANSWER = ("content-length", "content-type")


def test_every_public_answer_has_a_strong_etag(library: Api, subtests: pytest.Subtests) -> None:
    seen = {}
    for address in public_addresses(library):
        with subtests.test(address):
            answer = ask(library, "GET", address)
            assert answer.status_code == 200, answer.content[:300]
            assert re.fullmatch(r'"[0-9a-f]{16,}"', answer.headers["etag"])
            assert answer.headers["cache-control"] == "public, no-cache"
            assert int(answer.headers["content-length"]) == len(answer.content)
            assert ask(library, "GET", address).headers["etag"] == answer.headers["etag"]
            seen.setdefault(answer.headers["etag"], answer.content)
            assert seen[answer.headers["etag"]] == answer.content


def test_a_response_that_the_client_has_is_not_sent_again(library: Api, subtests: pytest.Subtests) -> None:
    for address in public_addresses(library):
        whole = ask(library, "GET", address)
        etag = whole.headers["etag"]
        for condition in (
            etag,
            f"W/{etag}",
            "*",
            f'"a", W/"b", {etag}',
            f'W/{etag},"a"',
            f'  {etag}  ,  "a"',
        ):
            for method in ("GET", "HEAD"):
                with subtests.test(address, method=method, condition=condition):
                    answer = ask(library, method, address, headers={"if-none-match": condition})
                    assert (answer.status_code, answer.content) == (304, b"")
                    assert kept(answer) == kept(whole)


def test_a_client_with_another_response_gets_this_one(library: Api, subtests: pytest.Subtests) -> None:
    for address in (*OBJECTS, *LISTS, "/docs", "/openapi.json", "/problems/stale"):
        etag = ask(library, "GET", address).headers["etag"]
        for condition in ('"a"', 'W/"a"', '"a", "b"', "", etag.strip('"'), etag[:-2] + '"', '"*"', f"w/{etag}x"):
            with subtests.test(address, condition=condition):
                answer = ask(library, "GET", address, headers={"if-none-match": condition})
                assert answer.status_code == 200
                assert answer.headers["etag"] == etag


def test_a_condition_does_not_hide_a_problem(library: Api, subtests: pytest.Subtests) -> None:
    for address, status in (("/issues/1", 404), ("/issues?limit=0", 422), ("/drafts", 401), ("/nothing", 404)):
        with subtests.test(address):
            assert ask(library, "GET", address, headers={"if-none-match": "*"}).status_code == status


def test_health_checks_redirects_and_errors_have_no_etag(reading: Api, subtests: pytest.Subtests) -> None:
    for path, status in (
        ("/healthz", 200),
        ("/readyz", 200),
        ("/tags/Papers", 308),
        ("/issues/999", 404),
        ("/items?limit=0", 422),
        ("/nothing", 404),
    ):
        with subtests.test(path=path):
            answer = ask(reading, "GET", path)
            assert answer.status_code == status
            assert "etag" not in answer.headers
            assert answer.headers["cache-control"] == ("public, no-cache" if status == 308 else "no-store")


def test_an_etag_changes_with_its_resource(reading: Api, subtests: pytest.Subtests) -> None:
    paths = ("/issues/75", "/issues", "/items", "/issues/75/items", "/issues?full=true", "/search?q=paper", "/tags")
    item = reading.get("/issues/75/items").json()["data"][0]["id"]
    before = {path: reading.get(path).headers["etag"] for path in (*paths, f"/items/{item}", "/issues/74")}

    changes = {"title": "Paper after all", "tags": ["safety"]}
    assert reading.editor.patch(f"/items/{item}", json=changes).status_code == 200

    for path, etag in before.items():
        with subtests.test(path):
            changed = reading.get(path, headers={"if-none-match": etag}).status_code
            assert changed == (304 if path == "/issues/74" else 200)


def test_a_draft_changes_no_etag(reading: Api) -> None:
    before = {address: ask(reading, "GET", address).headers["etag"] for address in public_addresses(reading)}

    reading.editor.patch("/issues/76", json={"title": "Another title"}).raise_for_status()
    reading.editor.post("/issues/76/items", json={"title": "Paper", "section": "research"}).raise_for_status()
    reading.editor.post("/issues", json={"title": "Paper"}).raise_for_status()

    assert {address: ask(reading, "GET", address).headers["etag"] for address in before} == before


def test_etags_differ_by_fields(library: Api, subtests: pytest.Subtests) -> None:
    item = an_item_id(library)
    for path, fields in (
        ("/", ("publication", "links")),
        ("/issues/75", ("number", "title", "number,title")),
        ("/issues/latest", ("number", "title")),
        (f"/items/{item}", ("id", "title", "id,title")),
        ("/sections/research", ("slug", "title")),
        ("/tags/research", ("slug", "name")),
        *((path, ("links",)) for path in ("/issues", "/sections", "/tags")),
        ("/items", ("id", "title")),
        ("/search?q=paper", ("type", "score")),
    ):
        with subtests.test(path):
            etags = [library.get(path).headers["etag"]]
            etags += [library.get(with_query(path, f"fields={names}")).headers["etag"] for names in fields]
            assert len(set(etags)) == len(etags)
            narrowed = with_query(path, f"fields={fields[0]}")
            assert library.get(narrowed, headers={"if-none-match": etags[0]}).status_code == 200
            assert library.get(narrowed, headers={"if-none-match": etags[1]}).status_code == 304


def test_head_answers_as_get_does_without_the_body(library: Api, subtests: pytest.Subtests) -> None:
    addresses = [*public_addresses(library), "/items?limit=1", "/tags/Papers", "/healthz", "/readyz"]
    addresses += ["/nothing", "/issues/1", "/issues?limit=0", "/drafts", "/tags/%00"]
    for address in addresses:
        with subtests.test(address):
            whole, head = ask(library, "GET", address), ask(library, "HEAD", address)
            assert head.status_code == whole.status_code
            assert head.headers == whole.headers
            assert head.content == b""


def test_head_answers_authors_too(library: Api, subtests: pytest.Subtests) -> None:
    for path in ("/drafts", "/issues/76/draft", f"/items/{an_item_id(library)}/draft", "/auth/me"):
        with subtests.test(path):
            whole, head = (ask(library, method, path, headers=library.author._headers) for method in ("GET", "HEAD"))
            assert (head.status_code, head.content) == (200, b"")
            assert head.headers == whole.headers


def test_no_cache_keeps_what_authors_see(reading: Api, subtests: pytest.Subtests) -> None:
    item = an_item_id(reading)
    for method, path, sent in (
        ("GET", "/drafts", {}),
        ("GET", "/issues/75/draft", {}),
        ("GET", f"/items/{item}/draft", {}),
        ("GET", "/auth/me", {}),
        ("POST", "/auth/token", {"data": {"username": "editor", "password": "correct horse battery staple"}}),
        ("POST", "/issues", {"json": {"title": "T"}}),
        ("PATCH", "/issues/75", {"json": {"title": "T"}}),
        ("POST", "/issues/75/sections", {"json": {"title": "S"}}),
        ("POST", "/issues/75/items", {"json": {"title": "T", "section": "research"}}),
        ("PATCH", f"/items/{item}", {"json": {"title": "T"}}),
        ("POST", "/issues/76/publish", {}),
        ("POST", "/issues/76/unpublish", {}),
        ("DELETE", f"/items/{item}", {}),
    ):
        with subtests.test(path, method=method):
            answer = reading.editor.request(method, path, **sent)
            assert answer.status_code < 300, answer.text
            assert answer.headers["cache-control"] == "private, no-store"


def test_a_working_copys_etag_is_its_version(reading: Api) -> None:
    issue = reading.editor.patch("/issues/76", json={"title": "T"})
    item = reading.editor.post("/issues/76/items", json={"title": "T", "section": "research"})

    assert issue.headers["etag"] == f'"v{issue.json()["version"]}"'
    assert item.headers["etag"] == '"v1"'
    read = reading.author.get("/issues/76/draft")
    assert read.headers["etag"] == f'"v{read.json()["version"]}"'
    assert read.json()["version"] == issue.json()["version"] + 1


def test_public_answers_are_the_same_to_everybody(library: Api, subtests: pytest.Subtests) -> None:
    addresses = [*public_addresses(library), "/issues/76", "/tags/Papers", "/nothing", "/issues?limit=0"]
    for address in addresses:
        nobody = ask(library, "GET", address)
        for name, value in (
            ("author", library.author._headers["authorization"]),
            ("admin", library.admin._headers["authorization"]),
            ("garbage", "Bearer garbage"),
            ("another scheme", "Basic YWRtaW46YWRtaW4="),
            ("no scheme", "é \x7f"),
            ("empty", ""),
            ("no token", "Bearer"),
        ):
            with subtests.test(address, caller=name):
                answer = ask(library, "GET", address, headers={"authorization": value, "cookie": "session=1"})
                assert (answer.status_code, answer.content) == (nobody.status_code, nobody.content)
                assert answer.headers == nobody.headers


def test_an_answer_does_not_depend_on_what_its_reader_prefers(library: Api) -> None:
    plain = ask(library, "GET", "/issues/75")
    for headers in (
        {"accept": "text/html"},
        {"accept": "image/*;q=0"},
        {"accept-language": "de"},
        {"range": "bytes=0-9"},
    ):
        answer = ask(library, "GET", "/issues/75", headers=headers)
        assert (answer.status_code, answer.content) == (200, plain.content)


def test_the_next_page_is_linked(library: Api, subtests: pytest.Subtests) -> None:
    for path in ("/issues", "/items", "/sections", "/tags", "/issues/75/items", "/search?q=issue"):
        with subtests.test(path):
            answer = library.get(with_query(path, "limit=1"))
            page = answer.json()["page"]
            assert page["has_more"] is True
            assert page["next"].isascii()
            assert answer.headers["link"] == f'<{page["next"]}>; rel="next"'
            assert library.get(page["next"]).json()["data"] != answer.json()["data"]
            whole = library.get(with_query(path, "limit=100"))
            assert whole.json()["page"]["next"] is None
            assert "link" not in whole.headers


def test_a_link_keeps_the_query_whatever_is_in_it(library: Api) -> None:
    answer = library.get("/search", params={"q": "issue <>\"' ü %26 &=+", "limit": 1})
    assert answer.status_code == 200
    answer = library.get("/items", params={"tag": ['Research,Übermut <>;\n"', "research"], "limit": "1"})

    link = answer.headers["link"]
    assert re.fullmatch(r'<[!-;=?-~]+>; rel="next"', link)
    following = library.get(answer.json()["page"]["next"])
    assert following.status_code == 200
    assert [item["title"] for item in following.json()["data"]] == ["Result 75"]


def kept(answer: Answer) -> dict[str, str]:
    """The headers that a cache keeps, also of a 304. RFC 9110 §15.4.5."""
    return {name: value for name, value in answer.headers.items() if name not in _PER_ANSWER}


def test_only_if_none_match_is_compared_with_the_etag(reading: Api) -> None:
    etag = reading.get("/issues/75").headers["etag"]

    for headers, status in (
        ({"if-none-match": etag}, 304),
        ({"if-none-match": '"another"'}, 200),
        ({"x-etag": etag}, 200),
        ({"x-any": "*"}, 200),
    ):
        assert reading.get("/issues/75", headers=headers).status_code == status, headers
