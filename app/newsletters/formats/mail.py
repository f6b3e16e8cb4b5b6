"""E-mail: a message with its headers (RFC 5322, RFC 2045)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.parser import BytesParser

from app.newsletters.blocks import Block, Source
from app.newsletters.formats import html, mail_headers, text
from app.newsletters.formats.decoding import decoded
from app.newsletters.formats.html.nesting import MOST_TAGS
from app.newsletters.left_out import LeftOut, Unreadable

LARGEST = 20_000_000
"""Bytes."""
MOST_LINES = 500_000
MOST_PARTS = 500
MOST_NESTED = 20
"""Parts that have parts. The standard library scans each line once for each of them."""

_NEXT_MESSAGE = re.compile(rb"\n\r?\nFrom \S+ .*\d{4}\r?\n[A-Za-z-]+: ")
_BOUNDARY = re.compile(rb"""\bboundary\*?(?:0\*?)?\s*+=\s*+["']?([^\s"';]{0,70})""", re.IGNORECASE)
_TOO_MANY = f"This e-mail has more than {MOST_PARTS} parts, or {MOST_NESTED} nested ones: save only its text."
_SERIAL = re.compile(r"\b(?=\w*\d)[0-9a-f]{6,}", re.IGNORECASE)
_FLOWED = re.compile(r"(?<=[^\n]) \n(?![ >]|From |-- )")


@dataclass(slots=True)
class _Parts:
    bodies: list[Message] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def read(data: bytes | str, name: str) -> Source:
    """A message as one edition: its HTML, or its plain text if it has no HTML. Raises Unreadable."""
    data = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
    _check(data)
    if data.startswith(b"From ") and _NEXT_MESSAGE.search(data):
        raise Unreadable("This is a mailbox with several messages: save each newsletter as an .eml file.")
    try:
        message = BytesParser(EmailMessage, policy=policy.default).parsebytes(data)
        parts = _Parts()
        _sort(message, parts)
    except (RecursionError, MessageError, ValueError, LookupError) as error:
        raise Unreadable("This e-mail is damaged or too deeply nested: save it again.") from error
    if not parts.bodies:
        raise Unreadable("This e-mail has no text, neither HTML nor plain text.")
    contents = [part.get_payload(decode=True) for part in parts.bodies]
    if sum(content.count(b"<") for content in contents if isinstance(content, bytes)) > MOST_TAGS:
        raise Unreadable(f"The texts of this e-mail have more than {MOST_TAGS:,} tags together: save them one by one.")
    read = [_body(part, name) for part in parts.bodies]
    source = next((each for each in read if each.title), read[0])
    subject = _header(message, "subject")
    return replace(
        source,
        key=_header(message, "message-id").strip("<> ") or name,
        title=subject or source.title,
        date=_date(message) or source.date,
        language=source.language or _header(message, "content-language") or None,
        publication=_publication(message) or source.publication,
        blocks=tuple(_blocks(read)),
        left_out=(*(left for each in read for left in each.left_out), *parts.left_out),
    )


def _check(data: bytes) -> None:
    """Raises Unreadable for a message that would take minutes to parse."""
    if len(data) > LARGEST:
        raise Unreadable(f"This e-mail has more than {LARGEST // 1_000_000} MB: save it without its attachments.")
    if data.count(b"\n") > MOST_LINES:
        raise Unreadable(f"This e-mail has more than {MOST_LINES:,} lines: save it without its attachments.")
    boundaries = _BOUNDARY.findall(data)
    if len(boundaries) > MOST_NESTED or sum(data.count(b"\n--" + each) for each in set(boundaries)) > MOST_PARTS:
        raise Unreadable(_TOO_MANY)
    mail_headers.check(data)


def _sort(message: Message, parts: _Parts) -> None:
    """Sort the parts of a message into bodies and parts that are left out."""
    if any(number >= MOST_PARTS for number, _ in enumerate(message.walk())):
        raise Unreadable(_TOO_MANY)
    for part, is_read in _chosen(message):
        kind = part.get_content_type()
        if is_read and part.get_content_disposition() != "attachment" and kind in ("text/html", "text/plain"):
            parts.bodies.append(part)
        elif kind == "text/plain" and not part.get_filename():
            parts.left_out.append(LeftOut(kind, "the same as plain text"))
        elif part.get("content-id") and part.get_content_maintype() == "image":
            parts.left_out.append(LeftOut(part.get_filename() or kind, "an embedded image"))
        else:
            parts.left_out.append(LeftOut(part.get_filename() or kind, "an attachment"))


def _chosen(message: Message, is_read: bool = True) -> Iterator[tuple[Message, bool]]:
    """The parts without parts, and whether each is to be read: of alternatives only the best (RFC 2046, 5.1.4)."""
    inside = message.get_payload()
    kind = message.get_content_type()
    if not isinstance(inside, list) or kind.startswith("message/"):
        yield message, is_read and not kind.startswith("message/")
        return
    found = [part for part in inside if isinstance(part, Message)]
    best = _best(found) if kind == "multipart/alternative" else None
    for number, part in enumerate(found):
        is_root = kind != "multipart/related" or number == 0
        yield from _chosen(part, is_read and is_root and part is (best or part))


def _best(alternatives: list[Message]) -> Message | None:
    for kind in ("text/html", "text/plain"):
        for part in alternatives:
            if any(each.get_content_type() == kind for each in part.walk()):
                return part
    return None


def _body(part: Message, name: str) -> Source:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    charset = part.get_content_charset()
    if part.get_content_type() == "text/html":
        return html.read(content, name, charset)
    words = decoded(content, charset)
    if str(part.get_param("format", "")).lower() == "flowed":  # RFC 3676: a space at a line's end joins it
        words = _FLOWED.sub("" if str(part.get_param("delsp", "")).lower() == "yes" else " ", words)
    return text.read(words, name)


def _blocks(read: list[Source]) -> Iterator[Block]:
    for source in read:
        yield from source.blocks


def _header(message: Message, name: str) -> str:
    """A header's text; empty if it is missing or the standard library cannot parse it."""
    try:
        return " ".join(decoded(str(message[name] or "")).split())
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return ""


def _date(message: Message) -> datetime | str | None:
    try:
        found = message["date"]
        return getattr(found, "datetime", None) or _header(message, "date") or None
    except (ValueError, LookupError, AttributeError, TypeError, OverflowError):
        return None


def _publication(message: Message) -> str | None:
    """The mailing list's name, unless it is a serial number; else the sender's name."""
    listed, sender = (_header(message, name).partition("<")[0].strip('" ') for name in ("list-id", "from"))
    if listed and not _SERIAL.search(listed):
        return listed
    return sender if sender and "@" not in sender else None
