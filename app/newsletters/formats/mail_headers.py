"""Limits for the headers of an e-mail, checked before it is parsed.

The standard library's time for a header that it takes apart, such as Content-Type with its parameters, grows with the
square of the header's length and faster, and it does so again each time that one is read.
"""

import re

from app.newsletters.left_out import Unreadable

LONGEST = 20_000
"""Bytes of a header of plain words, with its continuation lines."""
LONGEST_STRUCTURED = 4_000
"""Bytes of one that is taken apart. A file name of 255 characters takes 2,300."""
MOST_PARAMETERS = 200
MOST_SQUARED = 20_000_000
"""Sum of the squared lengths of those that are taken apart: 2,000 of 100 bytes."""

_STRUCTURED = ("content-type", "content-disposition", "content-transfer-encoding", "mime-version", "from", "message-id")
_WORDS = ("subject", "date", "list-id", "content-language", "content-id")
_HEADER = re.compile(
    rb"(?:^|[\r\n])(?:(%b)|%b):([^\r\n]*+(?:(?>\r\n|\r|\n)[ \t][^\r\n]*+)*+)"
    % ("|".join(_STRUCTURED).encode(), "|".join(_WORDS).encode()),
    re.IGNORECASE,
)


def check(data: bytes) -> None:
    """Raises Unreadable for a message with a header beyond these limits, in whichever of its parts."""
    squared = 0
    for header in _HEADER.finditer(data):
        length = len(header[2])
        if length > (LONGEST_STRUCTURED if header[1] else LONGEST):
            name = header.group().strip().partition(b":")[0].decode()
            raise Unreadable(f"This e-mail has a header {name} of {length:,} bytes: {_WAY_OUT}")
        if header[1]:
            squared += length * length
            if squared > MOST_SQUARED or header[2].count(b";") > MOST_PARAMETERS:
                raise Unreadable(f"This e-mail has headers with too many parameters: {_WAY_OUT}")


_WAY_OUT = "save only its text, or its HTML"
