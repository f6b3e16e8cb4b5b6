# Generated from _async/connection.py by unasync.py: edit that file instead.
"""The way to a server: requests, who makes them, and when they are made again."""

import uuid
from collections.abc import Mapping
from threading import Lock
from time import sleep
from typing import Any

import httpx

from masthead_client.callers import Caller, ran_out
from masthead_client.errors import ConnectionFailed, ProblemError, TimedOut, Unauthenticated, error_of
from masthead_client.models import Token
from masthead_client.retrying import pause_before_again
from masthead_client.wire import HEADERS, LIMITS, IfMatch, bearing, etag, json_of, query, read_as, server


class Connection:
    """Sends requests to one server. Threads may share it."""

    def __init__(
        self,
        base_url: str,
        *,
        caller: Caller,
        retries: int,
        timeout: float | httpx.Timeout,
        transport: httpx.BaseTransport | None,
    ) -> None:
        self._http = httpx.Client(
            base_url=server(base_url), timeout=timeout, transport=transport, limits=LIMITS, headers=HEADERS
        )
        self._retries = retries
        self._signing_in = Lock()
        self.caller = caller

    @property
    def url(self) -> str:
        return str(self._http.base_url)

    def close(self) -> None:
        self._http.close()

    def sign_in(self, username: str, password: str) -> None:
        caller = Caller(credentials=(username, password))
        self._renewed(caller, None)
        self.caller = caller

    def sign_out(self) -> None:
        caller, self.caller = self.caller, Caller()
        # A refresh that is on its way is waited for: it brings the token that ends the sign-in.
        with self._signing_in:
            refresh_token = caller.refresh_token
            caller.forget()
        if refresh_token is not None:
            self._send("POST", "/auth/logout", repeatable=True, json={"refresh_token": refresh_token})

    def read(self, path: str, parameters: Mapping[str, Any] | None = None) -> httpx.Response:
        """What the public reads: without credentials, so that any cache between may answer."""
        return self._send("GET", path, repeatable=True, params=query(parameters), follow_redirects=True)

    def read_as_author(self, path: str, parameters: Mapping[str, Any] | None = None) -> httpx.Response:
        return self._send_as_author("GET", path, {}, repeatable=True, params=query(parameters))

    def write(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        if_match: IfMatch | None = None,
        *,
        secret: bool = False,
    ) -> httpx.Response:
        """Write. A POST bears a key, by which the server does it once, however often it comes.

        Answers that carry secrets are not kept by the server, so that there the key would promise what is not so.
        """
        headers = {} if if_match is None else {"if-match": etag(if_match)}
        content = None
        if body is not None:
            headers["content-type"] = "application/json"
            content = json_of(body)
        repeatable = method == "POST" and not secret
        if repeatable:
            headers["idempotency-key"] = uuid.uuid4().hex
        return self._send_as_author(method, path, headers, repeatable=repeatable, content=content)

    def _send_as_author(
        self, method: str, path: str, headers: Mapping[str, str], *, repeatable: bool, **request: Any
    ) -> httpx.Response:
        """Send with a token, and once more with a new one when it has run out and there is a way to another."""
        caller = self.caller
        token = caller.token
        if token is None and caller.can_renew():
            token = self._renewed(caller, None)
        try:
            return self._send(method, path, repeatable=repeatable, headers=bearing(token, headers), **request)
        except Unauthenticated as problem:
            if not ran_out(problem) or not caller.can_renew():
                raise
        # The server refused before it did anything, so nothing is done twice.
        token = self._renewed(caller, token)
        return self._send(method, path, repeatable=repeatable, headers=bearing(token, headers), **request)

    def _renewed(self, caller: Caller, stale: str | None) -> str | None:
        """A token other than the stale one: that which another thread has got meanwhile, or a new one.

        Raises Unauthenticated when the refresh token is not good any more and the password neither.
        """
        with self._signing_in:
            if caller.token == stale:
                token = self._refreshed(caller)
                if token is None and caller.credentials is not None:
                    token = self._token_for(*caller.credentials)
                if token is not None:
                    caller.take(token)
            return caller.token

    def _refreshed(self, caller: Caller) -> Token | None:
        """The next tokens for the refresh token; None when there is none, or it is of no use and a password is there.

        When no answer comes it stays: the server may not have seen it, and takes it again for some seconds if it has.
        """
        if caller.refresh_token is None:
            return None
        try:
            # Sent again it does no harm: the server gives another token, or ends a sign-in that has no token left.
            answer = self._send("POST", "/auth/refresh", repeatable=True, json={"refresh_token": caller.refresh_token})
        except Unauthenticated:
            caller.refresh_token = None
            if caller.credentials is None:
                raise
            return None
        return read_as(Token, answer)

    def _token_for(self, username: str, password: str) -> Token:
        form = {"username": username, "password": password}
        return read_as(Token, self._send("POST", "/auth/token", repeatable=False, data=form))

    def _send(self, method: str, path: str, *, repeatable: bool, **request: Any) -> httpx.Response:
        """Send, and send again, after a pause, what failed in a way that may pass and cannot be done twice.

        `repeatable` says that it does the same when it comes twice.
        """
        before = 0
        while True:
            try:
                return self._send_once(method, path, **request)
            except (ConnectionFailed, ProblemError) as error:
                pause = pause_before_again(error, before, repeatable=repeatable)
                if pause is None or before == self._retries:
                    raise
            sleep(pause)
            before += 1

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


def _reason(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
