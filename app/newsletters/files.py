"""Files, folders and zips, opened one file at a time. None of them is trusted."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from app.newsletters import zips
from app.newsletters.formats.detection import what_it_is
from app.newsletters.formats.substack import FOLDER, TABLE, Files
from app.newsletters.left_out import LeftOut, Unreadable

LARGEST_FILE = 50_000_000
"""Bytes of a file that is read."""
LARGEST_ZIP = 2_000_000_000
"""Bytes of a zip, of which one file is read after another."""
LARGEST_UNPACKED, LARGEST_UPLOAD_UNPACKED = 1_000_000_000, 50_000_000
"""Bytes of everything that is read from one zip: from a file, and from one that was uploaded."""
MOST_IN_FOLDER = 50_000
"""Files and folders in a folder and its subfolders."""

EXTENSIONS = frozenset(
    {".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".eml", ".xml", ".rss", ".atom", ".rdf", ".zip"}
)
"""Of the files that are read in folders and zips. A file that is named itself may have any."""

_TOO_MANY_FILES = "it has more than {:,} files and folders: import its subfolders one by one"
_NOT_A_FILE = "it is a pipe, a socket or a device, not a file"


@dataclass(frozen=True, slots=True)
class File:
    name: str
    """As it was given, or its path, within a zip too."""
    data: bytes
    is_named: bool = True
    """Whether the name is the file's own. Standard input and the body of a request have none."""


@dataclass(frozen=True, slots=True)
class Export:
    """Files that are read together."""

    name: str
    files: Files


Opened = File | Export | LeftOut


def open_paths(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Opened]:
    """The files at the paths, in that order; those in folders and zips by name."""
    for path in paths:
        if os.fspath(path):
            yield from _at(Path(path))
        else:
            yield LeftOut('""', "the path is empty; write . for the current folder", is_error=True)


def unpack(file: File) -> Iterator[Opened]:
    """A file that has been read already, such as an upload; if it is a zip, the files in it."""
    if len(file.data) > LARGEST_FILE:
        yield _too_large(file.name)
    elif zips.is_zip(file.data):
        yield from _unzipped(file.name, BytesIO(file.data), LARGEST_UPLOAD_UNPACKED)
    else:
        yield _not_zipped(file)


def content_of(path: Path, largest: int = LARGEST_FILE) -> bytes:
    """All of a file. Raises Unreadable if it is not a file, has more bytes than that, or cannot be read."""
    try:
        with _regular(path) as stream:
            data = _next(stream, largest + 1)
    except (OSError, ValueError) as error:
        raise Unreadable(_reason(error)) from error
    if len(data) > largest:
        raise Unreadable(_more_than(largest))
    return data


def _at(path: Path) -> Iterator[Opened]:
    name = str(path)
    try:
        kind = path.stat().st_mode
    except (OSError, ValueError) as error:
        yield LeftOut(name, _reason(error), is_error=True)
        return
    if stat.S_ISDIR(kind):
        yield from _in_folder(path)
    else:
        yield from _in_file(path, name)


def _in_folder(root: Path) -> Iterator[Opened]:
    waiting, seen = [root], 0
    while waiting:
        path = waiting.pop()
        seen += 1
        if seen > MOST_IN_FOLDER:
            yield LeftOut(str(root), _TOO_MANY_FILES.format(MOST_IN_FOLDER), is_error=True)
            return
        try:
            if path != root and (reason := _why_skipped(path)):
                yield LeftOut(str(path), reason)
            elif not path.is_dir():
                yield from _in_file(path, str(path))
            elif (path / TABLE).is_file() and (path / FOLDER).is_dir():
                yield Export(str(path), _Folder(path))
            else:
                waiting += sorted(path.iterdir(), reverse=True)
        except OSError as error:
            yield LeftOut(str(path), _reason(error), is_error=True)


def _why_skipped(path: Path) -> str | None:
    if path.name.startswith("."):
        return "a hidden file"
    if path.is_symlink():
        return "a symbolic link: give its own path to import it"
    return None if path.is_dir() else _unsupported_type(path.name)


def _unsupported_type(name: str) -> str | None:
    """Why a file in a folder or a zip is skipped, by its name."""
    extension = os.path.splitext(name)[1].lower()
    if extension in EXTENSIONS:
        return None
    return f"unsupported file type: {extension or 'its name has no extension'}"


def _in_file(path: Path, name: str) -> Iterator[Opened]:
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
                data = _next(stream, LARGEST_FILE + 1)  # it may have grown since its size was read
                yield _not_zipped(File(name, data)) if len(data) <= LARGEST_FILE else _too_large(name)
    except (OSError, ValueError) as error:
        yield LeftOut(name, _reason(error), is_error=True)
    except Unreadable as problem:
        yield LeftOut(name, str(problem), is_error=True)


def _unzipped(name: str, stream: IO[bytes], total: int) -> Iterator[Opened]:
    try:
        with zips.Zip(stream, largest=LARGEST_FILE, total=total) as archive:
            for member in archive.left_out:
                yield LeftOut(f"{name}/{member.what}", member.reason, is_error=member.is_error)
            if (table := archive.prefix_of(TABLE, FOLDER)) is not None:
                yield Export(name, archive.within(table))
                return
            for member_name in archive.names:
                if reason := _unsupported_type(member_name):
                    yield LeftOut(f"{name}/{member_name}", reason)
                    continue
                try:
                    yield File(f"{name}/{member_name}", archive.read(member_name))
                except Unreadable as problem:
                    yield LeftOut(f"{name}/{member_name}", str(problem), is_error=True)
    except Unreadable as problem:
        yield LeftOut(name, str(problem), is_error=True)


def _not_zipped(file: File) -> Opened:
    """The file, unless its name says that it is a zip. What is sent as `application/zip` has such a name too."""
    if not file.name.lower().endswith(zips.ENDING):
        return file
    reason = what_it_is(file.data) or zips.why_not_a_zip(file.data)
    return LeftOut(file.name, reason, is_error=True)


def _regular(path: Path) -> IO[bytes]:
    """Open a file without waiting for whoever might write into it. Raises Unreadable if it is not a regular file."""
    # Without O_NONBLOCK a pipe put in a file's place after a look at it would block for ever.
    stream = os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb")
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise Unreadable(_NOT_A_FILE)
    return stream


def _next(stream: IO[bytes], size: int) -> bytes:
    """Raises Unreadable for what would block, such as the kernel's log, which says that it is a regular file."""
    data: bytes | None = stream.read(size)
    if data is None:
        raise Unreadable(_NOT_A_FILE)
    return data


def _too_large(name: str) -> LeftOut:
    return LeftOut(name, f"{_more_than(LARGEST_FILE)}, which is too large for a newsletter", is_error=True)


def _more_than(largest: int) -> str:
    return f"it has more than {largest // 1_000_000} MB"


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


class _Folder:
    """An export that has been unpacked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        posts = sorted(each.name for each in (path / FOLDER).iterdir() if not each.is_symlink())
        self.names = (TABLE, *(FOLDER + name for name in posts))
        self._known = frozenset(self.names)

    def read(self, name: str) -> bytes:
        if name not in self._known:
            raise Unreadable(f"there is no {name}")
        return content_of(self._path / name)
