"""How much there may be in a file of text or Markdown.

Both are looked at before a file is parsed: parsers take longer for some lines than their length would tell, and what
they make of a file takes a hundred times its room.
"""

from app.transfer.blocks import Unreadable

LARGEST = 1_000_000
"""Characters; a long newsletter has 100,000."""
MOST_LINES = 50_000
LONGEST_LINE = 100_000
"""Characters of a line or a paragraph, as many as a text of an issue may have."""
MOST_IN_PARAGRAPH = {"[": 5_000, "://": 1_000, "www.": 1_000, "@": 1_000}
"""Signs from each of which the parser of Markdown looks for an end; as many as a text of an issue may have."""
MOST_BRACKETS = 20_000
"""In all paragraphs together."""


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
        self._brackets = 0

    def check(self, paragraph: str) -> None:
        """Raises Unreadable for one that has more than that, or with those before it."""
        if len(paragraph) > LONGEST_LINE:
            raise Unreadable(
                f"this has a paragraph of {len(paragraph):,} characters, and {LONGEST_LINE:,} are read at most: part it"
            )
        for sign, most in MOST_IN_PARAGRAPH.items():
            if (count := paragraph.count(sign)) > most:
                raise Unreadable(f"this has a paragraph with {count:,} times {sign!r}, and {most:,} are read at most")
        self._brackets += paragraph.count("[")
        if self._brackets > MOST_BRACKETS:
            raise Unreadable(f"this has more than {MOST_BRACKETS:,} times '[': {_WAY_OUT}")


_WAY_OUT = "import its issues one by one"
