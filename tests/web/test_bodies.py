"""Invalid bodies: they are rejected, with pointers, and nothing is partly written."""

import json
import threading
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from fastapi import APIRouter
from pydantic import field_validator
from starlette.responses import Response

from app.auth.permissions import ContentWrite
from app.validation import MOST_FAULTS, Input
from app.web.body import LARGEST_JSON, LARGEST_UNAUTHENTICATED, BodyRoute
from tests.api import Api
from tests.conftest import on_sqlite
from tests.factories import an_issue, an_item
from tests.web.expect import Rows, a_problem, an_item_id
from tests.web.wire import ask, call, in_chunks

JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
Kept = Callable[[], Rows]


def test_a_body_that_is_not_json_is_rejected(reading: Api, kept: Kept, subtests: pytest.Subtests) -> None:
    before = kept()
    for body in (
        b"{",
        b"title=T",
        b"{'title': 'T'}",
        b'{"title": "T",}',
        b'{"title": "T"} {}',
        b'// T\n{"title": "T"}',
        b'{"title": "T\n"}',
        b'{"title": "\xe9"}',
        b'{"title": "\xed\xa0\x80"}',
        b'\xef\xbb\xbf{"title": "T"}',
        '{"title": "T"}'.encode("utf-16"),
        b"\0",
        b'{"title": "T\0"}',
        b'{"title": NaN}',
        b'{"title": "T", "extra": {"a": NaN}}',
        b'{"title": "T", "extra": {"a": Infinity}}',
        b'{"title": "T", "extra": {"a": -Infinity}}',
        b'{"title": "T", "extra": {"a": 1e999}}',
        b'{"title": "\\ud800"}',
        b'{"title": "T", "extra": {"\\udfff": 1}}',
        b"[" * 10_000 + b"]" * 10_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b'{"title": "T", "sections": ' + b'[{"sections": ' * 10_000 + b"[]" + b"}]" * 10_000 + b"}",
    ):
        with subtests.test(body=body[:60]):
            a_problem(reading, reading.editor.post("/issues", content=body, headers=JSON), 400, "malformed-body")
            a_problem(reading, reading.editor.patch("/issues/75", content=body, headers=JSON), 400, "malformed-body")
    assert kept() == before


def test_nul_is_rejected_wherever_it_is(reading: Api, kept: Kept, subtests: pytest.Subtests) -> None:
    before = kept()
    for body, pointer in (
        (b'{"title": "T\\u0000"}', "/title"),
        (b'{"ti\\u0000tle": "T"}', ""),
        (b'"\\u0000"', ""),
        (b'{"title": "T", "sections": [{}, {"items": [{"body": "\\u0000"}]}]}', "/sections/1/items/0/body"),
        (b'{"title": "T", "extra": {"a~/b": "\\u0000"}}', "/extra/a~0~1b"),
        (b'{"title": "T", "extra": {"a\\u0000": 1}}', "/extra"),
        (b'{"a":' * 1000 + b'"\\u0000"' + b"}" * 1000, "/a" * 1000),
        (b"[" * 1000 + b'"\\u0000"' + b"]" * 1000, "/0" * 1000),
    ):
        with subtests.test(body=body[:60]):
            answer = reading.editor.post("/issues", content=body, headers=JSON)
            a_problem(reading, answer, 400, "malformed-body", pointer)
    assert kept() == before
    plain = reading.editor.post("/issues", content=b'{"title": "How to write \\\\u0000"}', headers=JSON)
    assert plain.json()["title"] == "How to write \\u0000"


def test_a_body_that_is_not_an_object_is_rejected(reading: Api, kept: Kept, subtests: pytest.Subtests) -> None:
    before = kept()
    item = an_item_id(reading)
    for method, path in (
        ("POST", "/issues"),
        ("PATCH", "/issues/75"),
        ("POST", "/issues/75/sections"),
        ("POST", "/issues/75/items"),
        ("PATCH", f"/items/{item}"),
    ):
        for body in (b"", b"null", b"[]", b'"title"', b"5", b"true", b"[[]]"):
            with subtests.test(path=path, body=body):
                answer = reading.editor.request(method, path, content=body, headers=JSON)
                a_problem(reading, answer, 422, "invalid", "")
    assert kept() == before


