"""Zips from anyone: what is in them is read by what it is, never by what its header says it is."""

import stat
import zipfile
import zlib
from typing import IO, NamedTuple, Self

from app.newsletters.blocks import Unreadable

MAGIC = b"PK\x03\x04"
_END = b"PK\x05\x06"
MOST_MEMBERS = 20_000
MOST_TIMES = 200
"""How many times as large as in the zip a file may become; newsletters become 3 to 30 times as large."""
SMALL = 1_000_000
"""Bytes up to which that does not matter."""

_LARGEST_END = 22 + 65_535
_LOCATOR_64, _END_64 = b"PK\x06\x07", b"PK\x06\x06"
_LOCATOR_64_SIZE, _END_64_SIZE = 20, 56
_LARGEST_DIRECTORY = 500 * MOST_MEMBERS
_DOCUMENTS = {
    "[Content_Types].xml": "an Office document: save it as a web page (.html)",
    "mimetype": "an OpenDocument file or an e-book: save it as HTML",
    "META-INF/MANIFEST.MF": "a Java archive",
}
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


def is_zip(beginning: bytes) -> bool:
    return beginning.startswith((MAGIC, _END))


class Refused(NamedTuple):
    name: str
    reason: str
    skipped: bool


class Zip:
    """A zip's files in the order of their names. Raises Unreadable, and so does each file that is read."""

    def __init__(self, stream: IO[bytes], *, largest: int, total: int) -> None:
        """`largest`: the bytes that one file may have; `total`: those of all that is read."""
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
        if len(members) > MOST_MEMBERS:  # whatever it said
            raise Unreadable(_too_many())
        self._members: dict[str, zipfile.ZipInfo] = {}
        refusals: dict[Refused, None] = {}
        for member in sorted(members, key=lambda each: each.filename):
            if member.filename in _DOCUMENTS:
                raise Unreadable(f"this is {_DOCUMENTS[member.filename]}")
            if member.is_dir():
                continue
            if refused := self._refuse(member):
                refusals[refused] = None
            else:
                self._members[member.filename] = member
        self.refused = tuple(refusals)
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
        allowed = min(self._largest, self._left, max(SMALL, MOST_TIMES * member.compress_size))
        try:
            with self._zip.open(member) as stream:
                data = stream.read(allowed + 1)
        except _BROKEN as error:
            raise Unreadable(f"it is damaged, or packed in a way that is not known: {error}") from error
        self._left -= len(data)
        if len(data) > allowed:
            raise Unreadable(self._why_not(allowed))
        if data.startswith(MAGIC):
            raise Unreadable("a zip within a zip: unpack it first")
        return data

    def prefix_of(self, file: str, folder: str) -> str | None:
        """The folder ("" for the zip itself) in which there is such a file beside such a folder; None without."""
        for name in self._members:
            prefix = name.removesuffix(file)
            if name.endswith(file) and (not prefix or prefix.endswith("/")):
                return prefix if any(each.startswith(prefix + folder) for each in self._members) else None
        return None

    def within(self, prefix: str) -> "Within":
        return Within(self, prefix)

    def _refuse(self, member: zipfile.ZipInfo) -> Refused | None:
        name = member.filename
        parts = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
            return Refused(name, "its name leads out of the zip", skipped=False)
        if any(part.startswith(".") for part in parts) or parts[0] == "__MACOSX":
            return Refused(name, "hidden", skipped=True)
        if stat.S_ISLNK(member.external_attr >> 16):
            return Refused(name, "a symbolic link", skipped=True)
        if member.flag_bits & 1:
            return Refused(name, "it has a password: unpack it first", skipped=False)
        if name.lower().endswith(".zip"):
            return Refused(name, "a zip within a zip: unpack it first", skipped=False)
        if name in self._members:
            return Refused(name, "its name is in the zip more than once: the first is read", skipped=False)
        return None

    def _why_not(self, allowed: int) -> str:
        if allowed == self._largest:
            return f"it has more than {self._largest // 1_000_000} MB: no newsletter has"
        if self._left <= 0:
            return self._too_much
        return f"it becomes more than {MOST_TIMES} times as large as it is in the zip, which no text does"

    @property
    def _too_much(self) -> str:
        return f"what is in this zip is more than {self._total // 1_000_000} MB: import its parts"


class Within:
    """What is in one folder of a zip."""

    def __init__(self, archive: Zip, prefix: str) -> None:
        self._archive = archive
        self._prefix = prefix
        self.names = tuple(name[len(prefix) :] for name in archive.names if name.startswith(prefix))

    def read(self, name: str) -> bytes:
        return self._archive.read(self._prefix + name)


def _check_directory(stream: IO[bytes]) -> None:
    """Look at how much the zip says it holds before the standard library makes an object for each."""
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
        # Of a large zip (ZIP64) another record counts, which is where this one says, or right before it.
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
    return f"this zip holds more than {MOST_MEMBERS:,} files: import its parts"
