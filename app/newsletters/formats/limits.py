"""How much there may be in a file of text or Markdown.

Both are looked at before a file is parsed: parsers take longer for some lines than their length would tell, and what
they make of a file takes a hundred times its room.
"""

from app.newsletters.left_out import Unreadable

LARGEST = 1_000_000
"""Characters; a long newsletter has 100,000."""
MOST_LINES = 50_000
LONGEST_LINE = 100_000
"""Characters of a line or a paragraph, as many as a text of an issue may have."""
MOST_ADDRESSES = 1_000
"""In a paragraph of Markdown, as many as a text of an issue may have."""
MOST_LOOKED_AT = 20_000_000
"""Characters that the parser of Markdown looks at for what ends a `[`: from each to its paragraph's end."""


def check(text: str) -> None:
    """Raises Unreadable for a text that has more than this."""
    if len(text) > LARGEST:
        raise Unreadable(f"this has {len(text):,} characters, and {LARGEST:,} are read at most: {_WAY_OUT}")
    lines = text.count("\n") + 1
    if lines > MOST_LINES:
        raise Unreadable(f"this has {lines:,} lines, and {MOST_LINES:,} are read at most: {_WAY_OUT}")
    longest = max(map(len, text.split("\n")))
    if longest > LONGEST_LINE:
        raise Unreadable(f"this has a line of {longest:,} characters, and {LONGEST_LINE:,} are read at most: part it")


class Paragraphs:
    """The paragraphs of one text of Markdown."""

    def __init__(self) -> None:
        self._looked_at = 0

    def check(self, paragraph: str) -> None:
        """Raises Unreadable for one that has more than this, by itself or with those before it."""
        if len(paragraph) > LONGEST_LINE:
            raise Unreadable(
                f"this has a paragraph of {len(paragraph):,} characters, and {LONGEST_LINE:,} are read at most: part it"
            )
        if max(map(paragraph.count, ("://", "www.", "@"))) > MOST_ADDRESSES:
            raise Unreadable(f"this has a paragraph with more than {MOST_ADDRESSES:,} addresses: part it")
        self._looked_at += paragraph.count("[") * len(paragraph)
        if self._looked_at > MOST_LOOKED_AT:
            raise Unreadable("this has more '[' in its paragraphs than can be read: part them")


_WAY_OUT = "import its issues one by one"