def test_a_name_as_long_as_a_body_is_not_repeated(reading: Api) -> None:
    answer = reading.editor.post("/issues", json={"title": "T", "a" * 1_000_000: 1})

    problem = a_problem(reading, answer, 422, "invalid", "/" + "a" * 999 + "…")
    assert len(answer.content) < 5_000
    assert len(problem["detail"]) < 2_000


def test_a_body_of_another_type_is_rejected(reading: Api, kept: Kept, subtests: pytest.Subtests) -> None:
    before = kept()
    body = json.dumps(an_issue()).encode()
    for media_type in ("text/plain", "text/json", "application/xml", FORM["content-type"], "json", "é/ÿ", "", "; a"):
        with subtests.test(media_type=media_type):
            headers = {**reading.editor._headers, "content-type": media_type}
            answer = ask(reading, "POST", "/issues", headers=headers, body=[body])
            problem = a_problem(reading, answer, 415, "unsupported-media-type")
            assert "application/json" in problem["detail"]
    answer = ask(reading, "POST", "/issues", headers=reading.editor._headers, body=[body])
    a_problem(reading, answer, 415, "unsupported-media-type")
    a_problem(reading, reading.editor.post("/issues", data={"title": "T"}), 415, "unsupported-media-type")
    a_problem(reading, reading.editor.post("/issues", files={"title": b"T"}), 415, "unsupported-media-type")
    assert kept() == before


def test_json_may_say_its_charset(api: Api, subtests: pytest.Subtests) -> None:
    for media_type in ("application/json; charset=utf-8", "Application/JSON", "application/merge-patch+json"):
        with subtests.test(media_type=media_type):
            headers = {"content-type": media_type}
            assert api.editor.post("/issues", content=b'{"title": "T"}', headers=headers).status_code == 201


def test_a_body_of_20_megabytes_is_rejected(reading: Api, kept: Kept, subtests: pytest.Subtests) -> None:
    before = kept()
    body = b'{"title": "' + b"T" * 20_000_000 + b'"}'
    for name, content in (("with its length", body), ("in chunks", in_chunks(body)), ("padded", b" " * 20_000_000)):
        with subtests.test(name):
            answer = reading.editor.post("/issues", content=content, headers=JSON)
            problem = a_problem(reading, answer, 413, "too-large")
            assert "5,242,880" in problem["detail"]
    for name, content in (("form", b"username=" + b"a" * 20_000), ("form in chunks", in_chunks(b"a" * 20_000, 1000))):
        with subtests.test(name):
            answer = reading.post("/auth/token", content=content, headers=FORM)
            problem = a_problem(reading, answer, 413, "too-large")
            assert "16,384" in problem["detail"]
    assert kept() == before


def test_no_more_is_read_of_a_body_than_may_be(reading: Api) -> None:
    read = 0

    def endless() -> Any:
        nonlocal read
        while True:
            read += 1
            yield b" " * 100_000

    headers = {**reading.editor._headers, **JSON}
    a_problem(reading, ask(reading, "POST", "/issues", headers=headers, body=endless()), 413, "too-large")
    assert read <= 60

    announced = {**headers, "content-length": "20000000"}
    read = 0
    a_problem(reading, ask(reading, "POST", "/issues", headers=announced, body=endless()), 413, "too-large")
    assert read == 0


def test_a_client_that_leaves_before_the_end_of_its_body_gets_no_response(api: Api, subtests: pytest.Subtests) -> None:
    for path, media_type in (
        ("/items", "application/json"),
        ("/import", "text/markdown"),
        ("/auth/token", "application/x-www-form-urlencoded"),
    ):
        with subtests.test(path=path):
            messages: list[dict[str, Any]] = [
                {"type": "http.disconnect"},
                {"type": "http.request", "body": b'{"title":', "more_body": True},
            ]
            headers = {**api.author._headers, "content-type": media_type, "content-length": "100"}
            answer = call(api, "POST", path, headers, messages.pop)
            assert (answer.status_code, answer.content) == (0, b"")
    assert api.author.get("/inbox").json()["data"] == []


