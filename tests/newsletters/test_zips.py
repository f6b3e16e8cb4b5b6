"""Zips that were made to harm."""

import io
import struct
import zipfile
from collections.abc import Callable

import pytest

from app.newsletters import files
from app.newsletters.files import File, unpack
from app.newsletters.left_out import LeftOut

MEGABYTE = b"0" * 1_000_000


def a_zip(*names: str, data: bytes = b"text", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name in names:
            archive.writestr(name, data)
    return packed.getvalue()


def with_method(data: bytes, method: int, *, local: bool = True, directory: bool = True) -> bytes:
    """The zip with another compression method in its headers."""
    changed = bytearray(data)
    if local:
        struct.pack_into("<H", changed, data.index(b"PK\x03\x04") + 8, method)
    if directory:
        struct.pack_into("<H", changed, data.index(b"PK\x01\x02") + 10, method)
    return bytes(changed)


def reasons(data: bytes, name: str = "z.zip") -> dict[str, str]:
    """What is left out, and why; a file that is read has no reason."""
    return {
        each.what if isinstance(each, LeftOut) else each.name: each.reason if isinstance(each, LeftOut) else ""
        for each in unpack(File(name, data))
    }


@pytest.mark.parametrize(
    ("method", "name"),
    [
        (1, "Shrink"),
        (6, "Implode"),
        (9, "Deflate64"),
        (12, "BZIP2"),
        (14, "LZMA"),
        (20, "Zstandard"),
        (93, "Zstandard"),
        (95, "XZ"),
        (98, "PPMd"),
        (99, "AES encryption"),
        (7, "the unknown method 7"),
        (65_535, "the unknown method 65535"),
    ],
)
def test_methods_other_than_deflate_are_refused_by_name(method: int, name: str) -> None:
    found = reasons(with_method(a_zip("a.md"), method))
    assert list(found) == ["z.zip/a.md"]
    assert f"compressed with {name}," in found["z.zip/a.md"]
    assert "pack the zip again with Deflate" in found["z.zip/a.md"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_one_file_with_such_a_method_does_not_stop_the_others(method: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.md", "text", method)
        archive.writestr("b.md", "text", zipfile.ZIP_STORED)
        archive.writestr("c.md", "text", zipfile.ZIP_DEFLATED)
    assert [bool(reason) for reason in reasons(packed.getvalue()).values()] == [True, False, False]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_export_with_such_a_method_says_so_once(method: int) -> None:
    found = reasons(a_zip("posts.csv", "posts/1.a.html", method=method))
    assert all("is not supported" in reason for reason in found.values())


def test_a_method_that_only_the_files_own_header_tells_is_refused() -> None:
    for method in (zipfile.ZIP_LZMA, zipfile.ZIP_STORED):
        found = reasons(with_method(a_zip("a.md"), method, directory=False))
        assert found == {"z.zip/a.md": found["z.zip/a.md"]}
        assert "different compression methods" in found["z.zip/a.md"]


def test_a_directory_that_tells_of_deflate_is_believed_no_further_than_that() -> None:
    packed = with_method(a_zip("a.md", data=MEGABYTE, method=zipfile.ZIP_BZIP2), zipfile.ZIP_DEFLATED)
    assert "damaged" in reasons(packed)["z.zip/a.md"]


def changed_sizes(data: bytes, *, packed: int | None = None, unpacked: int | None = None) -> bytes:
    changed = bytearray(data)
    place = data.index(b"PK\x01\x02")
    if packed is not None:
        struct.pack_into("<L", changed, place + 20, packed)
    if unpacked is not None:
        struct.pack_into("<L", changed, place + 24, unpacked)
    return bytes(changed)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: changed_sizes(data, unpacked=10), "damaged"),
        (lambda data: changed_sizes(data, unpacked=0xFFFF_FFFE), "200 times"),
        (lambda data: changed_sizes(data, unpacked=0xFFFF_FFFF), ""),
        (lambda data: changed_sizes(data, packed=0xFFFF_FFF0), "overlap"),
        (lambda data: changed_sizes(data, packed=0), "damaged"),
        (lambda data: data[: len(data) // 2], "end is missing"),
        (lambda data: data[:-1], ""),
        (lambda data: data[: data.index(b"PK\x01\x02")] + data[-22:], "damaged"),
    ],
    ids=["smaller", "larger", "zip64", "packed-larger", "packed-none", "half", "cut", "no-directory"],
)
def test_a_zip_that_lies_about_its_sizes_is_refused(change: Callable[[bytes], bytes], said: str) -> None:
    found = reasons(change(a_zip("a.md", data=b"text " * 10_000)))
    assert all(found.values())
    assert any(said in reason for reason in found.values())


def test_a_bomb_is_refused_by_what_it_declares() -> None:
    assert "200 times" in reasons(a_zip("a.md", data=b"0" * 20_000_000))["z.zip/a.md"]


def test_what_is_unpacked_in_vain_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """20,000 damaged files of 50 MB each would keep a processor busy for an hour."""
    monkeypatch.setattr(files, "LARGEST_UPLOAD_UNPACKED", 3_000_000)
    data = bytearray(a_zip("a.md", "b.md", "c.md", "d.md", "e.md", data=MEGABYTE))
    place = -1
    while (place := data.find(b"PK\x01\x02", place + 1)) >= 0:
        data[place + 16] ^= 0xFF  # its checksum
    found = list(reasons(bytes(data)).values())
    assert ["damaged" in reason for reason in found] == [True, True, True, False, False]
    assert all("import them in parts" in reason for reason in found[3:])


def test_files_that_share_their_data_are_refused() -> None:
    """The same bytes, listed again and again."""
    packed = a_zip("0000.md", data=MEGABYTE)
    place, end = packed.index(b"PK\x01\x02"), packed.index(b"PK\x05\x06")
    entry = packed[place:end]
    entries = b"".join(entry.replace(b"0000.md", b"%04d.md" % number) for number in range(9_000))
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9_000, 9_000, len(entries), place, 0)
    assert reasons(packed[:place] + entries + tail) == {
        "z.zip": "this zip is damaged: the files in it overlap. Pack it again."
    }


def test_a_directory_with_more_files_than_it_says_is_refused_before_it_is_read() -> None:
    packed = a_zip("0.md")
    place, end = packed.index(b"PK\x01\x02"), packed.index(b"PK\x05\x06")
    entries = packed[place:end] * 40_000
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entries), place, 0)
    assert "more than 20,000 files" in reasons(packed[:place] + entries + tail)["z.zip"]


