"""What goes over the wire: addresses, parameters, bodies, versions, and what comes back."""

import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError
from pydantic_core import to_jsonable_python

from masthead_client.errors import unreadable

VERSION = version("masthead-client")

TIMEOUT = httpx.Timeout(20, connect=5)
"""Seconds: for each part of an answer to come, and for a connection to be made."""

# A server keeps an idle connection a few seconds (uvicorn: five). One that the client lets go of first cannot be
# closed by the server at the moment of the next request.
LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=3)

HEADERS = {"accept": "application/json", "user-agent": f"masthead-client/{VERSION}"}

M = TypeVar("M", bound=BaseModel)


class Versioned(Protocol):
    """A working copy, or whatever else knows its version."""

    @property
    def version(self) -> int: ...


IfMatch = int | str | Versioned
"""The version that a write is meant for: its number, a working copy that has it, or an ETag."""


def read_as(model: type[M], answer: httpx.Response) -> M:
    """The answer's body as a model. Raises UnexpectedAnswer when it is none."""
    try:
        return model.model_validate_json(answer.content)
    except ValidationError as error:
        raise unreadable(answer, model.__name__) from error


def server(base_url: str) -> httpx.URL:
    """A server's address. Raises ValueError for what is none."""
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL as error:
        raise ValueError(f"This is no server's address: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(f"A server's address is as http://localhost:8000, with http:// or https://; not {base_url!r}")
    if url.userinfo:
        raise ValueError("A server's address has no name and password in it; give username= and password=")
    if url.query or url.fragment:
        raise ValueError("A server's address has no query: what stands behind a ? or # is not part of it")
    if url.port is not None and not 0 < url.port < 65_536:
        raise ValueError(f"There is no port {url.port}: ports are 1 to 65535")
    return url


def path(*segments: str | int) -> str:
    """An address of these segments, whatever characters they have."""
    return "".join(f"/{_segment(str(segment))}" for segment in segments)


def _segment(segment: str) -> str:
    # `.` and `..` would lead to other addresses; the percent signs keep them from that.
    return quote(segment, safe="") if segment.strip(".") else segment.replace(".", "%2E")


def query(parameters: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The parameters that are given."""
    # httpx puts parameters in place of those that an address has already, even when there are none.
    given = {name: value for name, value in (parameters or {}).items() if value not in (None, [])}
    return given or None


def json_of(body: object) -> bytes:
    """A body as JSON. What is no JSON (NaN, lone surrogates) is sent too: the server's problem says where it is."""
    return json.dumps(to_jsonable_python(body), ensure_ascii=False).encode(errors="surrogatepass")


def etag(version: IfMatch) -> str:
    if isinstance(version, str):
        return version
    return f'"v{version if isinstance(version, int) else version.version}"'


def bearing(token: str | None, headers: Mapping[str, str]) -> dict[str, str]:
    return {**headers, **({} if token is None else {"authorization": f"Bearer {token}"})}