def test_a_length_that_is_not_valid_does_no_harm(reading: Api, subtests: pytest.Subtests) -> None:
    for length in ("", "²", "-5", "abc", "9" * 5000, "1.5", "1, 2"):
        with subtests.test(length=length[:10]):
            headers = {**reading.editor._headers, **JSON, "content-length": length}
            answer = ask(reading, "POST", "/issues", headers=headers, body=[b'{"title": "T"}'])
            assert answer.status_code in (201, 400, 413)


def test_of_a_key_given_twice_the_last_counts(api: Api) -> None:
    body = b'{"title": "One", "title": "Two", "status": "bogus", "status": "draft"}'

    assert api.editor.post("/issues", content=body, headers=JSON).json()["title"] == "Two"


def test_sections_nested_deeper_than_any_reader_goes_are_reported(
    reading: Api, kept: Kept, subtests: pytest.Subtests
) -> None:
    before = kept()
    for depth in (61, 101, 250, 300, 500):
        with subtests.test(depth=depth):
            body = (
                b'{"title": "T", "sections": ' + b'[{"title": "S", "sections": ' * depth + b"[]" + b"}]" * depth + b"}"
            )
            answer = reading.editor.post("/issues", content=body, headers=JSON)
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), answer.text[:500]
    assert kept() == before


@pytest.mark.parametrize("place", ["item", "nested item", "patched item", "image", "item's image"])
def test_a_url_that_is_not_of_a_web_page_is_rejected(
    reading: Api, kept: Kept, place: str, subtests: pytest.Subtests
) -> None:
    before = kept()
    for url in (
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "javascript://example.org/%0Aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "ftp://example.org/",
        "mailto:a@example.org",
        "vbscript:x",
        "example.org",
        "www.example.org/a",
        "//example.org/a",
        "/a",
        "#a",
        "",
        " ",
        "https://",
        "https:///a",
        "https:example.org",
        "https:\\\\example.org",
        "http://exa mple.org/",
        "https://example.org/a b",
        "https://example.org/a\nb",
        "https://example.org/a\u00a0b",
        "https://[::1",
        "https://example.org:99999/",
        'https://example.org/"onclick="x',
        "https://example.org/<script>",
        "https://example.org/" + "a" * 8000,
    ):
        with subtests.test(url=url[:40]):
            if place == "item":
                body = an_item(url=url, section="research")
                answer, pointer = reading.editor.post("/issues/75/items", json=body), "/url"
            elif place == "nested item":
                sections = [{"title": "A", "sections": [{"title": "B", "items": [an_item(), an_item(url=url)]}]}]
                answer = reading.editor.post("/issues", json=an_issue(published=True, sections=sections))
                pointer = "/sections/0/sections/0/items/1/url"
            elif place == "patched item":
                answer = reading.editor.patch(f"/items/{an_item_id(reading)}", json={"title": "New", "url": url})
                pointer = "/url"
            elif place == "image":
                body = {"title": "New", "image": {"url": url}}
                answer, pointer = reading.editor.patch("/issues/75", json=body), "/image/url"
            else:
                body = an_item(image={"url": url, "alt": "A"}, section="research")
                answer, pointer = reading.editor.post("/issues/75/items", json=body), "/image/url"
            a_problem(reading, answer, 422, "invalid", pointer)
    assert kept() == before


def test_a_host_that_is_too_long_is_rejected(reading: Api, kept: Kept) -> None:
    before = kept()
    for host in ("a" * 300 + ".org", ".".join(["a" * 60] * 5)):
        body = an_item(url=f"https://{host}/", section="research")
        a_problem(reading, reading.editor.post("/issues/75/items", json=body), 422, "invalid", "/url")
    assert kept() == before


LINES = {
    "empty": "",
    "white space": " \t\n ",
    "10,000 characters": "T" * 10_000,
    "a bell": "T\u0007",
    "escape": "\u001b[31mT",
    "delete": "T\u007f",
    "next line": "T\u0085",
}


