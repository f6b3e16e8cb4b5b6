"""The errors that people meet, one tree.

Problem
├── BadRequest 400
│   ├── MalformedBody
│   └── MalformedURL
├── Unauthenticated 401
│   ├── SignedOut
│   └── WrongPassword
├── Forbidden 403
├── NotFound 404
├── PreviewOver 410
├── MethodNotAllowed 405
├── Conflict 409
│   ├── NumberTaken
│   ├── SlugTaken
│   ├── TagTaken
│   ├── NameTaken
│   └── AmbiguousSection
├── Stale 412
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
├── Unexpected 500
└── Unavailable 503

Each has a `code` (the last part of its page's address), a status, a title, and a docstring, which is what its
page says. `detail` is the sentence for the person who meets it, with the way out. RFC 9457.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with the input: where (a JSON pointer, or a parameter's name), and what."""

    pointer: str
    code: str
    detail: str


class Problem(Exception):
    """The root of the tree; never raised itself."""

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
        """What the answer says besides: RFC 9457 §3.2."""

    @classmethod
    def at(cls, pointer: str, detail: str, code: str | None = None) -> Self:
        """This problem with one thing in the input. `detail` has no stop; `code` is the problem's own unless given."""
        return cls(f"{pointer or 'The body'}: {detail}.", errors=[Fault(pointer, code or cls.code, detail)])


class BadRequest(Problem):
    """The request cannot be read as HTTP should be: see `detail`."""

    status = 400
    code = "bad-request"
    title = "Bad request"


class MalformedBody(BadRequest):
    """The body is no JSON as RFC 8259 has it. NaN, Infinity, lone surrogates (`"\\ud800"`), the character NUL,
    and more than 1,000 levels of nesting are refused too, since no database and no reader could keep them."""

    code = "malformed-body"
    title = "The body is not JSON"


class MalformedURL(BadRequest):
    """The path or the query is no UTF-8 once its percent signs are read, or holds the character NUL."""

    code = "malformed-url"
    title = "The address cannot be read"


class Unauthenticated(Problem):
    """This route wants to know who calls. Sign in by `POST /auth/token` with a user's name and password, and send
    the `access_token` that comes back as `Authorization: Bearer TOKEN`; it is good for 15 minutes, and `POST
    /auth/refresh` gives the next for the `refresh_token`. Programs send an API key in the same way, or as the name or
    the password of HTTP Basic. Public routes need none."""

    status = 401
    code = "unauthenticated"
    title = "Who is calling?"

    def __init__(self, detail: str, *, invalid_token: bool = False) -> None:
        error = ', error="invalid_token"' if invalid_token else ""  # RFC 6750 §3
        super().__init__(detail, headers={"www-authenticate": f'Bearer realm="masthead"{error}'})


class SignedOut(Unauthenticated):
    """The refresh token is none, or was used before, or has expired, or its user has signed out, has another password
    or is disabled. Sign in again by `POST /auth/token`."""

    code = "signed-out"
    title = "Sign in again"


class WrongPassword(Unauthenticated):
    """No enabled user has this name and this password. The answer is the same whether the name or the password is
    wrong. An operator makes users by `masthead users add NAME --role author`."""

    code = "wrong-password"
    title = "Wrong name or password"


