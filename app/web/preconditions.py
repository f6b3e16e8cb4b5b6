"""`If-Match`: which version a write is meant for. RFC 9110 §13.1.1.

The domain compares versions (`content.versions`); here they are read from the header, and a version that is not the
present one is explained in the header's terms.
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
    """What `If-Match` says."""

    is_given: bool
    expected: frozenset[int] | None
    """The versions, one of which must be the present one; None when any will do."""

    def expected_beside(self, version: int | None) -> frozenset[int] | None:
        """`expected` where the body may name a version too: where one of the two is required, either will do."""
        return None if version is not None and not self.is_given else self.expected


def explain(request: Request, stale: Stale) -> Problem:
    """A version that is not the expected one, as an answer to this request: what was sent, and what to send instead."""
    if stale.present is None:
        return stale
    etag = etags.of_version(stale.present)
    tags = _tags(request)
    if not tags and not stale.expected:
        return PreconditionRequired(f"Send If-Match: {etag}, or the ETag of the working copy that you have read.")
    if stale.expected or any(map(etags.version_of, tags)):
        named = f" (If-Match: {', '.join(tags)})" if tags else ""
        detail = f"{stale.detail} Read the working copy again and send its ETag{named}."
    else:
        detail = (
            f"If-Match takes the ETag of a working copy, which looks like {etag}; you sent "
            f"{tags[0][:80] or 'an empty one'}. GET the address with /draft after it, or use the ETag that the last "
            "write answered with. (The ETag of a public answer is a hash of its bytes.)"
        )
    explained = Stale(detail, present=stale.present, expected=stale.expected, extra=stale.extra)
    explained.headers["etag"] = etag
    return explained


def _tags(request: Request) -> Sequence[str]:
    # A field may come in several lines, which are one list; FastAPI would read the last.
    lines = request.headers.getlist("if-match")
    return [tag.strip() for tag in ",".join(lines).split(",")] if lines else []


def _if_match(
    request: Request,
    _: Annotated[
        str | None,
        Header(
            alias="if-match", description='the version that is to be changed, as in its ETag: `"v7"`', examples=['"v7"']
        ),
    ] = None,
) -> Precondition:
    tags = _tags(request)
    if not tags:
        # No version is among none, so that whatever there is to change is refused.
        return Precondition(False, frozenset() if request.app.state.settings.require_if_match else None)
    if "*" in tags:
        return Precondition(True, None)
    return Precondition(True, frozenset(filter(None, map(etags.version_of, tags))))


IfMatch = Annotated[Precondition, Depends(_if_match)]
