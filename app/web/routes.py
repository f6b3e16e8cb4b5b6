"""Service routes: OpenAPI description, documentation, problem pages, health checks."""

from functools import cache
from typing import Annotated, Literal

import anyio.to_thread
import orjson
from fastapi import APIRouter, Path
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.db.migrations import WrongVersion, require_current
from app.problems import NotFound, Problem, Unavailable, all_problems
from app.web import docs
from app.web.admission import places_of
from app.web.database import database_of
from app.web.problems import page_of, problems
from app.web.responses import PublicPage, PublicResponse
from app.web.root_path import root_of
from app.web.strict_route import StrictRoute

ProblemCode = Annotated[str, Path(description="the `code` of a problem", examples=["not-found"])]

router = APIRouter(tags=["service"], route_class=StrictRoute)


class Health(BaseModel):
    status: Literal["ok"] = "ok"


@cache
def _problems_by_code() -> dict[str, type[Problem]]:
    return {kind.code: kind for kind in all_problems()}


@router.get(
    "/problems/{code}",
    response_class=Response,
    responses={200: {"content": {"text/html": {}}}, **problems(NotFound)},
)
async def explain_problem(code: ProblemCode) -> PublicPage:
    """A page that explains a problem: the `type` of problem responses is the URL of this page."""
    kind = _problems_by_code().get(code)
    if kind is None:
        raise NotFound(f"There is no problem {code[:100]!r}. The problems are {', '.join(_problems_by_code())}.")
    return PublicPage(page_of(kind))


@router.get("/healthz", response_model=Health)
async def healthz() -> Response:
    """Liveness check: the process is running."""
    return JSONResponse({"status": "ok"}, headers={"cache-control": "no-store"})


@router.get("/readyz", response_model=Health, responses=problems(Unavailable))
async def readyz(request: Request) -> Response:
    """Readiness check: the database responds and is migrated to this version."""
    try:
        limiter = places_of(request).readiness
        await anyio.to_thread.run_sync(require_current, database_of(request), limiter=limiter)
    except WrongVersion as wrong:
        raise Unavailable(str(wrong)) from wrong
    except SQLAlchemyError as error:
        raise Unavailable("The database does not respond.", headers={"retry-after": "2"}) from error
    return JSONResponse({"status": "ok"}, headers={"cache-control": "no-store"})


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request) -> PublicResponse:
    description = docs.beneath(root_of(request), request.app.openapi())
    return PublicResponse(orjson.dumps(description), fixed=True)


@router.get("/docs", include_in_schema=False)
async def read_docs(request: Request) -> PublicPage:
    html = docs.page(f"{request.app.title} API")
    return PublicPage(html, docs.policy_of(html))


@router.get("/docs/{name}", include_in_schema=False)
def read_docs_asset(name: str) -> PublicResponse:
    if name not in docs.ASSETS:
        raise NotFound(f"There is no file {name[:100]!r} for the page at /docs.")
    return PublicResponse(docs.asset(name), media_type=docs.ASSETS[name], fixed=True)
