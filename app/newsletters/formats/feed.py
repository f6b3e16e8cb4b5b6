"""Feeds: RSS, Atom and RDF. Each entry is an edition."""

import re
from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from typing import Any

import feedparser
from feedparser.encodings import convert_to_utf8

from app.newsletters.blocks import Block, Source
from app.newsletters.formats import feed_limits, html, text
from app.newsletters.formats.decoding import PYTHON_ONLY_CODECS, decoded
from app.newsletters.formats.errors import attempt
from app.newsletters.formats.html.markup import without_markup
from app.newsletters.left_out import LeftOut, Unreadable

LARGEST = 20_000_000
"""Bytes."""
LONGEST_SUBTITLE = 300
"""Characters of a summary that may be a subtitle."""
LONGEST_NAME = 200
"""Characters of an entry's name in messages."""

_DEFINITIONS = re.compile(r"<!ENTITY|<!DOCTYPE[^<>\[]*\[", re.IGNORECASE)
_ENCODING = re.compile(rb"""\s*<\?[^>]{0,1000}?\bencoding\s{0,9}=\s{0,9}["']([\w.-]{1,40})["']""")
_CUT_OFF = re.compile(r"[\s.…\[\]]*$")


def read(data: bytes | str, name: str) -> Iterator[Source | LeftOut]:
    """The entries, in the feed's order; those without text are left out. Nothing is fetched. Raises Unreadable."""
    data = data.encode() if isinstance(data, str) else data
    if len(data) > LARGEST:
        raise Unreadable(f"This feed has more than {LARGEST // 1_000_000} MB: import the newsletter's export instead.")
    declared = _ENCODING.match(data)
    if declared and declared[1].decode().lower().replace("_", "-") in PYTHON_ONLY_CODECS:
        raise Unreadable("This feed declares an encoding that no feed has: save it as UTF-8.")
    # Decoded as the parser does it: in UTF-7 or EBCDIC a definition would not be seen.
    markup = decoded(convert_to_utf8({}, data, {}))
    if _DEFINITIONS.search(markup):
        raise Unreadable("This feed defines XML entities, which is not supported: remove its DOCTYPE.")
    feed_limits.check(markup)
    feed = feedparser.parse(BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    if not feed.entries:
        why = " ".join(str(feed.get("bozo_exception", "there is no entry in it")).split())
        raise Unreadable(f"This feed cannot be read: {why}.")
    for entry in feed.entries:
        called = " ".join(str(entry.get("title") or entry.get("id") or entry.get("link") or name).split())
        yield attempt(called[:LONGEST_NAME], partial(_entry, entry, feed.feed, name))


def _entry(entry: Any, feed: Any, name: str) -> Source | LeftOut:
    title = _plain(entry.get("title"), entry.get("title_detail")) or None
    address = entry.get("link") or None
    label = title or entry.get("id") or address or name
    content, summary = _content(entry), entry.get("summary", "")
    blocks, left_out = _blocks(content, address) if content else ([], [])
    if not any(block.is_visible for block in blocks):
        return LeftOut(label, "an entry of the feed that has no text")
    subtitle = None
    if summary and summary != content.get("value"):
        subtitle, more = _subtitle(without_markup(summary), blocks)
        left_out += more
    return Source(
        name=label,
        key=entry.get("id") or address or label,
        identified=bool(entry.get("id") or address),
        blocks=tuple(blocks),
        title=title,
        subtitle=subtitle,
        date=_date(entry),
        language=content.get("language") or feed.get("language") or None,
        url=address,
        image=_image(entry),
        publication=_plain(feed.get("title"), feed.get("title_detail")) or None,
        left_out=tuple(left_out),
    )


def _content(entry: Any) -> Any:
    """Its content, in HTML if there is a choice; its summary if there is no content."""
    contents = [each for each in entry.get("content", ()) if each.get("value", "").strip()]
    contents.sort(key=lambda each: each.get("type") == "text/plain")
    if contents:
        return contents[0]
    return entry.get("summary_detail") if entry.get("summary", "").strip() else None


def _blocks(content: Any, address: str | None) -> tuple[list[Block], list[LeftOut]]:
    if content.get("type") == "text/plain":
        return text.blocks_of(decoded(content.value)), []
    return html.parts_of(decoded(content.value), content.get("base") or address)


def _subtitle(words: str, blocks: list[Block]) -> tuple[str | None, list[LeftOut]]:
    """A summary as a subtitle, unless it is the beginning of the text; a long one is left out."""
    beginning = _CUT_OFF.sub("", words).casefold()
    if not beginning or beginning in " ".join(" ".join(block.text for block in blocks).split()).casefold():
        return None, []
    if len(words) > LONGEST_SUBTITLE:
        return None, [LeftOut(words, "a summary beside the text")]
    return words, []


def _plain(value: str | None, detail: Any) -> str:
    words = value or ""
    if detail and detail.get("type") in ("text/html", "application/xhtml+xml"):
        words = without_markup(words)
    return " ".join(decoded(words).split())


def _date(entry: Any) -> datetime | str | None:
    for name in ("published", "updated"):
        if parsed := entry.get(f"{name}_parsed"):
            try:
                return datetime.fromtimestamp(timegm(parsed), UTC)
            except (ValueError, OverflowError):
                return str(entry.get(name))
        if value := entry.get(name):
            return str(value)
    return None


def _image(entry: Any) -> str | None:
    for link in entry.get("links", ()):
        if link.get("rel") == "enclosure" and str(link.get("type", "")).startswith("image/"):
            return link.get("href") or None
    for media in (*entry.get("media_content", ()), *entry.get("media_thumbnail", ())):
        if media.get("url") and (media.get("medium", "image") == "image" and "video" not in media.get("type", "")):
            return str(media["url"])
    return (entry.get("image") or {}).get("href") or None
