# Generated from _async/client.py by unasync.py: edit that file instead.
"""The client."""

from types import TracebackType
from typing import Self

import httpx

from masthead_client._sync.connection import Connection
from masthead_client._sync.managing import Managing
from masthead_client._sync.reading import Reading
from masthead_client._sync.writing import Writing
from masthead_client.callers import Caller
from masthead_client.wire import TIMEOUT


class Masthead(Reading, Writing, Managing):
    """A Masthead server: `Masthead("http://localhost:8000")` reads, and writes once it knows as whom.

    With `username` and `password` it signs in when it first has to, and stays so by itself. `refresh_token` goes on
    with a sign-in of before; where it is no longer good, name and password are taken if they are there. `token` is an
    API key, or an access token, which is good for 15 minutes and needs one of the two to go on after that.

    `timeout` is in seconds, for each part of an answer to come. `retries` is how often it sends again what failed in
    a way that may pass, as long as nothing can be done twice by that: reads, each POST (by a key of its own, under
    which the server does it once), and whatever never reached the server or was refused as it was busy. `transport`
    is how httpx sends, for tests and for certificates of one's own.

    It keeps connections open: use it by `with`, or close it. Threads may share it.
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
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        if (username is None) != (password is None):
            raise ValueError("username and password go together: give both, or neither")
        if retries < 0:
            raise ValueError("retries is how often to send again: 0, or more")
        credentials = None if username is None or password is None else (username, password)
        self._connection = Connection(
            base_url,
            caller=Caller(token, refresh_token, credentials),
            retries=retries,
            timeout=timeout,
            transport=transport,
        )

    @property
    def refresh_token(self) -> str | None:
        """What goes on with this sign-in another time, as `Masthead(url, refresh_token=…)`, for 30 days.

        It is good once and changes with each refresh: keep the last one, and let one client use it at a time.
        """
        return self._connection.caller.refresh_token

    def sign_in(self, username: str, password: str) -> None:
        """Sign in now, and from now on as this user. Raises Unauthenticated, and stays who it was."""
        self._connection.sign_in(username, password)

    def sign_out(self) -> None:
        """Call as nobody from now on, and end the sign-in on the server, with its tokens.

        An API key is forgotten and stays good, and so does an access token that came without its refresh token.
        """
        self._connection.sign_out()

    def close(self) -> None:
        """Close the connections; the client is of no use afterwards."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Masthead({self._connection.url!r})"
