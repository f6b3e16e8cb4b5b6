"""The sanitiser: HTML from anyone, reduced to what is harmless on a site that shows it."""

import html
import re

import nh3


def _filter_attribute(tag: str, name: str, value: str) -> str | None:
    """The sanitised value of an attribute; None to remove the attribute.

    The only class that is kept is the language of code: others could match styles of the site that shows the text.
    """
    if name != "class":
        return value
    return next((token for token in value.split() if re.fullmatch(r"language-[\w+#.-]+", token)), None)


_cleaner = nh3.Cleaner(
    attributes={
        **nh3.ALLOWED_ATTRIBUTES,
        # markdown-it writes these for the alignment of table columns and the language of fenced code blocks.
        "th": {*nh3.ALLOWED_ATTRIBUTES["th"], "style"},
        "td": {*nh3.ALLOWED_ATTRIBUTES["td"], "style"},
        "code": {"class"},
    },
    filter_style_properties={"text-align"},
    attribute_filter=_filter_attribute,
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)
_text_only = nh3.Cleaner(tags=set())


def sanitize(rendered: str) -> str:
    """The HTML without scripts, styles, and whatever else could harm the page or its readers."""
    return _cleaner.clean(rendered)


def text_of(sanitized: str | None) -> str:
    """The text of sanitised HTML, one line per block."""
    lines = (line.strip() for line in html.unescape(_text_only.clean(sanitized or "")).split("\n"))
    return "\n".join(line for line in lines if line)
