"""What a server does by itself, beside its requests."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

import anyio.to_thread
from sqlalchemy.orm import Session

from app.db.engine import Database

log = logging.getLogger("masthead")


class Repeated(NamedTuple):
    """A work that is done again and again, in a thread."""

    work: Callable[[Database], object]
    every: float
    """Seconds from its end to its next beginning."""
    first: float = 0.0
    """Seconds from the server's start to its first beginning."""


def in_transactions(*works: Callable[[Session], None]) -> Callable[[Database], None]:
    """These works as one, each in a transaction of its own."""

    def run(database: Database) -> None:
        for work in works:
            with database.writing() as session:
                work(session)

    return run


@asynccontextmanager
async def repeating(database: Database, works: Sequence[Repeated]) -> AsyncIterator[None]:
    """Do these until the block ends. What has begun is finished then; what fails is logged, and done again."""
    stopping = asyncio.Event()

    async def pause(seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), seconds)

    async def repeat(work: Callable[[Database], object], every: float, first: float) -> None:
        await pause(first)
        while not stopping.is_set():
            try:
                await anyio.to_thread.run_sync(work, database)
            except Exception:  # the database may be away; what is wrong now may be right the next time
                log.exception("%s did not work; it is tried again in %d s", work.__qualname__, every)
            await pause(every)

    tasks = [asyncio.create_task(repeat(*each)) for each in works]
    try:
        yield
    finally:
        stopping.set()
        await asyncio.gather(*tasks)
