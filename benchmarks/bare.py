"""The bare ASGI app: it sends the same bytes as Masthead, and does nothing else."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

RESPONSE_FILE = "BENCHMARK_RESPONSE_FILE"
"""The environment variable with the path of the file to send: header lines, an empty line, a body."""

_OF_UVICORN = (b"date", b"server")


def save_response(file: Path, headers: dict[str, str], body: bytes) -> None:
    """Write a response to a file for the app to send."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    file.write_bytes(lines.encode("latin-1") + b"\r\n" + body)


def create_app() -> Callable[..., Awaitable[None]]:
    head, _, body = Path(os.environ[RESPONSE_FILE]).read_bytes().partition(b"\r\n\r\n")
    pairs = (line.partition(b": ") for line in head.split(b"\r\n"))
    headers = [(name, value) for name, _, value in pairs if name not in _OF_UVICORN]

    async def bare(scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Awaitable[None]]) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    return bare
