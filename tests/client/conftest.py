"""The client against a server that runs: a real socket, and a database of the test's own."""

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from masthead_client import Masthead

from app.main import create_app
from app.settings import Settings
from tests.api import PASSWORD


class Announcing(uvicorn.Server):
    """Says when it answers, or that it never will."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        finally:
            self.ready.set()


@pytest.fixture
def server(settings: Settings) -> Iterator[str]:
    """The address of a running server, with users and without issues."""
    config = uvicorn.Config(create_app(settings), ws="none", log_config=None)
    server = Announcing(config)
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
def reader(server: str) -> Iterator[Masthead]:
    """A client that nobody has signed in with."""
    with Masthead(server) as client:
        yield client


@pytest.fixture
def author(server: str) -> Iterator[Masthead]:
    with Masthead(server, username="author", password=PASSWORD) as client:
        yield client


@pytest.fixture
def editor(server: str) -> Iterator[Masthead]:
    with Masthead(server, username="editor", password=PASSWORD) as client:
        yield client
