"""Which format a file is in."""

import pytest

from app.newsletters.formats.detection import NAMES, detect
from app.newsletters.left_out import Unreadable


@pytest.mark.parametrize(
    ("data", "name", "format"),
    [
        (b'<?xml version="1.0"?><!-- by hand --><rss version="2.0">', "x", "feed"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom">', "page.html", "feed"),
        (b'<rdf:RDF xmlns:rdf="x">', "x", "feed"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><p>x", "x", "html"),
        (b"<!-- saved --><html>", "x.txt", "html"),
        (b"<table><tr><td>x", "x", "html"),
        (b"<p align=center>logo</p>\n\n# Title", "x.md", "markdown"),
        ("<html>".encode("utf-16"), "x", "html"),
        (b"Received: by x\n\tfor y\nSubject: a\n\ntext", "x.txt", "mail"),
        (b"From a@b.example Thu May  2\nFrom: a\nDate: b\n\ntext", "x", "mail"),
        (b"Title: Issue 3\nDate: 2024-05-02\nCategory: x\n\n# News", "x.md", "markdown"),
        (b"Subject: my thoughts\n\non that", "x.txt", "text"),
        (b"# One\n\n## Two\n\ntext", "x", "markdown"),
        (b"a [link](https://a.example/) and\n\n[another](https://b.example/)", "x.txt", "markdown"),
        (b"plain words", "x.md", "markdown"),
        (b"plain words", "x.eml", "mail"),
        (b"plain words", "x.html", "html"),
        (b"plain words", "x.txt", "text"),
        (b"plain words", "x", "text"),
        (b"caf\xe9", "x", "text"),
        (b"PK is how the letter begins", "x", "text"),
        (b"<!--a-->" * 2000 + b"words", "x", "text"),
    ],
)
def test_a_format_is_known_by_what_is_in_a_file(data: bytes, name: str, format: str) -> None:
    assert detect(data, name) == format


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "x.md", "empty"),
        (b" \n\t ", "x.md", "empty"),
        (b"%PDF-1.7 x", "x.md", "a PDF: save the newsletter as HTML"),
        (b"\x89PNG\r\n", "x", "a picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "x.msg", "as .eml"),
        (b"\x1f\x8b\x08", "x.gz", "gzip: unpack"),
        (b"words\0words", "x.txt", "not a text file"),
        ("words".encode("utf-16-le"), "x.txt", "save it as UTF-8"),
        ("words".encode("utf-16-be"), "x.txt", "save it as UTF-8"),
        (b"\x01\x02\x03\x04 words", "x.txt", "not a text file"),
        (b'{"number": 3}', "x.json", "POST /issues"),
        (b"[1, 2]", "x.md", "POST /issues"),
        (b'"words"', "x.txt", "POST /issues"),
        (b" 123\n", "x", "POST /issues"),
        (b"<?xml version='1.0'?><opml/>", "x.xml", "not a feed"),
        (b"post_id,title\n1,a", "posts.csv", "whole export"),
        (b"id,title\n1,a", "emails.csv", "table"),
    ],
)
def test_a_file_that_is_not_a_newsletter_is_refused_with_a_solution(data: bytes, name: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        detect(data, name)


def test_every_format_has_a_name() -> None:
    assert NAMES == ("text", "markdown", "html", "mail", "feed", "substack")


@pytest.mark.parametrize("text", ['["Quoted" by X](https://e.org/a)\n\n# Issue 7', "[[1]](https://e.org/a)\n\nText."])
def test_a_newsletter_may_begin_with_a_quoted_link(text: str) -> None:
    assert detect(text.encode(), "letter") in ("text", "markdown")