def test_a_title_that_is_not_valid_is_rejected(reading: Api, kept: Kept, subtests: pytest.Subtests) -> None:
    before = kept()
    item = an_item_id(reading)
    for name, title in [*LINES.items(), ("a number", 5), ("a list", ["T"]), ("an object", {"en": "T"})]:
        for method, path, body, pointer in (
            ("POST", "/issues", an_issue(title=title), "/title"),
            ("POST", "/issues", an_issue(sections=[{"title": title}]), "/sections/0/title"),
            ("PATCH", "/issues/75", {"title": title}, "/title"),
            ("PATCH", "/issues/75", {"subtitle": title}, "/subtitle"),
            ("POST", "/issues/75/sections", {"title": title}, "/title"),
            ("POST", "/issues/75/items", an_item(title, section="research"), "/title"),
            ("POST", "/issues/75/items", an_item(source=title, section="research"), "/source"),
            ("PATCH", f"/items/{item}", {"title": title}, "/title"),
        ):
            with subtests.test(name, path=path):
                answer = reading.editor.request(method, path, json=body)
                problem = a_problem(reading, answer, 422, "invalid", pointer)
                assert len(problem["detail"]) < 300
    for body in ({"title": None}, {}):
        if body:
            a_problem(reading, reading.editor.patch("/issues/75", json=body), 422, "invalid", "/title")
        a_problem(reading, reading.editor.post("/issues", json=body), 422, "invalid", "/title")
    assert kept() == before


def test_an_item_with_neither_title_nor_body_is_reported(reading: Api, kept: Kept) -> None:
    before = kept()
    for body in ("", "   ", "---", None):
        sent = an_item(None, body=body, section="research")
        a_problem(reading, reading.editor.post("/issues/75/items", json=sent), 422, "invalid", "/title")
    sections = [{"title": "A", "items": [an_item(), an_item(None, body=None)]}]
    answer = reading.editor.post("/issues", json=an_issue(sections=sections))
    a_problem(reading, answer, 422, "invalid", "/sections/0/items/1/title")
    assert kept() == before


def test_fields_where_they_do_not_belong_are_rejected(reading: Api, kept: Kept, subtests: pytest.Subtests) -> None:
    before = kept()
    item = an_item_id(reading)
    for method, path, body, names in (
        (
            "POST",
            "/issues",
            an_issue(),
            ("role", "id", "version", "position", "item_count", "links", "intro_html", "scheduled_at", "titel"),
        ),
        (
            "PATCH",
            "/issues/75",
            {"title": "New"},
            ("role", "id", "version", "position", "status", "number", "sections", "updated_at"),
        ),
        ("POST", "/issues/75/sections", {"title": "S"}, ("role", "id", "version", "status", "slug", "number")),
        (
            "POST",
            "/issues/75/items",
            an_item(section="research"),
            ("role", "id", "version", "status", "issue", "section_id", "domain", "body_html", "title_source"),
        ),
        (
            "PATCH",
            f"/items/{item}",
            {"title": "New"},
            ("role", "id", "version", "status", "position", "section", "issue"),
        ),
    ):
        for name in names:
            with subtests.test(path=path, name=name):
                answer = reading.editor.request(method, path, json={**body, name: 1})
                problem = a_problem(reading, answer, 422, "invalid", f"/{name}")
                assert problem["errors"][0]["code"] == "extra-forbidden"
    for place, fields in (
        ("sections/0", {"id": 1, "version": 1, "position": 0, "role": "a"}),
        ("sections/0/items/0", {"id": 1, "version": 1, "position": 0, "section": "research"}),
    ):
        sections: list[dict[str, Any]] = [{"title": "S", "items": [an_item()]}]
        (sections[0] if place == "sections/0" else sections[0]["items"][0]).update(fields)
        with subtests.test(place=place):
            answer = reading.editor.post("/issues", json=an_issue(sections=sections))
            a_problem(reading, answer, 422, "invalid", *(f"/{place}/{name}" for name in fields))
    assert kept() == before


