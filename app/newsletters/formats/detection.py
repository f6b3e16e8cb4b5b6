"""The formats that newsletters come in, and which one a file is in."""

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
"""Bytes that tell a format."""

_BINARY = (
    (b"%PDF-", "a PDF: save the newsletter as HTML, or copy its text into a file"),
    (b"\x89PNG", "a picture: save the newsletter's text"),
    (b"\xff\xd8\xff", "a picture: save the newsletter's text"),
    (b"GIF8", "a picture: save the newsletter's text"),
    (b"\xd0\xcf\x11\xe0", "a document of an old Office, or a message of Outlook's: save it as HTML or as .eml"),
    (b"{\\rtf", "a Rich Text document: save it as HTML"),
    (b"PK\x03\x04", "a zip, or a document that is one: save it as HTML, or unpack it first"),
    (b"\x1f\x8b", "packed with gzip: unpack it first"),
    (b"BZh9", "packed with bzip2: unpack it first"),
    (b"\xfd7zXZ", "packed with xz: unpack it first"),
    (b"7z\xbc\xaf", "packed with 7-Zip: unpack it first"),
    (b"Rar!\x1a", "packed with RAR: unpack it first"),
    (b"SQLite format 3\0", "a database, not a text"),
    (b"bplist00", "a web archive or a property list: save the page as HTML"),
)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROLS = 0.02
_MOST_ZEROS = 0.4
"""Of every other byte: UTF-16 has more of them, unless it is Chinese, Japanese or Korean."""

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
_JSON = re.compile(r'\s*+[\[{]\s*+["{\[]')
_MARKDOWN = re.compile(
    r"^\#{1,6} \S|\[[^\]\n]{1,200}\]\(\S{1,999}\)|^---\n[\w-]+:|^\[[^\]\n]{1,200}\]: \S", re.MULTILINE
)
_SIGNS_OF_MARKDOWN = 2


def detect(data: bytes, name: str) -> Format:
    """By what is in a file, and by its name's ending where that could be several. Raises Unreadable."""
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
    if by_name:
        return _consistent(by_name, data)
    if _JSON.match(beginning) or ending == ".json":
        raise Unreadable("this is JSON: to bring in an issue in the shape of this API, send it to POST /issues")
    if path.basename(name) == substack.TABLE:
        raise Unreadable("this is an export's table alone: give the whole export, as a zip or unpacked")
    if ending in (".csv", ".tsv"):
        raise Unreadable("this is a table: save the newsletters from it as HTML or Markdown")
    return _prose(data)


def _consistent(by_name: Format, data: bytes) -> Format:
    """What a name says of a file that does not say it itself."""
    if by_name == "feed":
        raise Unreadable("this is XML, but no feed: neither RSS nor Atom")
    return _prose(data) if by_name == "text" else by_name


def _prose(data: bytes) -> Format:
    signs = _MARKDOWN.findall(decoded(data[: 8 * _BEGINNING]))
    return "markdown" if len(signs) >= _SIGNS_OF_MARKDOWN else "text"


def _is_mail(beginning: str) -> bool:
    head = _MAIL.match(beginning)
    return bool(head and _SENT.search(head.group()) and _ADDRESSED.search(head.group()))


def check_is_text(data: bytes) -> None:
    """Raises Unreadable for what is no text."""
    if not data.strip():
        raise Unreadable("this file is empty")
    for magic, said in _BINARY:
        if data.startswith(magic):
            raise Unreadable(f"this is {said}")
    beginning = data[:_BEGINNING]
    if data.startswith(_UTF_16):
        return
    if any(half.count(0) > _MOST_ZEROS * len(half) for half in (beginning[::2], beginning[1::2])):
        raise Unreadable("this is no text, or it is in UTF-16 without a mark: save it as UTF-8")
    controls = len(_CONTROLS.findall(beginning)) / len(beginning)
    if b"\0" in data or controls > _MOST_CONTROLS:
        raise Unreadable("this is no text: it has bytes that no text has. Save the newsletter as HTML or as text.")
