"""The wire format: addresses, parameters, headers and bodies of requests, and how responses are parsed."""

import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError
from pydantic_core import to_jsonable_python

from masthead_client.errors import unexpected_body

VERSION = version("masthead-client")

TIMEOUT = httpx.Timeout(20, connect=5)
"""Seconds: for each network operation, and for connecting."""

# Servers close idle connections after a few seconds (uvicorn: five). The client closes them first, so that none is
# closed by the server just as the next request is sent on it.
LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=3)

HEADERS = {"accept": "application/json", "user-agent": f"masthead-client/{VERSION}"}

ModelT = TypeVar("ModelT", bound=BaseModel)


class Versioned(Protocol):
    """A working copy, or anything else that has a version."""

    @property
    def version(self) -> int: ...


IfMatch = int | str | Versioned
"""The version that a write is based on: its number, a working copy, or an ETag."""


def parse(model: type[ModelT], response: httpx.Response) -> ModelT:
    """The response's body as a model. Raises UnexpectedResponse when it does not validate."""
    try:
        return model.model_validate_json(response.content)
    except ValidationError as error:
        raise unexpected_body(response, model.__name__) from error


def base_url_of(address: str) -> httpx.URL:
    """A server's address as a URL. Raises ValueError when it is not valid."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise ValueError(f"The server's address is not a valid URL: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(
            f"The server's address must start with http:// or https://, as in http://localhost:8000; got {address!r}"
        )
    if url.userinfo:
        raise ValueError("The server's address must not contain a name or password; pass username= and password=")
    if url.query or url.fragment:
        raise ValueError("The server's address must not contain a query or fragment (? or #)")
    if url.port is not None and not 0 < url.port < 65_536:
        raise ValueError(f"The server's address has an invalid port, {url.port}; ports are 1 to 65535")
    return url


def path(*segments: str | int) -> str:
    """The path of these segments, percent-encoded."""
    return "".join(f"/{_segment(str(segment))}" for segment in segments)


def _segment(segment: str) -> str:
    # Unencoded, `.` and `..` would be resolved to another path.
    return quote(segment, safe="") if segment.strip(".") else segment.replace(".", "%2E")


def query_parameters(parameters: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The parameters that have a value; None if there are none."""
    # httpx replaces the query of a URL by the parameters given, even by an empty dictionary.
    given = {name: value for name, value in (parameters or {}).items() if value not in (None, [])}
    return given or None


def encode_json(body: object) -> bytes:
    """A body as JSON. Invalid values (NaN, lone surrogates) are sent too: the server's error says where they are."""
    return json.dumps(to_jsonable_python(body), ensure_ascii=False).encode(errors="surrogatepass")


def etag(version: IfMatch) -> str:
    if isinstance(version, str):
        return version
    return f'"v{version if isinstance(version, int) else version.version}"'


def authorization(token: str | None) -> dict[str, str]:
    return {} if token is None else {"authorization": f"Bearer {token}"}
