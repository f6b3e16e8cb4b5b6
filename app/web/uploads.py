"""Uploaded files: the body itself as one file, or several files as `multipart/form-data`."""

from typing import NamedTuple

import anyio.to_thread
from starlette.requests import Request

from app.problems import BadRequest, Invalid, UnsupportedMediaType
from app.web.admission import places_of
from app.web.body import LARGEST_JSON, media_type_of, read, require_uncompressed
from app.web.multipart import Part, parts_of

LARGEST = LARGEST_JSON
LONGEST_NAME = 255
"""Characters of a file name. It is repeated in the result of each file in a zip."""
LONGEST_TYPE = 1_000
"""Characters of Content-Type, of which a form's boundary takes 70 at most."""

_MULTIPART = "multipart/form-data"
_EXTENSIONS = {
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
"""The file name extension for each media type."""

MEDIA_TYPES = (_MULTIPART, *_EXTENSIONS)


class Upload(NamedTuple):
    name: str
    """Its extension tells its type. A file that is the body itself is called `body`."""
    content: bytes
    named: bool = True
    """Whether the client gave the file name."""


async def uploads(request: Request) -> list[Upload]:
    """The uploaded files, at least one.

    Raises TooLarge, UnsupportedMediaType, BadRequest for a malformed form, and Invalid if there is no file.
    """
    body = await read(
        request, LARGEST, "Send the files one by one. An operator can import larger files with: masthead import"
    )
    media_type = media_type_of(request)
    content_type = request.headers.get("content-type", "")
    if len(content_type) > LONGEST_TYPE:
        raise BadRequest(f"Content-Type may have at most {LONGEST_TYPE:,} characters.")
    if body:
        require_uncompressed(request)
    if body and media_type == _MULTIPART:
        parts = await anyio.to_thread.run_sync(parts_of, content_type, body, limiter=places_of(request).parsers)
        found = [_upload(part) for part in parts if part.content or part.filename is not None]
    elif media_type in _EXTENSIONS or not body:
        found = [Upload(f"body{_EXTENSIONS.get(media_type, '')}", body, named=False)] if body.strip() else []
    else:
        raise UnsupportedMediaType(
            f"Send a file as the body, with its Content-Type, or files as {_MULTIPART}; "
            f"you sent {media_type[:80] or 'none'}. Supported types: {', '.join(_EXTENSIONS)}."
        )
    if any(len(upload.name) > LONGEST_NAME for upload in found):
        raise Invalid.at("", f"a file name may have at most {LONGEST_NAME} characters")
    if not found:
        raise Invalid.at("", "send a file; the request contains none", "needed")
    return found


def _upload(part: Part) -> Upload:
    """The file of a part, or another field as a file without extension."""
    name = part.filename or part.name
    # It ends like the name of a zip if the part says that it is one.
    if part.filename is not None and _EXTENSIONS.get(part.media_type) == ".zip" and not name.lower().endswith(".zip"):
        name += ".zip"
    return Upload(name, part.content, named=bool(part.filename))