def test_invalid_values_are_reported_with_their_pointers(reading: Api, kept: Kept, subtests: pytest.Subtests) -> None:
    before = kept()
    in_section = {"title": "T", "section": "research"}
    for path, body, pointer in (
        ("/issues", {"title": "T", "number": 0}, "/number"),
        ("/issues", {"title": "T", "number": -1}, "/number"),
        ("/issues", {"title": "T", "number": 75.0}, "/number"),
        ("/issues", {"title": "T", "number": "77"}, "/number"),
        ("/issues", {"title": "T", "number": True}, "/number"),
        ("/issues", {"title": "T", "number": 2**31}, "/number"),
        ("/issues", {"title": "T", "number": 99999999999999999999}, "/number"),
        ("/issues", {"title": "T", "status": "scheduled"}, "/status"),
        ("/issues", {"title": "T", "status": "PUBLISHED"}, "/status"),
        ("/issues", {"title": "T", "status": None}, "/status"),
        ("/issues", {"title": "T", "slug": "A b"}, "/slug"),
        ("/issues", {"title": "T", "slug": "../a"}, "/slug"),
        ("/issues", {"title": "T", "slug": ""}, "/slug"),
        ("/issues", {"title": "T", "slug": "a\n"}, "/slug"),
        ("/issues", {"title": "T", "slug": "a" * 101}, "/slug"),
        ("/issues", {"title": "T", "language": "english"}, "/language"),
        ("/issues", {"title": "T", "published_at": "0000-01-01"}, "/published_at"),
        ("/issues", {"title": "T", "published_at": "2025-02-30"}, "/published_at"),
        ("/issues", {"title": "T", "published_at": "2025-01-01T25:00:00Z"}, "/published_at"),
        ("/issues", {"title": "T", "published_at": "2025-01-01T12:00:00"}, "/published_at"),
        ("/issues", {"title": "T", "published_at": "9999-12-31T23:59:59-10:00"}, "/published_at"),
        ("/issues", {"title": "T", "published_at": "0001-01-01T00:00:00+10:00"}, "/published_at"),
        ("/issues", {"title": "T", "published_at": 1766491200}, "/published_at"),
        ("/issues", {"title": "T", "published_at": "soon"}, "/published_at"),
        ("/issues", {"title": "T", "intro": "a\u0001"}, "/intro"),
        ("/issues", {"title": "T", "intro": "a" * 100_001}, "/intro"),
        ("/issues", {"title": "T", "intro": ["a"]}, "/intro"),
        ("/issues", {"title": "T", "image": "https://example.org/a.png"}, "/image"),
        ("/issues", {"title": "T", "image": {"alt": "A"}}, "/image/url"),
        ("/issues", {"title": "T", "image": {"url": "https://example.org/a.png", "alt": ""}}, "/image/alt"),
        ("/issues", {"title": "T", "image": {"url": "https://example.org/a.png", "width": 5}}, "/image/width"),
        ("/issues", {"title": "T", "extra": []}, "/extra"),
        ("/issues", {"title": "T", "extra": {"a/b": {}}}, "/extra/a~1b"),
        ("/issues", {"title": "T", "extra": {"int": None}}, "/extra/int"),
        ("/issues", {"title": "T", "extra": {"str": [1]}}, "/extra/str"),
        ("/issues", {"title": "T", "extra": {"a": "\u0007"}}, "/extra/a"),
        ("/issues", {"title": "T", "extra": {"k" * 101: 1}}, f"/extra/{'k' * 101}"),
        ("/issues", {"title": "T", "extra": {"a": "a" * 4097}}, "/extra"),
        ("/issues", {"title": "T", "sections": {}}, "/sections"),
        ("/issues", {"title": "T", "sections": "S"}, "/sections"),
        ("/issues", {"title": "T", "sections": [None]}, "/sections/0"),
        ("/issues", {"title": "T", "sections": [{"items": [[]]}]}, "/sections/0/items/0"),
        ("/issues/75/items", {**in_section, "section": ""}, "/section"),
        ("/issues/75/items", {**in_section, "section": True}, "/section"),
        ("/issues/75/items", {**in_section, "section": 1.5}, "/section"),
        ("/issues/75/items", {**in_section, "section": []}, "/section"),
        ("/issues/75/items", {**in_section, "section": 0}, "/section"),
        ("/issues/75/items", {**in_section, "section": 2**63}, "/section"),
        ("/issues/75/items", {**in_section, "position": -1}, "/position"),
        ("/issues/75/items", {**in_section, "position": "0"}, "/position"),
        ("/issues/75/items", {**in_section, "position": 99}, "/position"),
        ("/issues/75/items", {**in_section, "sponsored": 1}, "/sponsored"),
        ("/issues/75/items", {**in_section, "sponsored": "true"}, "/sponsored"),
        ("/issues/75/items", {**in_section, "tags": "research"}, "/tags"),
        ("/issues/75/items", {**in_section, "tags": [5]}, "/tags/0"),
        ("/issues/75/items", {**in_section, "tags": ["research", ""]}, "/tags/1"),
        ("/issues/75/items", {**in_section, "tags": ["research"] * 51}, "/tags"),
        ("/issues/75/sections", {"title": "S", "parent": ""}, "/parent"),
        ("/issues/75/sections", {"title": "S", "parent": {}}, "/parent"),
        ("/issues/75/sections", {"title": "S", "position": 1.0}, "/position"),
    ):
        with subtests.test(path=path, body=str(body)[:80]):
            a_problem(reading, reading.editor.post(path, json=body), 422, "invalid", pointer)
    for path, body, code, pointer in (
        ("/issues/75/items", {**in_section, "section": "nowhere"}, "unknown-section", "/section"),
        ("/issues/75/items", {**in_section, "section": 2**63 - 1}, "unknown-section", "/section"),
        ("/issues/75/items", {**in_section, "tags": ["research", "no such"]}, "unknown-tag", "/tags/1"),
        ("/issues/75/items", {"title": "T"}, "section-needed", "/section"),
        ("/issues/75/items", {"title": "T", "tags": ["safety"]}, "section-needed", "/section"),
        ("/issues/75/sections", {"title": "S", "parent": "nowhere"}, "unknown-section", "/parent"),
        ("/issues/75/sections", {"title": "S", "tag": "no such"}, "unknown-tag", "/tag"),
        (
            "/issues",
            an_issue(sections=[{"title": "A"}, {"title": "B", "items": [an_item(tags=["safety", "no such"])]}]),
            "unknown-tag",
            "/sections/1/items/0/tags/1",
        ),
    ):
        with subtests.test(path=path, code=code):
            a_problem(reading, reading.editor.post(path, json=body), 422, code, pointer)
    assert kept() == before


