"""Forms with files, `multipart/form-data` (RFC 7578), which are in memory already."""

from typing import NamedTuple

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from app.problems import BadRequest

MOST_PARTS = 1_000

_MALFORMED = (
    "it is not multipart/form-data with the boundary that Content-Type names, or the head of a part is too long"
)


class Part(NamedTuple):
    name: str
    filename: str | None
    """None if the part is no file but another field."""
    media_type: str
    """In lower case and without parameters; empty if the part names none."""
    content: bytes


def parts_of(content_type: str, body: bytes) -> list[Part]:
    """The parts of a form. Names are in UTF-8: RFC 7578 has no charset for the whole form.

    Raises BadRequest if the form is malformed or not complete.
    """
    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary:
        raise _unreadable("Content-Type does not name its boundary")
    form = _Form()
    try:
        MultipartParser(
            boundary,
            {
                "on_part_begin": form.begin,
                "on_header_field": form.add_name,
                "on_header_value": form.add_value,
                "on_header_end": form.end_header,
                "on_headers_finished": form.end_head,
                "on_part_data": form.add_content,
                "on_part_end": form.end,
                "on_end": form.complete,
            },
        ).write(body)
    except FormParserError:
        raise _unreadable(_MALFORMED) from None
    if not form.is_complete:
        raise _unreadable("it is not complete, since its last boundary is missing")
    return form.parts


class _Form:
    """What the parser has found."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.is_complete = False
        self._name = self._value = b""
        self._headers: dict[bytes, bytes] = {}
        self._content = bytearray()

    def begin(self) -> None:
        if len(self.parts) == MOST_PARTS:
            raise _unreadable(f"it has more than {MOST_PARTS:,} parts")
        self._headers = {}
        self._content = bytearray()

    def add_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def end_header(self) -> None:
        if b"\0" in self._value:
            raise _unreadable("the head of a part contains the NUL character")
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def end_head(self) -> None:
        self._options = parse_options_header(self._headers.get(b"content-disposition"))[1]
        if b"name" not in self._options:
            raise _unreadable("a part has no name in its Content-Disposition")

    def add_content(self, data: bytes, start: int, end: int) -> None:
        self._content += memoryview(data)[start:end]

    def end(self) -> None:
        filename = self._options.get(b"filename")
        media_type = parse_options_header(self._headers.get(b"content-type"))[0]
        self.parts.append(
            Part(
                name=_text(self._options[b"name"]),
                filename=None if filename is None else _text(filename),
                media_type=media_type.decode("latin-1"),
                content=bytes(self._content),
            )
        )

    def complete(self) -> None:
        self.is_complete = True


def _text(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("latin-1")


def _unreadable(reason: str) -> BadRequest:
    return BadRequest(f"The form cannot be read: {reason}.")
