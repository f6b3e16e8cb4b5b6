"""Files in a request: one that is the body, or several as `multipart/form-data`."""

from typing import NamedTuple

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from app.problems import BadRequest, Invalid, UnsupportedMediaType
from app.web.body import LARGEST_JSON, read

LARGEST = LARGEST_JSON
MOST_FILES = 1_000

_MULTIPART = "multipart/form-data"
_ENDINGS = {
    "text/markdown": ".md",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/xml": ".xml",
    "application/xml": ".xml",
    "application/rss+xml": ".xml",
    "application/atom+xml": ".xml",
    "application/xhtml+xml": ".html",
    "application/zip": ".zip",
    "application/octet-stream": "",
    "message/rfc822": ".eml",
}
"""How a file of each type is called."""

MEDIA_TYPES = (_MULTIPART, *_ENDINGS)


class Upload(NamedTuple):
    name: str
    """Its ending tells its type. A body by itself is called `body`."""
    content: bytes
    named: bool = True
    """Whether who sent it has given it the name."""


async def uploads(request: Request) -> list[Upload]:
    """What is sent, one at least.

    Raises TooLarge, UnsupportedMediaType, BadRequest when a form cannot be read, Invalid when nothing is there.
    """
    body = await read(
        request, LARGEST, "Send the files one by one; an operator imports larger ones by: masthead import"
    )
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body and request.headers.get("content-encoding", "identity") != "identity":
        raise UnsupportedMediaType("Send the body as it is, without Content-Encoding.")
    if media_type == _MULTIPART:
        found = await _parts(request)
    elif media_type in _ENDINGS or not body:
        found = [Upload(f"body{_ENDINGS.get(media_type, '')}", body, named=False)] if body.strip() else []
    else:
        raise UnsupportedMediaType(
            f"Send a file as the body, with its Content-Type, or files as {_MULTIPART}; "
            f"this is {media_type[:80] or 'of no type'}. Types: {', '.join(_ENDINGS)}."
        )
    if not found:
        raise Invalid.at("", "send a file; there is none", "needed")
    return found


async def _parts(request: Request) -> list[Upload]:
    """The files of a form, and its other fields as files without an ending."""
    try:
        async with request.form(max_files=MOST_FILES, max_fields=MOST_FILES, max_part_size=LARGEST) as form:
            return [
                Upload(value.filename or name, await value.read(), named=bool(value.filename))
                if isinstance(value, UploadFile)
                else Upload(name, value.encode(), named=False)
                for name, value in form.multi_items()
                if value
            ]
    except (MultiPartException, HTTPException) as error:
        said = getattr(error, "message", None) or getattr(error, "detail", "")
        raise BadRequest(f"The form cannot be read: {said}") from None