def test_when_one_item_of_many_is_at_fault_none_is_written(api: Api, kept: Kept) -> None:
    before = kept()
    items = [an_item(f"Item {place}") for place in range(50)]
    items[49]["tags"] = ["no such tag"]

    answer = api.editor.post("/issues", json=an_issue(75, published=True, sections=[{"title": "A", "items": items}]))

    a_problem(api, answer, 422, "unknown-tag", "/sections/0/items/49/tags/0")
    assert kept() == before


def test_of_very_many_faults_the_first_are_reported(reading: Api) -> None:
    items = [{"title": "", "colour": 1} for _ in range(1000)]
    answer = reading.editor.post("/issues", json={"title": "T", "sections": [{"items": items}]})

    problem = answer.json()
    assert answer.status_code == 422
    assert [error["pointer"] for error in problem["errors"][:3]] == [
        *("/sections/0/items/0/title", "/sections/0/items/0/colour", "/sections/0/items/1/title")
    ]
    assert len(problem["errors"]) == MOST_FAULTS
    assert f"at least {MOST_FAULTS - 1} more" in problem["detail"]


def test_numbers_and_slugs_that_are_taken_are_reported(reading: Api, kept: Kept) -> None:
    before = kept()
    for number in (75, 76):
        answer = reading.editor.post("/issues", json=an_issue(number, published=True))
        problem = a_problem(reading, answer, 409, "number-taken")
        assert f"/issues/{number}" in problem["detail"]
    a_problem(reading, reading.editor.post("/issues", json={"title": "T", "slug": "issue-75"}), 409, "slug-taken")
    a_problem(reading, reading.editor.patch("/issues/76", json={"slug": "issue-75"}), 409, "slug-taken")
    assert kept() == before


