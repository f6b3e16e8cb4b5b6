"""`POST /import`."""

import io
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.api import Api
from tests.factories import an_issue

LETTER = """\
# Clay Letter #{number}: {title}

7 January 2025

Good morning, potters.

## Research

- [A kiln that learns](https://example.org/kiln) – Four potters and one small network.
- [Glazes, measured](https://example.net/glazes) – A table of two hundred glazes.
"""
MARKDOWN = {"content-type": "text/markdown"}


def letter(number: int = 7, title: str = "Small kilns") -> str:
    return LETTER.format(number=number, title=title)


def send(caller: Api, text: str | None = None, query: str = "", **headers: str) -> httpx.Response:
    content = (letter() if text is None else text).encode()
    return caller.post(f"/import{query}", content=content, headers={**MARKDOWN, **headers})


def imported(answer: httpx.Response) -> list[tuple[int, str]]:
    return [(issue["number"], issue["status"]) for issue in answer.raise_for_status().json()["data"]]


def test_a_text_comes_in_as_a_draft(api: Api) -> None:
    answer = send(api.author)

    assert answer.headers["cache-control"] == "private, no-store"
    assert imported(answer) == [(7, "created")]
    issue = answer.json()["data"][0]
    assert (issue["reason"], issue["document"], answer.json()["failed"]) == (None, None, [])
    assert "Small kilns" in issue["title"]
    assert api.author.get("/issues/7/draft").json()["item_count"] == 2
    assert api.get("/issues/7").status_code == 404


def test_sent_again_it_changes_its_issue(api: Api) -> None:
    send(api.author)

    assert imported(send(api.author)) == [(7, "unchanged")]
    assert imported(send(api.author, letter(title="Smaller kilns"))) == [(7, "updated")]


def test_another_body_without_a_number_is_another_issue(api: Api) -> None:
    first = letter().replace("Clay Letter #7: ", "")
    second = "# Gardening\n\n1 April 2025\n\n## Tools\n\n- [Spade](https://g.example/1) – one.\n"

    assert imported(send(api.editor, first, "?publish=true")) == [(1, "created")]
    assert imported(send(api.editor, second, "?publish=true")) == [(2, "created")]
    assert imported(send(api.editor, first.replace("Small", "Smaller"), "?publish=true")) == [(1, "updated")]
    assert api.get("/issues/2").json()["title"] == "Gardening"


def test_a_dry_run_gives_the_document_and_writes_nothing(api: Api) -> None:
    answer = send(api.author, query="?dry_run=true")

    assert imported(answer) == [(7, "created")]
    assert api.author.get("/drafts").json()["data"] == []
    document = answer.json()["data"][0]["document"]
    assert api.author.post("/issues", json=document).status_code == 201


def test_publishing_takes_its_scope(api: Api) -> None:
    refused = send(api.author, query="?publish=true")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")

    assert imported(send(api.editor, query="?publish=true")) == [(7, "created")]
    assert api.get("/issues/7").json()["published_at"] == "2025-01-07T12:00:00Z"


def test_so_does_changing_what_is_published(api: Api) -> None:
    send(api.editor, query="?publish=true")

    answer = send(api.author, letter(title="Mine"))

    assert imported(answer) == [(7, "refused")]
    assert "content:publish" in answer.json()["data"][0]["reason"]
    assert "Mine" not in api.get("/issues/7").json()["title"]


def test_what_somebody_has_written_is_not_touched_unless_that_is_asked(api: Api) -> None:
    api.author.post("/issues", json=an_issue(7)).raise_for_status()

    answer = send(api.author)

    assert imported(answer) == [(7, "refused")]
    assert answer.json()["data"][0]["reason"].endswith("not imported; use overwrite=true to replace it.")
    assert imported(send(api.author, query="?overwrite=true")) == [(7, "updated")]


def test_several_files_come_as_a_form(api: Api) -> None:
    files = [
        ("file", ("7.md", letter(7), "text/markdown")),
        ("file", ("8.md", letter(8), "text/markdown")),
        ("file", ("empty.md", "", "text/markdown")),
    ]
    answer = api.author.post("/import", files=files)

    assert imported(answer) == [(7, "created"), (8, "created")]
    (failed,) = answer.json()["failed"]
    assert (failed["name"], failed["skipped"]) == ("empty.md", False)
    assert failed["reason"]


