"""Pages of lists over HTTP: query parameters, cursors, and responses with a `Link` header.

A cursor contains the key after which a page starts (see `db.pages`), and a hash of the list and its filters: it is
valid only for them.
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
from app.validation import Flag, StrictInteger
from app.web.fields import Fields, select_fields
from app.web.responses import AuthorResponse, PublicResponse
from app.web.root_path import link

Row = TypeVar("Row")
Limit = Annotated[int, Field(ge=1, le=100, description="the maximum number of results on a page"), StrictInteger]

_NOT_FILTERS = frozenset({"limit", "cursor", "fields", "full", "total"})


class PageInfo(BaseModel):
    """The position of a page in its list."""

    limit: int
    has_more: bool
    next_cursor: str | None
    next: str | None = Field(description="the URL of the next page, relative to the URL of this one")
    total: int | None = Field(None, description="the number of results on all pages; only with `total=true`")


class Listing(BaseModel, Generic[Row]):
    """A page of a list."""

    data: list[Row]
    page: PageInfo


class ListQuery(BaseModel):
    """The query parameters of all lists. Unknown parameters are errors."""

    model_config = ConfigDict(extra="forbid")

    limit: Limit = 20
    cursor: str | None = Field(None, description="`page.next_cursor` of the previous page", max_length=2000)
    total: Flag = Field(False, description="also return the number of results on all pages, as `page.total`")
    fields: Fields = None


class ListRequest:
    """A request for a page of a list, which creates its response.

    Raises InvalidCursor for a cursor of another list or of other filters.
    """

    def __init__(self, request: Request, query: ListQuery) -> None:
        self._path = request.scope["path"]
        self._address = link(request, self._path)
        self._parameters = parse_qsl(request.url.query, keep_blank_values=True)
        filters = sorted(pair for pair in self._parameters if pair[0] not in _NOT_FILTERS)
        self._list_hash = blake2b(orjson.dumps([self._path, filters]), digest_size=6).digest()
        self.page = PageRequest(query.limit, self._key_of(query.cursor), query.total)
        """The request for the domain."""

    def respond(
        self, page: Page[bytes], names: Sequence[str] | None, *, keys: Sequence[str], **more: Any
    ) -> PublicResponse:
        """The response with a page of frozen rows. `more` adds members to its `page`."""
        body, headers = self._render(page, names, more)
        return PublicResponse(body, headers=headers, keys=keys)

    def respond_to_author(self, page: Page[bytes], names: Sequence[str] | None) -> AuthorResponse:
        body, headers = self._render(page, names, {})
        return AuthorResponse(body, headers=headers)

    def _key_of(self, cursor: str | None) -> Key | None:
        if cursor is None:
            return None
        list_hash, key = _decode(cursor)
        if list_hash != self._list_hash:
            raise invalid_cursor("this cursor belongs to another list, or to this list with other filters or order")
        return key

    def _render(
        self, page: Page[bytes], names: Sequence[str] | None, more: dict[str, Any]
    ) -> tuple[bytes, dict[str, str]]:
        cursor = None if page.next_key is None else _encode(self._list_hash, page.next_key)
        following = None
        headers = {}
        if cursor:
            kept = [pair for pair in self._parameters if pair[0] != "cursor"]
            following = f"{self._address}?{urlencode([*kept, ('cursor', cursor)])}"
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
        data = b",".join(select_fields(row, names) for row in page.rows)
        return b'{"data":[' + data + b'],"page":' + orjson.dumps(info) + b"}", headers


def _encode(list_hash: bytes, key: Key) -> str:
    payload = list_hash + orjson.dumps(list(key))
    return base64.urlsafe_b64encode(_checksum(payload) + payload).decode().rstrip("=")


def _decode(cursor: str) -> tuple[bytes, list[Any]]:
    """The hash of the list and the key in a cursor. Raises InvalidCursor."""
    try:
        decoded = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    checksum, payload = decoded[:4], decoded[4:]
    if len(payload) < 6 or _checksum(payload) != checksum:
        raise unknown_cursor()
    try:
        key = orjson.loads(payload[6:])
    except orjson.JSONDecodeError:
        key = []
    return payload[:6], key if isinstance(key, list) else []


def _checksum(payload: bytes) -> bytes:
    # Detects truncated and mistyped cursors. It is no protection against forged ones, which do no harm: they are only
    # positions in a list that the caller may read.
    return blake2b(payload, digest_size=4).digest()
