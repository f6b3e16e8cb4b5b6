"""What can go wrong, one tree.

MastheadError
├── ConnectionFailed        no answer came
│   └── TimedOut
├── UnexpectedAnswer        an answer came that Masthead does not give
└── ProblemError            the server says what is wrong, as RFC 9457 has it
    ├── Unauthenticated 401
    ├── Forbidden 403
    ├── NotFound 404
    ├── Conflict 409
    ├── Gone 410
    ├── Stale 412
    ├── Invalid 422
    ├── PreconditionRequired 428
    ├── TooManyAttempts 429
    └── ServerError 5xx     a proxy's among them
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from masthead_client.models import Differences

MEDIA_TYPE = "application/problem+json"

_MARKS = re.compile(r"<(style|script)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_LONGEST_READ, _LONGEST_SHOWN = 5_000, 200


class MastheadError(Exception):
    """The root of all that this client raises on account of a server or the way there."""


class ConnectionFailed(MastheadError):
    """No answer came: nothing listens there, the name is unknown, the connection broke.

    After a write this leaves open whether the server has done it.
    """


class TimedOut(ConnectionFailed):
    """No answer came in the time that the client's `timeout` allows."""


class UnexpectedAnswer(MastheadError):
    """An answer came that Masthead does not give: from a proxy, from another server, or from one much newer.

    `status` and `headers` are the answer's.
    """

    def __init__(self, sentence: str, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(sentence, status, headers)
        self.status = status
        self.headers = headers

    def __str__(self) -> str:
        return str(self.args[0])


class Fault(BaseModel):
    """One thing that is wrong with what was sent."""

    model_config = ConfigDict(frozen=True)

    pointer: str = ""
    """A JSON pointer into the body, as in `/sections/0/items/2/url`, or the name of a parameter."""
    code: str = ""
    detail: str = ""


class ProblemError(MastheadError):
    """The server says what is wrong.

    `code` tells kinds of problems apart that share a status, as in `number-taken` and `slug-taken`; `type` is the
    address of the page that explains it, relative to the server's root; `detail` is the sentence for whoever meets
    it; `errors` has each fault of bad input; `headers` are the answer's, case put aside.
    """

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str,
        errors: Sequence[Fault],
        type: str,
        headers: Mapping[str, str],
        extra: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        super().__init__(
            status, code, title, detail, errors, type, headers, dict(extra)
        )  # what pickling makes it from again
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.errors = tuple(errors)
        self.type = type
        self.headers = headers
        self.extra = dict(extra)
        """What the problem says besides."""

    def __str__(self) -> str:
        lines = [f"{self.status} {self.code or self.title}: {self.detail}"]
        if len(self.errors) > 1:
            lines += [f"  {fault.pointer or 'the body'}: {fault.detail}" for fault in self.errors]
        return "\n".join(lines)


class Unauthenticated(ProblemError):
    """The server does not know who calls: nobody signed in, the token has run out, or name or password is wrong."""


class Forbidden(ProblemError):
    """Whoever is signed in may not do this; `detail` names the scope that is missing."""


class NotFound(ProblemError):
    """There is no such thing, or the public does not see it yet."""


class Conflict(ProblemError):
    """It collides with what is there: a number or slug that is taken, a section's slug that is there twice."""


class Gone(ProblemError):
    """It was there once: a preview that has expired or was revoked."""


class Stale(ProblemError):
    """Somebody has written since the version that `if_match` names; `headers["etag"]` is the present one.

    `changes` tells what was done to an issue since, as far as that version is still among its revisions; `current`
    what anything else is now.
    """

    @property
    def changes(self) -> Differences | None:
        said = self.extra.get("changes")
        return None if said is None else Differences.model_validate(said)

    @property
    def current(self) -> Mapping[str, Any] | None:
        return self.extra.get("current")


class Invalid(ProblemError):
    """Something in what was sent is not right, and nothing was written; `errors` has each fault."""


class PreconditionRequired(ProblemError):
    """This server takes no change without `if_match`."""


class TooManyAttempts(ProblemError):
    """Too many passwords were tried; `headers["retry-after"]` says when the next may be, in seconds."""


class ServerError(ProblemError):
    """The server, or a proxy before it, cannot answer. When a proxy says so, `code` is empty."""


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
    errors: list[Fault] = []


def error_of(answer: httpx.Response) -> MastheadError:
    """What an answer that is no success means."""
    kind = ServerError if answer.status_code >= 500 else _BY_STATUS.get(answer.status_code, ProblemError)
    problem = _problem_of(answer)
    if problem is not None:
        said = problem.code, problem.title, problem.detail, problem.errors, problem.type
        return kind(answer.status_code, *said, answer.headers, problem.model_extra or {})
    sentence = _told(answer)
    if kind is ServerError:
        return ServerError(answer.status_code, "", answer.reason_phrase, sentence, (), "about:blank", answer.headers)
    return UnexpectedAnswer(sentence, answer.status_code, answer.headers)


def unreadable(answer: httpx.Response, wanted: str) -> UnexpectedAnswer:
    """What a success means whose body is not what was wanted."""
    return UnexpectedAnswer(
        f"{_asked(answer)} was answered, but not with {wanted} as this client knows it. Is this the address of a "
        f"Masthead server, and is the client too old for it?{_beginning(answer)}",
        answer.status_code,
        answer.headers,
    )


def _problem_of(answer: httpx.Response) -> _Problem | None:
    if answer.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        return None
    try:
        return _Problem.model_validate_json(answer.content)
    except ValidationError:
        return None


def _told(answer: httpx.Response) -> str:
    status = f"{answer.status_code} {answer.reason_phrase}".strip()
    if answer.has_redirect_location:
        place = answer.headers["location"]
        return f"{_asked(answer)} was answered by {status}: it has moved to {place}. Give the client the address there."
    return (
        f"{_asked(answer)} was answered by {status} that is no problem as Masthead tells them: it comes from "
        f"something before the server, or from another server.{_beginning(answer)}"
    )


def _asked(answer: httpx.Response) -> str:
    return f"{answer.request.method} {answer.request.url}"


def _beginning(answer: httpx.Response) -> str:
    """The first words of an answer's text, without HTML's marks."""
    words = " ".join(_MARKS.sub(" ", answer.text[:_LONGEST_READ]).split())
    if not words:
        return ""
    return f" It says: {words if len(words) <= _LONGEST_SHOWN else words[: _LONGEST_SHOWN - 1] + '…'}"
