"""Bytes as text."""

import pytest

from app.newsletters.formats.decoding import decoded


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        ("Käse".encode(), None, "Käse"),
        (b"\xef\xbb\xbfBrot", None, "Brot"),
        ("Öl".encode("utf-16"), None, "Öl"),
        (b"\xfe\xff" + "Öl".encode("utf-16-be"), "utf-8", "Öl"),
        (b"\x93caf\xe9\x94", None, "“café”"),
        ("naïve ".encode() + b"caf\xe9", None, "naïve café"),
        ("日本".encode("shift-jis"), "Shift_JIS", "日本"),
        (b"caf\xe9 \x96 bar", "iso-8859-1", "café – bar"),
        ("Käse".encode(), "us-ascii", "Käse"),
        (b"abc", "base64", "abc"),
        (b"abc", "no such encoding", "abc"),
    ],
)
def test_a_file_is_read_in_the_encoding_that_it_is_in(data: bytes, encoding: str | None, text: str) -> None:
    assert decoded(data, encoding) == text


def test_lines_end_in_one_way() -> None:
    assert decoded("a\r\nb\rc\u2028d\fe") == "a\nb\nc\nd\ne"


def test_what_no_database_takes_is_gone() -> None:
    assert decoded("a\0b\x1bc\td\x7f\x9b\ud800e\ufffef") == "abc\tdef"
