"""The application as tests call it: in this process, with its lifespan, without a socket."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any, Self, TypeVar

import httpx
from fastapi import FastAPI

from app.db.engine import Database

Result = TypeVar("Result")

PASSWORD = "correct horse battery staple"


class Api:
    """Synchronous calls to an application that runs on an event loop of its own.

    `api.get(...)` calls as nobody; `api.author.post(...)`, `api.editor`, `api.admin` as users that every test
    database has, with the password `PASSWORD`.
    """

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.database: Database = app.state.database
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._stack = AsyncExitStack()

    def __enter__(self) -> Self:
        self._thread.start()
        self.wait(self._stack.enter_async_context(self.app.router.lifespan_context(self.app)))
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://masthead.test")
        for place, role in enumerate(("author", "editor", "admin"), start=1):
            setattr(self, role, As(self, {"authorization": f"Bearer {self.app.state.tokens.issue(place, place)}"}))
        return self

    def __exit__(self, *_: object) -> None:
        self.wait(self._client.aclose())
        self.wait(self._stack.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def wait(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def together(self, *calls: Callable[[], httpx.Response]) -> list[httpx.Response]:
        """Send the requests at the same time, each in a thread."""
        answers: list[httpx.Response | None] = [None] * len(calls)

        def call(place: int) -> None:
            answers[place] = calls[place]()

        threads = [threading.Thread(target=call, args=(place,)) for place in range(len(calls))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [answer for answer in answers if answer is not None]

    def request(self, method: str, url: str, **kwargs: Any) -> httpx.Response:
        return self.wait(self._client.request(method, url, **kwargs))

    def get(self, url: str, **kwargs: Any) -> httpx.Response:
        return self.request("GET", url, **kwargs)

    def post(self, url: str, **kwargs: Any) -> httpx.Response:
        return self.request("POST", url, **kwargs)

    def put(self, url: str, **kwargs: Any) -> httpx.Response:
        return self.request("PUT", url, **kwargs)

    def patch(self, url: str, **kwargs: Any) -> httpx.Response:
        return self.request("PATCH", url, **kwargs)

    def delete(self, url: str, **kwargs: Any) -> httpx.Response:
        return self.request("DELETE", url, **kwargs)

    def walk(self, url: str) -> list[Any]:
        """All rows of a list, page after page."""
        rows: list[Any] = []
        address: str | None = url
        while address is not None:
            page = self.get(address).raise_for_status().json()
            rows += page["data"]
            address = page["page"]["next"]
        return rows

    author: "As"
    editor: "As"
    admin: "As"


class As(Api):
    """The same application, called with these headers."""

    def __init__(self, api: Api, headers: dict[str, str]) -> None:
        self._api = api
        self._headers = headers

    def request(self, method: str, url: str, **kwargs: Any) -> httpx.Response:
        headers = {**self._headers, **kwargs.pop("headers", {})}
        return self._api.request(method, url, headers=headers, **kwargs)
