"""From files to issues: the one way that every newsletter takes.

1. Files: `files` opens what is at a path or was uploaded, and each file in a folder or a zip.
2. Editions: `formats.editions` detects a file's format and reads it, one `Source` of blocks for each edition.
3. Issues: `structure` finds out what an edition's blocks mean, and makes an `IssueRead` of it.
4. Outcomes: `app.importing`, which knows the database, writes each issue.

One file and one edition is in memory at a time. A stage that cannot read something gives a `LeftOut` in its place,
which the later ones pass on: one bad file never stops the rest.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from app.newsletters.blocks import Source
from app.newsletters.document import IssueRead
from app.newsletters.files import File, Opened, open_paths, unpack
from app.newsletters.formats.decoding import decoded
from app.newsletters.formats.detection import Format
from app.newsletters.formats.editions import editions
from app.newsletters.left_out import LeftOut, Unreadable
from app.newsletters.structure import Series, interpret
from app.newsletters.structure.dates import Votes

Began = Callable[[int, str], None]
"""Called with the position and the name of each file, before it is read."""

log = logging.getLogger(__name__)

STANDARD_INPUT = "standard input"
STANDARD_INPUT_PATH = "-"
MOST_SCANNED = 10_000_000
"""Bytes of the first files that are scanned for dates before any of them is read."""


def load_paths(
    paths: Sequence[str],
    standard_input: bytes | None = None,
    *,
    format: Format | None = None,
    everything: bool = False,
    began: Began | None = None,
    skip: int = 0,
    scan: bool = True,
) -> Iterator[IssueRead | LeftOut]:
    """The issues in the files, folders and zips at the paths, one after the other; `-` is standard input.

    `format`: what the files are; None to detect it. `everything`: of an export also podcasts, threads and pages.
    `began` is called before a file is read, with its position; `skip` leaves out the files at lower positions, and
    without `scan` nothing is learned from the first files about dates in figures: so a run can go on after a file that
    cannot be read to its end.
    """
    named = [path for path in paths if path != STANDARD_INPUT_PATH]
    series = _series_of(file.data for file in open_paths(named) if isinstance(file, File)) if scan else Series()
    return _issues(islice(enumerate(_opened(paths, standard_input)), skip, None), series, format, everything, began)


def load_files(
    files: Sequence[File], *, format: Format | None = None, everything: bool = False, began: Began | None = None
) -> Iterator[IssueRead | LeftOut]:
    """The issues in files whose bytes are given, such as uploads. The options as in `load_paths`."""
    series = _series_of(file.data for file in files)
    opened = enumerate(opened for file in files for opened in unpack(file))
    return _issues(opened, series, format, everything, began)


def _opened(paths: Sequence[str], standard_input: bytes | None) -> Iterator[Opened]:
    for path in paths:
        if path == STANDARD_INPUT_PATH:
            yield from unpack(File(STANDARD_INPUT, standard_input or b"", is_named=False))
        else:
            yield from open_paths([path])


def _series_of(contents: Iterable[bytes]) -> Series:
    """How this newsletter writes dates in figures, as the dates in its first files show."""
    votes = Votes()
    left = MOST_SCANNED
    for data in contents:
        votes.count(decoded(data[:left]))
        left -= len(data)
        if left <= 0:
            break
    return Series(votes)


def _issues(
    opened: Iterable[tuple[int, Opened]],
    series: Series,
    format: Format | None,
    everything: bool,
    began: Began | None,
) -> Iterator[IssueRead | LeftOut]:
    for position, file in opened:
        if isinstance(file, LeftOut):
            yield file
            continue
        if began:
            began(position, file.name)
        for edition in editions(file, format, everything=everything):
            issue = edition if isinstance(edition, LeftOut) else _issue(edition, series)
            if isinstance(issue, IssueRead) and isinstance(file, File) and not file.is_named and issue.key == file.name:
                issue.key_kind = "none"
            yield issue
        if began:
            began(position + 1, f"the file after {file.name}")


def _issue(edition: Source, series: Series) -> IssueRead | LeftOut:
    try:
        return interpret(edition, series)
    except Unreadable as problem:
        return LeftOut(edition.name, str(problem), is_error=True)
    except Exception:  # a bug that one issue shows must not stop the others
        log.exception("%s could not be interpreted", edition.name)
        reason = "an internal error in Masthead: please report it"
        return LeftOut(edition.name, reason, is_error=True)
