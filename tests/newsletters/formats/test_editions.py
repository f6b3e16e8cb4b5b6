"""From a file to its editions."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.newsletters.blocks import Block, Source
from app.newsletters.files import Export, File, Opened, open_paths
from app.newsletters.formats import editions as module
from app.newsletters.formats.editions import editions
from app.newsletters.left_out import LeftOut


def read(file: Opened) -> Iterator[Source | LeftOut]:
    assert not isinstance(file, LeftOut)
    return editions(file)


def test_files_are_read_in_the_format_that_they_are_in(tmp_path: Path) -> None:
    (tmp_path / "1.md").write_text("# One\n\nwords")
    (tmp_path / "2.html").write_text("<title>Two</title><p>words")
    (tmp_path / "3.pdf.txt").write_bytes(b"%PDF-1.7")
    (tmp_path / "4.txt").write_text("Four\n\nwords")
    one, two, three, four = (each for file in open_paths([tmp_path]) for each in read(file))
    assert isinstance(one, Source)
    assert isinstance(two, Source)
    assert isinstance(four, Source)
    assert (one.name, two.title) == (str(tmp_path / "1.md"), "Two")
    assert isinstance(three, LeftOut)
    assert (three.what, three.is_error) == (str(tmp_path / "3.pdf.txt"), True)
    assert three.reason.startswith("this is a PDF")


def test_a_format_that_is_given_counts() -> None:
    (source,) = editions(File("a.txt", b"<p>one</p>"), "text")
    assert isinstance(source, Source)
    assert source.blocks[0].text == "<p>one</p>"


def test_an_export_is_more_than_one_file() -> None:
    (left_out,) = editions(File("a.html", b"<p>x"), "substack")
    assert isinstance(left_out, LeftOut)
    assert "whole export" in left_out.reason


def test_posts_of_an_export_that_are_left_out_are_reported(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    columns = "post_id,post_date,is_published,type,title,subtitle"
    (tmp_path / "posts.csv").write_text(f"{columns}\n1.a,,true,newsletter,A,\n2.b,,true,podcast,B,\n")
    for name in ("1.a", "2.b"):
        (tmp_path / f"posts/{name}.html").write_text("<p>words")
    (export,) = open_paths([tmp_path])
    assert isinstance(export, Export)
    first, second = editions(export)
    assert isinstance(first, Source)
    assert second == LeftOut(f"{tmp_path}: B", "not a newsletter: its type is podcast")
    assert all(isinstance(each, Source) for each in editions(export, everything=True))


def test_an_edition_that_is_damaged_failed_and_was_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    damaged, source = (
        LeftOut("Post b", "it is too large", is_error=True),
        Source("Post a", (Block("paragraph", "Words"),)),
    )
    monkeypatch.setattr(module, "_READERS", {"feed": lambda data, name: [damaged, source]})
    assert list(editions(File("a.xml", b"<rss>"))) == [
        LeftOut("a.xml: Post b", "it is too large", is_error=True),
        source,
    ]


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
def test_a_file_without_visible_text_is_not_a_newsletter(data: bytes, name: str) -> None:
    assert list(editions(File(name, data))) == [LeftOut(name, "there is no text in it", is_error=True)]


@pytest.mark.parametrize("data", [b"# Title", b"![](https://example.org/a.png)", b"a|b\n-|-\n1|2"])
def test_little_to_see_is_enough(data: bytes) -> None:
    (source,) = editions(File("a.md", data))
    assert isinstance(source, Source)


def test_a_reader_that_stumbles_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(data: bytes, name: str) -> list[Source]:
        raise KeyError("x")

    monkeypatch.setattr(module, "_READERS", {"text": stumble})
    assert list(editions(File("a.txt", b"words"))) == [
        LeftOut("a.txt", "it is damaged in an unexpected way (KeyError)", is_error=True)
    ]
