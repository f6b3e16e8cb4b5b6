"""Which format a file is in."""

from pathlib import Path

import pytest

from app.newsletters.blocks import Block, Damaged, Source, Unreadable
from app.newsletters.files import Failed
from app.newsletters.formats import detection
from app.newsletters.formats.detection import detect, sources, sources_of


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
        (b"words\0words", "x.txt", "no text"),
        ("words".encode("utf-16-le"), "x.txt", "save it as UTF-8"),
        ("words".encode("utf-16-be"), "x.txt", "save it as UTF-8"),
        (b"\x01\x02\x03\x04 words", "x.txt", "no text"),
        (b'{"number": 3}', "x.json", "POST /issues"),
        (b"<?xml version='1.0'?><opml/>", "x.xml", "no feed"),
        (b"post_id,title\n1,a", "posts.csv", "whole export"),
        (b"id,title\n1,a", "emails.csv", "table"),
    ],
)
def test_what_is_no_newsletter_is_refused_with_a_way_out(data: bytes, name: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        detect(data, name)


def test_files_are_read_in_the_format_that_they_are_in(tmp_path: Path) -> None:
    (tmp_path / "1.md").write_text("# One\n\nwords")
    (tmp_path / "2.html").write_text("<title>Two</title><p>words")
    (tmp_path / "3.pdf.txt").write_bytes(b"%PDF-1.7")
    (tmp_path / "4.txt").write_text("Four\n\nwords")
    one, two, three, four = sources([tmp_path])
    assert isinstance(one, Source)
    assert isinstance(two, Source)
    assert isinstance(four, Source)
    assert (one.name, two.title) == (str(tmp_path / "1.md"), "Two")
    assert isinstance(three, Failed)
    assert (three.name, three.skipped) == (str(tmp_path / "3.pdf.txt"), False)
    assert three.reason.startswith("this is a PDF")


def test_a_format_that_is_given_counts() -> None:
    (source,) = sources_of("a.txt", b"<p>one</p>", "text")
    assert isinstance(source, Source)
    assert source.blocks[0].text == "<p>one</p>"


def test_every_format_has_a_name() -> None:
    assert detection.NAMES == ("text", "markdown", "html", "mail", "feed", "substack")
    (failed,) = sources_of("a.html", b"<p>x", "substack")
    assert isinstance(failed, Failed)
    assert "whole export" in failed.reason


def test_what_an_export_leaves_out_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    columns = "post_id,post_date,is_published,type,title,subtitle"
    (tmp_path / "posts.csv").write_text(f"{columns}\n1.a,,true,newsletter,A,\n2.b,,true,podcast,B,\n")
    for name in ("1.a", "2.b"):
        (tmp_path / f"posts/{name}.html").write_text("<p>words")
    first, second = sources([tmp_path])
    assert isinstance(first, Source)
    assert second == Failed(f"{tmp_path}: B", "not a newsletter: its type is podcast", skipped=True)
    assert all(isinstance(each, Source) for each in sources([tmp_path], everything=True))


def test_an_edition_that_is_damaged_failed_and_was_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    damaged, source = Damaged("Post b", "it is too large"), Source("Post a", (Block("paragraph", "Words"),))
    monkeypatch.setattr(detection, "_READERS", {"feed": lambda data, name: [damaged, source]})
    assert list(sources_of("a.xml", b"<rss>")) == [Failed("a.xml: Post b", "it is too large"), source]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\xef\xbb\xbf", "a.txt"),
        ("\u200b\u200b\n\xad\n".encode(), "a.txt"),
        ("# \u200b\n".encode(), "a.md"),
        (b"<html><body><!-- saved --></body></html>", "a.html"),
        (b"<title>Letters</title><body><p>&nbsp;&zwnj;</p><div id=app></div>", "a.html"),
    ],
)
def test_what_has_nothing_to_see_is_no_newsletter(data: bytes, name: str) -> None:
    assert list(sources_of(name, data)) == [Failed(name, "there is no text in it")]


@pytest.mark.parametrize("data", [b"# Title", b"![](https://example.org/a.png)", b"a|b\n-|-\n1|2"])
def test_little_to_see_is_enough(data: bytes) -> None:
    (source,) = sources_of("a.md", data)
    assert isinstance(source, Source)


def test_a_reader_that_stumbles_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(data: bytes, name: str) -> list[Source]:
        raise KeyError("x")

    monkeypatch.setattr(detection, "_READERS", {"text": stumble})
    assert list(sources_of("a.txt", b"words")) == [
        Failed("a.txt", "it is damaged in a way that its reader does not know (KeyError)")
    ]
