"""Conditional writes: `If-Match` and `If-None-Match`. RFC 9110 §13.1.

A write never ignores a header that makes it conditional: it obeys it, or refuses the request (see `refuse_others`). The
domain compares versions (`content.versions`). This module reads them from the header, and adds to the problem of a
failed comparison which header was sent and which one to send.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header
from starlette.requests import Request

from app import etags
from app.problems import (
    AlreadyExists,
    InvalidPrecondition,
    PreconditionFailed,
    PreconditionRequired,
    Problem,
    UnknownVersion,
)

_OTHERS = {
    "if-match": "This route does not support If-Match, because it has nothing to overwrite. Omit the header.",
    "if-none-match": "Only PUT supports If-None-Match. Omit the header.",
    "if-modified-since": "If-Modified-Since is not supported. Omit the header.",
    "if-unmodified-since": "If-Unmodified-Since is not supported. Omit the header.",
    "if-range": "If-Range is not supported. Omit the header.",
}


@dataclass(frozen=True)
class Precondition:
    """The parsed `If-Match` header."""

    is_given: bool
    expected: frozenset[int] | None
    """The versions of which one must be the current one; None accepts any version."""

    def expected_beside(self, version: int | None) -> frozenset[int] | None:
        """The same for a request whose body has a version too: None if the body has the only precondition."""
        return None if version is not None and not self.is_given else self.expected


def refuse_others(request: Request, supported: Collection[str]) -> None:
    """Raises InvalidPrecondition for a conditional header that is not supported. `supported`: names in lower case."""
    for name, detail in _OTHERS.items():
        if name in request.headers and name not in supported:
            if name == "if-unmodified-since" and "if-match" in supported:
                detail = f"{detail} If-Match, with the ETag of the working copy, does the same."
            raise InvalidPrecondition(detail)


def explain(request: Request, failed: PreconditionFailed) -> Problem:
    """The problem as a response to this request, with the header that was sent and the one to send instead."""
    if failed.current is None:
        return failed
    etag = etags.of_version(failed.current)
    if isinstance(failed, AlreadyExists):
        return AlreadyExists(failed.detail, headers={"etag": etag})
    tags = _if_match_of(request)
    if tags is None and not failed.expected:
        return PreconditionRequired(
            f"This server requires If-Match. Send the ETag of {_working_copy_of(request)}, such as If-Match: {etag}."
        )
    sent = f"You sent If-Match: {', '.join(tags)[:80]}. " if tags else ""
    reason, advice = failed.detail, f"Read {_working_copy_of(request)} again, and send the new ETag with your change."
    if isinstance(failed, UnknownVersion):
        advice = f"Send the ETag of the last write, or that of {_working_copy_of(request)}."
        if not failed.expected:
            reason = (
                f"That is not the ETag of a working copy, such as {etag}. The ETag of a public response is a hash of "
                "its bytes, and cannot be used."
            )
    return type(failed)(
        f"{sent}{reason} {advice}",
        current=failed.current,
        expected=failed.expected,
        headers={"etag": etag},
        extra=failed.extra,
    )


def _working_copy_of(request: Request) -> str:
    """What a client reads to get the ETag for a write at this URL."""
    kind, name = [*request.scope["path"].split("/"), ""][1:3]
    if kind == "publication":
        return "GET /publication"
    return "the working copy of its issue" if kind == "sections" else f"GET /{kind}/{name}/draft"


def _if_match_of(request: Request) -> list[str] | None:
    """The entity tags in `If-Match`, or `["*"]`; None without the header. Raises InvalidPrecondition."""
    # The header may be repeated, which is the same as one list. FastAPI would read only the last one.
    lines = request.headers.getlist("if-match")
    if not lines:
        return None
    field = ",".join(lines).strip()
    tags = ["*"] if field == "*" else etags.parse_list(field)
    if tags is None:
        raise InvalidPrecondition(
            f'If-Match must be * or an ETag with its quotation marks, such as "v7"; you sent {field[:80] or "nothing"}.'
        )
    return tags


# FastAPI would run dependencies that are not asynchronous in a thread, which takes longer than they do.
async def _if_match(
    request: Request,
    _: Annotated[
        str | None,
        Header(
            alias="if-match",
            description="the ETag of the working copy that you have read; the request fails with 412 if it was changed",
            examples=['"v7"'],
        ),
    ] = None,
) -> Precondition:
    tags = _if_match_of(request)
    if tags is None:
        # The empty set contains no version, so that every write is rejected.
        return Precondition(False, frozenset() if request.app.state.settings.require_if_match else None)
    if tags == ["*"]:
        return Precondition(True, None)
    return Precondition(True, frozenset(filter(None, map(etags.version_of, tags))))


async def _if_none_match(
    request: Request,
    _: Annotated[
        str | None,
        Header(alias="if-none-match", description="`*` to create only: the request fails with 412 if it exists"),
    ] = None,
) -> bool:
    lines = request.headers.getlist("if-none-match")
    if lines and any(line.strip() != "*" for line in lines):
        raise InvalidPrecondition("If-None-Match must be * here, which means that the request only creates.")
    return bool(lines)


IfMatch = Annotated[Precondition, Depends(_if_match)]
IfNoneMatch = Annotated[bool, Depends(_if_none_match)]
"""Whether the request only creates (`If-None-Match: *`)."""
