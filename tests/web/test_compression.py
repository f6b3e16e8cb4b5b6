"""Compressed responses. RFC 9110 §8.4.1, §8.8.3.3, §12.5.3."""

import gzip
import re

import brotli
import pytest

from app.web import compression
from tests.api import PASSWORD, Api
from tests.factories import an_issue, an_item
from tests.web.expect import public_addresses
from tests.web.wire import Answer, ask

UNCODE = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}
TEXT = ("application/json", "application/javascript", "text/html", "text/css")


def asked(api: Api, address: str, accepting: str | None = None, method: str = "GET", **headers: str) -> Answer:
    accepts = {} if accepting is None else {"accept-encoding": accepting}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(api, method, address, headers={**accepts, **named})


@pytest.mark.parametrize(
    ("lines", "coding"),
    [
        ([], None),
        ([""], None),
        (["gzip"], "gzip"),
        (["br"], "br"),
        (["GZip"], "gzip"),
        (["x-gzip"], "gzip"),
        (["gzip, deflate, br, zstd"], "br"),
        (["gzip, deflate"], "gzip"),
        (["gzip;q=1.0, br;q=0.5"], "gzip"),
        (["gzip ;q=0.2 , br;\tq=0.200"], "br"),
        (["gzip;q=0.001"], "gzip"),
        (["br;q=0, gzip"], "gzip"),
        (["gzip;q=0, br;q=0.000"], None),
        (["*"], "br"),
        (["*;q=0.5, br;q=0"], "gzip"),
        (["*;q=0, gzip"], "gzip"),
        (["*;q=0"], None),
        (["identity"], None),
        (["identity;q=0"], None),
        (["identity;q=0, gzip;q=0.1"], "gzip"),
        (["identity, gzip;q=0.5"], None),
        (["identity;q=0.5, *;q=0.1"], None),
        (["identity, gzip"], "gzip"),
        (["deflate, compress, zstd"], None),
        (["gzip", "br"], "br"),
        (["deflate", "gzip;q=0.5"], "gzip"),
        ([",, gzip,"], "gzip"),
        # What is no Accept-Encoding:
        (["gzip;q=2"], None),
        (["gzip;q=-1"], None),
        (["gzip;q=nan"], None),
        (["gzip;q=0.1234"], None),
        (["gzip;q"], None),
        (["gzip;level=9"], None),
        (["gzip deflate"], None),
        (['"gzip"'], None),
        (["gzip", "\xff"], None),
        (["gzip;" * 20_000], None),
        (["gzip," * 10_000], None),
    ],
)
def test_which_coding_a_client_gets(lines: list[str], coding: str | None) -> None:
    assert compression.accepted(lines) == coding


def test_every_public_text_above_a_kilobyte_is_compressed(library: Api, subtests: pytest.Subtests) -> None:
    compressed = 0
    for address in [*public_addresses(library), "/items?fields=id", "/issues?full=true"]:
        plain = asked(library, address)
        could_be = len(plain.content) >= 1024 and plain.headers["content-type"].startswith(TEXT)
        for accepting, coding in (("gzip", "gzip"), ("gzip, deflate, br", "br"), ("identity", None), ("zstd", None)):
            with subtests.test(address, accepting=accepting):
                answer = asked(library, address, accepting)
                expected = coding if could_be else None
                assert answer.status_code == 200
                assert answer.headers.get("content-encoding") == expected
                assert UNCODE[expected](answer.content) == plain.content
                assert answer.headers.get("vary") == ("Accept-Encoding" if could_be else None)
                assert int(answer.headers["content-length"]) == len(answer.content)
                assert answer.headers["content-type"] == plain.headers["content-type"]
                assert answer.headers["cache-control"] == "public, no-cache"
                if expected:
                    compressed += 1
                    assert len(answer.content) < 0.6 * len(plain.content)
                    assert answer.headers["etag"] == plain.headers["etag"][:-1] + f'-{coding}"'
                else:
                    assert answer.headers["etag"] == plain.headers["etag"]
        assert plain.headers.get("vary") == ("Accept-Encoding" if could_be else None)
    assert compressed > 10


def test_the_same_bytes_have_the_same_etag_each_time(library: Api) -> None:
    for coding in ("gzip", "br"):
        first, second = (asked(library, "/issues/75", coding) for _ in range(2))
        assert (first.headers["etag"], first.content) == (second.headers["etag"], second.content)