def test_a_zip_is_its_files(api: Api) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("letters/7.md", letter(7))
        archive.writestr("letters/8.md", letter(8))

    answer = api.author.post("/import", content=packed.getvalue(), headers={"content-type": "application/zip"})

    assert imported(answer) == [(7, "created"), (8, "created")]


@pytest.mark.parametrize("content", ["", " \n"])
def test_an_empty_body_is_refused(api: Api, content: str) -> None:
    answer = send(api.author, content)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert "send a file" in answer.json()["detail"]


def test_a_form_without_files_is_refused(api: Api) -> None:
    assert api.author.post("/import", files=[("file", ("", b""))]).status_code == 422
    broken = api.author.post("/import", content=b"rubbish", headers={"content-type": "multipart/form-data"})
    assert (broken.status_code, broken.json()["code"]) == (400, "bad-request")


def form(*parts: bytes, end: bytes = b"--BB--\r\n") -> bytes:
    return b"".join(b"--BB\r\n" + part + b"\r\n" for part in parts) + end


A_FILE = b'Content-Disposition: form-data; name="file"; filename="7.md"\r\n\r\n' + letter(7).encode()
A_FIELD = b'Content-Disposition: form-data; name="\xff-\xff"\r\n\r\n' + letter(8).encode()


@pytest.mark.parametrize(
    "charset",
    ["undefined", "punycode", "idna", "utf-7", "utf-16", "hex", "rot13", "unicode_escape", "no-such", '""', "é", "a/b"],
)
def test_a_form_is_utf_8_whatever_it_says(api: Api, charset: str) -> None:
    """RFC 7578 has no such parameter, and some of Python's codecs take very long."""
    headers = {"content-type": f"multipart/form-data; boundary=BB; charset={charset}".encode()}
    answer = api.author.post("/import", content=form(A_FILE, A_FIELD), headers=headers)

    assert imported(answer) == [(7, "created"), (8, "created")]


@pytest.mark.parametrize(
    "body",
    [
        b"--",
        b"--BB",
        b"--BB\r\n",
        b"--BB\r\n" + A_FILE[:30],
        b"--BB\r\n" + A_FILE.partition(b"\r\n\r\n")[0] + b"\r\n",
        form(A_FILE, end=b""),
        form(A_FILE, end=b"--B"),
        form(A_FILE, end=b"--BB\r\n"),
        form(A_FILE, end=b"--BB-"),
        form(A_FILE, A_FILE[:100], end=b""),
        form(A_FILE).replace(b"--BB--", b"--CC--"),
        b"\r\n" * 9,
    ],
)
def test_a_form_that_is_cut_off_is_refused_as_a_whole(api: Api, body: bytes) -> None:
    answer = api.author.post("/import", content=body, headers={"content-type": "multipart/form-data; boundary=BB"})

    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")
    assert "not complete" in answer.json()["detail"]
    assert api.author.get("/drafts").json()["data"] == []


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", form(A_FILE)),
        ("multipart/form-data; boundary", form(A_FILE)),
        ('multipart/form-data; boundary=""', form(A_FILE).replace(b"BB", b"")),
        ("multipart/form-data; boundary=" + "B" * 300, form(A_FILE)),
        ("multipart/form-data; boundary=CC", form(A_FILE)),
        ("multipart/form-data; boundary=BB", form(b"\r\nno name")),
        ("multipart/form-data; boundary=BB", form(b"Content-Disposition: form-data\r\n\r\nno name")),
        ("multipart/form-data; boundary=BB", form(b"Content-Disposition: form-data; filename=a.md\r\n\r\nno name")),
        ("multipart/form-data; boundary=BB", form(b'Content-Disposition: form-data; name="a\0b"\r\n\r\nNUL')),
        ("multipart/form-data; boundary=BB", form(A_FILE.replace(b"7.md", b"\0.md"))),
        ("multipart/form-data; boundary=BB", form(b"no colon\r\n\r\n")),
        ("multipart/form-data; boundary=BB", form(*[A_FILE[:70] + b"x"] * 1_001)),
        ("multipart/form-data; boundary=BB", b"a preamble\r\n" + form(A_FILE)),
    ],
)
def test_a_malformed_form_is_refused(api: Api, content_type: str, body: bytes) -> None:
    answer = api.author.post("/import", content=body, headers={"content-type": content_type})

    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")
    assert answer.json()["detail"].startswith("The form cannot be read: ")
    assert api.author.get("/drafts").json()["data"] == []


