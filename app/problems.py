"""All errors that the API returns, in one tree.

Problem
├── BadRequest 400
│   ├── MalformedBody
│   ├── MalformedURL
│   └── InvalidPrecondition
├── Unauthenticated 401
│   ├── SignedOut
│   └── WrongPassword
├── Forbidden 403
├── NotFound 404
├── MethodNotAllowed 405
├── RequestTimeout 408
├── Conflict 409
│   ├── NumberTaken
│   ├── SlugTaken
│   ├── TagTaken
│   ├── NameTaken
│   └── AmbiguousSection
├── PreviewOver 410
├── PreconditionFailed 412
│   ├── Stale
│   ├── UnknownVersion
│   └── AlreadyExists
├── PreconditionRequired 428
├── TooLarge 413
├── UnsupportedMediaType 415
├── Invalid 422
│   ├── InvalidCursor
│   ├── UnknownTag
│   ├── UnknownSection
│   ├── SectionNeeded
│   └── IdempotencyKeyReused
├── TooManyAttempts 429
├── HeadersTooLarge 431
├── Unexpected 500
└── Unavailable 503

Each class has a `code` (the last part of its `type` URL), a status, a title, and a docstring, which is the text of the
page at that URL. `detail` tells the client what is wrong in this case and how to correct it. RFC 9457.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Fault:
    """One error in the input: where (a JSON pointer, or the name of a parameter), and what is wrong."""

    pointer: str
    code: str
    detail: str


class Problem(Exception):
    """The root of the tree; never raised directly."""

    status = 500
    code = "problem"
    title = "Problem"

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})
        """Extension members of the response. RFC 9457 §3.2."""

    @classmethod
    def at(cls, pointer: str, detail: str, code: str | None = None) -> Self:
        """This problem with one fault. `detail` has no full stop at the end; `code` defaults to the problem's own."""
        return cls(f"{pointer or 'The body'}: {detail}.", errors=[Fault(pointer, code or cls.code, detail)])


class BadRequest(Problem):
    """The request is not valid HTTP, or its headers are not valid. See `detail`."""

    status = 400
    code = "bad-request"
    title = "Bad request"


class MalformedBody(BadRequest):
    """The body is not valid JSON (RFC 8259). NaN, Infinity, lone surrogates (`"\\ud800"`), the NUL character and more
    than 1,000 levels of nesting are rejected too, because they cannot be stored or returned."""

    code = "malformed-body"
    title = "The body is not JSON"


class MalformedURL(BadRequest):
    """The path or the query is not UTF-8 after percent-decoding, or contains the NUL character."""

    code = "malformed-url"
    title = "Malformed URL"


class InvalidPrecondition(BadRequest):
    """A header of the request that makes it conditional is malformed, or this route does not support it. Writes support
    `If-Match`, with the `ETag` of the working copy, where there is something to overwrite; `PUT` also supports
    `If-None-Match: *`. Nothing was changed."""

    code = "invalid-precondition"
    title = "Invalid precondition"


class Unauthenticated(Problem):
    """This route requires authentication. Sign in with `POST /auth/token`, with a user's name and password, and send
    the returned `access_token` as `Authorization: Bearer TOKEN`. It is valid for 15 minutes; `POST /auth/refresh`
    exchanges the `refresh_token` for a new one. Programs send an API key in the same way, or as the user name or the
    password of HTTP Basic. Public routes require no authentication."""

    status = 401
    code = "unauthenticated"
    title = "Authentication required"

    def __init__(self, detail: str, *, invalid_token: bool = False) -> None:
        error = ', error="invalid_token"' if invalid_token else ""  # RFC 6750 §3
        super().__init__(detail, headers={"www-authenticate": f'Bearer realm="masthead"{error}'})


class SignedOut(Unauthenticated):
    """The refresh token is invalid, already used or expired, or its user has signed out, changed the password or is
    disabled. Sign in again with `POST /auth/token`."""

    code = "signed-out"
    title = "Sign in again"


