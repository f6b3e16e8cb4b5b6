"""Periodic background tasks of the server."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

import anyio.to_thread
from anyio import CapacityLimiter
from sqlalchemy.orm import Session

from app.db.engine import Database
from app.db.errors import UNAVAILABLE, first_line

STOP_TIMEOUT = 2.0
"""Seconds that a run may take to finish when the server stops."""

log = logging.getLogger("masthead")


class PeriodicTask(NamedTuple):
    """A function that is called again and again, in a thread."""

    run: Callable[[Database], object]
    interval: float
    """Seconds from the end of a run to the start of the next."""
    initial_delay: float = 0.0
    """Seconds from the start of the server to the first run."""
    at_stop: bool = False
    """Whether it also runs when the server stops."""


def in_transactions(*functions: Callable[[Session], None]) -> Callable[[Database], None]:
    """Combine functions into one that calls each in its own transaction."""

    def run(database: Database) -> None:
        for function in functions:
            with database.writing() as session:
                function(session)

    return run


@asynccontextmanager
async def run_periodically(
    database: Database, tasks: Sequence[PeriodicTask], writers: CapacityLimiter
) -> AsyncIterator[None]:
    """Run the tasks until the block ends; runs that have started then have STOP_TIMEOUT to finish.

    Each run counts as one of the writers. Runs that were not finished are logged, and failed ones: without a traceback
    if the database is not available, and once while the reason stays the same.
    """
    stopping = asyncio.Event()

    async def pause(seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), seconds)

    reasons: dict[PeriodicTask, str] = {}  # why the last run of a task failed

    async def run(task: PeriodicTask) -> None:
        try:
            async with writers:
                await anyio.to_thread.run_sync(task.run, database)
        except Exception as error:
            reason = f"{type(error).__name__}: {first_line(error)}"
            if reasons.get(task) != reason:
                reasons[task] = reason
                log_failure(task, error)
        else:
            if reasons.pop(task, None) is not None:
                log.warning("%s works again", task.run.__qualname__)

    def log_failure(task: PeriodicTask, error: Exception) -> None:
        again = "" if stopping.is_set() else f"; trying again in {task.interval:.0f} seconds"
        if isinstance(error, UNAVAILABLE):
            log.error("%s failed: %s%s", task.run.__qualname__, first_line(error), again)
        else:
            log.error("%s failed%s", task.run.__qualname__, again, exc_info=error)

    async def repeat(task: PeriodicTask) -> None:
        await pause(task.initial_delay)
        while not stopping.is_set():
            await run(task)
            await pause(task.interval)
        if task.at_stop:
            await run(task)

    running = {asyncio.create_task(repeat(task)): task for task in tasks}
    try:
        yield
    finally:
        stopping.set()
        _, unfinished = await asyncio.wait(running, timeout=STOP_TIMEOUT)
        for each in unfinished:
            log.warning("cut off after %d seconds: %s", STOP_TIMEOUT, running[each].run.__qualname__)
            each.cancel()
