"""The errors that the client raises.

MastheadError
├── ConnectionFailed        no response was received
│   └── TimedOut
├── UnexpectedResponse      the response is not one that Masthead sends
└── ProblemError            the server responded with a problem, RFC 9457
    ├── Unauthenticated 401
    ├── Forbidden 403
    ├── NotFound 404
    ├── Conflict 409
    ├── Gone 410
    ├── Stale 412           the precondition in if_match does not hold
    ├── Invalid 422
    ├── PreconditionRequired 428
    ├── TooManyAttempts 429
    └── ServerError 5xx     also from a proxy
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from masthead_client.models.drafts import Differences

MEDIA_TYPE = "application/problem+json"

_HTML_TAG = re.compile(r"<(style|script)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_MAX_CHARS_READ, _MAX_CHARS_SHOWN = 5_000, 200


class MastheadError(Exception):
    """The base class of all errors that a request can raise."""


class ConnectionFailed(MastheadError):
    """No response was received: the connection was refused or broke, or the host name is unknown.

    After a write it is not known whether the server has processed it.
    """


class TimedOut(ConnectionFailed):
    """No response was received within the client's `timeout`."""


class UnexpectedResponse(MastheadError):
    """The response is not one that Masthead sends: it is from a proxy, another server, or a much newer version.

    `status` and `headers` are those of the response.
    """

    def __init__(self, message: str, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(message, status, headers)
        self.status = status
        self.headers = headers

    def __str__(self) -> str:
        return str(self.args[0])


class ErrorDetail(BaseModel):
    """One error in a request."""

    model_config = ConfigDict(frozen=True)

    pointer: str = ""
    """A JSON Pointer into the body, such as `/sections/0/items/2/url`, or the name of a query parameter."""
    code: str = ""
    detail: str = ""


class ProblemError(MastheadError):
    """The server responded with a problem.

    `code` distinguishes problems with the same status, such as `number-taken` and `slug-taken`. `type` is the address
    of its documentation, relative to that of the request. `detail` is an explanation for people. `errors` lists each
    error of an invalid request. `headers` are the response's; their names are case-insensitive.
    """

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str,
        errors: Sequence[ErrorDetail],
        type: str,
        headers: Mapping[str, str],
        extra: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        # Copying and pickling construct the error from these.
        super().__init__(status, code, title, detail, errors, type, headers, dict(extra))
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.errors = tuple(errors)
        self.type = type
        self.headers = headers
        self.extra = dict(extra)
        """The problem's other members."""

    def __str__(self) -> str:
        lines = [f"{self.status} {self.code or self.title}: {self.detail}"]
        if len(self.errors) > 1:
            lines += [f"  {error.pointer or 'the body'}: {error.detail}" for error in self.errors]
        return "\n".join(lines)


class Unauthenticated(ProblemError):
    """No valid credentials: none were given, the token has expired or was revoked, or the password is wrong."""


class Forbidden(ProblemError):
    """The user or API key lacks a permission. `detail` names the scope that is needed."""


class NotFound(ProblemError):
    """It does not exist, or is not published."""


class Conflict(ProblemError):
    """The request conflicts with what exists: a number or slug that is taken, or a section slug that is ambiguous."""


class Gone(ProblemError):
    """It is no longer available: a preview that has expired or was revoked."""


class Stale(ProblemError):
    """The precondition does not hold, and nothing was written. `headers["etag"]` is the current version, if any.

    `code` says why. `stale`: somebody has written since the version in `if_match`. Then `changes` is what has changed
    in an issue since; None when there is no revision of that version. For anything else `current` is its current state.
    `unknown-version`: there has never been such a version. `precondition-failed`: there is no such issue.
    """

    @property
    def changes(self) -> Differences | None:
        changes = self.extra.get("changes")
        return None if changes is None else Differences.model_validate(changes)

    @property
    def current(self) -> Mapping[str, Any] | None:
        return self.extra.get("current")


class Invalid(ProblemError):
    """The request is invalid and nothing was written. `errors` lists each error."""


class PreconditionRequired(ProblemError):
    """The server requires `if_match` for this request."""


class TooManyAttempts(ProblemError):
    """Too many failed sign-ins. `headers["retry-after"]` is the number of seconds until the next attempt."""


class ServerError(ProblemError):
    """The server, or a proxy in front of it, failed. `code` is empty if the response is from a proxy."""


_BY_STATUS: dict[int, type[ProblemError]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    412: Stale,
    422: Invalid,
    428: PreconditionRequired,
    429: TooManyAttempts,
}


class _Problem(BaseModel):
    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str = ""
    status: Any = None
    detail: str = ""
    code: str = ""
    errors: list[ErrorDetail] = []


def error_from(response: httpx.Response) -> MastheadError:
    """The error for a response whose status is not 2xx."""
    error = ServerError if response.status_code >= 500 else _BY_STATUS.get(response.status_code, ProblemError)
    problem = _parse_problem(response)
    if problem is not None:
        members = problem.code, problem.title, problem.detail, problem.errors, problem.type
        return error(response.status_code, *members, response.headers, problem.model_extra or {})
    message = _describe(response)
    if error is ServerError:
        title = response.reason_phrase
        return ServerError(response.status_code, "", title, message, (), "about:blank", response.headers)
    return UnexpectedResponse(message, response.status_code, response.headers)


def unexpected_body(response: httpx.Response, expected: str) -> UnexpectedResponse:
    """The error for a 2xx response whose body is not what was expected."""
    return UnexpectedResponse(
        f"The response to {_request_line(response)} is not valid: expected {expected}. Is this the address of a "
        f"Masthead server? If it is, the server may be newer than this client.{_excerpt(response)}",
        response.status_code,
        response.headers,
    )


def _parse_problem(response: httpx.Response) -> _Problem | None:
    if response.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        return None
    try:
        return _Problem.model_validate_json(response.content)
    except ValidationError:
        return None


def _describe(response: httpx.Response) -> str:
    """What happened, when a response is neither a success nor a problem."""
    result = f"{_request_line(response)} returned {response.status_code} {response.reason_phrase}".strip()
    if response.has_redirect_location:
        return f"{result}: the server has moved to {response.headers['location']}. Use its new address."
    return f"{result}, which is not from Masthead but from a proxy or another server.{_excerpt(response)}"


def _request_line(response: httpx.Response) -> str:
    return f"{response.request.method} {response.request.url}"


def _excerpt(response: httpx.Response) -> str:
    """A sentence with the beginning of a response's text, without HTML tags. Empty if there is no text."""
    text = " ".join(_HTML_TAG.sub(" ", response.text[:_MAX_CHARS_READ]).split())
    if not text:
        return ""
    return f" The response says: {text if len(text) <= _MAX_CHARS_SHOWN else text[: _MAX_CHARS_SHOWN - 1] + '…'}"
