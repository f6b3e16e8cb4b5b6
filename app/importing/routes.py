"""Importing over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request

from app.auth.permissions import ContentWrite
from app.importing.importer import Importer
from app.importing.options import Options
from app.importing.schemas import ImportQuery, ImportResults
from app.newsletters.files import File
from app.newsletters.loading import load_files
from app.problems import BadRequest, Forbidden, Invalid, TooLarge, Unauthenticated, UnsupportedMediaType
from app.web.database import database_of
from app.web.problems import problems
from app.web.query import QueryRoute
from app.web.responses import AuthorResponse
from app.web.uploads import MEDIA_TYPES, Upload, uploads

router = APIRouter(tags=["writing"], route_class=QueryRoute)

_EXAMPLE = """\
# Issue 76: Small models, large rooms

2026-01-06

## Research

- [A kiln that learns](https://example.org/kiln) – Four potters and one network.
"""
_FILES = {"type": "object", "properties": {"file": {"type": "array", "items": {"type": "string", "format": "binary"}}}}
_TEXT = {"schema": {"type": "string"}, "example": _EXAMPLE}
_BODY: dict[str, Any] = {
    "required": True,
    "description": "a file, or several as a form; 5 MiB at most",
    "content": {
        kind: {"schema": _FILES} if kind.startswith("multipart/") else _TEXT if kind == "text/markdown" else {}
        for kind in MEDIA_TYPES
    },
}


async def _sent(request: Request, caller: ContentWrite) -> list[Upload]:
    # The caller comes first, so that a request without a credential is refused before its body is read.
    return await uploads(request)


@router.post(
    "/import",
    response_model=ImportResults,
    responses=problems(BadRequest, Unauthenticated, Forbidden, TooLarge, UnsupportedMediaType, Invalid),
    openapi_extra={"requestBody": _BODY},
)
def import_issues(
    request: Request,
    caller: ContentWrite,
    sent: Annotated[list[Upload], Depends(_sent)],
    query: Annotated[ImportQuery, Query()],
) -> AuthorResponse:
    """Import issues from files. Each issue is a transaction of its own; importing a file again updates its issue.

    The response has a result for each issue. Publishing, or changing a published issue, requires the scope
    content:publish.
    """
    if query.publish:
        caller.require("content:publish", "publish what is imported")
    options = Options(
        publish=query.publish,
        overwrite=query.overwrite,
        since=query.since,
        limit=query.limit,
        default_date=query.default_date,
        overwrite_option="overwrite=true",
        date_option="date=2025-12-23",
    )
    importer = Importer(database_of(request), options, caller)
    files = [File(upload.name, upload.content, is_named=upload.named) for upload in sent]
    sources = load_files(files, format=query.format)
    outcomes = list(importer.dry_run(sources) if query.dry_run else importer.run(sources))
    return AuthorResponse(ImportResults.of(outcomes, documents=query.dry_run))
