"""Pages of a list over HTTP: what a request for one says, cursors, and the answer with its `Link` header.

A cursor seals the key that a page begins after (see `db.pages`) with a mark of the list and its filters, and is good
for those alone.
"""

import base64
import binascii
from collections.abc import Sequence
from hashlib import blake2b
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import parse_qsl, urlencode

import orjson
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from app.db.pages import Key, Page, PageRequest, invalid_cursor, unknown_cursor
from app.validation import Flag, Whole
from app.web.fields import Fields, narrow
from app.web.responses import AuthorResponse, PublicResponse

Row = TypeVar("Row")
Limit = Annotated[int, Field(ge=1, le=100, description="rows on a page"), Whole]

_NOT_FILTERS = frozenset({"limit", "cursor", "fields", "full", "total"})


class PageInfo(BaseModel):
    """Where a page stands in its list."""

    limit: int
    has_more: bool
    next_cursor: str | None
    next: str | None = Field(description="the next page's address, relative to the server's root")
    total: int | None = Field(None, description="rows in the whole list; only with `total=true`")


class Listing(BaseModel, Generic[Row]):
    """A page of a list."""

    data: list[Row]
    page: PageInfo


class ListQuery(BaseModel):
    """What every list takes. A parameter that no list knows is an error."""

    model_config = ConfigDict(extra="forbid")

    limit: Limit = 20
    cursor: str | None = Field(None, description="`page.next_cursor` of the page before", max_length=2000)
    total: Flag = Field(False, description="count the whole list too, as `page.total`")
    fields: Fields = None


class ListRequest:
    """A request for a page of a list, and the answer to it.

    Raises InvalidCursor for a cursor that this list with these filters has not given.
    """

    def __init__(self, request: Request, query: ListQuery) -> None:
        self._path = request.url.path
        self._parameters = parse_qsl(request.url.query, keep_blank_values=True)
        filters = sorted(pair for pair in self._parameters if pair[0] not in _NOT_FILTERS)
        self._mark = blake2b(orjson.dumps([self._path, filters]), digest_size=6).digest()
        self.page = PageRequest(query.limit, self._key_in(query.cursor), query.total)
        """What the domain is asked for."""

    def respond(self, page: Page[bytes], names: Sequence[str] | None, **more: Any) -> PublicResponse:
        """Answer with a page of frozen rows; `more` is what its `page` says besides."""
        body, headers = self._answer(page, names, more)
        return PublicResponse(body, headers=headers)

    def respond_to_author(self, page: Page[bytes], names: Sequence[str] | None) -> AuthorResponse:
        body, headers = self._answer(page, names, {})
        return AuthorResponse(body, headers=headers)

    def _key_in(self, cursor: str | None) -> Key | None:
        if cursor is None:
            return None
        mark, key = _open(cursor)
        if mark != self._mark:
            raise invalid_cursor("this cursor belongs to another list, or to this one with other filters or order")
        return key

    def _answer(
        self, page: Page[bytes], names: Sequence[str] | None, more: dict[str, Any]
    ) -> tuple[bytes, dict[str, str]]:
        cursor = None if page.next_key is None else _seal(self._mark, page.next_key)
        following = None
        headers = {}
        if cursor:
            kept = [pair for pair in self._parameters if pair[0] != "cursor"]
            following = f"{self._path}?{urlencode([*kept, ('cursor', cursor)])}"
            headers["link"] = f'<{following}>; rel="next"'
        info: dict[str, Any] = {
            "limit": self.page.limit,
            "has_more": cursor is not None,
            "next_cursor": cursor,
            "next": following,
            **more,
        }
        if page.total is not None:
            info["total"] = page.total
        data = b",".join(narrow(row, names) for row in page.rows)
        return b'{"data":[' + data + b'],"page":' + orjson.dumps(info) + b"}", headers


def _seal(mark: bytes, key: Key) -> str:
    payload = mark + orjson.dumps(list(key))
    return base64.urlsafe_b64encode(_checksum(payload) + payload).decode().rstrip("=")


def _open(cursor: str) -> tuple[bytes, list[Any]]:
    """The mark and the key that a cursor seals. Raises InvalidCursor."""
    try:
        sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        sealed = b""
    checksum, payload = sealed[:4], sealed[4:]
    if len(payload) < 6 or _checksum(payload) != checksum:
        raise unknown_cursor()
    try:
        key = orjson.loads(payload[6:])
    except orjson.JSONDecodeError:
        key = []
    return payload[:6], key if isinstance(key, list) else []


def _checksum(payload: bytes) -> bytes:
    # Against truncated and mistyped cursors, not against forgers: a forged one is a place in a public list.
    return blake2b(payload, digest_size=4).digest()
