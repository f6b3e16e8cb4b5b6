"""Zips from anyone. What their headers say about sizes and types is not trusted."""

import stat
import zipfile
import zlib
from typing import IO, Self

from app.newsletters.left_out import LeftOut, Unreadable

MAGIC = b"PK\x03\x04"
_END = b"PK\x05\x06"
MOST_MEMBERS = 20_000
LARGEST_RATIO = 200
"""Of a file's size to its size in the zip. Newsletters have 3 to 30; a zip bomb has more than 1,000."""
SMALL = 1_000_000
"""Bytes up to which the ratio does not matter."""

_LARGEST_END = 22 + 65_535
_LOCATOR_64, _END_64 = b"PK\x06\x07", b"PK\x06\x06"
_LOCATOR_64_SIZE, _END_64_SIZE = 20, 56
_LARGEST_DIRECTORY = 500 * MOST_MEMBERS
_DOCUMENTS = {
    "[Content_Types].xml": "an Office document: save it as a web page (.html)",
    "mimetype": "an OpenDocument file or an e-book: save it as HTML",
    "META-INF/MANIFEST.MF": "a Java archive",
}
_NESTED = "a zip within a zip: unpack it first"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


def is_zip(beginning: bytes) -> bool:
    return beginning.startswith((MAGIC, _END))


class Zip:
    """The files of a zip, by name. Raises Unreadable, as does reading one of its files."""

    def __init__(self, stream: IO[bytes], *, largest: int, total: int) -> None:
        """`largest`: bytes that one file may have; `total`: bytes of all files that are read."""
        _check_directory(stream)
        try:
            self._zip = zipfile.ZipFile(stream)
        except _BROKEN as error:
            raise Unreadable(f"this zip is damaged: {error}") from error
        self._largest = largest
        self._total = self._left = total
        members = self._zip.infolist()
        if not members:
            raise Unreadable("this zip is empty")
        if len(members) > MOST_MEMBERS:  # whatever its directory says
            raise Unreadable(_too_many())
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
        try:
            with self._zip.open(member) as stream:
                data = stream.read(allowed + 1)
        except _BROKEN as error:
            raise Unreadable(f"it is damaged, or uses an unknown compression: {error}") from error
        self._left -= len(data)
        if len(data) > allowed:
            raise Unreadable(self._why_not(allowed))
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

    def _why_left_out(self, member: zipfile.ZipInfo) -> LeftOut | None:
        name = member.filename
        parts = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
            return LeftOut(name, "its name leads out of the zip", is_error=True)
        if any(part.startswith(".") for part in parts) or parts[0] == "__MACOSX":
            return LeftOut(name, "a hidden file")
        if stat.S_ISLNK(member.external_attr >> 16):
            return LeftOut(name, "a symbolic link")
        if member.flag_bits & 1:
            return LeftOut(name, "it needs a password: unpack it first", is_error=True)
        if name.lower().endswith(".zip"):
            return LeftOut(name, _NESTED, is_error=True)
        if name in self._members:
            return LeftOut(name, "the zip has several files of this name: only the first is read", is_error=True)
        return None

    def _why_not(self, allowed: int) -> str:
        if allowed == self._largest:
            return f"it has more than {self._largest // 1_000_000} MB, which is too large for a newsletter"
        if self._left <= 0:
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


def _check_directory(stream: IO[bytes]) -> None:
    """Check how many files the zip says it has, before the standard library makes an object for each of them."""
    size = stream.seek(0, 2)
    start = max(size - _LARGEST_END - _LOCATOR_64_SIZE, 0)
    stream.seek(start)
    tail = stream.read(_LARGEST_END + _LOCATOR_64_SIZE)
    end = tail.rfind(_END)
    if end < 0 or len(tail) < end + 22:
        raise Unreadable("this zip is damaged: its end is missing. Download it again.")
    members, directory = _number(tail[end + 10 : end + 12]), _number(tail[end + 12 : end + 16])
    locator = tail[max(end - _LOCATOR_64_SIZE, 0) : end]
    if locator.startswith(_LOCATOR_64):
        # A large zip (ZIP64) has another record for this, where its locator says or right before that.
        places = min(_number(locator[8:16]), size), start + end - _LOCATOR_64_SIZE - _END_64_SIZE
        records = [record for place in places if (record := _record_64(stream, place))]
        members = max((_number(record[32:40]) for record in records), default=members)
        directory = max((_number(record[40:48]) for record in records), default=directory)
    stream.seek(0)
    if members > MOST_MEMBERS or directory > _LARGEST_DIRECTORY:
        raise Unreadable(_too_many())


def _record_64(stream: IO[bytes], place: int) -> bytes | None:
    stream.seek(max(place, 0))
    record = stream.read(_END_64_SIZE)
    return record if record.startswith(_END_64) else None


def _number(field: bytes) -> int:
    return int.from_bytes(field, "little")


def _too_many() -> str:
    return f"this zip has more than {MOST_MEMBERS:,} files: import them in parts"