class WrongPassword(Unauthenticated):
    """No enabled user has this name and password. The response is the same whether the name or the password is wrong.
    An operator creates users with `masthead users add NAME --role author`."""

    code = "wrong-password"
    title = "Wrong name or password"


class Forbidden(Problem):
    """The caller is authenticated, but is not allowed to do this. `detail` names the missing scope: authors have
    `content:read` and `content:write`, editors also `content:publish` (for every change of public content), admins have
    all scopes, and an API key has the scopes that it was created with."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class NotFound(Problem):
    """There is no such resource. It may not exist, or may not be published: authors read a draft at its URL followed
    by `/draft`."""

    status = 404
    code = "not-found"
    title = "Not found"


class MethodNotAllowed(Problem):
    """The URL exists, but does not support this method. The `Allow` header lists the methods that it supports."""

    status = 405
    code = "method-not-allowed"
    title = "Method not allowed"


class RequestTimeout(Problem):
    """The headers of the request were not complete in time, or its body did not arrive. Send the request again."""

    status = 408
    code = "request-timeout"
    title = "Request timeout"


class Conflict(Problem):
    """The request conflicts with the current state. See `detail`."""

    status = 409
    code = "conflict"
    title = "Conflict"


class NumberTaken(Conflict):
    """Another issue has this number. Omit `number` to use the next free one, or change that issue with
    `PATCH /issues/{number}`."""

    code = "number-taken"
    title = "The number is taken"


class SlugTaken(Conflict):
    """Another issue has this slug. Omit `slug` to have one generated from the title, or choose another."""

    code = "slug-taken"
    title = "The slug is taken"


class TagTaken(Conflict):
    """Another tag has this label as its slug, its name or an alias. Choose another label, or merge the two tags with
    `POST /tags/{slug}/merge`."""

    code = "tag-taken"
    title = "The tag is taken"


class NameTaken(Conflict):
    """A user with this name exists. Names of disabled users stay taken, because revisions refer to them. Choose another
    name."""

    code = "name-taken"
    title = "The name is taken"


class AmbiguousSection(Conflict):
    """The issue has several sections with this slug. Use the id of one of them; `detail` lists the ids."""

    code = "ambiguous-section"
    title = "Ambiguous section"


class PreviewOver(Problem):
    """The preview link has expired or was revoked, or its issue was deleted. Ask the person who sent it for a new one;
    they create it with `POST /issues/{number}/preview`."""

    status = 410
    code = "preview-over"
    title = "The preview is no longer available"


class PreconditionFailed(Problem):
    """`If-Match`, or `version` in the document, means that the resource must exist, but it does not. Nothing was
    changed. Omit both to create it."""

    status = 412
    code = "precondition-failed"
    title = "Precondition failed"

    def __init__(
        self,
        detail: str,
        *,
        current: int | None = None,
        expected: Collection[int] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail, headers=headers, extra=extra)
        self.current = current
        """The current version; None if the resource does not exist."""
        self.expected = expected
        """The versions of which one was expected."""


class Stale(PreconditionFailed):
    """The version in `If-Match` is not the current one: the resource was changed after you read it. Read its working
    copy again, apply your change to it, and send its `ETag` as `If-Match`. The working copy of an issue, an item or a
    tag is at its URL followed by `/draft`; that of a section is in its issue's. `changes` lists what was changed in an
    issue in the meantime; `current` is the current state of any other resource."""

    code = "stale"
    title = "The resource has changed"


class UnknownVersion(PreconditionFailed):
    """`If-Match`, or `version` in the document, is not a version that the resource has ever had. The `ETag` of a public
    response is a hash of its bytes, and cannot be used: read the working copy, such as `/issues/75/draft`, and send its
    `ETag`."""

    code = "unknown-version"
    title = "No such version"


class AlreadyExists(PreconditionFailed):
    """The request has `If-None-Match: *`, which means that it only creates, but the resource exists already. Omit the
    header to replace it, or choose another number."""

    code = "already-exists"
    title = "The resource already exists"


class PreconditionRequired(Problem):
    """This server requires `If-Match` with every change, so that nobody overwrites changes that they have not seen.
    Read the working copy, such as `/issues/75/draft`, and send its `ETag` as `If-Match`."""

    status = 428
    code = "precondition-required"
    title = "If-Match is required"


class TooLarge(Problem):
    """The body is larger than the limit: 5 MiB of JSON or files, 16 KiB of a form or of JSON to a route that needs no
    credential. Or it is JSON with more than 300,000 commas, colons, brackets and braces. Send it in parts."""

    status = 413
    code = "too-large"
    title = "The body is too large"


class UnsupportedMediaType(Problem):
    """This route does not accept the `Content-Type` of the body. Send `application/json`; to `POST /auth/token`,
    `application/x-www-form-urlencoded`; to `POST /import`, the type of a text, feed, e-mail or zip file, or
    `multipart/form-data`."""

    status = 415
    code = "unsupported-media-type"
    title = "Unsupported media type"


class Invalid(Problem):
    """A field or parameter of the request is not valid. `errors` lists each error: `pointer` says where it is (a JSON
    pointer into the body, or the name of the parameter), `detail` what is expected. Unknown fields and parameters are
    errors too, so that a misspelled one is not silently ignored. Nothing was changed."""

    status = 422
    code = "invalid"
    title = "Invalid request"


class InvalidCursor(Invalid):
    """The `cursor` does not belong to this list. A cursor is valid for the list that returned it, with the same filters
    and order; `limit`, `fields`, `full` and `total` may change between pages. Follow `page.next`, or omit `cursor` to
    start at the first page."""

    code = "invalid-cursor"
    title = "Invalid cursor"


class UnknownTag(Invalid):
    """No tag has this slug, name or alias; `detail` suggests similar ones. `GET /tags` lists all tags."""

    code = "unknown-tag"
    title = "Unknown tag"


class UnknownSection(Invalid):
    """The issue has no section with this id or slug; `detail` lists the sections that it has."""

    code = "unknown-section"
    title = "Unknown section"


class SectionNeeded(Invalid):
    """An item in an issue belongs to a section. Set `section` to an id or a slug, or give the item a tag that is the
    `tag` of a section of the issue: the item is added to the outermost such section."""

    code = "section-needed"
    title = "Section required"


class IdempotencyKeyReused(Invalid):
    """You used this `Idempotency-Key` for a different request in the last 24 hours. Repeat that request unchanged to
    get its response again, and use a new key for a new request."""

    code = "idempotency-key-reused"
    title = "Idempotency key already used"


class TooManyAttempts(Problem):
    """There were too many password attempts for this user name, or from this IP address. Try again after the number of
    seconds in `Retry-After`; until then the right password is rejected too, except from an address from which the user
    has signed in before."""

    status = 429
    code = "too-many-attempts"
    title = "Too many attempts"


class HeadersTooLarge(Problem):
    """The request line and the headers have more than 64 KiB together. Send fewer or shorter headers, and a shorter
    URL."""

    status = 431
    code = "headers-too-large"
    title = "The headers are too large"


class Unexpected(Problem):
    """An unexpected error occurred in the server, and nothing was changed. The server's log has the details."""

    status = 500
    code = "unexpected"
    title = "Internal server error"


class Unavailable(Problem):
    """The server is processing too many other requests, or the database does not respond, is busy with other writers,
    has no room left on its disk, or needs to be migrated for this version of Masthead. Try again after the number of
    seconds in `Retry-After`. Operators find the reason in the server's log."""

    status = 503
    code = "unavailable"
    title = "Service unavailable"


def all_problems(root: type[Problem] = Problem) -> Iterator[type[Problem]]:
    """All classes of the tree except the root, parents first."""
    for child in root.__subclasses__():
        yield child
        yield from all_problems(child)