def test_a_form_that_cannot_be_read_is_reported(reading: Api, kept: Kept, subtests: pytest.Subtests) -> None:
    before = kept()
    for form, status, code, pointers in (
        (b"", 422, "invalid", ("/username", "/password")),
        (b"username=author", 422, "invalid", ("/password",)),
        (b"username=&password=", 422, "invalid", ("/username", "/password")),
        (b"username=author&password=x&grant_type=client_credentials", 422, "invalid", ("/grant_type",)),
        (b"username=" + b"a" * 201 + b"&password=x", 422, "invalid", ("/username",)),
        (b"%%%&&&===", 422, "invalid", ("/username", "/password")),
        (b"\xff\xfe\xfd", 422, "invalid", ("/username", "/password")),
        (b"username=a%00b&password=x", 400, "bad-request", ()),
        (b"username=author&password=%00", 400, "bad-request", ()),
        (b"username=a\0b&password=x", 400, "bad-request", ()),
        (b"a=1&" * 2000, 400, "bad-request", ()),
        (b"username=a%FFb&password=%ED%A0%80", 401, "wrong-password", ()),
    ):
        with subtests.test(form=form[:40]):
            answer = reading.post("/auth/token", content=form, headers=FORM)
            a_problem(reading, answer, status, code, *pointers)
    for headers in (JSON, {"content-type": "multipart/form-data; boundary=x"}, {"content-type": ""}):
        with subtests.test(headers=headers):
            body = b'{"username": "author", "password": "x"}'
            answer = reading.post("/auth/token", content=body, headers=headers)
            a_problem(reading, answer, 415, "unsupported-media-type")
    assert kept() == before


def test_a_body_for_a_route_without_one_is_rejected(reading: Api, subtests: pytest.Subtests) -> None:
    before = reading.editor.get("/issues/76/draft").json()
    for path in ("/issues/76/publish", "/issues/76/unpublish"):
        for body in (b"{", b'{"published_at": "2020-01-01"}', b"\0" * 100):
            with subtests.test(path=path, body=body[:10]):
                answer = reading.editor.post(path, content=body, headers=JSON)
                a_problem(reading, answer, 422, "invalid", "")
    assert reading.editor.get("/issues/76/draft").json() == before
    assert reading.editor.post("/issues/76/publish", content=b"{}", headers=JSON).status_code == 200
    assert reading.get("/issues/75").status_code == 200


@pytest.mark.parametrize(("first", "last"), [(0x4E00, 0x9FFF), (0x430, 0x44F), (0x10400, 0x1044F)])
def test_the_longest_texts_of_any_script_are_kept_and_found(reading: Api, first: int, last: int) -> None:
    random = Random(first)
    words = ["".join(chr(random.randint(first, last)) for _ in range(6)) for _ in range(14_000)]
    text = " ".join(words)

    changed = reading.editor.patch("/issues/75", json={"intro": text, "outro": text[::-1]})
    assert changed.status_code == 200, changed.text[:500]
    assert reading.get("/issues/75").json()["intro"] == text
    for word in (words[0], words[7_000], words[-1]):
        assert [hit["number"] for hit in reading.get("/search", params={"q": word}).json()["data"]] == [75]


@on_sqlite
def test_only_who_sends_a_large_issue_is_told_to_send_it_in_parts(api: Api) -> None:
    large = b" " * (LARGEST_JSON + 1)
    for path, body, in_parts in (
        ("/issues", large, True),
        ("/issues/75/sections", large, True),
        ("/items", large, False),
        ("/auth/refresh", b" " * (LARGEST_UNAUTHENTICATED + 1), False),
    ):
        answer = api.author.post(path, content=body, headers=JSON)
        assert answer.status_code == 413, path
        assert ("in parts" in answer.json()["detail"]) == in_parts, path


class Noted(Input):
    text: str

    @field_validator("text")
    @classmethod
    def note_thread(cls, text: str) -> str:
        VALIDATING.append(threading.current_thread())
        return text


VALIDATING: list[threading.Thread] = []
"""The thread of each validation."""


@on_sqlite
@pytest.mark.parametrize(("length", "in_loop"), [(10, True), (1_000_000, False)])
def test_a_body_is_validated_once_and_a_large_one_outside_of_the_event_loop(
    api: Api, length: int, in_loop: bool
) -> None:
    router = APIRouter(route_class=BodyRoute)

    @router.post("/noted")
    async def note(given: Noted, caller: ContentWrite) -> Response:
        return Response(str(len(given.text)))

    api.app.include_router(router)
    VALIDATING.clear()

    assert api.author.post("/noted", json={"text": "a" * length}).text == str(length)

    assert [thread is api._thread for thread in VALIDATING] == [in_loop]
