"""`masthead serve --workers N`: processes are watched, and started again."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.serving import supervisor
from app.serving.worker_process import WorkerProcess
from tests.cli.servers import Server, serving
from tests.cli.test_migrate import at_revision
from tests.conftest import on_sqlite
from tests.processes import is_running, on_linux

pytestmark = on_linux

QUICK = """
import app.serving.worker_process
app.serving.worker_process.HUNG = 2
"""
TELLING = """
import os, pathlib, sys
if "app.serving.worker" in " ".join(sys.orig_argv):
    from app.serving.worker import Reports
    original = Reports.send
    def send(self, report):
        original(self, report)
        pathlib.Path(f"{report.split()[0]}-{os.getpid()}").touch()
    Reports.send = send
"""


def replaced(server: Server, old: list[int]) -> bool:
    present = server.workers
    return len(present) == len(old) and present != old


@on_sqlite
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


@on_sqlite
def test_a_start_may_take_long_and_is_announced_when_it_is_over(database_url: str, tmp_path: Path, port: int) -> None:
    with serving(database_url, tmp_path, port, "--workers", "2", changes=QUICK) as server:
        server.until(lambda: len(server.workers) == 2, "two workers")
        before = server.workers
        for worker in before:
            os.kill(worker, signal.SIGSTOP)
        time.sleep(2.5)  # longer than a worker that serves may be silent
        assert server.workers == before
        assert server.said == ""
        with socket.socket() as client:
            assert client.connect_ex(("127.0.0.1", port)) != 0, "nobody listens yet"
        for worker in before:
            os.kill(worker, signal.SIGCONT)

        server.until_serving()
        assert server.get("/issues").status_code == 200
        assert server.errors == ""


@on_sqlite
def test_the_only_worker_is_replaced_when_it_hangs_and_when_it_is_killed(
    database_url: str, tmp_path: Path, port: int
) -> None:
    with serving(database_url, tmp_path, port, changes=QUICK) as server:
        server.until_serving()
        before = server.workers

        os.kill(before[0], signal.SIGSTOP)

        server.until(lambda: replaced(server, before), "the replacement")
        assert f"Worker {before[0]} has not responded for 2 seconds; killing it." in server.errors
        assert server.get("/issues").status_code == 200
        before = server.workers

        os.kill(before[0], signal.SIGKILL)

        server.until(lambda: replaced(server, before), "the second replacement")
        assert server.get("/issues").status_code == 200


def test_the_end_of_a_process_that_does_not_die_is_logged_once_and_keeps_nothing_waiting(
    caplog: pytest.LogCaptureFixture,
) -> None:
    # It ignores the request for its stacks, and is not in a group of its own, so that no signal to its group ends it:
    # like a process that waits for a disk.
    command = "import signal; signal.signal(signal.SIGUSR1, signal.SIG_IGN); print(flush=True); signal.pause()"
    with subprocess.Popen([sys.executable, "-c", command], stdout=subprocess.PIPE) as process, socket.socket() as any_:
        assert process.stdout is not None
        process.stdout.readline()
        watched = supervisor._Supervisor(any_, 1, [], "")
        watched._workers.append(WorkerProcess(process, any_, stop_by=0.0))
        began = time.monotonic()
        while time.monotonic() - began < 0.6:
            watched._watch()

        process.kill()

    assert len(caplog.messages) == 1
    assert "still busy" in caplog.messages[0]


@on_sqlite
def test_sighup_replaces_workers_which_serve_on_and_end_when_the_supervisor_is_killed(
    database_url: str, tmp_path: Path, port: int
) -> None:
    with serving(database_url, tmp_path, port, "--workers", "2") as server:
        server.until_serving()
        server.until(lambda: len(server.workers) == 2, "two workers")
        before = set(server.workers)

        server.process.send_signal(signal.SIGHUP)
        server.until(lambda: len(server.workers) == 3, "a replacement")
        server.process.send_signal(signal.SIGHUP)

        statuses = set()

        def all_are_new() -> bool:
            statuses.add(server.get("/issues").status_code)
            return len(server.workers) == 2 and not before & set(server.workers)

        server.until(all_are_new, "the replacements")
        assert statuses == {200}
        assert server.errors == ""
        workers = server.workers

        server.process.kill()

        server.until(lambda: not any(map(is_running, workers)), "their end")


@on_sqlite
def test_a_worker_that_cannot_start_again_ends_the_server_only_when_no_other_serves(
    database_url: str, tmp_path: Path, port: int
) -> None:
    with serving(database_url, tmp_path, port, "--workers", "2", changes=TELLING) as server:
        server.until(lambda: len(list(tmp_path.glob("ready-*"))) == 2, "two workers that serve")
        killed, other = server.workers
        at_revision(database_url, "9999")

        os.kill(killed, signal.SIGKILL)

        server.until(lambda: "Starting another in 1 seconds" in server.errors, "the refusal")
        assert "newer version" in server.errors
        assert other in server.workers
        assert {server.get("/issues").status_code for _ in range(5)} == {200}

        os.kill(other, signal.SIGKILL)

        server.until(lambda: server.process.poll() is not None, "the end")
        assert server.process.returncode == 1
        said = server.errors.splitlines()[-1]
        assert said.startswith("masthead: ")
        assert "newer version" in said
        assert "Traceback" not in server.errors


@on_sqlite
def test_a_worker_that_lacks_a_resource_says_so_and_is_started_again(
    database_url: str, tmp_path: Path, port: int
) -> None:
    changes = """
