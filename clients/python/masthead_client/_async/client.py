"""The client."""

from types import TracebackType
from typing import Self

import httpx

from masthead_client._async.connection import Connection
from masthead_client._async.issues import IssueMethods
from masthead_client._async.items import ItemMethods
from masthead_client._async.management import ManagementMethods
from masthead_client._async.public import PublicMethods
from masthead_client.credentials import Credentials
from masthead_client.wire import TIMEOUT


class AsyncMasthead(PublicMethods, IssueMethods, ItemMethods, ManagementMethods):
    """A client of one server: `AsyncMasthead("http://localhost:8000")`.

    Reading what is published needs no credentials. Everything else needs some of these:

    - `username` and `password`: the client signs in with the first request that needs it, and stays signed in.
    - `refresh_token`: continues an earlier sign-in. If it is no longer valid, the password is used where there is one.
    - `token`: an API key, or an access token. An access token is valid for 15 minutes; give a refresh token or a
      password too if the client is to go on after that.

    Methods that create something take its fields as a dictionary (such as parsed JSON), as keyword arguments, or as
    both, and the keyword arguments win. They also take a model that was read from this server or another, and create
    a copy. A field that is absent gets the server's default, or stays as it is in a change; None clears it.

    `if_match` is the version that a write is based on. If somebody has written since, the write raises Stale and
    changes nothing.

    `timeout` is in seconds, for each network operation (`httpx.Timeout`). `retries` is how many times a request that
    failed temporarily is sent again. That is done only where it cannot write twice: for reads, for POSTs with an
    Idempotency-Key, and for requests that did not reach the server or that it refused because it was busy.
    `transport` is an httpx transport, for tests or custom certificates.

    The client keeps connections open: use `async with`, or call `aclose()` when done.
    The tasks of one event loop may share it.
    """

    def __init__(
        self,
        base_url: str,
        *,
        username: str | None = None,
        password: str | None = None,
        token: str | None = None,
        refresh_token: str | None = None,
        retries: int = 2,
        timeout: float | httpx.Timeout = TIMEOUT,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        if (username is None) != (password is None):
            raise ValueError("username and password must be given together")
        if retries < 0:
            raise ValueError("retries must be 0 or more")
        login = None if username is None or password is None else (username, password)
        self._connection = Connection(
            base_url,
            credentials=Credentials(token, refresh_token, login),
            retries=retries,
            timeout=timeout,
            transport=transport,
        )

    @property
    def refresh_token(self) -> str | None:
        """The current refresh token: `AsyncMasthead(url, refresh_token=…)` continues this sign-in for up to 30 days.

        It can be used once and changes with each refresh: store the last one, and let one client use it at a time.
        """
        return self._connection.credentials.refresh_token

    async def sign_in(self, username: str, password: str) -> None:
        """Sign in now and use this account from now on. Raises Unauthenticated and keeps the previous credentials."""
        await self._connection.sign_in(username, password)

    async def sign_out(self) -> None:
        """Discard all credentials, and end the sign-in on the server, which revokes its tokens.

        An API key, or an access token that was given without its refresh token, is discarded but stays valid.
        """
        await self._connection.sign_out()

    async def aclose(self) -> None:
        """Close the connections. The client cannot be used afterwards."""
        await self._connection.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"AsyncMasthead({self._connection.url!r})"
