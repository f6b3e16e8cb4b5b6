"""The way to a server: requests, who makes them, and what comes back."""

import json
import random
import threading
import time
import uuid
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError
from pydantic_core import to_jsonable_python

from masthead_client.errors import (
    ConnectionFailed,
    ProblemError,
    TimedOut,
    Unauthenticated,
    error_of,
    unreadable,
)
from masthead_client.models import Token

VERSION = version("masthead-client")

TIMEOUT = httpx.Timeout(20, connect=5)
"""Seconds: for each part of an answer to come, and for a connection to be made."""

# A server keeps an idle connection a few seconds (uvicorn: five). One that the client lets go of first cannot be
# closed by the server at the moment of the next request.
_LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=3)

LONGEST_PAUSE = 30.0
"""Seconds. Who is told to come again later than that is told so instead."""

# What is sent again, beside what never reached a server: it says that it has done nothing.
_BUSY = frozenset({429, 503})

M = TypeVar("M", bound=BaseModel)


class Versioned(Protocol):
    """A working copy, or whatever else knows its version."""

    @property
    def version(self) -> int: ...


IfMatch = int | str | Versioned
"""The version that a write is meant for: its number, a working copy that has it, or an ETag."""


class Connection:
    """Sends requests to one server. It may be used by several threads at a time."""

    def __init__(
        self,
        base_url: str,
        *,
        credentials: tuple[str, str] | None,
        token: str | None,
        retries: int,
        timeout: float | httpx.Timeout,
        transport: httpx.BaseTransport | None,
    ) -> None:
        self._http = httpx.Client(
            base_url=_server(base_url),
            timeout=timeout,
            transport=transport,
            limits=_LIMITS,
            headers={"accept": "application/json", "user-agent": f"masthead-client/{VERSION}"},
        )
        self._credentials = credentials
        self._token = token
        self._refresh_token: str | None = None
        self._retries = retries
        self._signing_in = threading.Lock()

    @property
    def url(self) -> str:
        return str(self._http.base_url)

    def close(self) -> None:
        self._http.close()

    def sign_in(self, username: str, password: str) -> None:
        with self._signing_in:
            self._take(self._token_for(username, password))
            self._credentials = username, password

    def sign_out(self) -> None:
        with self._signing_in:
            refresh_token = self._refresh_token
            self._token = self._refresh_token = self._credentials = None
        if refresh_token is not None:
            self._send("POST", "/auth/logout", json={"refresh_token": refresh_token})

    def read(self, path: str, parameters: Mapping[str, Any] | None = None) -> httpx.Response:
        """What the public reads: without credentials, so that any cache between may answer."""
        return self._send("GET", path, params=_query(parameters), follow_redirects=True)

    def read_as_author(self, path: str, parameters: Mapping[str, Any] | None = None) -> httpx.Response:
        return self._send_as_author("GET", path, params=_query(parameters))

    def write(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, if_match: IfMatch | None = None
    ) -> httpx.Response:
        headers = {} if if_match is None else {"if-match": _etag(if_match)}
        if method == "POST":
            # So that it may be sent again when its answer is lost. Answers with secrets are not kept: see `_is_safe`.
            headers["idempotency-key"] = uuid.uuid4().hex
        content = None
        if body is not None:
            headers["content-type"] = "application/json"
            # What is no JSON (NaN, lone surrogates) is sent too: the server's problem says where it is wrong.
            content = json.dumps(to_jsonable_python(body), ensure_ascii=False).encode(errors="surrogatepass")
        return self._send_as_author(method, path, headers=headers, content=content)

    def _send_as_author(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, **request: Any
    ) -> httpx.Response:
        """Send with a token, and once more with a new one when it has run out and there are credentials."""
        token = self._token
        if token is None and self._credentials is not None:
            token = self._renewed(None)
        try:
            return self._send(method, path, headers=_bearing(token, headers), **request)
        except Unauthenticated as problem:
            if not _ran_out(problem) or (self._credentials is None and self._refresh_token is None):
                raise
        # The server refused before it did anything, so nothing is done twice.
        return self._send(method, path, headers=_bearing(self._renewed(token), headers), **request)

    def _renewed(self, stale: str | None) -> str | None:
        """A token other than the stale one: that which another thread has got meanwhile, or a new one."""
        with self._signing_in:
            if self._token == stale:
                token = self._refreshed()
                if token is None and self._credentials is not None:
                    token = self._token_for(*self._credentials)
                if token is not None:
                    self._take(token)
            return self._token

    def _refreshed(self) -> Token | None:
        """The next tokens for the refresh token; None when there is none, or it is not good any more."""
        if self._refresh_token is None:
            return None
        refresh_token, self._refresh_token = self._refresh_token, None
        try:
            answer = self._send("POST", "/auth/refresh", json={"refresh_token": refresh_token})
        except Unauthenticated:
            return None
        return read_as(Token, answer)

    def _take(self, token: Token) -> None:
        self._token, self._refresh_token = token.access_token, token.refresh_token

    def _token_for(self, username: str, password: str) -> Token:
        return read_as(Token, self._send("POST", "/auth/token", data={"username": username, "password": password}))

    def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Send, and send again, after a pause, what failed in a way that may pass and does nothing twice."""
        for again in range(self._retries, -1, -1):
            try:
                return self._send_once(method, path, **request)
            except (ConnectionFailed, ProblemError) as error:
                pause = _pause(error, self._retries - again) if _is_safe(method, path, error) else None
                if not again or pause is None:
                    raise
            time.sleep(pause)
        raise AssertionError

    def _send_once(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **request)
        except httpx.TimeoutException as error:
            raise TimedOut(f"{method} {path} at {self.url} got no answer in time ({_reason(error)}).") from error
        except httpx.RequestError as error:
            raise ConnectionFailed(f"{method} {path} at {self.url} got no answer: {_reason(error)}.") from error
        if not answer.is_success:
            raise error_of(answer)
        return answer


def _is_safe(method: str, path: str, error: ConnectionFailed | ProblemError) -> bool:
    """Whether what failed so may be sent again: it cannot be done twice."""
    if isinstance(error, ProblemError):
        return error.status in _BUSY
    if isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return True
    secret = path.startswith(("/auth", "/users", "/api-keys")) or path.endswith("/preview")
    return method == "GET" or (method == "POST" and not secret)


def _pause(error: ConnectionFailed | ProblemError, before: int) -> float | None:
    """Seconds to wait: what the server says, else longer each time, and not the same for all. None: too long."""
    said = error.headers.get("retry-after", "") if isinstance(error, ProblemError) else ""
    if said.isdigit():
        return float(said) if float(said) <= LONGEST_PAUSE else None
    return random.uniform(0.1, 0.2) * (1 << before)


def read_as(model: type[M], answer: httpx.Response) -> M:
    """The answer's body as a model. Raises UnexpectedAnswer when it is none."""
    try:
        return model.model_validate_json(answer.content)
    except ValidationError as error:
        raise unreadable(answer, model.__name__) from error


