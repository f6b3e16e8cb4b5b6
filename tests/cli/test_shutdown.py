"""A server that is told to stop ends in time, whatever runs."""

import os
import signal
import socket
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psycopg
import pytest

from app.auth import api_keys
from app.db.engine import Database
from tests.cli.servers import MODULE, Server, serving
from tests.conftest import on_sqlite
from tests.factories import an_issue
from tests.processes import is_running, on_linux
from tests.waiting import PATIENCE

pytestmark = on_linux

GRACE, END = 1, 5
CHANGES = f"""
import app.serving.worker_process
app.serving.worker_process.GRACE, app.serving.worker_process.END = {GRACE}, {END}
"""
HANGING = """
import re, subprocess, sys, time
from pathlib import Path
if "app.serving.worker" in " ".join(sys.orig_argv):
    from app.main import ROUTES

    def began(name):
        Path(f"began-{name}").touch()

    @ROUTES.get("/hang/loop")
    def loop():
        began("loop")
        while True:
            pass

    @ROUTES.get("/hang/event-loop")
    async def event_loop():
        began("event-loop")
        while True:
            pass

    @ROUTES.get("/hang/native")
    def native():
        began("native")
        re.match("(a*)*b", "a" * 40)  # does not let other threads run

    @ROUTES.get("/hang/child")
    def child():
        process = subprocess.Popen(["sleep", "1000"])
        Path("child").write_text(str(process.pid))
        began("child")
        process.wait()

    @ROUTES.get("/slow")
    def slow():
        began("slow")
        time.sleep(0.5)
        return "done"
"""


@pytest.fixture
def workers() -> int:
    return 1


@pytest.fixture
def server(workers: int, database_url: str, tmp_path: Path, port: int) -> Iterator[Server]:
    with serving(database_url, tmp_path, port, "--workers", str(workers), changes=CHANGES + HANGING) as server:
        server.until_serving()
        yield server


def in_background(server: Server, path: str) -> None:
    def get() -> None:
        with suppress(httpx.HTTPError):
            server.get(path)

    threading.Thread(target=get, daemon=True).start()


def ended_in_time(server: Server, number: int = signal.SIGTERM) -> bool:
    workers = server.workers
    assert workers
    seconds = server.stop(number)
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)
    assert server.process.returncode == 0
    return seconds < END


@on_sqlite
def test_it_ends_while_requests_run_in_threads_that_do_not(server: Server, tmp_path: Path) -> None:
    for hang in ("loop", "child"):
        in_background(server, f"/hang/{hang}")
        server.until((tmp_path / f"began-{hang}").exists, "the request")

    assert ended_in_time(server)

    for hang in ("loop", "child"):
        assert f"cut off after {GRACE} seconds: GET /hang/{hang}" in server.errors
    child = int((tmp_path / "child").read_text())
    server.until(lambda: not is_running(child), "the end of the child")


@on_sqlite
@pytest.mark.parametrize(("hang", "workers"), [("event-loop", 1), ("event-loop", 2), ("native", 1)])
def test_it_ends_while_a_request_holds_the_whole_process(server: Server, tmp_path: Path, hang: str) -> None:
    in_background(server, f"/hang/{hang}")
    server.until((tmp_path / f"began-{hang}").exists, "the request")

    assert ended_in_time(server)

    assert f"was still busy {END - 2} seconds after it was told to stop" in server.errors
    assert "sitecustomize.py" in server.errors, "the log shows where the thread was"


@on_sqlite
@pytest.mark.parametrize("workers", [2])
def test_it_ends_while_a_process_is_suspended(server: Server, workers: int) -> None:
    server.until(lambda: len(server.workers) == workers, "the workers")
    os.kill(server.workers[0], signal.SIGSTOP)

    assert ended_in_time(server)

    assert server.errors.count("was still busy") == 1


