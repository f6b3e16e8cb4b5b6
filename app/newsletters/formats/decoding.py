"""Bytes as text, for every reader: by a byte order mark, by what the format says, else as UTF-8."""

import codecs
import re

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LINE_END = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
# What no database and no JSON takes, and no reader sees: controls, halves of surrogate pairs, noncharacters.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def decoded(data: bytes | str, encoding: str | None = None) -> str:
    """A file's text, its lines ended by `\\n`, without control characters except `\\n` and `\\t`.

    A byte order mark counts before `encoding`, what the format itself says. Without either it is UTF-8, whose
    broken bytes are taken for Windows-1252: that reads files of either encoding, and those that are a mixture.
    Never fails: whether bytes are text at all is for `formats` to say.
    """
    text = data if isinstance(data, str) else _text(data, encoding)
    return _CONTROL.sub("", _LINE_END.sub("\n", text.removeprefix("\ufeff")))


def _text(data: bytes, encoding: str | None) -> str:
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(marked, "replace")
    name = _known(encoding)
    # What a file says of itself may be another editor's habit: nothing but UTF-8 happens to be valid UTF-8.
    if name and (data.isascii() or not _is_utf_8(data)):
        try:
            return data.decode(name)
        except UnicodeError:
            pass
    return data.decode("utf-8", "as-windows-1252")


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _known(encoding: str | None) -> str | None:
    """The encoding that a label means; browsers read Latin-1 and ASCII as Windows-1252 (WHATWG Encoding, 4.2)."""
    try:
        information = codecs.lookup((encoding or "").strip())
    except (LookupError, ValueError):
        return None
    # `base64`, `zip` and others turn bytes into bytes; UTF-16 and UTF-32 have a mark, or are not what is there.
    if not information._is_text_encoding or information.name.startswith(("utf-16", "utf-32")):
        return None
    return "cp1252" if information.name in ("iso8859-1", "ascii") else information.name


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    broken = error.object[error.start : error.end]
    return "".join(_one_byte(byte) for byte in broken), error.end


def _one_byte(byte: int) -> str:
    return bytes([byte]).decode("cp1252", "ignore")


codecs.register_error("as-windows-1252", _as_windows_1252)
