"""Hostile and slow imports on a server: what they may take, and what they leave to the others."""

import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from app.importing import file_readers as module
from app.importing.file_readers import FileReaders
from app.main import create_app
from app.newsletters.files import File
from app.settings import Settings
from app.web import admission
from tests.api import Api
from tests.conftest import on_sqlite
from tests.importing.test_import_route import imported, letter, send
from tests.newsletters.sandbox.test_protocol import hostile_reader
from tests.newsletters.sandbox.test_reader import LARGE, SLOW
from tests.processes import is_running, on_linux
from tests.waiting import until

HTML = {"content-type": "text/html"}


def readers_of(api: Api) -> FileReaders:
    readers: FileReaders = api.app.state.file_readers
    return readers


def pids(api: Api) -> list[int]:
    readers = readers_of(api)
    return [reader._process.pid for reader in (*readers._idle, *readers._busy) if reader._process]


@pytest.fixture
def busy(api: Api) -> Iterator[list[Future[httpx.Response]]]:
    """Two slow imports, which take all places."""
    with ThreadPoolExecutor(2) as threads:
        sent = [threads.submit(api.author.post, "/import", content=SLOW, headers=HTML) for _ in range(2)]
        until(lambda: len(pids(api)) == 2)
        yield sent
        for reader in list(readers_of(api)._busy):
            reader.kill()


@on_sqlite
def test_what_takes_too_long_is_named_and_the_server_lives_on(api: Api) -> None:
    readers_of(api).limits = replace(module.LIMITS, seconds=1)
    files: list[Any] = [
        ("file", ("7.md", letter(7), "text/markdown")),
        ("file", ("slow.html", SLOW, "text/html")),
        ("file", ("8.md", letter(8), "text/markdown")),
    ]

    answer = api.author.post("/import", files=files)

    assert imported(answer) == [(7, "created")]
    (failed,) = answer.json()["failed"]
    assert (failed["name"], failed["skipped"]) == ("slow.html", False)
    assert failed["reason"].startswith("it took more than 1 seconds of computing to read: split it")
    assert "What comes after it in this request was not read" in failed["reason"]
    assert imported(send(api.author, letter(8))) == [(8, "created")]


