"""Work that stops when the client closes the connection."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio
from starlette.requests import ClientDisconnect, Request

Result = TypeVar("Result")


async def while_connected(request: Request, work: Callable[[], Awaitable[Result]]) -> Result:
    """What `work` returns or raises. It is cancelled when the client closes the connection. The body has been read.

    Raises ClientDisconnect when it was cancelled.
    """
    finished: list[Result] = []
    failed: list[Exception] = []

    async def run() -> None:
        try:
            finished.append(await work())
        except Exception as error:  # a task group would wrap it in an ExceptionGroup
            failed.append(error)
        group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        group.start_soon(run)
        while (await request.receive())["type"] != "http.disconnect":
            pass
        group.cancel_scope.cancel()
    if failed:
        raise failed[0]
    if not finished:
        raise ClientDisconnect
    return finished[0]
