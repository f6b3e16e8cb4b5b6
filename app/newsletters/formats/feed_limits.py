"""Limits for the markup of a feed, checked before it is parsed.

The parser's time grows with the square of the number of attributes of an element, and with the number of prefixes of
namespaces times that of elements.
"""

import re

from app.newsletters.left_out import Unreadable

MOST_ATTRIBUTES = 500
"""Of one element."""
MOST_SQUARED = 10_000_000
"""Sum of the squared numbers of attributes of all elements: 100,000 elements of 10."""
MOST_PREFIXES = 200
"""Different ones of namespaces, which feeds have 20 of."""
MOST_ELEMENTS = 300_000
MOST_ENTRIES = 10_000

_TAG = re.compile(r"""<[^\s<>!?/"'][^\s<>"'/]*+(?P<attributes>(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)(?P<end>>)?""")
_PREFIX = re.compile(r"\bxmlns:([^\s=]{1,100})")
_ENTRY = re.compile(r"<(?:[\w.-]{1,30}:)?(?:item|entry)[\s/>]", re.IGNORECASE)


def check(text: str) -> None:
    """Raises Unreadable for a feed beyond these limits."""
    squared = 0
    for tag in _TAG.finditer(text):
        # Of a tag that is not well-formed all counts up to the next one: a lenient parser looks for attributes there.
        written = tag["attributes"] if tag["end"] else text[tag.start() : text.find("<", tag.start() + 1)]
        count = written.count("=")
        squared += count * count
        if count > MOST_ATTRIBUTES or squared > MOST_SQUARED:
            raise Unreadable(
                "This feed has elements with too many attributes, which no newsletter has: export it again."
            )
    if _elements(text) > MOST_ELEMENTS:
        raise Unreadable(f"This feed has more than {MOST_ELEMENTS:,} elements: {_WAY_OUT}")
    if sum(1 for _ in _ENTRY.finditer(text)) > MOST_ENTRIES:
        raise Unreadable(f"This feed has more than {MOST_ENTRIES:,} entries: {_WAY_OUT}")
    if len(set(_PREFIX.findall(text))) > MOST_PREFIXES:
        raise Unreadable(f"This feed declares more than {MOST_PREFIXES} prefixes of namespaces: {_WAY_OUT}")


def _elements(text: str) -> int:
    """The number of tags and other markup outside of CDATA, in which whole pages are."""
    first, *others = text.split("<![CDATA[")
    return first.count("<") + sum(each.partition("]]>")[2].count("<") for each in others)


_WAY_OUT = "import it in parts"
