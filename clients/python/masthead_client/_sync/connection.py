# Generated from _async/connection.py by unasync.py: edit that file instead.
"""Sending requests: authentication, refreshing tokens, retries."""

import uuid
from collections.abc import Mapping
from threading import Lock
from time import sleep
from typing import Any

import httpx

from masthead_client.credentials import Credentials, is_token_invalid
from masthead_client.errors import ConnectionFailed, ProblemError, TimedOut, Unauthenticated, error_from
from masthead_client.models.management import Token
from masthead_client.retries import retry_delay
from masthead_client.wire import (
    HEADERS,
    LIMITS,
    IfMatch,
    authorization,
    base_url_of,
    encode_json,
    etag,
    parse,
    query_parameters,
)


class Connection:
    """Sends requests to one server. Threads may share it."""

    def __init__(
        self,
        base_url: str,
        *,
        credentials: Credentials,
        retries: int,
        timeout: float | httpx.Timeout,
        transport: httpx.BaseTransport | None,
    ) -> None:
        self._http = httpx.Client(
            base_url=base_url_of(base_url), timeout=timeout, transport=transport, limits=LIMITS, headers=HEADERS
        )
        self._retries = retries
        self._renewal = Lock()
        self.credentials = credentials

    @property
    def url(self) -> str:
        return str(self._http.base_url)

    def close(self) -> None:
        self._http.close()

    def sign_in(self, username: str, password: str) -> None:
        credentials = Credentials(password=(username, password))
        self._renew_token(credentials, None)
        self.credentials = credentials

    def sign_out(self) -> None:
        credentials, self.credentials = self.credentials, Credentials()
        # Wait for a refresh in flight: the refresh token that it returns is the one to revoke.
        with self._renewal:
            refresh_token = credentials.refresh_token
            credentials.clear()
        if refresh_token is not None:
            self._send("POST", "/auth/logout", idempotent=True, json={"refresh_token": refresh_token})

    def get_public(self, path: str, parameters: Mapping[str, Any] | None = None) -> httpx.Response:
        """GET without credentials, so that any cache may answer."""
        return self._send("GET", path, idempotent=True, params=query_parameters(parameters), follow_redirects=True)

    def get_private(self, path: str, parameters: Mapping[str, Any] | None = None) -> httpx.Response:
        """GET with credentials."""
        return self._send_authenticated("GET", path, {}, idempotent=True, params=query_parameters(parameters))

    def write(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        if_match: IfMatch | None = None,
        *,
        secret: bool = False,
    ) -> httpx.Response:
        """Send a write with credentials. A POST has an Idempotency-Key, so that it can be retried.

        `secret` says that the response carries a secret. The server does not store such responses and ignores the
        key, so these POSTs are sent without one.
        """
        headers = {} if if_match is None else {"if-match": etag(if_match)}
        content = None
        if body is not None:
            headers["content-type"] = "application/json"
            content = encode_json(body)
        idempotent = method == "POST" and not secret
        if idempotent:
            headers["idempotency-key"] = uuid.uuid4().hex
        return self._send_authenticated(method, path, headers, idempotent=idempotent, content=content)

    def _send_authenticated(
        self, method: str, path: str, headers: Mapping[str, str], *, idempotent: bool, **request: Any
    ) -> httpx.Response:
        """Send with a token, and again with a new one if the server refuses the token and a new one can be obtained."""
        credentials = self.credentials
        token = credentials.token
        if token is None and credentials.can_renew():
            token = self._renew_token(credentials, None)
        try:
            return self._send(
                method, path, idempotent=idempotent, headers={**headers, **authorization(token)}, **request
            )
        except Unauthenticated as problem:
            if not is_token_invalid(problem) or not credentials.can_renew():
                raise
        # The request was refused before it was processed, so that nothing is done twice.
        token = self._renew_token(credentials, token)
        return self._send(method, path, idempotent=idempotent, headers={**headers, **authorization(token)}, **request)

    def _renew_token(self, credentials: Credentials, rejected: str | None) -> str | None:
        """A token other than the rejected one: a new one, or the one that another thread has obtained meanwhile.

        Raises Unauthenticated when neither the refresh token nor the password is valid.
        """
        with self._renewal:
            if credentials.token == rejected:
                token = self._refresh(credentials)
                if token is None and credentials.password is not None:
                    token = self._sign_in_with(*credentials.password)
                if token is not None:
                    credentials.store(token)
            return credentials.token

    def _refresh(self, credentials: Credentials) -> Token | None:
        """New tokens for the refresh token; None without a valid one, when there is a password to use instead.

        The refresh token is kept when no response arrives: the server may not have received it, and accepts it again
        for a few seconds if it has.
        """
        if credentials.refresh_token is None:
            return None
        body = {"refresh_token": credentials.refresh_token}
        try:
            # Safe to retry: the server returns another token, or ends a sign-in that has no valid token left.
            response = self._send("POST", "/auth/refresh", idempotent=True, json=body)
        except Unauthenticated:
            credentials.refresh_token = None
            if credentials.password is None:
                raise
            return None
        return parse(Token, response)

    def _sign_in_with(self, username: str, password: str) -> Token:
        form = {"username": username, "password": password}
        return parse(Token, self._send("POST", "/auth/token", idempotent=False, data=form))

    def _send(self, method: str, path: str, *, idempotent: bool, **request: Any) -> httpx.Response:
        """Send, and retry after a delay what failed temporarily and cannot be done twice by that."""
        retries = 0
        while True:
            try:
                return self._send_once(method, path, **request)
            except (ConnectionFailed, ProblemError) as error:
                delay = retry_delay(error, retries, idempotent=idempotent)
                if delay is None or retries == self._retries:
                    raise
            sleep(delay)
            retries += 1

    def _send_once(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            response = self._http.request(method, path, **request)
        except httpx.TimeoutException as error:
            raise TimedOut(f"{method} {path} at {self.url} got no response in time ({_reason(error)}).") from error
        except httpx.RequestError as error:
            raise ConnectionFailed(f"{method} {path} at {self.url} got no response: {_reason(error)}.") from error
        if not response.is_success:
            raise error_from(response)
        return response


def _reason(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
