"""`If-Match`: a write that goes through only if nobody else has written since. RFC 9110 §13.1.1."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import Depends, Header
from starlette.requests import Request

from app.problems import PreconditionRequired, Stale

_VERSION = re.compile(r'"v([1-9][0-9]{0,18})"')


class Precondition:
    """What a caller expects the present version to be; without one, anything, unless one is required."""

    def __init__(self, field: str | None = None, *, required: bool = False) -> None:
        self._tags = ["*"] if field is None else [tag.strip() for tag in field.split(",")]
        self.is_given = field is not None
        self._missing = required and not self.is_given

    def require_absent(self) -> None:
        """Raises Stale when any version is expected to be there, of what is not."""
        if self.is_given:
            detail = "If-Match, or version, names what is to be changed, and there is nothing here yet."
            raise Stale(f"{detail} Leave it out to make it.")

    def check(self, version: int, about: Callable[[int], Mapping[str, Any]] | None = None) -> None:
        """Raises Stale, with the present ETag, unless the version is one that is expected; PreconditionRequired when
        none is said and one is required.

        `about` tells what the problem says besides, from the version that was expected.
        """
        if self._missing:
            raise PreconditionRequired(
                f'Send If-Match: "v{version}", or what the working copy that you have read has as its ETag.'
            )
        if "*" in self._tags or f'"v{version}"' in self._tags:
            return
        extra: Mapping[str, Any] = {}
        expected = [int(match[1]) for tag in self._tags if (match := _VERSION.fullmatch(tag))]
        if expected:
            extra = about(max(expected)) if about is not None else {}
            detail = (
                f"This is at version {version} now, and If-Match names {', '.join(self._tags)}: somebody has "
                "written since. Read the working copy again and send its ETag."
            )
        else:
            detail = (
                f'If-Match takes the ETag of a working copy, which looks like "v{version}"; '
                f"{self._tags[0][:80] or 'what is empty'} is none. GET the address with /draft behind it, or use the "
                "ETag that the last write answered with. (The ETag of a public answer is a hash of its bytes.)"
            )
        raise Stale(detail, headers={"etag": f'"v{version}"'}, extra=extra)


def _if_match(
    request: Request,
    if_match: Annotated[
        str | None,
        Header(description='the version that is to be changed, as its ETag has it: `"v7"`', examples=['"v7"']),
    ] = None,
) -> Precondition:
    # A field may come in several lines, which are one list; FastAPI would read the last.
    field = None if if_match is None else ",".join(request.headers.getlist("if-match"))
    return Precondition(field, required=request.app.state.settings.require_if_match)


IfMatch = Annotated[Precondition, Depends(_if_match)]
