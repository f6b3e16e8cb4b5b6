"""Zips from anyone: what is in them is read by what it is, never by what its header says it is."""

import stat
import zipfile
import zlib
from typing import IO, NamedTuple, Self

from app.transfer.blocks import Unreadable

MAGIC = b"PK\x03\x04"
MOST_MEMBERS = 20_000
MOST_TIMES = 200
"""How many times as large as in the zip a file may become; newsletters become 3 to 30 times as large."""
SMALL = 1_000_000
"""Bytes up to which that does not matter."""

_END = b"PK\x05\x06"
_LARGEST_END = 22 + 65_535
_LARGEST_DIRECTORY = 500 * MOST_MEMBERS
_DOCUMENTS = {
    "[Content_Types].xml": "an Office document: save it as a web page (.html)",
    "mimetype": "an OpenDocument file or an e-book: save it as HTML",
    "META-INF/MANIFEST.MF": "a Java archive",
}
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


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
        self._members: dict[str, zipfile.ZipInfo] = {}
        self.refused: list[Refused] = []
        for member in sorted(self._zip.infolist(), key=lambda each: each.filename):
            if member.filename in _DOCUMENTS:
                raise Unreadable(f"this is {_DOCUMENTS[member.filename]}")
            if member.is_dir():
                continue
            if refused := self._refuse(member):
                self.refused.append(refused)
            else:
                self._members[member.filename] = member

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
            return Refused(name, "its name is in the zip twice", skipped=False)
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
    stream.seek(max(size - _LARGEST_END, 0))
    tail = stream.read(_LARGEST_END)
    stream.seek(0)
    end = tail.rfind(_END)
    if end < 0 or len(tail) < end + 22:
        raise Unreadable("this zip is damaged: its end is missing. Download it again.")
    members = int.from_bytes(tail[end + 10 : end + 12], "little")
    directory = int.from_bytes(tail[end + 12 : end + 16], "little")
    if members > MOST_MEMBERS or directory > _LARGEST_DIRECTORY:
        raise Unreadable(f"this zip holds more than {MOST_MEMBERS:,} files: import its parts")
