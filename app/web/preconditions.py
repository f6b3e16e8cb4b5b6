"""`If-Match`: writes that succeed only if the resource has not been changed in the meantime. RFC 9110 §13.1.1.

The domain compares versions (`content.versions`). This module reads them from the header, and adds to the problem of a
failed comparison which header was sent and which one to send.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header
from starlette.requests import Request

from app import etags
from app.problems import PreconditionRequired, Problem, Stale


@dataclass(frozen=True)
class Precondition:
    """The parsed `If-Match` header."""

    is_given: bool
    expected: frozenset[int] | None
    """The versions of which one must be the current one; None accepts any version."""

    def expected_beside(self, version: int | None) -> frozenset[int] | None:
        """The same for a request whose body has a version too: None if the body has the only precondition."""
        return None if version is not None and not self.is_given else self.expected


def explain(request: Request, stale: Stale) -> Problem:
    """The problem as a response to this request, with the header that was sent and the one to send instead."""
    if stale.present is None:
        return stale
    etag = etags.of_version(stale.present)
    tags = _tags(request)
    if not tags and not stale.expected:
        return PreconditionRequired(
            f"This server requires If-Match. Send If-Match: {etag}, or the ETag of the working copy that you have read."
        )
    if stale.expected or any(map(etags.version_of, tags)):
        sent = f"You sent If-Match: {', '.join(tags)}. " if tags else ""
        detail = f"{sent}{stale.detail} Read the working copy again (/draft), and send the new ETag with your change."
    else:
        detail = (
            f"If-Match must be the ETag of a working copy, for example {etag}; you sent "
            f"{tags[0][:80] or 'an empty value'}. Use the ETag of the last write, or read the working copy (the URL "
            "followed by /draft). The ETag of a public response is a hash of its bytes and cannot be used."
        )
    explained = Stale(detail, present=stale.present, expected=stale.expected, extra=stale.extra)
    explained.headers["etag"] = etag
    return explained


def _tags(request: Request) -> Sequence[str]:
    # The header may be repeated, which is the same as one list. FastAPI would read only the last one.
    lines = request.headers.getlist("if-match")
    return [tag.strip() for tag in ",".join(lines).split(",")] if lines else []


def _if_match(
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
    tags = _tags(request)
    if not tags:
        # The empty set contains no version, so that every write is rejected.
        return Precondition(False, frozenset() if request.app.state.settings.require_if_match else None)
    if "*" in tags:
        return Precondition(True, None)
    return Precondition(True, frozenset(filter(None, map(etags.version_of, tags))))


IfMatch = Annotated[Precondition, Depends(_if_match)]
