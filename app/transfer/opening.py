"""From files, and from what is sent, to issues as they are read."""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from app.transfer import files, formats
from app.transfer.blocks import Source, Unreadable
from app.transfer.decoding import decoded
from app.transfer.files import Failed, File
from app.transfer.formats import Format
from app.transfer.reading import Series, read
from app.transfer.reading.dates import Votes
from app.transfer.reading.result import IssueRead

STANDARD_INPUT = "standard input"
LOOKED_THROUGH = 200
"""Files."""


def from_paths(
    paths: Sequence[str], standard_input: bytes | None, *, format: Format | None, everything: bool
) -> Iterator[IssueRead | Failed]:
    """What is at the paths, of which `-` is standard input, one after the other."""
    series = _series_of([path for path in paths if path != "-"])
    for path in paths:
        if path == "-":
            found = formats.sources_of(STANDARD_INPUT, standard_input or b"", format, everything)
        else:
            found = formats.sources([path], format, everything)
        yield from _read(found, series)


def _series_of(paths: Sequence[str]) -> Series:
    """What the dates in the first files tell of how this newsletter writes them, before any of it is read."""
    series = Series()
    if len(paths) > 1 or any(map(os.path.isdir, paths)):
        for found in islice(files.opened(paths), LOOKED_THROUGH):
            if isinstance(found, File):
                votes = Votes()
                votes.count(decoded(found.data))
                series.learn(votes)
    return series


def from_uploads(uploads: Iterable[tuple[str, bytes]], *, format: Format | None) -> Iterator[IssueRead | Failed]:
    """What is in bodies, each with the name that tells its format where the bytes do not."""
    series = Series()
    for name, data in uploads:
        yield from _read(formats.sources_of(name, data, format), series)


def _read(sources: Iterable[Source | Failed], series: Series) -> Iterator[IssueRead | Failed]:
    for source in sources:
        if isinstance(source, Failed):
            yield source
            continue
        try:
            yield read(source, series)
        except Unreadable as problem:
            yield Failed(source.name, str(problem))