def test_each_coding_is_revalidated_with_its_own_etag(library: Api, subtests: pytest.Subtests) -> None:
    for address in ("/issues/75", "/items", "/items?limit=2", "/docs/swagger-ui.css", "/openapi.json"):
        tags = {coding: asked(library, address, coding or "").headers["etag"] for coding in (None, "gzip", "br")}
        assert len(set(tags.values())) == 3
        for coding, tag in tags.items():
            for other, other_tag in tags.items():
                for condition in (other_tag, f"W/{other_tag}", f'"a", {other_tag}'):
                    for method in ("GET", "HEAD"):
                        with subtests.test(address, coding=coding, condition=condition, method=method):
                            answer = asked(library, address, coding or "", method, if_none_match=condition)
                            assert answer.status_code == (304 if other == coding else 200)
                            assert answer.headers["etag"] == tag
                            assert answer.headers["vary"] == "Accept-Encoding"
                            if answer.status_code == 304:
                                assert answer.content == b""
                                assert not {"content-encoding", "content-length"} & answer.headers.keys()


def test_any_etag_revalidates_any_coding(library: Api) -> None:
    for accepting in ("", "gzip", "br"):
        assert asked(library, "/issues/75", accepting, if_none_match="*").status_code == 304


def test_head_has_the_headers_of_get(library: Api, subtests: pytest.Subtests) -> None:
    for address in public_addresses(library):
        for accepting in ("gzip", "br"):
            with subtests.test(address, accepting=accepting):
                whole, head = (asked(library, address, accepting, method) for method in ("GET", "HEAD"))
                assert (head.status_code, head.headers, head.content) == (200, whole.headers, b"")


def test_a_client_that_refuses_everything_gets_the_text(library: Api) -> None:
    plain = asked(library, "/issues/75")
    for accepting in ("identity;q=0", "*;q=0", "identity;q=0, *;q=0", "gzip;q=0, br;q=0, identity;q=0"):
        answer = asked(library, "/issues/75", accepting)
        assert (answer.status_code, answer.headers, answer.content) == (200, plain.headers, plain.content)


def test_several_lines_of_accept_encoding_are_one_list(library: Api) -> None:
    answer = library.get("/issues/75", headers=[("accept-encoding", "br;q=0.1"), ("accept-encoding", "gzip")])
    assert answer.headers["content-encoding"] == "gzip"


def test_what_is_for_one_person_is_never_compressed(reading: Api, subtests: pytest.Subtests) -> None:
    editor, admin = reading.editor._headers, reading.admin._headers
    body = an_issue(80, items=30)
    preview = reading.editor.post("/issues/75/preview").json()["url"]
    private = [
        reading.get(preview, headers={"accept-encoding": "gzip, br"}),
        reading.post("/auth/token", data={"username": "editor", "password": PASSWORD}),
        reading.post("/api-keys", json={"name": "k", "scopes": ["content:read"]}, headers=admin),
        reading.post("/issues", json=body, headers=editor),
        *(reading.get(path, headers=editor) for path in ("/issues/80/draft", "/drafts", "/auth/me", "/inbox")),
        *(reading.get(path, headers=admin) for path in ("/users", "/api-keys")),
    ]
    assert any(len(answer.content) > 1024 for answer in private)
    for answer in private:
        with subtests.test(answer.request.url.path):
            assert answer.request.headers["accept-encoding"]
            assert answer.is_success
            assert not {"content-encoding", "vary"} & answer.headers.keys()


def test_problems_and_redirects_are_not_compressed(library: Api, subtests: pytest.Subtests) -> None:
    for address in ("/nothing", "/tags/Papers", "/items?" + "&".join(f"unknown{n}=1" for n in range(100))):
        with subtests.test(address[:20]):
            answer = asked(library, address, "gzip, br")
            assert answer.status_code in (404, 308, 422)
            assert not {"content-encoding", "vary"} & answer.headers.keys()


def test_a_large_text_is_compressed_too(api: Api) -> None:
    items = [an_item(f"Item {place}", body=f"Paragraph {place}. " * 20) for place in range(300)]
    api.editor.post("/issues", json=an_issue(1, published=True, sections=[{"title": "All", "items": items}]))
    plain = asked(api, "/issues/1").content
    assert len(plain) > compression.LARGEST_IN_LOOP
    for coding in ("gzip", "br"):
        assert UNCODE[coding](asked(api, "/issues/1", coding).content) == plain


def test_a_range_is_not_supported(library: Api) -> None:
    for accepting in ("", "gzip"):
        answer = asked(library, "/issues/75", accepting, range="bytes=0-9")
        assert answer.status_code == 200
        assert int(answer.headers["content-length"]) == len(answer.content) > 10


def test_the_etag_of_a_coding_changes_with_the_resource(reading: Api) -> None:
    before = {coding: asked(reading, "/issues/75", coding).headers["etag"] for coding in ("", "gzip", "br")}
    reading.editor.patch("/issues/75", json={"title": "Another"}).raise_for_status()
    for coding, tag in before.items():
        answer = asked(reading, "/issues/75", coding, if_none_match=tag)
        assert answer.status_code == 200
        assert answer.headers["etag"] != tag
        assert re.fullmatch(rf'"[0-9a-f]+{"-" + coding if coding else ""}"', answer.headers["etag"])
