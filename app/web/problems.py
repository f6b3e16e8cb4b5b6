"""Problems as responses: RFC 9457, `application/problem+json`, for every error."""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from sqlalchemy.exc import IntegrityError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.db.errors import UNAVAILABLE, disk_is_full, first_line
from app.problems import (
    BadRequest,
    Conflict,
    Forbidden,
    Invalid,
    MalformedBody,
    MethodNotAllowed,
    NotFound,
    PreconditionFailed,
    Problem,
    TooLarge,
    Unauthenticated,
    Unavailable,
    Unexpected,
    UnsupportedMediaType,
)
from app.validation import invalid
from app.web import preconditions
from app.web.root_path import link, root_of

log = logging.getLogger("masthead")

MEDIA_TYPE = "application/problem+json"
_ADDRESS = re.compile(r"\b((?:GET|POST|PUT|PATCH|DELETE) )(?=/)")


class FaultDocument(BaseModel):
    """One error in the input."""

    pointer: str = Field(description="a JSON pointer into the body, or the name of the parameter")
    code: str
    detail: str


class ProblemDocument(BaseModel):
    """The body of every error response. RFC 9457."""

    type: str = Field(description="the URL of a page that explains the error", examples=["/problems/not-found"])
    title: str
    status: int
    detail: str = Field(description="what is wrong in this case, and how to correct it")
    code: str = Field(examples=["not-found"])
    errors: list[FaultDocument] | None = Field(None, description="for invalid input: each error")
    changes: dict[str, Any] | None = Field(None, description="for 412 on an issue: what has changed in it since")
    current: dict[str, Any] | None = Field(None, description="for 412 on any other resource: its current state")


class ProblemResponse(Response):
    media_type = MEDIA_TYPE

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(status_code=problem.status, headers={"cache-control": "no-store", **problem.headers})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.render_for(scope)
        await super().__call__(scope, receive, send)

    def render_for(self, scope: Mapping[str, Any]) -> None:
        """Make the body for a request."""
        problem = self.problem
        content: dict[str, Any] = {
            "type": link(scope, f"/problems/{problem.code}"),
            "title": problem.title,
            "status": problem.status,
            "detail": _beneath(root_of(scope), problem.detail),
            "code": problem.code,
        }
        if problem.errors:
            content["errors"] = [
                replace(fault, detail=_beneath(root_of(scope), fault.detail)) for fault in problem.errors
            ]
        self.body = orjson.dumps(content | problem.extra)
        self.headers["content-length"] = str(len(self.body))


def _beneath(root: str, detail: str) -> str:
    """The sentence with the addresses of requests, such as `GET /tags`, as the client must send them."""
    return _ADDRESS.sub(rf"\1{root}", detail) if root else detail


def problems(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """The error responses of a route, for OpenAPI: `responses=problems(NotFound, Stale)`."""
    titles: dict[int, list[str]] = {}
    for kind in kinds:
        if kind.title not in titles.setdefault(kind.status, []):
            titles[kind.status].append(kind.title)
    return {status: {"description": "; ".join(found), "content": CONTENT} for status, found in titles.items()}


CALLER: tuple[type[Problem], ...] = (Unauthenticated, Forbidden)
"""The errors of a route that requires authentication."""
BODY: tuple[type[Problem], ...] = (MalformedBody, TooLarge, UnsupportedMediaType, Invalid)
"""The errors of a route that takes a body."""

CONTENT = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}


def schemas() -> dict[str, Any]:
    """The OpenAPI schemas that `CONTENT` refers to."""
    shape = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**shape.pop("$defs"), ProblemDocument.__name__: shape}


def page_of(kind: type[Problem]) -> str:
    """The HTML page at the `type` URL of a problem."""
    explanation = escape(" ".join((kind.__doc__ or "").split()))
    parts = explanation.split("`")
    text = "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
    title = escape(kind.title)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{title} · Masthead</title>\n"
        "<style>body{font:1.1rem/1.6 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}</style>\n"
        f"</head>\n<body>\n<h1>{title}</h1>\n<p><code>{kind.code}</code>, status {kind.status}</p>\n"
        f"<p>{text}</p>\n</body>\n</html>\n"
    )


