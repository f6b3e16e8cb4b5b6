"""Decoding text: by a byte order mark, by what the format says, else as UTF-8."""

import codecs
import re

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
PYTHON_ONLY_CODECS = ("idna", "punycode", "raw-unicode-escape", "unicode-escape")
"""Codecs that no file is in. For the first two Python's time grows with the square of the length."""

_LINE_END = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
# What databases and JSON do not take: control characters, lone surrogates, noncharacters.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def decoded(data: bytes | str, encoding: str | None = None) -> str:
    """A file's text, with `\\n` as line ends, without control characters except `\\n` and `\\t`.

    A byte order mark overrides `encoding`, which is what the format says. Without either it is UTF-8, with invalid
    bytes read as Windows-1252, so that files in either encoding, or a mixture of both, are read. Never fails:
    `detection` tells whether bytes are text.
    """
    text = data if isinstance(data, str) else _text(data, encoding)
    return _CONTROL.sub("", _LINE_END.sub("\n", text.removeprefix("\ufeff")))


def _text(data: bytes, encoding: str | None) -> str:
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(marked, "replace")
    name = _known(encoding)
    # Declared encodings are often wrong, and only UTF-8 is ever valid UTF-8.
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
    """The codec of a label. Latin-1 and ASCII mean Windows-1252, as in browsers (WHATWG Encoding, 4.2)."""
    try:
        information = codecs.lookup((encoding or "").strip())
    except (LookupError, ValueError):
        return None
    # Not `base64`, `zip` and others, which are not text; UTF-16 and UTF-32 would have had a byte order mark.
    if not information._is_text_encoding or information.name.startswith(("utf-16", "utf-32", *PYTHON_ONLY_CODECS)):
        return None
    return "cp1252" if information.name in ("iso8859-1", "ascii") else information.name


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    broken = error.object[error.start : error.end]
    return "".join(_one_byte(byte) for byte in broken), error.end


def _one_byte(byte: int) -> str:
    return bytes([byte]).decode("cp1252", "ignore")


codecs.register_error("as-windows-1252", _as_windows_1252)
