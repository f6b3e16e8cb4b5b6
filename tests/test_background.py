"""Periodic tasks."""

import asyncio
from collections.abc import Callable

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


def test_a_database_that_does_not_respond_is_logged_once_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    runs: list[int] = []
    unreachable = Database("postgresql://127.0.0.1:1/masthead")

    def connecting(database: Database) -> None:
        runs.append(1)
        with database.writing() as session:
            session.connection()

    run_until(lambda: len(runs) >= 5, unreachable, connecting)

    (record,) = caplog.records
    assert record.exc_info is None
    assert "connecting failed: " in record.getMessage()
    assert "Connection refused" in record.getMessage()
    assert "\n" not in record.getMessage()


def test_each_new_reason_is_logged_and_when_a_task_works_again(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    reasons = iter([OSError("a"), OSError("a"), OSError("b"), None, None, OSError("b"), OSError("b")])
    left = [7]

    def changing(database: Database) -> None:
        left[0] -= 1
        reason = next(reasons, None)
        if reason is not None:
            raise reason

    run_until(lambda: left[0] <= -1, database, changing)

    logged = [
        (record.levelname, record.getMessage().rpartition(".")[2], str((record.exc_info or [None, ""])[1]))
        for record in caplog.records
    ]
    failed, works = "changing failed; trying again in 0 seconds", "changing works again"
    assert logged == [
        ("ERROR", failed, "a"),
        ("ERROR", failed, "b"),
        ("WARNING", works, ""),
        ("ERROR", failed, "b"),
        ("WARNING", works, ""),
    ]


def run_until(happened: Callable[[], bool], database: Database, function: Callable[[Database], None]) -> None:
    """Run a function periodically, without pauses."""

    async def run() -> None:
        async with run_periodically(database, [PeriodicTask(function, interval=0.0)], anyio.CapacityLimiter(1)):
            while not happened():
                await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(run(), 30))


def test_a_run_that_fails_when_the_server_stops_is_not_tried_again(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        at_stop = PeriodicTask(failing, interval=10.0, initial_delay=10.0, at_stop=True)
        async with run_periodically(database, [at_stop], anyio.CapacityLimiter(1)):
            pass

    asyncio.run(run())

    assert caplog.messages == ["failing failed"]