import errno, os, pathlib, sys
if "app.serving.worker" in " ".join(sys.orig_argv) and pathlib.Path("full").exists():
    import uvicorn
    def load(self):
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
    uvicorn.Config.load = load
"""
    with serving(database_url, tmp_path, port, changes=changes) as server:
        server.until_serving()
        (tmp_path / "full").touch()

        os.kill(server.workers[0], signal.SIGKILL)

        server.until(lambda: "Too many open files" in server.errors, "the failure")
        (tmp_path / "full").unlink()
        assert server.get("/issues").status_code == 200


@on_sqlite
@pytest.mark.parametrize("free", [0, 2], ids=["for its reports", "for the process"])
def test_a_process_that_the_system_does_not_let_start_is_started_later(
    database_url: str, tmp_path: Path, port: int, free: int
) -> None:
    with serving(database_url, tmp_path, port, "--workers", "2") as server:
        server.until_serving()
        server.until(lambda: len(server.workers) == 2, "two workers")
        killed, other = server.workers
        allowed = limit_descriptors(server.process.pid, free)

        os.kill(killed, signal.SIGKILL)

        said = "A worker could not be started: Too many open files. Starting another in {} seconds."
        server.until(lambda: said.format(2) in server.errors, "a pause")
        assert said.format(1) in server.errors
        assert server.workers == [other]
        assert server.get("/issues").status_code == 200
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, allowed)
        server.until(lambda: len(server.workers) == 2, "the second worker")
        assert "Traceback" not in server.errors


@on_sqlite
def test_workers_go_on_when_the_system_does_not_let_their_replacements_start(
    database_url: str, tmp_path: Path, port: int
) -> None:
    with serving(database_url, tmp_path, port) as server:
        server.until_serving()
        before = server.workers
        limit_descriptors(server.process.pid, 0)

        server.process.send_signal(signal.SIGHUP)

        server.until(lambda: "the old ones go on" in server.errors, "the failure")
        assert "Too many open files" in server.errors
        assert server.workers == before
        assert server.get("/issues").status_code == 200


@on_sqlite
def test_a_worker_without_file_descriptors_for_connections_says_so(
    database_url: str, tmp_path: Path, port: int
) -> None:
    with serving(database_url, tmp_path, port) as server:
        server.until_serving()
        (worker,) = server.workers
        allowed = limit_descriptors(worker, 0)

        server.until(lambda: "file descriptor" in server.errors, "the warning")
        assert "`ulimit -n`" in server.errors
        resource.prlimit(worker, resource.RLIMIT_NOFILE, allowed)
        assert server.get("/issues").status_code == 200
        assert server.errors.count("file descriptor") == 1


def limit_descriptors(process: int, free: int) -> tuple[int, int]:
    """Let a process open this number of further files; return the limits before."""
    highest = max(int(name) for name in os.listdir(f"/proc/{process}/fd"))
    soft, hard = resource.prlimit(process, resource.RLIMIT_NOFILE)
    resource.prlimit(process, resource.RLIMIT_NOFILE, (highest + 1 + free, hard))
    return soft, hard


@on_sqlite
def test_a_new_worker_that_cannot_start_leaves_the_old_ones(database_url: str, tmp_path: Path, port: int) -> None:
    with serving(database_url, tmp_path, port) as server:
        server.until_serving()
        before = server.workers
        at_revision(database_url, "9999")

        server.process.send_signal(signal.SIGHUP)

        server.until(lambda: "the old ones go on" in server.errors, "the refusal")
        assert "newer version" in server.errors
        assert server.workers == before
        assert server.get("/issues").status_code == 200


@on_sqlite
def test_workers_that_cannot_reach_the_database_are_started_again_with_pauses(
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


@on_sqlite
def test_a_folder_named_app_where_it_is_started_is_not_taken_for_the_server(
    database_url: str, tmp_path: Path, port: int
) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("raise SystemExit('the wrong app')")
    script = str(Path(sys.executable).with_name("masthead"))
    with serving(database_url, tmp_path, port, command=[script]) as server:
        server.until_serving()
        assert server.get("/issues").status_code == 200
