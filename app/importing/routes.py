"""Importing over HTTP."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from app.auth.callers import Caller
from app.auth.permissions import ContentWrite
from app.db.engine import Database
from app.importing.file_readers import FileReaders
from app.importing.importer import Importer
from app.importing.options import Options
from app.importing.schemas import ImportQuery, ImportResults
from app.newsletters.document import IssueRead
from app.newsletters.files import File
from app.newsletters.left_out import LeftOut
from app.problems import BadRequest, Forbidden, Invalid, TooLarge, Unauthenticated, Unavailable, UnsupportedMediaType
from app.web.admission import place_for_body, place_in, places_of
from app.web.database import database_of
from app.web.disconnects import while_connected
from app.web.problems import problems
from app.web.responses import AuthorResponse
from app.web.strict_route import StrictRoute
from app.web.uploads import LARGEST, MEDIA_TYPES, uploads

router = APIRouter(tags=["writing"], route_class=StrictRoute)

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


@router.post(
    "/import",
    response_model=ImportResults,
    responses=problems(BadRequest, Unauthenticated, Forbidden, TooLarge, UnsupportedMediaType, Invalid, Unavailable),
    openapi_extra={"requestBody": _BODY},
)
async def import_issues(
    request: Request, caller: ContentWrite, query: Annotated[ImportQuery, Query()]
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
    readers: FileReaders = request.app.state.file_readers

    async def read_and_write(files: Sequence[File]) -> bytes:
        async with place_in(readers.places, request):
            sources = await readers.read(files, query.format)
            write = partial(_write, database_of(request), options, caller, sources, dry_run=query.dry_run)
            # Now that the files are read, which takes longest.
            places = places_of(request)
            async with place_in(places.other_readers if query.dry_run else places.writers, request):
                return await run_in_threadpool(write)

    async with place_for_body(request, LARGEST):
        files = [File(upload.name, upload.content, is_named=upload.named) for upload in await uploads(request)]
        return AuthorResponse(await while_connected(request, partial(read_and_write, files)))


def _write(
    database: Database, options: Options, caller: Caller, sources: Iterator[IssueRead | LeftOut], *, dry_run: bool
) -> bytes:
    importer = Importer(database, options, caller)
    outcomes = importer.dry_run(sources) if dry_run else importer.run(sources)
    return ImportResults.json_of(outcomes, documents=dry_run)
