"""From files, and from what is sent, to issues as they are read."""

from collections.abc import Iterable, Iterator, Sequence

from app.transfer import formats
from app.transfer.blocks import Source, Unreadable
from app.transfer.files import Failed
from app.transfer.formats import Format
from app.transfer.reading import Series, read
from app.transfer.reading.result import IssueRead

STANDARD_INPUT = "standard input"


def from_paths(
    paths: Sequence[str], standard_input: bytes | None, *, format: Format | None, everything: bool
) -> Iterator[IssueRead | Failed]:
    """What is at the paths, of which `-` is standard input, one after the other."""
    series = Series()
    for path in paths:
        if path == "-":
            found = formats.sources_of(STANDARD_INPUT, standard_input or b"", format, everything)
        else:
            found = formats.sources([path], format, everything)
        yield from _read(found, series)


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
