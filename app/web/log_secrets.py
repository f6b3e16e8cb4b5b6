"""Keeping secrets, and line breaks of others, out of the log."""

import logging
import re
from textwrap import indent
from traceback import format_tb

from app.db.errors import first_line

# Lines have up to 64 KiB of what anybody sends, so each expression takes linear time.
_PREVIEW = re.compile(r"(/previews/)[^/?#\s]+", re.IGNORECASE)
_PARAMETER = re.compile(r"([?&]([^=&?\s]*+)=)[^&\s]+")
_NAME = re.compile(r"token|key|secret|passw|credential|signature|auth|session|jwt", re.IGNORECASE)
_SECRET = re.compile(r"\bm[hr]_\w{8,}|(?<![\w.-])eyJ[\w-]++\.[\w-]+(?:\.[\w-]*)?")
"""API keys, refresh tokens and JWTs, wherever they are."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def hide(text: str) -> str:
    """The text without secrets, in one line."""
    text = _PARAMETER.sub(_without_value, _PREVIEW.sub(r"\1…", text))
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], _SECRET.sub("…", text))


def _without_value(parameter: re.Match[str]) -> str:
    return f"{parameter[1]}…" if _NAME.search(parameter[2]) else parameter[0]


def traceback_of(error: BaseException) -> str:
    """A traceback without secrets, and with only the first line of what each exception says: PostgreSQL shows the
    values of a row in others, and Pydantic the values of an input."""
    chain: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in chain:
        chain.append(following)
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    return "\n\nThen this exception was raised:\n\n".join(_frames_and_first_line(each) for each in reversed(chain))


def _frames_and_first_line(error: BaseException) -> str:
    frames = "".join(format_tb(error.__traceback__)).splitlines()
    lines = ["Traceback (most recent call last):", *frames, f"{type(error).__qualname__}: {first_line(error)}"]
    text = "\n".join(map(hide, lines))
    grouped = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    return "\n".join((text, *(indent(traceback_of(each), "  | ") for each in grouped)))


class HideSecrets(logging.Filter):
    """Applies `hide` to whatever is put into a message, and to tracebacks."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1]:
            record.exc_text = traceback_of(record.exc_info[1])  # formatters use it instead of their own
        if isinstance(record.args, tuple):
            record.args = tuple(each if isinstance(each, int | float) else hide(str(each)) for each in record.args)
        return True


_FILTER = HideSecrets()


def install() -> None:
    """For uvicorn's access log, and the log of Masthead."""
    for name in ("uvicorn.access", "uvicorn.error", "masthead"):
        logging.getLogger(name).addFilter(_FILTER)
