"""Uploaded files: the body itself as one file, or several files as `multipart/form-data`."""

from typing import NamedTuple

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from app.problems import BadRequest, Invalid, UnsupportedMediaType
from app.web.body import LARGEST_JSON, media_type_of, read, require_uncompressed

LARGEST = LARGEST_JSON
MOST_FILES = 1_000
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
    if len(request.headers.get("content-type", "")) > LONGEST_TYPE:
        raise BadRequest(f"Content-Type may have at most {LONGEST_TYPE:,} characters.")
    if body:
        require_uncompressed(request)
    if media_type == _MULTIPART:
        found = await _parts(request)
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


async def _parts(request: Request) -> list[Upload]:
    """The files of a form, and its other fields as files without extension."""
    try:
        async with request.form(max_files=MOST_FILES, max_fields=MOST_FILES, max_part_size=LARGEST) as form:
            return [
                Upload(_name_of(value, name), await value.read(), named=bool(value.filename))
                if isinstance(value, UploadFile)
                else Upload(name, value.encode(), named=False)
                for name, value in form.multi_items()
                if value
            ]
    except (MultiPartException, HTTPException) as error:
        reason = getattr(error, "message", None) or getattr(error, "detail", "")
        raise BadRequest(f"The form cannot be read: {reason}") from None


def _name_of(file: UploadFile, field: str) -> str:
    """Its name, which ends like one of a zip if the part says that it is one."""
    name = file.filename or field
    declared = _EXTENSIONS.get((file.content_type or "").partition(";")[0].strip().lower())
    return f"{name}.zip" if declared == ".zip" and not name.lower().endswith(".zip") else name
