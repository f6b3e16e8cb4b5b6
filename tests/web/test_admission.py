"""Who may write, and when: decided from the head of a request, and without making readers wait."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
import pytest
from anyio import CapacityLimiter
from sqlalchemy import text

from app.db.base import Base
from app.db.engine import CONNECTIONS, Database
from app.web import admission
from app.web.admission import OTHER_READERS, SIGN_INS, WRITERS
from app.web.body import LARGEST_UNAUTHENTICATED, MOST_SEPARATORS
from tests.api import PASSWORD, Api
from tests.conftest import on_postgresql
from tests.factories import an_issue, an_item
from tests.web.expect import a_problem, write_routes
from tests.web.wire import Answer, ask, call, in_chunks

Result = TypeVar("Result")

JSON = {"content-type": "application/json"}


@contextmanager
def another_writer(database: Database) -> Iterator[None]:
    """A transaction of another process, which writes and takes its time."""
    other = Database(database.url.render_as_string(hide_password=False))
    with other.writing() as session:
        if other.dialect == "postgresql":
            # It lets others read, and makes all who write wait.
            session.execute(text(f"LOCK TABLE {', '.join(Base.metadata.tables)} IN EXCLUSIVE MODE"))
        session.connection()
        yield
    other.close()


@contextmanager
def waiting(api: Api, *calls: Callable[[], Result]) -> Iterator[list[Future[Result]]]:
    """Calls that wait while another process writes: some in the database, and those that are not admitted yet. They go
    on when the block ends."""
    with ThreadPoolExecutor(len(calls)) as threads, another_writer(api.database):
        pending = [threads.submit(call) for call in calls]
        writers = api.app.state.places.writers
        while writers.available_tokens > 0 or writers.statistics().tasks_waiting < len(calls) - WRITERS:
            assert not any(each.done() for each in pending), [each.result() for each in pending if each.done()]
        yield pending


def writes_of_all_kinds(api: Api) -> list[Callable[[], httpx.Response]]:
    return [
        *[lambda: api.author.post("/items", json=an_item())] * 6,
        lambda: api.editor.patch("/issues/75", json={"title": "New"}),
        lambda: api.editor.put("/issues/90", json=an_issue(90)),
        lambda: api.editor.post("/issues", json=an_issue(91, published=True)),
        lambda: api.editor.post("/issues/75/items", json=an_item(section="research")),
        lambda: api.editor.patch("/tags/research", json={"name": "Papers and results"}),
    ]


def test_readers_do_not_wait_for_writers(reading: Api) -> None:
    item = reading.get("/items?limit=1").json()["data"][0]["id"]
    with ThreadPoolExecutor(8) as readers, waiting(reading, *writes_of_all_kinds(reading)) as pending:
        for path in (
            *("/readyz", "/healthz", "/", "/issues/75", "/issues", "/items", f"/items/{item}", "/search?q=paper"),
            *("/tags", "/tags/research/items", "/sections/research/items", "/issues/latest"),
        ):
            answers = list(readers.map(lambda _, path=path: reading.get(path), range(8)))
            assert {answer.status_code for answer in answers} <= {200, 307}, path
        assert reading.author.get("/issues/75/draft").status_code == 200
        assert reading.author.get("/inbox").json()["data"] == []
        assert not any(each.done() for each in pending)
    assert {each.result().status_code // 100 for each in pending} == {2}
    assert len(reading.author.get("/inbox").json()["data"]) == 6


def held(limiter: CapacityLimiter) -> None:
    """Take all places of a limiter."""
    for place in range(int(limiter.total_tokens)):
        limiter.acquire_on_behalf_of_nowait(place)


def test_public_reads_do_not_wait_for_searches_and_authors(
    reading: Api, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests
) -> None:
    monkeypatch.setattr(admission, "LONGEST_WAIT", 0.05)
    held(reading.app.state.places.other_readers)

    for path in ("/", "/issues/75", "/issues", "/items", "/tags", "/sections", "/readyz", "/healthz"):
        with subtests.test(path):
            assert reading.get(path).status_code == 200
    for path in ("/search?q=paper", "/drafts", "/issues/75/draft", "/inbox", "/auth/me"):
        with subtests.test(path):
            a_problem(reading, reading.author.get(path), 503, "unavailable")
    # Who calls is looked up before anything else, and could take as long.
    a_problem(reading, reading.author.post("/items", json=an_item()), 503, "unavailable")


def test_a_read_has_no_place_while_its_body_arrives(reading: Api) -> None:
    """No route of a read takes a body; but one that never ends would keep others out."""
    places, taken = reading.app.state.places.other_readers, []

    def receive() -> dict[str, Any]:
        taken.append(places.borrowed_tokens)
        return {"type": "http.request", "body": b"", "more_body": False}

    assert call(reading, "GET", "/drafts", reading.author._headers, receive).status_code == 200
    assert taken
    assert set(taken) == {0}


@on_postgresql
@pytest.mark.parametrize(
    ("table", "method", "path"),
    [("search_entries", "GET", "/search?q=paper"), ("issues", "GET", "/drafts"), ("sign_ins", "POST", "/items")],
)
def test_public_reads_and_readiness_do_not_wait_for_a_locked_table(
    reading: Api, table: str, method: str, path: str
) -> None:
    """As VACUUM FULL locks it."""
    calls = CONNECTIONS + 8
    limiter = reading.app.state.places.other_readers
    with ThreadPoolExecutor(calls) as threads, reading.database.engine.connect() as other:
        other.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
        body = an_item() if method == "POST" else None
        pending = [threads.submit(reading.author.request, method, path, json=body) for _ in range(calls)]
        while limiter.statistics().tasks_waiting < calls - OTHER_READERS:
            assert not any(each.done() for each in pending)

        assert reading.get("/issues/75").status_code == 200
        assert reading.get("/readyz").status_code == 200

        assert not any(each.done() for each in pending)
        other.rollback()
    assert {each.result().status_code // 100 for each in pending} == {2}


def test_those_who_sign_in_and_those_who_write_do_not_wait_for_each_other(reading: Api) -> None:
    sign_in = {"username": "author", "password": PASSWORD}
    passwords, writers = reading.app.state.places.sign_ins, reading.app.state.places.writers
    with ThreadPoolExecutor(8) as threads, another_writer(reading.database):
        pending = [threads.submit(reading.post, "/auth/token", data=sign_in) for _ in range(8)]
        while passwords.statistics().tasks_waiting < 8 - SIGN_INS:
            assert not any(each.done() for each in pending)
        assert writers.borrowed_tokens <= 1  # a periodic task
        assert reading.get("/issues/75").status_code == 200
    assert {each.result().status_code for each in pending} == {200}


def test_who_is_not_admitted_in_time_is_told_to_try_again(reading: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "LONGEST_WAIT", 0.1)
    with waiting(reading, *[lambda: reading.author.post("/items", json=an_item("Admitted"))] * WRITERS) as admitted:
        for write in writes_of_all_kinds(reading):
            answer = write()
            a_problem(reading, answer, 503, "unavailable")
            assert answer.headers["retry-after"].isdigit()
    assert [each.result().status_code for each in admitted] == [201] * WRITERS
    titles = [item["title"] for item in reading.author.get("/inbox").json()["data"]]
    assert titles == ["Admitted"] * WRITERS
    assert reading.author.post("/items", json=an_item()).status_code == 201


def test_a_write_whose_client_has_left_before_its_turn_is_not_executed(reading: Api) -> None:
    body = json.dumps(an_item("Left")).encode()

    def leave() -> None:
        messages = iter([{"type": "http.request", "body": body, "more_body": False}])
        left: dict[str, Any] = {"type": "http.disconnect"}
        answer = call(reading, "POST", "/items", {**reading.author._headers, **JSON}, lambda: next(messages, left))
        assert (answer.status_code, answer.content) == (0, b"")

    def stay() -> None:
        assert reading.author.post("/items", json=an_item("Stayed")).status_code == 201

    with ThreadPoolExecutor(1) as thread, waiting(reading, *[stay] * WRITERS) as pending:
        left = thread.submit(leave)
        while not reading.app.state.places.writers.statistics().tasks_waiting:
            assert not left.done()
    left.result()
    assert [each.exception() for each in pending] == [None] * WRITERS
    titles = {item["title"] for item in reading.author.get("/inbox").json()["data"]}
    assert titles == {"Stayed"}


def test_nothing_of_a_body_is_read_before_it_is_known_who_sends_it(api: Api, subtests: pytest.Subtests) -> None:
    def unread() -> dict[str, Any]:
        raise AssertionError("the body was read")

    for method, path in write_routes(api):
        with subtests.test(method=method, path=path):
            answer = call(api, method, path, JSON, unread)
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
            wrong = {**JSON, "authorization": "Bearer mh_nothing"}
            assert call(api, method, path, wrong, unread).status_code == 401
            if path.startswith(("/users", "/api-keys", "/tags", "/publication")):
                answer = call(api, method, path, {**JSON, **api.author._headers}, unread)
                assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_what_anybody_may_send_is_short(api: Api) -> None:
    long = "x" * LARGEST_UNAUTHENTICATED
    for path in ("/auth/refresh", "/auth/logout"):
        a_problem(api, api.post(path, json={"refresh_token": long}), 413, "too-large")
    a_problem(api, api.post("/auth/token", data={"username": "a", "password": long}), 413, "too-large")


def test_a_body_of_very_many_values_is_refused_before_it_is_parsed(api: Api, subtests: pytest.Subtests) -> None:
    half = MOST_SEPARATORS // 2 + 1
    for name, body in (
        ("lists", b"[" + b"[]," * half + b"[]]"),
        ("objects", b"[" + b"{}," * half + b"{}]"),
        ("numbers", b"[" + b"0," * 2 * half + b"0]"),
        ("texts", b'{"title":["' + b'","' * 2 * half + b'"]}'),
        ("members", b"{" + b'"":0,' * half + b'"":0}'),
        ("not even JSON", b"," * 2 * half),
    ):
        with subtests.test(body=name):
            problem = a_problem(api, api.editor.post("/issues", content=body, headers=JSON), 413, "too-large")
            assert f"{MOST_SEPARATORS:,}" in problem["detail"]
    assert api.author.get("/drafts").json()["data"] == []


def test_a_long_body_is_validated_like_a_short_one(api: Api) -> None:
    """A long one is parsed and validated in another thread."""
    words = "word, " * 10_000
    created = api.editor.post("/issues", json=an_issue(75, intro=words))
    assert (created.status_code, created.json()["intro"]) == (201, words)
    for issue, pointers in (
        ({"title": 5, "intro": words}, ["/title"]),
        (
            {"intro": words, "sections": [{"items": [{"url": 1}]}], "foo": 1},
            ["/title", "/sections/0/items/0/url", "/foo"],
        ),
        ([words], [""]),
        (words, [""]),
    ):
        a_problem(api, api.editor.post("/issues", json=issue), 422, "invalid", *pointers)
    answer: Answer | httpx.Response = api.editor.post("/issues", content=f'{{"intro": "{words}"', headers=JSON)
    a_problem(api, answer, 400, "malformed-body")
    replaced = api.editor.put("/issues/75", json=created.json())
    assert (replaced.status_code, replaced.headers["etag"]) == (200, created.headers["etag"])


def test_large_bodies_wait_for_one_another_before_they_are_read(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """So their memory has a bound. Small ones do not wait for them."""
    monkeypatch.setattr(admission, "LONGEST_WAIT", 0.1)
    large, small = an_issue(intro="word " * 19_000, outro="word " * 19_000), an_issue(intro="word " * 1_000)
    places = api.app.state.places.large_bodies
    places.total_tokens = 0
    for method, path in (("POST", "/issues"), ("PUT", "/issues/9")):
        a_problem(api, api.author.request(method, path, json=large), 503, "unavailable")
    answer = api.author.post(
        "/import", content=b"# A\n\n" + b"word " * 30_000, headers={"content-type": "text/markdown"}
    )
    a_problem(api, answer, 503, "unavailable")
    assert api.author.post("/issues", json=small).status_code == 201
    places.total_tokens = 1
    assert api.author.post("/issues", json=large).status_code == 201
    assert places.borrowed_tokens == 0


def test_a_body_that_is_refused_or_short_takes_no_place(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise strangers could take all places, and an answer that is known already would have to wait."""
    monkeypatch.setattr(admission, "LONGEST_WAIT", 0.1)
    api.app.state.places.large_bodies.total_tokens = 0

    for path in ("/auth/logout", "/auth/refresh"):
        body = json.dumps({"refresh_token": "x"}).encode()
        answer = api.post(path, content=in_chunks(body), headers=JSON)
        assert answer.status_code in (204, 401)
    for path in ("/issues", "/import"):
        for digits in ("5242881", "9" * 10, "9" * 20, "9" * 5_000, "0" * 5_000 + "9" * 20):
            headers = {**api.editor._headers, **JSON, "content-length": digits}
            a_problem(api, ask(api, "POST", path, headers=headers, body=iter(never_read, None)), 413, "too-large")
        for digits in ("100000", "0" * 5_000 + "2"):
            headers = {**api.editor._headers, **JSON, "content-length": digits}
            assert ask(api, "POST", path, headers=headers, body=[b"{}"]).status_code in (415, 422)


def never_read() -> bytes:
    raise AssertionError("the body is read")
