"""Problems as answers: RFC 9457, `application/problem+json`, for whatever goes wrong."""

import logging
from collections.abc import Sequence
from html import escape
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.problems import (
    BadRequest,
    Conflict,
    Forbidden,
    Invalid,
    MalformedBody,
    MethodNotAllowed,
    NotFound,
    Problem,
    Stale,
    TooLarge,
    Unauthenticated,
    Unavailable,
    Unexpected,
    UnsupportedMediaType,
)
from app.validation import invalid
from app.web import preconditions

log = logging.getLogger("masthead")

MEDIA_TYPE = "application/problem+json"


class FaultDocument(BaseModel):
    """One thing that is wrong with the input."""

    pointer: str = Field(description="a JSON pointer into the body, or the parameter's name")
    code: str
    detail: str


class ProblemDocument(BaseModel):
    """What every error looks like. RFC 9457."""

    type: str = Field(description="the address of a page that explains it", examples=["/problems/not-found"])
    title: str
    status: int
    detail: str = Field(description="what is wrong here, and the way out")
    code: str = Field(examples=["not-found"])
    errors: list[FaultDocument] | None = Field(None, description="for bad input: each fault")
    changes: dict[str, Any] | None = Field(None, description="for 412 of an issue: what has been done to it since")
    current: dict[str, Any] | None = Field(None, description="for 412 of anything else: what it is now")


class ProblemResponse(Response):
    media_type = MEDIA_TYPE

    def __init__(self, problem: Problem) -> None:
        content: dict[str, Any] = {
            "type": f"/problems/{problem.code}",
            "title": problem.title,
            "status": problem.status,
            "detail": problem.detail,
            "code": problem.code,
        }
        if problem.errors:
            content["errors"] = list(problem.errors)
        content |= problem.extra
        super().__init__(
            orjson.dumps(content), problem.status, headers={"cache-control": "no-store", **problem.headers}
        )


def problems(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """What a route declares of its errors, for OpenAPI: `responses=problems(NotFound, Stale)`."""
    titles: dict[int, list[str]] = {}
    for kind in kinds:
        titles.setdefault(kind.status, []).append(kind.title)
    return {status: {"description": "; ".join(found), "content": CONTENT} for status, found in titles.items()}


CALLER: tuple[type[Problem], ...] = (Unauthenticated, Forbidden)
"""What a route declares that asks who calls."""
BODY: tuple[type[Problem], ...] = (MalformedBody, TooLarge, UnsupportedMediaType, Invalid)
"""What one declares that takes a body."""

CONTENT = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}


def schemas() -> dict[str, Any]:
    """The schemas that `CONTENT` leads to."""
    shape = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**shape.pop("$defs"), ProblemDocument.__name__: shape}


def page_of(kind: type[Problem]) -> str:
    """The page that a problem's `type` leads to."""
    explanation = escape(" ".join((kind.__doc__ or "").split()))
    parts = explanation.split("`")
    told = "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
    title = escape(kind.title)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{title} · Masthead</title>\n"
        "<style>body{font:1.1rem/1.6 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}</style>\n"
        f"</head>\n<body>\n<h1>{title}</h1>\n<p><code>{kind.code}</code>, status {kind.status}</p>\n"
        f"<p>{told}</p>\n</body>\n</html>\n"
    )


def install(app: FastAPI) -> None:
    """Make every error of the application a problem."""
    app.add_exception_handler(Problem, _answer_problem)
    app.add_exception_handler(Stale, _answer_stale)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(RequestValidationError, _answer_validation)
    app.add_exception_handler(IntegrityError, _answer_integrity)
    app.add_exception_handler(OperationalError, _answer_unavailable)
    app.add_exception_handler(PoolTimeout, _answer_unavailable)
    app.add_exception_handler(Exception, _answer_unexpected)
    app.add_middleware(Failures)


class Failures:
    """ASGI middleware, the innermost: answers what nobody has foreseen, and lets it go on to the server's log.

    Starlette's own handler is the outermost: what it answers passes none of the middleware that adds the headers of
    CORS, or takes the body from an answer to HEAD.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        except Exception as error:
            if scope["type"] == "http" and not started:
                await (await _answer_unexpected(Request(scope), error))(scope, receive, send)
            raise


async def _answer_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return ProblemResponse(error)


async def _answer_stale(request: Request, error: Exception) -> Response:
    assert isinstance(error, Stale)
    return ProblemResponse(preconditions.explain(request, error))


async def _answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        path = request.scope["path"]
        return ProblemResponse(wrong_method(request.method, path, request.app.state.allowed_methods.of(path)))
    if error.status_code == 404:
        return ProblemResponse(
            NotFound(f"Nothing answers at {_shown(request.scope['path'])}. GET / lists what there is.")
        )
    if error.status_code == 413:
        return ProblemResponse(TooLarge("The body is too large."))
    return ProblemResponse(BadRequest(str(error.detail)))


def wrong_method(method: str, path: str, allowed: Sequence[str]) -> MethodNotAllowed:
    methods = ", ".join(allowed)
    detail = f"{method} is not a method of {_shown(path)}; it takes {methods}."
    return MethodNotAllowed(detail, headers={"allow": methods})


def _shown(path: str) -> str:
    return path if len(path) <= 200 else path[:199] + "…"


async def _answer_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return ProblemResponse(invalid(error.errors(), error.body))


async def _answer_integrity(request: Request, error: Exception) -> Response:
    assert isinstance(error, IntegrityError)
    log.warning("a constraint refused a write: %s", error)
    if not any(kind in str(error.orig).lower() for kind in ("unique", "foreign key")):
        raise error
    # Two writers can both find a slug free, or one can give an item the tag that another deletes; the database lets one
    # of them go first.
    return ProblemResponse(
        Conflict("Somebody else wrote to the same thing at the same moment, and nothing of yours was kept. Try again.")
    )


async def _answer_unavailable(request: Request, error: Exception) -> Response:
    log.error("the database does not answer: %s", error)
    return ProblemResponse(
        Unavailable(
            "The database does not answer or is busy. Nothing was written; try again in a moment.",
            headers={"retry-after": "2"},
        )
    )


async def _answer_unexpected(request: Request, error: Exception) -> Response:
    return ProblemResponse(Unexpected("Something went wrong in the server, and nothing was written. It is in its log."))
