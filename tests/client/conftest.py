"""The client and a running server: a real socket, and a database for each test."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from fastapi import FastAPI
from masthead_client import Masthead

from app.main import create_app
from app.settings import Settings


class Announcing(uvicorn.Server):
    """Sets `ready` when it has started or failed to start."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        finally:
            self.ready.set()


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """Run a server; gives its address."""
    server = Announcing(uvicorn.Config(app, ws="none", log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        assert server.ready.wait(30)
        assert server.started
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(30)
    assert not thread.is_alive()


@pytest.fixture
def server(app: FastAPI) -> Iterator[str]:
    """The address of a running server, with users and without issues."""
    with running(app) as address:
        yield address


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The delays before retries, in seconds. Tests do not wait for them."""
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("masthead_client._sync.connection.sleep", waited.append)
    monkeypatch.setattr("masthead_client._async.connection.sleep", wait)
    return waited


@pytest.fixture
def reader(server: str) -> Iterator[Masthead]:
    """A client without credentials."""
    with Masthead(server) as client:
        yield client


@pytest.fixture
def author(server: str, app: FastAPI) -> Iterator[Masthead]:
    with Masthead(server, token=app.state.tokens.issue(1, 1)) as client:
        yield client


@pytest.fixture
def editor(server: str, app: FastAPI) -> Iterator[Masthead]:
    with Masthead(server, token=app.state.tokens.issue(2, 2)) as client:
        yield client


@pytest.fixture
def admin(server: str, app: FastAPI) -> Iterator[Masthead]:
    with Masthead(server, token=app.state.tokens.issue(3, 3)) as client:
        yield client