def install(app: FastAPI) -> None:
    """Register the handlers that turn every error of the application into a problem."""
    app.add_exception_handler(Problem, _answer_problem)
    app.add_exception_handler(PreconditionFailed, _answer_precondition)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(RequestValidationError, _answer_validation)
    app.add_exception_handler(IntegrityError, _answer_integrity)
    for kind in UNAVAILABLE:
        app.add_exception_handler(kind, _answer_unavailable)
    app.add_exception_handler(ClientDisconnect, _answer_nobody)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, _answer_unexpected)
    app.add_middleware(ErrorMiddleware)


class ErrorMiddleware:
    """The innermost ASGI middleware: answers unexpected exceptions with 500, and re-raises them for the server's log.

    Starlette's own handler is the outermost one, so its responses would not pass through the middleware that adds the
    CORS headers, or that removes the body of a response to HEAD.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_and_note_start(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, send_and_note_start)
        except Exception as error:
            if scope["type"] == "http" and not started:
                await (await _answer_unexpected(Request(scope), error))(scope, receive, send)
            raise


async def _answer_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return ProblemResponse(error)


async def _answer_precondition(request: Request, error: Exception) -> Response:
    assert isinstance(error, PreconditionFailed)
    return ProblemResponse(preconditions.explain(request, error))


async def _answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        return ProblemResponse(wrong_method(request, request.app.state.allowed_methods.of(request.scope["path"])))
    if error.status_code == 404:
        return ProblemResponse(NotFound(f"There is no resource at {_url_of(request)}. GET / lists the available ones."))
    if error.status_code == 413:
        return ProblemResponse(TooLarge("The body is too large."))
    return ProblemResponse(BadRequest(str(error.detail)))


def wrong_method(request: Mapping[str, Any], allowed: Sequence[str]) -> MethodNotAllowed:
    """`request`: a request or an ASGI scope."""
    method, methods = request["method"], ", ".join(allowed)
    detail = f"{_url_of(request)} does not support {method}; it supports {methods}."
    return MethodNotAllowed(detail, headers={"allow": methods})


def _url_of(request: Mapping[str, Any]) -> str:
    path = request["path"]
    return link(request, path if len(path) <= 200 else path[:199] + "…")


async def _answer_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return ProblemResponse(invalid(error.errors(), error.body))


async def _answer_integrity(request: Request, error: Exception) -> Response:
    assert isinstance(error, IntegrityError)
    log.warning("a write violated a constraint: %s", first_line(error))
    if not any(kind in str(error.orig).lower() for kind in ("unique", "foreign key")):
        raise error
    # Two writers can both find a slug free, or one can give an item the tag that another one deletes. The constraints
    # of the database let only one of them succeed.
    return ProblemResponse(
        Conflict("Somebody else changed the same resource at the same time. Your change was not saved; try again.")
    )


async def _answer_unavailable(request: Request, error: Exception) -> Response:
    if disk_is_full(error):
        log.error("the disk of the database is full: %s", first_line(error))
        detail, wait = "The disk of the database is full; the operator of this server has to free space.", 60
    else:
        log.error("the database is not available: %s", first_line(error))
        detail, wait = "The database does not respond or is busy. Try again in a moment.", 2
    return ProblemResponse(Unavailable(f"{detail} Nothing was changed.", headers={"retry-after": str(wait)}))


async def _answer_nobody(request: Request, error: Exception) -> None:
    """The client has left: Starlette sends nothing for None."""


async def _answer_unexpected(request: Request, error: Exception) -> Response:
    return ProblemResponse(unexpected())


def unexpected(headers: Mapping[str, str] | None = None) -> Unexpected:
    detail = "An unexpected error occurred, and nothing was changed. The server's log has the details."
    return Unexpected(detail, headers=headers)
