"""Lists, a page at a time, by keyset cursors.

A cursor is the place of a page's last row in the list's order, so a page costs the same wherever it is, and rows
that come or go meanwhile neither repeat nor hide others. It carries a mark of the list and its filters, and is
good for those alone.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Annotated, Any, Generic, Literal, TypeVar
from urllib.parse import parse_qsl, urlencode

import orjson
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from app.db.base import LARGEST_INTEGER
from app.problems import Fault, InvalidCursor
from app.validation import Flag, Whole
from app.web.fields import Fields, narrow
from app.web.responses import AuthorResponse, PublicResponse

Row = TypeVar("Row")
Key = Sequence[str | int | datetime]
Limit = Annotated[int, Field(ge=1, le=100, description="rows on a page"), Whole]
Order = Literal["-published_at", "published_at"]

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


@dataclass(frozen=True)
class Rows:
    """A page as it comes from the database: frozen rows, and the key of the last if there are more after it."""

    frozen: Sequence[bytes]
    last_key: Key | None = None
    total: int | None = None
    about: dict[str, Any] = field(default_factory=dict)
    """What the page says besides, for lists that say more."""


class ListRequest:
    """One request for a list: its page's size, where it begins, and what it is a list of."""

    def __init__(self, request: Request, query: ListQuery) -> None:
        self.path = request.url.path
        self.limit = query.limit
        self.total = query.total
        self._parameters = parse_qsl(request.url.query, keep_blank_values=True)
        filters = sorted(pair for pair in self._parameters if pair[0] not in _NOT_FILTERS)
        self._mark = blake2b(orjson.dumps([self.path, filters]), digest_size=6).digest()
        self._cursor = query.cursor

    def after(self, *types: type[str | int | datetime]) -> list[Any] | None:
        """The key behind which the page begins, of these types; None for the first page.

        Raises InvalidCursor for a cursor that this list with these filters has not given.
        """
        if self._cursor is None:
            return None
        mark, key = _open(self._cursor)
        if mark != self._mark:
            raise _invalid("this cursor belongs to another list, or to this one with other filters or order")
        if len(key) != len(types):
            raise never_given()
        return [_part(part, wanted) for part, wanted in zip(key, types, strict=True)]

    def respond(self, rows: Rows, names: Sequence[str] | None) -> PublicResponse:
        body, headers = self._page(rows, names)
        return PublicResponse(body, headers=headers)

    def respond_to_author(self, rows: Rows, names: Sequence[str] | None) -> AuthorResponse:
        body, headers = self._page(rows, names)
        return AuthorResponse(body, headers=headers)

    def _page(self, rows: Rows, names: Sequence[str] | None) -> tuple[bytes, dict[str, str]]:
        cursor = None if rows.last_key is None else _seal(self._mark, rows.last_key)
        following = None
        headers = {}
        if cursor:
            kept = [pair for pair in self._parameters if pair[0] != "cursor"]
            following = f"{self.path}?{urlencode([*kept, ('cursor', cursor)])}"
            headers["link"] = f'<{following}>; rel="next"'
        page: dict[str, Any] = {
            "limit": self.limit,
            "has_more": cursor is not None,
            "next_cursor": cursor,
            "next": following,
            **rows.about,
        }
        if rows.total is not None:
            page["total"] = rows.total
        data = b",".join(narrow(row, names) for row in rows.frozen)
        return b'{"data":[' + data + b'],"page":' + orjson.dumps(page) + b"}", headers


def _seal(mark: bytes, key: Key) -> str:
    payload = mark + orjson.dumps(list(key))
    return base64.urlsafe_b64encode(_checksum(payload) + payload).decode().rstrip("=")


def _open(cursor: str) -> tuple[bytes, list[Any]]:
    try:
        sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        sealed = b""
    checksum, payload = sealed[:4], sealed[4:]
    if len(payload) < 6 or _checksum(payload) != checksum:
        raise never_given()
    try:
        key = orjson.loads(payload[6:])
    except orjson.JSONDecodeError:
        key = []
    return payload[:6], key if isinstance(key, list) else []


def _part(part: Any, wanted: type) -> Any:
    """A part of a key as the type that its list wants; a forged one must not come to the database."""
    if wanted is datetime and isinstance(part, str):
        try:
            instant = datetime.fromisoformat(part)
            if instant.tzinfo is not None:
                return instant.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    elif wanted is int and type(part) is int:
        if abs(part) <= LARGEST_INTEGER:
            return part
    elif wanted is str and isinstance(part, str) and "\0" not in part:
        return part
    raise never_given()


def _checksum(payload: bytes) -> bytes:
    # Against truncated and mistyped cursors, not against forgers: a forged one is a place in a public list.
    return blake2b(payload, digest_size=4).digest()


def never_given() -> InvalidCursor:
    return _invalid("this is no cursor that the server has given")


def _invalid(reason: str) -> InvalidCursor:
    detail = f"{reason}; follow page.next, or leave cursor out to begin again"
    return InvalidCursor(detail, errors=[Fault("cursor", "invalid-cursor", detail)])