def path(*segments: str | int) -> str:
    """An address of these segments, whatever characters they have."""
    return "".join(f"/{_segment(str(segment))}" for segment in segments)


def _segment(segment: str) -> str:
    # `.` and `..` would lead to other addresses; the percent signs keep them from that.
    return quote(segment, safe="") if segment.strip(".") else segment.replace(".", "%2E")


def _server(base_url: str) -> httpx.URL:
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL as error:
        raise ValueError(f"This is no server's address: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(f"A server's address is as http://localhost:8000, with http:// or https://; not {base_url!r}")
    if url.userinfo:
        raise ValueError("A server's address has no name and password in it; give username= and password=")
    return url


def _query(parameters: Mapping[str, Any] | None) -> dict[str, Any] | None:
    # httpx puts parameters in place of those that an address has already, even when there are none.
    given = {name: value for name, value in (parameters or {}).items() if value not in (None, [])}
    return given or None


def _etag(version: IfMatch) -> str:
    if isinstance(version, str):
        return version
    return f'"v{version if isinstance(version, int) else version.version}"'


def _bearing(token: str | None, headers: Mapping[str, str] | None) -> dict[str, str]:
    return {**(headers or {}), **({} if token is None else {"authorization": f"Bearer {token}"})}


def _ran_out(problem: Unauthenticated) -> bool:
    """RFC 6750 §3.1: the token is expired, revoked or otherwise no longer good."""
    return 'error="invalid_token"' in problem.headers.get("www-authenticate", "")


def _reason(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
