"""Periodic tasks."""

import asyncio

import anyio
import pytest

from app.background import PeriodicTask, run_periodically
from app.db.engine import Database


def failing(database: Database) -> None:
    raise OSError("no space left")


def test_a_failed_run_is_logged_with_when_it_is_tried_again(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        async with run_periodically(database, [PeriodicTask(failing, interval=10.0)], anyio.CapacityLimiter(1)):
            while not caplog.messages:
                await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(run(), 30))

    assert caplog.messages == ["failing failed; trying again in 10 seconds"]


def test_a_run_that_fails_when_the_server_stops_is_not_tried_again(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        at_stop = PeriodicTask(failing, interval=10.0, initial_delay=10.0, at_stop=True)
        async with run_periodically(database, [at_stop], anyio.CapacityLimiter(1)):
            pass

    asyncio.run(run())

    assert caplog.messages == ["failing failed"]