def test_a_long_name_is_refused_and_shortened() -> None:
    ((what, reason),) = reasons(a_zip("a" * 60_000 + ".md")).items()
    assert len(what) < 200
    assert "rename it" in reason


def test_a_comment_is_not_taken_for_the_end() -> None:
    packed = io.BytesIO(a_zip("a.md"))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.comment = b"x" * 65_000
    assert reasons(packed.getvalue()) == {"z.zip/a.md": ""}
    with zipfile.ZipFile(packed, "a") as archive:
        archive.comment = b"PK\x05\x06" + b"\xff" * 30
    assert all(reasons(packed.getvalue()).values())


@pytest.mark.parametrize("extra", [b"\x01\x00\x04\x00abcd", b"\x01\x00\xff\xff", b"\x75\x70\x05\x00\x01abcd", b"\x01"])
def test_strange_extra_fields_do_no_harm(extra: bytes) -> None:
    packed = io.BytesIO()
    member = zipfile.ZipInfo("a.md")
    member.extra = extra
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(member, "text")
    assert len(reasons(packed.getvalue())) == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"# Clay Letter #7\n\nA text.\n", "not a zip, although its name or its Content-Type says so"),
        (b"MZ\x90\x00 a program" + a_zip("a.md"), "begins with other data, as one that unpacks itself"),
        (b"#!/bin/sh\n" + a_zip("a.md"), "begins with other data, as one that unpacks itself"),
        (b"\x1f\x8b\x08\x00", "compressed with gzip"),
        (b"7z\xbc\xaf\x27\x1c", "compressed with 7-Zip"),
        (b"Rar!\x1a\x07", "compressed with RAR"),
        (b"BZh91AY", "compressed with bzip2"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x8d\x01\xfe" * 99, "not a zip"),
        (b"", "this file is empty"),
        (b" \n", "this file is empty"),
    ],
    ids=lambda value: repr(value[:9]) if isinstance(value, bytes) else "",
)
@pytest.mark.parametrize("name", ["z.zip", "Z.ZIP"])
def test_a_file_named_as_a_zip_that_is_not_one_is_refused(data: bytes, said: str, name: str) -> None:
    assert said in reasons(data, name)[name]
    (left_out,) = unpack(File(name, data))
    assert isinstance(left_out, LeftOut)
    assert left_out.is_error