def test_readers_do_not_wait_while_a_form_is_parsed(api: Api) -> None:
    """The parser takes seconds for a form that nearly repeats its boundary."""
    body = A_FILE + b"\r\n--BBx" * 600_000
    with ThreadPoolExecutor(1) as thread:
        headers = {"content-type": "multipart/form-data; boundary=BB"}
        sent = thread.submit(api.author.post, "/import", content=form(body), headers=headers)
        slowest = 0.0
        while not sent.done():
            before = time.monotonic()
            assert api.get("/healthz").status_code == 200
            slowest = max(slowest, time.monotonic() - before)
    assert sent.result().status_code == 200
    assert slowest < 0.5


def test_fields_of_a_form_are_files_too_and_empty_ones_are_none(api: Api) -> None:
    empty = b'Content-Disposition: form-data; name="a"\r\n\r\n'
    zeros = b'content-disposition: form-data; name="b"; filename=""\r\n\r\n'
    answer = api.author.post(
        "/import",
        content=b"\r\n" + form(empty, A_FIELD, zeros) + b"an epilogue",
        headers={"content-type": 'Multipart/Form-Data; Boundary="BB"'},
    )

    assert imported(answer) == [(8, "created")]
    assert [failed["name"] for failed in answer.json()["failed"]] == ["b"]
    for nothing in (b"", form(), form(empty)):
        headers = {"content-type": "multipart/form-data; boundary=BB"}
        assert api.author.post("/import", content=nothing, headers=headers).status_code == 422


@pytest.mark.parametrize("query", ["?format=papyrus", "?dry_run=yes", "?force=true", "?publish=true&publish=true"])
def test_an_invalid_query_is_refused(api: Api, query: str) -> None:
    answer = send(api.editor, query=query)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["errors"][0]["pointer"] == query.strip("?").split("=")[0]
    assert api.editor.get("/drafts").json()["data"] == []


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "image/png"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "text/markdown", "content-encoding": "gzip"},
    ],
)
def test_an_unsupported_type_is_refused(api: Api, headers: dict[str, Any]) -> None:
    answer = api.author.post("/import", content=b"x=1", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")


def test_a_body_that_is_too_large_is_refused(api: Api) -> None:
    answer = send(api.author, "x" * (5 * 1024 * 1024 + 1))

    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert "5,242,880 bytes" in answer.json()["detail"]
    assert "masthead import" in answer.json()["detail"]


def test_a_stranger_is_turned_away_before_the_body_is_judged(api: Api) -> None:
    assert send(api, "").status_code == 401
    assert send(api, "x" * (6 * 1024 * 1024)).status_code == 401


@pytest.mark.parametrize(
    ("content", "media_type", "said"),
    [
        (b"# Clay Letter #7: Kilns\n\nA text.\n", "application/zip", "this is not a zip"),
        (b"MZ a program PK\x05\x06" + b"\0" * 18, "application/zip", "begins with other data"),
        (b"\x1f\x8b\x08\x00 gzip", "application/zip", "compressed with gzip"),
        (b"7z\xbc\xaf\x27\x1c", "application/zip", "compressed with 7-Zip"),
        (b"PK\x03\x04 and no more", "application/zip", "its end is missing"),
        (b"PK\x03\x04 and no more", "text/markdown", "its end is missing"),
        (b"\x89PNG\r\n\x1a\n", "text/html", "a picture"),
        (bytes(range(256)) * 9, "text/html", "not a text file"),
        (bytes(range(256)) * 9, "message/rfc822", "not a text file"),
        (bytes(range(256)) * 9, "application/rss+xml", "not a text file"),
        (bytes(range(256)) * 9, "text/markdown", "not a text file"),
        (bytes(range(256)) * 9, "application/octet-stream", "not a text file"),
        (b'{"title": "Clay Letter", "sections": []}', "text/markdown", "this is JSON"),
        (b'[{"title": "Clay Letter"}]', "text/plain", "this is JSON"),
        (b'{"title": "Clay Letter"}', "application/octet-stream", "this is JSON"),
        (b"<note>no feed</note>", "application/rss+xml", "not a feed"),
    ],
)
def test_what_is_not_what_it_says_is_refused(api: Api, content: bytes, media_type: str, said: str) -> None:
    answer = api.author.post("/import", content=content, headers={"content-type": media_type})

    assert imported(answer) == []
    (failed,) = answer.json()["failed"]
    assert said in failed["reason"]
    assert not failed["skipped"]
    assert api.author.get("/drafts").json()["data"] == []


@pytest.mark.parametrize(("name", "said"), [("a.zip", "not a zip"), ("a.md", "not a zip"), ("a", "not a zip")])
def test_a_part_declared_as_a_zip_that_is_not_one_is_refused(api: Api, name: str, said: str) -> None:
    answer = api.author.post("/import", files=[("file", (name, letter(), "application/zip"))])

    assert imported(answer) == []
    assert said in answer.json()["failed"][0]["reason"]


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"Clay Letter 7\n\nSome words, and no more.\n", "text/plain"),
        (b'["A kiln"](https://example.org/kiln) is a link.\n\nWords.\n', "text/markdown"),
        (b"[[kilns]] and other words\n", "text/markdown"),
        (b"{not json} but words\n", "text/plain"),
    ],
)
def test_text_stays_text(api: Api, content: bytes, media_type: str) -> None:
    answer = api.author.post("/import", content=content, headers={"content-type": media_type})

    assert [status for _, status in imported(answer)] == ["created"]


