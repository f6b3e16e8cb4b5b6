"""From files, and from what is sent, to issues as they are read."""

import logging
from collections.abc import Iterable, Iterator, Sequence

from app.newsletters import files
from app.newsletters.blocks import Source, Unreadable
from app.newsletters.document import IssueRead
from app.newsletters.files import Failed, File
from app.newsletters.formats import detection
from app.newsletters.formats.decoding import decoded
from app.newsletters.formats.detection import Format
from app.newsletters.structure import Series, read
from app.newsletters.structure.dates import Votes

log = logging.getLogger(__name__)

STANDARD_INPUT = "standard input"
STANDARD_INPUT_SIGN = "-"
LOOKED_THROUGH = 10_000_000
"""Bytes."""


def from_paths(
    paths: Sequence[str], standard_input: bytes | None, *, format: Format | None, everything: bool
) -> Iterator[IssueRead | Failed]:
    """What is at the paths, of which `-` is standard input, one after the other."""
    opened = files.opened([path for path in paths if path != STANDARD_INPUT_SIGN])
    series = _series_of(found.data for found in opened if isinstance(found, File))
    for path in paths:
        if path == STANDARD_INPUT_SIGN:
            found = detection.sources_of(STANDARD_INPUT, standard_input or b"", format, everything)
            yield from _read(found, series, nameless=STANDARD_INPUT)
        else:
            yield from _read(detection.sources([path], format, everything), series)


def _series_of(texts: Iterable[bytes]) -> Series:
    """What the dates in the first files tell of how this newsletter writes them, before any of it is read."""
    votes = Votes()
    left = LOOKED_THROUGH
    for data in texts:
        votes.count(decoded(data[:left]))
        left -= len(data)
        if left <= 0:
            break
    return Series(votes)


def from_uploads(uploads: Sequence[tuple[str, bytes, bool]], *, format: Format | None) -> Iterator[IssueRead | Failed]:
    """What is in bodies, each with a name, whose ending tells its format, and whether its sender gave it that name."""
    series = _series_of(content for _, content, _ in uploads)
    for name, content, named in uploads:
        yield from _read(detection.sources_of(name, content, format), series, nameless=None if named else name)


def _read(
    sources: Iterable[Source | Failed], series: Series, nameless: str | None = None
) -> Iterator[IssueRead | Failed]:
    """Read each. `nameless` is a key that nobody has given: it tells nothing of what it is."""
    for source in sources:
        if isinstance(source, Failed):
            yield source
            continue
        try:
            issue = read(source, series)
            if issue.key == nameless:
                issue.key_kind = "none"
            yield issue
        except Unreadable as problem:
            yield Failed(source.name, str(problem))
        except Exception:  # a fault of the reading in one issue must not stop the others
            log.exception("%s could not be read", source.name)
            yield Failed(source.name, "it could not be understood, by a fault of Masthead's: please report it")
