"""`masthead serve --workers N`: processes are watched, and started again."""

import os
import signal
import socket
import sys
import time
from pathlib import Path

import pytest

from tests.cli.servers import Server, serving
from tests.cli.test_migrate import at_revision

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
QUICK = """
import app.cli.supervisor
app.cli.supervisor.HUNG = 2
"""


def replaced(server: Server, old: list[int]) -> bool:
    present = server.workers
    return len(present) == len(old) and present != old


def test_a_worker_that_is_killed_is_replaced_while_the_other_serves(
    database_url: str, tmp_path: Path, port: int
) -> None:
    with serving(database_url, tmp_path, port, "--workers", "2") as server:
        server.until_serving()
        server.until(lambda: len(server.workers) == 2, "two workers")
        before = server.workers

        os.kill(before[0], signal.SIGKILL)

        server.until(lambda: replaced(server, before), "the replacement")
        assert before[1] in server.workers
        assert {server.get("/issues").status_code for _ in range(20)} == {200}
        assert f"Worker {before[0]} was ended by SIGKILL. Starting another" in server.errors
        assert server.said.count("Masthead is serving") == 1
        server.stop()
        assert server.process.returncode == 0


@ON_SQLITE
def test_one_worker_is_replaced_too(database_url: str, tmp_path: Path, port: int) -> None:
    with serving(database_url, tmp_path, port) as server:
        server.until_serving()
        (before,) = server.workers

        os.kill(before, signal.SIGKILL)

        server.until(lambda: server.workers not in ([], [before]), "the replacement")
        assert server.get("/issues").status_code == 200


@ON_SQLITE
def test_a_start_may_take_long_and_is_announced_when_it_is_over(database_url: str, tmp_path: Path, port: int) -> None:
    with serving(database_url, tmp_path, port, "--workers", "2", changes=QUICK) as server:
        server.until(lambda: len(server.workers) == 2, "two workers")
        before = server.workers
        for worker in before:
            os.kill(worker, signal.SIGSTOP)
        time.sleep(3)  # longer than a worker that serves may be silent
        assert server.workers == before
        assert server.said == ""
        with socket.socket() as client:
            assert client.connect_ex(("127.0.0.1", port)) != 0, "nobody listens yet"
        for worker in before:
            os.kill(worker, signal.SIGCONT)

        server.until_serving()
        assert server.get("/issues").status_code == 200
        assert server.errors == ""


@ON_SQLITE
def test_a_worker_that_hangs_is_replaced(database_url: str, tmp_path: Path, port: int) -> None:
    with serving(database_url, tmp_path, port, changes=QUICK) as server:
        server.until_serving()
        before = server.workers

        os.kill(before[0], signal.SIGSTOP)

        server.until(lambda: replaced(server, before), "the replacement")
        assert f"Worker {before[0]} has not responded for 2 seconds; killing it." in server.errors
        assert server.get("/issues").status_code == 200


@ON_SQLITE
def test_sighup_replaces_workers_and_serves_on(database_url: str, tmp_path: Path, port: int) -> None:
    with serving(database_url, tmp_path, port, "--workers", "2") as server:
        server.until_serving()
        server.until(lambda: len(server.workers) == 2, "two workers")
        before = set(server.workers)

        server.process.send_signal(signal.SIGHUP)

        statuses = set()
        while before & set(server.workers) or len(server.workers) != 2:
            statuses.add(server.get("/issues").status_code)
        assert statuses == {200}
        assert server.errors == ""


def test_a_worker_that_can_not_start_again_ends_the_server_with_the_reason(
    database_url: str, tmp_path: Path, port: int
) -> None:
    with serving(database_url, tmp_path, port, "--workers", "2") as server:
        server.until_serving()
        at_revision(database_url, "9999")

        os.kill(server.workers[0], signal.SIGKILL)

        server.until(lambda: server.process.poll() is not None, "the end")
        assert server.process.returncode == 1
        assert "newer version" in server.errors
        assert "Traceback" not in server.errors


@ON_SQLITE
def test_a_new_worker_that_can_not_start_leaves_the_old_ones(database_url: str, tmp_path: Path, port: int) -> None:
    with serving(database_url, tmp_path, port) as server:
        server.until_serving()
        before = server.workers
        at_revision(database_url, "9999")

        server.process.send_signal(signal.SIGHUP)

        server.until(lambda: "the old ones go on" in server.errors, "the refusal")
        assert "newer version" in server.errors
        assert server.workers == before
        assert server.get("/issues").status_code == 200


@ON_SQLITE
def test_workers_that_can_not_reach_the_database_are_started_again_with_pauses(
    database_url: str, tmp_path: Path, port: int
) -> None:
    file = Path(database_url.removeprefix("sqlite:///"))
    with serving(database_url, tmp_path, port) as server:
        server.until_serving()
        aside = file.rename(file.with_suffix(".aside"))
        file.mkdir()

        os.kill(server.workers[0], signal.SIGKILL)

        server.until(lambda: "Starting another in 2 seconds" in server.errors, "a pause")
        assert "unable to open database file. Starting another in 1 seconds." in server.errors
        assert "Traceback" not in server.errors
        file.rmdir()
        aside.rename(file)
        server.until(lambda: bool(server.workers), "the next start")
        assert server.get("/issues").status_code == 200


@ON_SQLITE
def test_its_workers_end_when_the_supervisor_is_killed(database_url: str, tmp_path: Path, port: int) -> None:
    with serving(database_url, tmp_path, port, "--workers", "2") as server:
        server.until_serving()
        workers = server.workers

        server.process.kill()

        server.until(lambda: not any(Path(f"/proc/{worker}/exe").exists() for worker in workers), "their end")


@ON_SQLITE
def test_a_folder_named_app_where_it_is_started_is_not_taken_for_the_server(
    database_url: str, tmp_path: Path, port: int
) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("raise SystemExit('the wrong app')")
    script = str(Path(sys.executable).with_name("masthead"))
    with serving(database_url, tmp_path, port, command=[script]) as server:
        server.until_serving()
        assert server.get("/issues").status_code == 200