@on_sqlite
@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ({"memory": 220_000_000}, "memory to read"),
        ({"deadline": 1.0}, "more than 1 seconds to read"),
        ({"total": 100}, "what was read has more than 0 MB"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_each_limit_is_reported(api: Api, limit: dict[str, Any], said: str) -> None:
    readers_of(api).limits = replace(module.LIMITS, **limit)
    content = {"memory": LARGE, "deadline": SLOW}.get(next(iter(limit)), letter().encode())

    answer = api.author.post("/import", files=[("file", ("a.html" if content is SLOW else "a.md", content))])

    assert imported(answer) == []
    (failed,) = answer.json()["failed"]
    assert said in failed["reason"]


def test_others_are_served_meanwhile(api: Api, busy: list[Future[httpx.Response]]) -> None:
    assert api.get("/issues").status_code == 200
    assert api.author.post("/issues", json={"title": "Meanwhile"}).status_code == 201
    assert not [each for each in busy if each.done()]


def test_an_import_holds_no_connection_and_no_place_of_a_writer_while_it_is_read(
    api: Api, busy: list[Future[httpx.Response]]
) -> None:
    assert api.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert api.app.state.places.writers.borrowed_tokens == 0
    assert len(busy) == 2


@on_sqlite
def test_further_imports_wait_for_a_bounded_time(
    api: Api, busy: list[Future[httpx.Response]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "LONGEST_WAIT", 0.05)

    answer = send(api.author)

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert "Nothing was changed" in answer.json()["detail"]
    assert not [each for each in busy if each.done()]


def test_ten_at_a_time_are_read_one_after_the_other(api: Api) -> None:
    calls = [lambda number=number: send(api.author, letter(number)) for number in range(1, 11)]

    assert sorted(imported(answer)[0] for answer in api.together(*calls)) == [(n, "created") for n in range(1, 11)]
    assert len(pids(api)) <= 2


@on_sqlite
def test_a_process_is_kept_for_the_next_import(api: Api) -> None:
    send(api.author)
    (first,) = pids(api)
    send(api.author, letter(8))

    assert pids(api) == [first]


@on_sqlite
def test_one_that_has_died_is_replaced(api: Api) -> None:
    send(api.author)
    (idle,) = readers_of(api)._idle
    assert idle._process
    idle._process.kill()
    idle._process.wait()

    assert imported(send(api.author, letter(8))) == [(8, "created")]


@on_sqlite
def test_one_that_has_grown_is_not_kept(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_UP_TO", 1_000_000)
    send(api.author)

    assert pids(api) == []


@on_linux
@on_sqlite
def test_a_client_that_leaves_ends_its_process(api: Api) -> None:
    left = threading.Event()
    sent: list[Any] = []

    async def call() -> None:
        body = [{"type": "http.request", "body": SLOW, "more_body": False}]

        async def receive() -> Any:
            if body:
                return body.pop()
            while not left.is_set():
                await module.anyio.sleep(0.01)
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        bearer = api.author._headers["authorization"].encode()
        headers = [(b"host", b"a"), (b"content-type", b"text/html"), (b"authorization", bearer)]
        scope = {"type": "http", "http_version": "1.1", "method": "POST", "path": "/import", "raw_path": b"/import"}
        rest = {"query_string": b"", "headers": headers, "scheme": "http", "server": ("a", 80), "client": ("b", 1)}
        await api.app({**scope, **rest, "root_path": "", "state": {}}, receive, send)

    with ThreadPoolExecutor(1) as threads:
        ended = threads.submit(api.wait, call())
        until(lambda: pids(api))
        (pid,) = pids(api)
        left.set()
        ended.result(30)
    assert not is_running(pid)
    assert pids(api) == []
    assert sent == []
    assert imported(send(api.author)) == [(7, "created")]


@on_linux
@on_sqlite
def test_a_server_that_ends_ends_its_processes(settings: Settings) -> None:
    with Api(create_app(settings)) as api:
        send(api.author)
        running = pids(api)
        assert [is_running(pid) for pid in running] == [True]
    assert [is_running(pid) for pid in running] == [False]


def test_no_process_is_waited_for_in_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting: list[int] = []
    wait = subprocess.Popen.wait

    def noted(process: Any, *given: Any, **options: Any) -> int:
        waiting.append(threading.get_ident())
        return wait(process, *given, **options)

    monkeypatch.setattr(subprocess.Popen, "wait", noted)

    async def use() -> None:
        readers = FileReaders()
        small = [File("a.md", letter().encode())]
        with anyio.move_on_after(0.1) as cancelled:
            await readers.read([File("slow.html", SLOW)])
        assert cancelled.cancelled_caught
        monkeypatch.setattr(module, "KEPT_UP_TO", 0)
        await readers.read(small)
        monkeypatch.setattr(module, "KEPT_UP_TO", 150_000_000)
        await readers.read(small)
        (idle,) = readers._idle
        process = idle._process
        assert process is not None
        process.kill()
        while process.poll() is None:
            await anyio.sleep(0.01)
        await readers.read(small)
        await readers.close()
        assert not readers._idle

    anyio.run(use)

    assert len(waiting) >= 4
    assert threading.get_ident() not in waiting


@on_sqlite
def test_what_a_reader_sends_that_is_not_an_issue_is_an_error_of_the_import(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = hostile_reader(tmp_path, monkeypatch)

    answer = send(api.author)

    assert imported(answer) == [(7, "created")]
    (failed,) = answer.json()["failed"]
    assert "sent something other than an issue" in failed["reason"]
    assert not failed["skipped"]
    assert not made.exists()
