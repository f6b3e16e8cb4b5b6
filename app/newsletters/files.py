"""Opening what is to be imported: files, folders and zips, one file at a time, none of them trusted."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from app.newsletters import zips
from app.newsletters.blocks import Unreadable
from app.newsletters.formats.substack import FOLDER, TABLE, Files

LARGEST_FILE = 50_000_000
"""Bytes of a file that is read."""
LARGEST_ZIP = 2_000_000_000
"""Bytes of a zip, of which one file is read after another."""
LARGEST_UNPACKED, LARGEST_UPLOAD_UNPACKED = 1_000_000_000, 50_000_000
"""Bytes of all that is read from one zip: from a file, and from one whose bytes somebody has sent."""
MOST_IN_FOLDER = 50_000
"""Files and folders in a folder, and in all that is in it."""

ENDINGS = frozenset(
    {".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".eml", ".xml", ".rss", ".atom", ".rdf", ".zip"}
)
"""Of what is read in folders and zips, where nobody has named each file."""


@dataclass(frozen=True, slots=True)
class File:
    name: str
    """As it was given, or found: a path, within a zip too."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Export:
    """Files that are read together."""

    name: str
    files: Files


@dataclass(frozen=True, slots=True)
class Failed:
    """What is not imported, and why."""

    name: str
    reason: str
    skipped: bool = False
    """It is not meant to be, as far as one can tell: nothing is wrong with it."""


def opened(paths: Iterable[str | os.PathLike[str]]) -> Iterator[File | Export | Failed]:
    """What is at the paths, in order; what is in folders by name. One bad file never stops the rest."""
    for path in paths:
        if os.fspath(path):
            yield from _at(Path(path))
        else:
            yield Failed('""', "it is no path: the folder that you are in is .")


def inside(name: str, data: bytes) -> Iterator[File | Export | Failed]:
    """A file that has been read already, such as an upload; what is in it when it is a zip."""
    if len(data) > LARGEST_FILE:
        yield _too_large(name)
    elif zips.is_zip(data):
        yield from _unzipped(name, BytesIO(data), LARGEST_UPLOAD_UNPACKED)
    else:
        yield File(name, data)


def content_of(path: Path, largest: int = LARGEST_FILE) -> bytes:
    """All of a file. Raises Unreadable for what is none, has more bytes than that, or cannot be read."""
    try:
        with _regular(path) as stream:
            data = _next(stream, largest + 1)
    except (OSError, ValueError) as error:
        raise Unreadable(_said(error)) from error
    if len(data) > largest:
        raise Unreadable(_more_than(largest))
    return data


def _at(path: Path) -> Iterator[File | Export | Failed]:
    name = str(path)
    try:
        kind = path.stat().st_mode
    except (OSError, ValueError) as error:
        yield Failed(name, _said(error))
        return
    if stat.S_ISDIR(kind):
        yield from _in_folder(path)
    else:
        yield from _in_file(path, name)


def _in_folder(root: Path) -> Iterator[File | Export | Failed]:
    waiting, met = [root], 0
    while waiting:
        path = waiting.pop()
        met += 1
        if met > MOST_IN_FOLDER:
            yield Failed(str(root), f"it holds more than {MOST_IN_FOLDER:,} files and folders: import its parts")
            return
        try:
            if path != root and (reason := _passed_over(path)):
                yield Failed(str(path), reason, skipped=True)
            elif not path.is_dir():
                yield from _in_file(path, str(path))
            elif (path / TABLE).is_file() and (path / FOLDER).is_dir():
                yield Export(str(path), _Folder(path))
            else:
                waiting += sorted(path.iterdir(), reverse=True)
        except OSError as error:
            yield Failed(str(path), _said(error))


def _passed_over(path: Path) -> str | None:
    if path.name.startswith("."):
        return "hidden"
    if path.is_symlink():
        return "a symbolic link: name it to have it read"
    return None if path.is_dir() else _unknown_ending(path.name)


def _unknown_ending(name: str) -> str | None:
    """Why a file that nobody named is passed over, by its name."""
    ending = os.path.splitext(name)[1].lower()
    return None if ending in ENDINGS else f"no newsletter by its name: {ending or 'it has no ending'}"


def _in_file(path: Path, name: str) -> Iterator[File | Export | Failed]:
    try:
        with _regular(path) as stream:
            size = os.fstat(stream.fileno()).st_size
            is_zip = zips.is_zip(_next(stream, len(zips.MAGIC)))
            stream.seek(0)
            if size > (LARGEST_ZIP if is_zip else LARGEST_FILE):
                yield _too_large(name)
            elif is_zip:
                yield from _unzipped(name, stream, LARGEST_UNPACKED)
            else:
                yield _limited(name, stream)
    except (OSError, ValueError) as error:
        yield Failed(name, _said(error))
    except Unreadable as problem:
        yield Failed(name, str(problem))


def _unzipped(name: str, stream: IO[bytes], total: int) -> Iterator[File | Export | Failed]:
    try:
        with zips.Zip(stream, largest=LARGEST_FILE, total=total) as archive:
            for refused in archive.refused:
                yield Failed(f"{name}/{refused.name}", refused.reason, refused.skipped)
            if (table := archive.prefix_of(TABLE, FOLDER)) is not None:
                yield Export(name, archive.within(table))
                return
            for member in archive.names:
                if reason := _unknown_ending(member):
                    yield Failed(f"{name}/{member}", reason, skipped=True)
                    continue
                try:
                    yield File(f"{name}/{member}", archive.read(member))
                except Unreadable as problem:
                    yield Failed(f"{name}/{member}", str(problem))
    except Unreadable as problem:
        yield Failed(name, str(problem))


def _regular(path: Path) -> IO[bytes]:
    """Open a file without waiting for who might write into it. Raises Unreadable for what is no file."""
    # Without O_NONBLOCK a pipe put in a file's place after a look at it would hold us for ever.
    stream = os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb")
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise Unreadable("it is a pipe, a socket or a device, not a file")
    return stream


def _next(stream: IO[bytes], size: int) -> bytes:
    """Raises Unreadable for what would have us wait, such as the kernel's log, which says that it is a file."""
    data: bytes | None = stream.read(size)
    if data is None:
        raise Unreadable("it is a pipe, a socket or a device, not a file")
    return data


def _limited(name: str, stream: IO[bytes]) -> File | Failed:
    data = _next(stream, LARGEST_FILE + 1)  # it may have grown since its size was told
    return File(name, data) if len(data) <= LARGEST_FILE else _too_large(name)


def _too_large(name: str) -> Failed:
    return Failed(name, f"{_more_than(LARGEST_FILE)}: no newsletter has")


def _more_than(largest: int) -> str:
    return f"it has more than {largest // 1_000_000} MB"


def _said(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


class _Folder:
    """An export that has been unpacked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        posts = sorted(each.name for each in (path / FOLDER).iterdir() if not each.is_symlink())
        self.names = (TABLE, *(FOLDER + name for name in posts))

    def read(self, name: str) -> bytes:
        if name not in self.names:
            raise Unreadable(f"there is no {name}")
        return content_of(self._path / name)