class Forbidden(Problem):
    """It is known who calls, and they may not do this. `detail` names the scope that is missing: `content:read`
    and `content:write` for authors, `content:publish` (whatever changes what the public sees) for editors, all
    for admins, and for an API key those that it was made with."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class NotFound(Problem):
    """Nothing answers at this address. It may never have been, or not be published: a draft is looked at by its
    authors at its address with `/draft` behind."""

    status = 404
    code = "not-found"
    title = "Not found"


class PreviewOver(Problem):
    """The link was good once: it has expired, or somebody has revoked it, or its issue was deleted. Ask whoever sent
    it for a new one; they make it by `POST /issues/{number}/preview`."""

    status = 410
    code = "preview-over"
    title = "The preview is over"


class MethodNotAllowed(Problem):
    """The address is right, the method is not: the header `Allow` lists those that are."""

    status = 405
    code = "method-not-allowed"
    title = "Method not allowed"


class Conflict(Problem):
    """What is asked for collides with what is there: see `detail`."""

    status = 409
    code = "conflict"
    title = "Conflict"


class NumberTaken(Conflict):
    """Another issue has this number. Leave `number` out to take the next one, or change that issue by
    `PATCH /issues/{number}`."""

    code = "number-taken"
    title = "The number is taken"


class SlugTaken(Conflict):
    """Another issue has this slug. Leave `slug` out to have one made from the title, or choose another."""

    code = "slug-taken"
    title = "The slug is taken"


class TagTaken(Conflict):
    """Another tag is called so: by its slug, its name or an alias. Choose another label, or merge the two by
    `POST /tags/{slug}/merge`."""

    code = "tag-taken"
    title = "The tag is taken"


class NameTaken(Conflict):
    """There is a user of this name, who may be disabled: what they wrote bears their name. Choose another."""

    code = "name-taken"
    title = "The name is taken"


class AmbiguousSection(Conflict):
    """The issue has several sections with this slug. Name the one that is meant by its id; `detail` lists them."""

    code = "ambiguous-section"
    title = "Which section?"


class Stale(Problem):
    """`If-Match` names a version that is no longer the present one: somebody has written since it was read. Read
    the working copy again (`/draft`), put your change on top of it, and send its `ETag` as `If-Match`. `changes`
    tells what was done to an issue meanwhile, `current` what an item or a section is now. The ETag of a public
    answer is a hash of its bytes and is not what `If-Match` takes."""

    status = 412
    code = "stale"
    title = "It has changed since"

    def __init__(
        self,
        detail: str,
        *,
        present: int | None = None,
        expected: Collection[int] = (),
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail, extra=extra)
        self.present = present
        """The version that there is now; None when there is nothing."""
        self.expected = expected


class PreconditionRequired(Problem):
    """This server takes no change without `If-Match`, so that nobody overwrites what they have not read. Read the
    working copy (`/draft`) and send its `ETag`."""

    status = 428
    code = "precondition-required"
    title = "Say which version you change"


class TooLarge(Problem):
    """The body is larger than the server reads: 5 MiB of JSON or of files, 16 KiB of a form."""

    status = 413
    code = "too-large"
    title = "The body is too large"


class UnsupportedMediaType(Problem):
    """The body's `Content-Type` is none that this route takes: `application/json`; for `POST /auth/token`
    `application/x-www-form-urlencoded`; for `POST /import` that of a text, a feed, a message or a zip, or
    `multipart/form-data`."""

    status = 415
    code = "unsupported-media-type"
    title = "Not a type that is read here"


class Invalid(Problem):
    """The request was read, and something in it is not as it should be. `errors` has each fault: `pointer` says
    where (a JSON pointer into the body, or the parameter's name), `detail` what would be right. Unknown fields and
    unknown parameters are faults too, so that a misspelt one is not silently ignored. Nothing was written."""

    status = 422
    code = "invalid"
    title = "Something in the request is not right"


class InvalidCursor(Invalid):
    """The `cursor` is none of this list's. A cursor is good for the list that gave it, with the same filters and
    order; `limit`, `fields`, `full` and `total` may change between pages. Follow `page.next`, or leave `cursor`
    out to begin again."""

    code = "invalid-cursor"
    title = "Not a cursor of this list"


class UnknownTag(Invalid):
    """No tag has this slug, name or alias; `detail` names the nearest ones. `GET /tags` lists them all."""

    code = "unknown-tag"
    title = "No such tag"


class UnknownSection(Invalid):
    """The issue has no section with this id or slug; `detail` names those it has."""

    code = "unknown-section"
    title = "No such section"


class SectionNeeded(Invalid):
    """An item goes into a section. Name it by `section` (an id or a slug), or give the item a tag that a section of
    the issue has for its own: the outermost such section takes it."""

    code = "section-needed"
    title = "Which section?"


class IdempotencyKeyReused(Invalid):
    """The same caller has sent another request with this `Idempotency-Key` within 24 hours. A key stands for one
    request: send it again just as it was to get its answer again, and take a new key for another."""

    code = "idempotency-key-reused"
    title = "The key belongs to another request"


class TooManyAttempts(Problem):
    """Too many passwords were tried for this name, or from this address. Try again after the seconds that
    `Retry-After` says; until then the right password is refused too."""

    status = 429
    code = "too-many-attempts"
    title = "Too many attempts"


class Unexpected(Problem):
    """Something went wrong in the server, and nothing was written. It is in the server's log."""

    status = 500
    code = "unexpected"
    title = "Something went wrong"


class Unavailable(Problem):
    """The database does not answer, is busy with other writers, or is not of this version of Masthead. Try again
    after the seconds that `Retry-After` says; the operator finds the reason in the log and by `masthead migrate`."""

    status = 503
    code = "unavailable"
    title = "Not available at the moment"


def every_problem(root: type[Problem] = Problem) -> Iterator[type[Problem]]:
    """Each class of the tree that can be met, parents first."""
    for child in root.__subclasses__():
        yield child
        yield from every_problem(child)
