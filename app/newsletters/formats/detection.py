"""Detecting the format of a file."""

import json
import re
from collections.abc import Mapping
from os import path
from types import MappingProxyType
from typing import Literal, get_args

from app.newsletters.formats import substack
from app.newsletters.formats.decoding import decoded
from app.newsletters.left_out import Unreadable

Format = Literal["text", "markdown", "html", "mail", "feed", "substack"]
NAMES: tuple[Format, ...] = get_args(Format)

_ENDINGS: Mapping[str, Format] = MappingProxyType(
    {
        **dict.fromkeys((".md", ".markdown"), "markdown"),
        **dict.fromkeys((".txt", ".text"), "text"),
        **dict.fromkeys((".html", ".htm", ".xhtml"), "html"),
        **dict.fromkeys((".xml", ".rss", ".atom", ".rdf"), "feed"),
        ".eml": "mail",
    }
)
_BEGINNING = 16_384
"""Bytes that are looked at."""

_BINARY = (
    (b"%PDF-", "a PDF: save the newsletter as HTML, or copy its text into a file"),
    (b"\x89PNG", "a picture: save the newsletter's text"),
    (b"\xff\xd8\xff", "a picture: save the newsletter's text"),
    (b"GIF8", "a picture: save the newsletter's text"),
    (b"\xd0\xcf\x11\xe0", "an old Office document or an Outlook message: save it as HTML or as .eml"),
    (b"{\\rtf", "a Rich Text document: save it as HTML"),
    (b"PK\x03\x04", "a zip, or a document that is one: save it as HTML, or unpack it first"),
    (b"\x1f\x8b", "compressed with gzip: unpack it first"),
    (b"BZh9", "compressed with bzip2: unpack it first"),
    (b"\xfd7zXZ", "compressed with xz: unpack it first"),
    (b"7z\xbc\xaf", "compressed with 7-Zip: unpack it first"),
    (b"Rar!\x1a", "compressed with RAR: unpack it first"),
    (b"SQLite format 3\0", "a database, not text"),
    (b"bplist00", "a web archive or a property list: save the page as HTML"),
)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROLS = 0.02
_MOST_ZEROS = 0.4
"""Share of every other byte. UTF-16 has more zeros, except in Chinese, Japanese and Korean."""

_PROLOGUE = r"(?:\s++|<\?[^>]*+>|(?><!--.*?-->))*+"
_FEED = re.compile(
    rf"{_PROLOGUE}(?:<!DOCTYPE[^>]*+>)?{_PROLOGUE}<(?:rss|feed|(?:\w+:)?RDF)[\s>]", re.IGNORECASE | re.DOTALL
)
_HTML = re.compile(
    rf"{_PROLOGUE}<(?:!doctype\s+html|(?:html|head|body|meta|title|style|table|div|p|center|article|section|h1)[\s>/])",
    re.IGNORECASE | re.DOTALL,
)
_MAIL = re.compile(r"(?:From \S.*\n)?(?:[A-Za-z][A-Za-z0-9-]*+:.*\n(?:[ \t].*\n)*+)++")
_SENT = re.compile(
    r"^(?:from|received|return-path|message-id|mime-version|delivered-to):", re.IGNORECASE | re.MULTILINE
)
_ADDRESSED = re.compile(r"^(?:subject|date|to):", re.IGNORECASE | re.MULTILINE)
_JSON = re.compile(r'\s*+(?:\[\s*+)?\{\s*+["}]')
_MARKDOWN = re.compile(
    r"^\#{1,6} \S|\[[^\]\n]{1,200}\]\(\S{1,999}\)|^---\n[\w-]+:|^\[[^\]\n]{1,200}\]: \S", re.MULTILINE
)
_SIGNS_OF_MARKDOWN = 2


def detect(data: bytes, name: str) -> Format:
    """The format of a file: by its content or, where that is ambiguous, its extension. Raises Unreadable."""
    check_is_text(data)
    beginning = decoded(data[:_BEGINNING])
    ending = path.splitext(name)[1].lower()
    by_name = _ENDINGS.get(ending)
    if _FEED.match(beginning):
        return "feed"
    if _is_mail(beginning):
        return "mail"
    if _HTML.match(beginning) and by_name != "markdown":
        return "html"
    if ending == ".json" or (by_name is None and _JSON.match(beginning)) or _is_json(data):
        raise Unreadable("this is JSON: to create an issue from JSON, send it to POST /issues")
    if by_name:
        return _consistent(by_name, data)
    if path.basename(name) == substack.TABLE:
        raise Unreadable("this is only the table of an export: import the whole export, as a zip or unpacked")
    if ending in (".csv", ".tsv"):
        raise Unreadable("this is a table: save the newsletters from it as HTML or Markdown")
    return _prose(data)


def _consistent(by_name: Format, data: bytes) -> Format:
    """The format by extension, of a file whose content does not tell it."""
    if by_name == "feed":
        raise Unreadable("this is XML, but not a feed (RSS or Atom)")
    return _prose(data) if by_name == "text" else by_name


def _is_json(data: bytes) -> bool:
    """Whether all of it is JSON, and not Markdown that begins like it, with a link."""
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _prose(data: bytes) -> Format:
    signs = _MARKDOWN.findall(decoded(data[: 8 * _BEGINNING]))
    return "markdown" if len(signs) >= _SIGNS_OF_MARKDOWN else "text"


def _is_mail(beginning: str) -> bool:
    head = _MAIL.match(beginning)
    return bool(head and _SENT.search(head.group()) and _ADDRESSED.search(head.group()))


def what_it_is(data: bytes) -> str | None:
    """What a file is that is not text, and what to do with it; None if it is unknown."""
    return next((f"this is {description}" for magic, description in _BINARY if data.startswith(magic)), None)


def check_is_text(data: bytes) -> None:
    """Raises Unreadable if a file is not text."""
    if not data.strip():
        raise Unreadable("this file is empty")
    if known := what_it_is(data):
        raise Unreadable(known)
    beginning = data[:_BEGINNING]
    if data.startswith(_UTF_16):
        return
    if any(half.count(0) > _MOST_ZEROS * len(half) for half in (beginning[::2], beginning[1::2])):
        raise Unreadable("this is not text, or it is UTF-16 without a byte order mark: save it as UTF-8")
    controls = len(_CONTROLS.findall(beginning)) / len(beginning)
    if b"\0" in data or controls > _MOST_CONTROLS:
        raise Unreadable("this is not a text file. Save the newsletter as HTML or as text.")