def test_656_bytes_do_not_become_700_megabytes(api: Api) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a.md", b"0" * 50_000_000)

    answer = api.author.post("/import", content=packed.getvalue(), headers={"content-type": "application/zip"})

    (failed,) = answer.json()["failed"]
    assert failed["name"] == "body.zip/a.md"
    assert "compressed with BZIP2" in failed["reason"]


@pytest.mark.parametrize("name", ["a" * 300 + ".md", "é" * 300 + ".zip"])
def test_a_file_name_has_a_limit(api: Api, name: str) -> None:
    answer = api.author.post("/import", files=[("file", (name, letter(), "text/markdown"))])

    assert answer.status_code in (400, 422)
    assert api.author.get("/drafts").json()["data"] == []


def test_the_type_of_a_body_has_a_limit(api: Api) -> None:
    headers = {"content-type": "multipart/form-data; boundary=b" + "; a=b" * 10_000}

    assert api.author.post("/import", content=b"--b--", headers=headers).status_code == 400


@pytest.mark.parametrize(
    "head",
    [
        b"; a=b" * 50_000,
        b"".join(b"; a*%d=b" % number for number in range(20_000)),
        b'; filename="' + b"a" * 4_000_000 + b'"',
        b"\r\nX: y" * 500_000,
        b"\r\nContent-Type: text/plain" + b"; a=b" * 50_000,
    ],
    ids=["parameters", "continuations", "name", "headers", "type"],
)
def test_the_heads_of_a_forms_parts_have_limits(api: Api, head: bytes) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="file"' + head + b"\r\n\r\nx\r\n--b--\r\n"
    before = time.process_time()

    answer = api.author.post("/import", content=body, headers={"content-type": "multipart/form-data; boundary=b"})

    assert answer.status_code == 400
    assert time.process_time() - before < 1


@pytest.mark.parametrize(
    "many",
    [
        "https://example.org/kiln " * 450,
        "www.example.org " * 150 + "a@example.org " * 150 + "https://example.org/kiln " * 150,
        "*a* b " * 4_100,
    ],
    ids=lambda text: text[:20],
)
def test_a_text_that_is_not_rendered_is_imported_with_a_note(api: Api, many: str) -> None:
    text = f"# Clay Letter #7\n\n{many}\n\n## Research\n\n- [A kiln](https://example.org/kiln) – Four *potters*.\n"

    answer = send(api.author, text)

    assert imported(answer) == [(7, "created")]
    warned = api.author.get("/issues/7/draft").json()["warnings"]
    assert [each["pointer"] for each in warned] == ["/intro"]
    notes = answer.json()["data"][0]["notes"]
    (note,) = (each for each in notes if "shown as it was written" in each["reason"])
    assert (note["kind"], note["pointer"], note["confidence"]) == ("doubt", "/intro", 1.0)


def test_the_notes_on_texts_that_are_not_rendered_say_where_they_are(api: Api) -> None:
    many = "https://example.org/kiln " * 450
    stories = f"### A kiln\n\n{many}\n\n### Clay\n\nText.\n\n### Glaze\n\n{many}\n"
    text = f"# Clay Letter #7\n\nHello.\n\n## Research\n\n{stories}"

    answer = send(api.author, text)

    warned = {each["pointer"] for each in api.author.get("/issues/7/draft").json()["warnings"]}
    notes = answer.json()["data"][0]["notes"]
    assert {each["pointer"] for each in notes if "shown as it was written" in each["reason"]} == warned
    assert len(warned) == 2