@on_sqlite
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_requests_that_run_are_answered(server: Server, tmp_path: Path, number: int) -> None:
    answers: list[httpx.Response] = []
    thread = threading.Thread(target=lambda: answers.append(server.get("/slow")))
    thread.start()
    server.until((tmp_path / "began-slow").exists, "the request")

    assert ended_in_time(server, number)

    thread.join()
    assert answers[0].json() == "done"
    assert server.errors == ""


@on_sqlite
def test_it_ends_with_the_terminal_that_it_was_started_in(database_url: str, tmp_path: Path, port: int) -> None:
    terminal, its_end = os.openpty()
    in_terminal = (
        "import fcntl, os, sys, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
        "os.execv(sys.argv[1], sys.argv[1:])"
    )
    command = [sys.executable, "-c", in_terminal, *MODULE]
    with serving(database_url, tmp_path, port, command=command, stdin=its_end) as server:
        os.close(its_end)
        server.until_serving()

        os.close(terminal)

        server.until(lambda: server.process.poll() is not None, "the end")
        assert server.process.returncode == 0
        assert server.errors == ""


@on_sqlite
@pytest.mark.parametrize("workers", [2])
def test_no_worker_is_started_again_when_all_processes_are_told_to_stop_together(server: Server, workers: int) -> None:
    """As systemd does, which may come to the supervisor last."""
    server.until(lambda: len(server.workers) == workers, "the workers")
    pids = server.workers
    server.process.send_signal(signal.SIGSTOP)
    for pid in [*pids, server.process.pid]:
        os.kill(pid, signal.SIGTERM)
    server.until(lambda: not any(is_running(pid) for pid in pids), "the end of the workers")

    server.process.send_signal(signal.SIGCONT)

    server.process.wait(PATIENCE)
    assert server.process.returncode == 0
    assert server.errors == ""


@on_sqlite
def test_it_ends_while_clients_keep_connections_and_dawdle(server: Server) -> None:
    idle, half, slow_body, slow_reader = (socket.create_connection(("127.0.0.1", server.port)) for _ in range(4))
    idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    assert idle.recv(15) == b"HTTP/1.1 200 OK"
    half.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n")
    slow_body.sendall(b"POST /auth/logout HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n")
    slow_body.sendall(b"Content-Length: 1000\r\n\r\n{")
    slow_reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    slow_reader.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 200)

    assert ended_in_time(server)

    assert "cut off after 1 seconds: POST /auth/logout" in server.errors
    assert "Traceback" not in server.errors
    for each in (idle, half, slow_body, slow_reader):
        each.close()


def test_it_ends_while_writers_wait_for_a_lock_and_keeps_what_it_acknowledged(
    server: Server, database: Database
) -> None:
    with database.writing() as session:
        _, key = api_keys.add(session, "writer", ["content:read", "content:write"], None, "the operator")
    write = httpx.Client(base_url=server.url, headers={"authorization": f"Bearer {key}"}, timeout=60)
    assert write.post("/issues", json=an_issue(1)).status_code == 201

    with locked(database):
        thread = threading.Thread(target=lambda: quietly(write, an_issue(2)), daemon=True)
        thread.start()
        server.until(lambda: thread.is_alive() and server.get("/healthz").is_success, "the write")
        assert ended_in_time(server)

    assert "cut off after 1 seconds: POST /issues" in server.errors
    with database.reading() as session:
        assert session.connection().exec_driver_sql("SELECT number FROM issues").all() == [(1,)]


def quietly(client: httpx.Client, issue: object) -> None:
    with suppress(httpx.HTTPError):
        client.post("/issues", json=issue)


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Hold the lock that writers need, as another process would."""
    if database.file is not None:
        holder = sqlite3.connect(database.file, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
    else:
        url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        holder = psycopg.connect(url)  # type: ignore[assignment]
        holder.execute("LOCK TABLE issues IN EXCLUSIVE MODE")
    yield
    holder.rollback()
    holder.close()
