"""Limits for files of text and Markdown.

They are checked before a file is parsed: for some texts a parser's time grows faster than their length, and what it
makes of them takes a hundred times their memory.
"""

from app.content.lengths import LONGEST_TEXT
from app.newsletters.left_out import Unreadable

LARGEST = 1_000_000
"""Characters; a long newsletter has 100,000."""
MOST_LINES = 50_000
MOST_ADDRESSES = 1_000
"""Of each of `://`, `www.` and `@` in a paragraph of Markdown: the parser looks for an address from each. An issue has
lower limits (`app.content.complexity`), but a text above those is imported and shown as it was written, with a note."""
MOST_ADDRESSES_IN_ALL = 20_000
MOST_SCANNED = 20_000_000
"""Characters that the Markdown parser scans for the ends of links: from each `[` to the end of its paragraph."""


def check(text: str) -> None:
    """Raises Unreadable for a text beyond these limits."""
    if len(text) > LARGEST:
        raise Unreadable(f"this has {len(text):,} characters, and the limit is {LARGEST:,}: {_WAY_OUT}")
    lines = text.count("\n") + 1
    if lines > MOST_LINES:
        raise Unreadable(f"this has {lines:,} lines, and the limit is {MOST_LINES:,}: {_WAY_OUT}")
    longest = max(map(len, text.split("\n")))
    if longest > LONGEST_TEXT:
        raise Unreadable(f"this has a line of {longest:,} characters, and the limit is {LONGEST_TEXT:,}: split it")


class Paragraphs:
    """Checks the paragraphs of one Markdown text."""

    def __init__(self) -> None:
        self._scanned = self._addresses = 0

    def check(self, paragraph: str) -> None:
        """Raises Unreadable for one beyond the limits, by itself or together with those before it."""
        if len(paragraph) > LONGEST_TEXT:
            raise Unreadable(
                f"this has a paragraph of {len(paragraph):,} characters, and the limit is {LONGEST_TEXT:,}: split it"
            )
        addresses = max(map(paragraph.count, ("://", "www.", "@")))
        if addresses > MOST_ADDRESSES:
            raise Unreadable(f"this has a paragraph with more than {MOST_ADDRESSES:,} addresses: split it")
        self._addresses += addresses
        if self._addresses > MOST_ADDRESSES_IN_ALL:
            raise Unreadable(f"this has more than {MOST_ADDRESSES_IN_ALL:,} addresses: {_WAY_OUT}")
        self._scanned += paragraph.count("[") * len(paragraph)
        if self._scanned > MOST_SCANNED:
            raise Unreadable("this has too many '[' in its paragraphs: split them")


_WAY_OUT = "import its issues one by one"
