"""Zips from anyone. What their headers say about sizes and types is not trusted."""

import stat
import struct
import zipfile
import zlib
from typing import IO, Self

from app.newsletters.left_out import LeftOut, Unreadable
from app.newsletters.zip_directory import (
    END,
    LARGEST_END,
    LOCAL_HEADER_SIZE,
    check_number,
    check_places,
    number,
    require_few,
)

ENDING = ".zip"
MAGIC = b"PK\x03\x04"
LARGEST_RATIO = 200
"""Of a file's size to its size in the zip. Newsletters have 3 to 30; a zip bomb has more than 1,000."""
SMALL = 1_000_000
"""Bytes up to which the ratio does not matter."""
LONGEST_NAME = 1_000
"""Characters of a file's name with its folders. Longer ones would multiply the size of a report of 20,000 files."""

_READ_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""For the other methods `zipfile` has no limit on memory: 656 bytes of BZIP2 or LZMA can become 700 MB in one call."""
_METHODS = {
    1: "Shrink",
    **dict.fromkeys((2, 3, 4, 5), "Reduce"),
    6: "Implode",
    9: "Deflate64",
    10: "Implode",
    12: "BZIP2",
    14: "LZMA",
    20: "Zstandard",
    93: "Zstandard",
    95: "XZ",
    96: "JPEG",
    97: "WavPack",
    98: "PPMd",
    99: "AES encryption",
}
"""Compression methods by number (APPNOTE.TXT 6.3.10, section 4.4.5)."""
_DOCUMENTS = {
    "[Content_Types].xml": "an Office document: save it as a web page (.html)",
    "mimetype": "an OpenDocument file or an e-book: save it as HTML",
    "META-INF/MANIFEST.MF": "a Java archive",
}
_NESTED = "a zip within a zip: unpack it first"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)


def is_zip(beginning: bytes) -> bool:
    return beginning.startswith((MAGIC, END))


def why_not_a_zip(data: bytes) -> str:
    """The reason for refusing a file that is declared or named as a zip, and does not begin like one."""
    if not data.strip():
        return "this file is empty"
    if END in data[-LARGEST_END:]:
        return "this zip begins with other data, as one that unpacks itself: unpack it, and import what is in it"
    return "this is not a zip, although its name or its Content-Type says so: import it as what it is"


class Zip:
    """The files of a zip, by name. Raises Unreadable, as does reading one of its files."""

    def __init__(self, stream: IO[bytes], *, largest: int, total: int) -> None:
        """`largest`: bytes that one file may have; `total`: bytes of all files that are read."""
        check_number(stream)
        self._stream = stream
        try:
            self._zip = zipfile.ZipFile(stream)
        except _BROKEN as error:
            raise Unreadable(f"this zip is damaged: {error}") from error
        self._largest = largest
        self._total = self._left = total
        members = self._zip.infolist()
        if not members:
            raise Unreadable("this zip is empty")
        require_few(len(members))  # whatever its directory says
        check_places(members, self._zip.start_dir)
        self._members: dict[str, zipfile.ZipInfo] = {}
        left_out: dict[LeftOut, None] = {}
        for member in sorted(members, key=lambda each: each.filename):
            if member.filename in _DOCUMENTS:
                raise Unreadable(f"this is {_DOCUMENTS[member.filename]}")
            if member.is_dir():
                continue
            if reason := self._why_left_out(member):
                left_out[reason] = None
            else:
                self._members[member.filename] = member
        self.left_out = tuple(left_out)
        """Each once, however often the zip has its name."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._members)

    def read(self, name: str) -> bytes:
        member = self._members.get(name)
        if member is None:
            raise Unreadable(f"there is no {name}")
        if self._left <= 0:
            raise Unreadable(self._too_much)
        allowed = min(self._largest, self._left, max(SMALL, LARGEST_RATIO * member.compress_size))
        if member.file_size > allowed:
            raise Unreadable(self._why_not(allowed))
        # `zipfile` unpacks no more than this size. It counts for a file that turns out to be damaged, too.
        self._left -= member.file_size
        try:
            self._check_local_header(member)
            with self._zip.open(member) as stream:
                data = stream.read(member.file_size + 1)
        except _BROKEN as error:
            raise Unreadable(f"it is damaged: {error}") from error
        if data.startswith(MAGIC):
            raise Unreadable(_NESTED)
        return data

    def prefix_of(self, file: str, folder: str) -> str | None:
        """The folder that has this file beside this folder: "" is the zip's root, None that there is no such folder."""
        for name in self._members:
            prefix = name.removesuffix(file)
            if name.endswith(file) and (not prefix or prefix.endswith("/")):
                return prefix if any(each.startswith(prefix + folder) for each in self._members) else None
        return None

    def within(self, prefix: str) -> "Within":
        return Within(self, prefix)

    def _check_local_header(self, member: zipfile.ZipInfo) -> None:
        """Raises BadZipFile if the file's own header tells of another method than the directory."""
        self._stream.seek(member.header_offset)
        header = self._stream.read(LOCAL_HEADER_SIZE)
        if number(header[8:10]) != member.compress_type:
            raise zipfile.BadZipFile("the zip's directory and the file's header name different compression methods")

    def _why_left_out(self, member: zipfile.ZipInfo) -> LeftOut | None:
        name = member.filename
        if len(name) > LONGEST_NAME:
            reason = f"its name has more than {LONGEST_NAME:,} characters: rename it"
            return LeftOut(f"{name[:100]}…", reason, is_error=True)
        parts = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
            return LeftOut(name, "its name leads out of the zip", is_error=True)
        if any(part.startswith(".") for part in parts) or parts[0] == "__MACOSX":
            return LeftOut(name, "a hidden file")
        if stat.S_ISLNK(member.external_attr >> 16):
            return LeftOut(name, "a symbolic link")
        if member.flag_bits & 1:
            return LeftOut(name, "it needs a password: unpack it first", is_error=True)
        if member.compress_type not in _READ_METHODS:
            return LeftOut(name, _why_not_unpacked(member.compress_type), is_error=True)
        if name.lower().endswith(ENDING):
            return LeftOut(name, _NESTED, is_error=True)
        if name in self._members:
            return LeftOut(name, "the zip has several files of this name: only the first is read", is_error=True)
        return None

    def _why_not(self, allowed: int) -> str:
        if allowed == self._largest:
            return f"it has more than {self._largest // 1_000_000} MB, which is too large for a newsletter"
        if allowed == self._left:
            self._left = 0
            return self._too_much
        return f"it is more than {LARGEST_RATIO} times as large as in the zip, which no text is"

    @property
    def _too_much(self) -> str:
        return f"the files in this zip have more than {self._total // 1_000_000} MB together: import them in parts"


class Within:
    """The files in one folder of a zip."""

    def __init__(self, archive: Zip, prefix: str) -> None:
        self._archive = archive
        self._prefix = prefix
        self.names = tuple(name[len(prefix) :] for name in archive.names if name.startswith(prefix))

    def read(self, name: str) -> bytes:
        return self._archive.read(self._prefix + name)


def _why_not_unpacked(method: int) -> str:
    name = _METHODS.get(method, f"the unknown method {method}")
    return f"it is compressed with {name}, which is not supported: pack the zip again with Deflate, the usual method"
