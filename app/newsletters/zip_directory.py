"""The directory of a zip, which is at its end: bounds that are checked before the standard library reads it."""

import zipfile
from itertools import pairwise
from typing import IO

from app.newsletters.left_out import Unreadable

MOST_MEMBERS = 20_000

END = b"PK\x05\x06"
LARGEST_END = 22 + 65_535
LOCAL_HEADER_SIZE = 30
_LARGEST_DIRECTORY = 500 * MOST_MEMBERS
_ENTRY = b"PK\x01\x02"
_LOCATOR_64, _END_64 = b"PK\x06\x07", b"PK\x06\x06"
_LOCATOR_64_SIZE, _END_64_SIZE = 20, 56
"""Signatures and sizes in bytes of its records. APPNOTE.TXT 6.3.10, section 4.3."""


def check_number(stream: IO[bytes]) -> None:
    """Raises Unreadable if the zip says that it has too many files. The standard library makes an object for each."""
    size = stream.seek(0, 2)
    start = max(size - LARGEST_END - _LOCATOR_64_SIZE, 0)
    stream.seek(start)
    tail = stream.read(LARGEST_END + _LOCATOR_64_SIZE)
    end = tail.rfind(END)
    if end < 0 or len(tail) < end + 22:
        raise Unreadable("this zip is damaged: its end is missing. Download it again.")
    members, directory = number(tail[end + 10 : end + 12]), number(tail[end + 12 : end + 16])
    locator = tail[max(end - _LOCATOR_64_SIZE, 0) : end]
    if locator.startswith(_LOCATOR_64):
        # A large zip (ZIP64) has another record for this, where its locator says or right before that.
        places = min(number(locator[8:16]), size), start + end - _LOCATOR_64_SIZE - _END_64_SIZE
        records = [record for place in places if (record := _record_64(stream, place))]
        members = max((number(record[32:40]) for record in records), default=members)
        directory = max((number(record[40:48]) for record in records), default=directory)
    require_few(members if directory <= _LARGEST_DIRECTORY else MOST_MEMBERS + 1)
    # The standard library goes by the directory's size, not by the number that the zip tells.
    stream.seek(max(start + end - directory - _END_64_SIZE - _LOCATOR_64_SIZE, 0))
    require_few(stream.read(directory + _END_64_SIZE + _LOCATOR_64_SIZE).count(_ENTRY))
    stream.seek(0)


def require_few(members: int) -> None:
    """Raises Unreadable if a zip has so many files."""
    if members > MOST_MEMBERS:
        raise Unreadable(f"this zip has more than {MOST_MEMBERS:,} files: import them in parts")


def check_places(members: list[zipfile.ZipInfo], directory: int) -> None:
    """Raises Unreadable if files share data with each other, or with the directory at that place.

    So do those in zips that list the same bytes thousands of times.
    """
    places = [*sorted((member.header_offset, member.compress_size) for member in members), (directory, 0)]
    for (place, size), (following, _) in pairwise(places):
        if place + LOCAL_HEADER_SIZE + size > following:
            raise Unreadable("this zip is damaged: the files in it overlap. Pack it again.")


def _record_64(stream: IO[bytes], place: int) -> bytes | None:
    stream.seek(max(place, 0))
    record = stream.read(_END_64_SIZE)
    return record if record.startswith(_END_64) else None


def number(field: bytes) -> int:
    return int.from_bytes(field, "little")
