"""Problems: RFC 9457, each with a page that explains it."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from app import problems
from app.content.models import Issue
from app.db.engine import Database
from app.problems import Problem, all_problems
from app.web.body import LARGEST_FORM, LARGEST_JSON
from tests.api import Api
from tests.conftest import on_sqlite
from tests.disks import fill
from tests.factories import an_issue
from tests.web.expect import LISTS, OBJECTS, a_problem, an_item_id
from tests.web.wire import ask

SECRET = "the secret of the house"


class Broken(Database):
    """A database that fails unexpectedly."""

    @contextmanager
    def reading(self) -> Iterator[None]:  # type: ignore[override]
        raise RuntimeError(SECRET)
        yield

    writing = reading  # type: ignore[assignment]
    reading_connection = reading  # type: ignore[assignment]


@pytest.fixture
def broken(reading: Api) -> Api:
    reading.app.state.database = Broken("sqlite:///nowhere.db")
    return reading


UNREACHABLE = ("sqlite:////nowhere/at/all.db", "postgresql://127.0.0.1:1/masthead")


@pytest.fixture(params=UNREACHABLE)
def without_database(reading: Api, request: pytest.FixtureRequest) -> Iterator[Api]:
    """An application whose database has gone away."""
    gone = Database(request.param)
    reading.app.state.database = gone
    yield reading
    gone.close()


@on_sqlite
def test_every_kind_of_problem_has_a_page(api: Api, subtests: pytest.Subtests) -> None:
    kinds = list(all_problems())
    assert len(kinds) > 20
    for kind in kinds:
        with subtests.test(kind.code):
            page = api.get(f"/problems/{kind.code}")
            assert page.status_code == 200
            assert page.headers["content-type"] == "text/html; charset=utf-8"
            assert f"<h1>{kind.title}</h1>".replace("'", "&#x27;") in page.text
            assert str(kind.status) in page.text
            assert "`" not in page.text
            assert not re.search(r"https?://", page.text)
            assert kind.__doc__ != (kind.__bases__[0].__doc__ or "")


def test_the_kinds_of_problems_are_one_tree_as_it_is_drawn() -> None:
    def drawn(kind: type[Problem], before: str = "") -> Iterator[str]:
        children = kind.__subclasses__()
        for child in children:
            last = child is children[-1]
            status = f" {child.status}" if kind is Problem else ""
            yield f"{before}{'└' if last else '├'}── {child.__name__}{status}"
            yield from drawn(child, before + ("    " if last else "│   "))

    assert "\n".join(drawn(Problem)) in (problems.__doc__ or "")


def test_each_kind_of_problem_has_a_code_of_its_own_and_the_status_of_its_parent() -> None:
    kinds = list(all_problems())

    assert len({kind.code for kind in kinds}) == len(kinds)
    for kind in kinds:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.code)
        assert kind.__bases__[0] is Problem or kind.status == kind.__bases__[0].status


def test_no_problem_is_made_beside_the_tree() -> None:
    names = {kind.__name__ for kind in all_problems()}
    for file in Path(problems.__file__).parent.rglob("*.py"):
        source = file.read_text()
        for raised in re.findall(r"ProblemResponse\(\s*([A-Z]\w+)\(", source):
            assert raised in names, f"{file}: {raised}"
        assert "HTTPException(" not in source, f"{file} raises an error of the framework's"


def test_the_pages_say_what_the_server_really_reads() -> None:
    assert f"{LARGEST_JSON // 2**20} MiB of JSON" in (problems.TooLarge.__doc__ or "")
    assert f"{LARGEST_FORM // 2**10} KiB of a form" in (problems.TooLarge.__doc__ or "")


@on_sqlite
def test_the_usual_problems_are_reported_in_one_way(reading: Api) -> None:
    json = {"content-type": "application/json"}
    large = b" " * (LARGEST_JSON + 1)
    a_problem(reading, reading.get("/nothing"), 404, "not-found")
    a_problem(reading, reading.get("/issues/1"), 404, "not-found")
    a_problem(reading, reading.delete("/issues"), 405, "method-not-allowed")
    a_problem(reading, reading.get("/issues?limit=0"), 422, "invalid", "limit")
    a_problem(reading, reading.editor.post("/issues", content=b"{", headers=json), 400, "malformed-body")
    a_problem(reading, reading.editor.post("/issues", content=large, headers=json), 413, "too-large")
    a_problem(reading, reading.editor.post("/issues", content=b"<issue/>"), 415, "unsupported-media-type")
    a_problem(reading, reading.get("/drafts"), 401, "unauthenticated")
    a_problem(reading, reading.author.post("/issues/76/publish"), 403, "forbidden")
    unknown = {"if-match": '"v99"'}
    a_problem(reading, reading.editor.patch("/issues/75", json={"title": "T"}, headers=unknown), 412, "unknown-version")


@on_sqlite
def test_no_cache_keeps_a_problem(reading: Api, subtests: pytest.Subtests) -> None:
    for method, path in (
        ("GET", "/nothing"),
        ("GET", "/issues/1"),
        ("GET", "/issues?limit=0"),
        ("DELETE", "/issues"),
        ("GET", "/drafts"),
        ("GET", "/%00"),
    ):
        with subtests.test(path):
            answer = ask(reading, method, path)
            assert answer.headers["cache-control"] == "no-store"
            assert "etag" not in answer.headers


@on_sqlite
def test_a_failure_that_nobody_has_foreseen_is_a_problem_that_says_nothing_of_it(
    broken: Api, subtests: pytest.Subtests
) -> None:
    for method, path, caller in (
        *(("GET", path, {}) for path in (*OBJECTS, *LISTS, "/items/1")),
        ("GET", "/drafts", broken.author._headers),
        ("POST", "/issues/75/publish", broken.editor._headers),
        ("DELETE", "/items/1", broken.editor._headers),
    ):
        with subtests.test(path):
            answer = ask(broken, method, path, headers=caller)
            a_problem(broken, answer, 500, "unexpected")
            assert SECRET not in str(answer.headers) + answer.content.decode()
            assert "RuntimeError" not in answer.content.decode()
            assert answer.headers["cache-control"] == "no-store"


@on_sqlite
def test_a_failure_that_nobody_has_foreseen_is_left_to_the_servers_log(
    broken: Api, caplog: pytest.LogCaptureFixture
) -> None:
    raised = []

    async def call() -> None:
        try:
            await broken.app(_scope("/issues"), _nothing, _ignore)  # type: ignore[arg-type]
        except RuntimeError as error:
            raised.append(str(error))

    with caplog.at_level(logging.ERROR):
        broken.wait(call())
    assert raised == [SECRET] or SECRET in caplog.text


@on_sqlite
def test_a_page_of_another_origin_can_read_a_failure_too(broken: Api) -> None:
    answer = ask(broken, "GET", "/issues", headers={"origin": "https://reader.example"})

    assert answer.status_code == 500
    assert answer.headers.get("access-control-allow-origin") == "*"


@on_sqlite
def test_a_failure_of_a_head_has_no_body(broken: Api) -> None:
    answer = ask(broken, "HEAD", "/issues")

    assert (answer.status_code, answer.content) == (500, b"")


@on_sqlite
def test_a_database_that_does_not_respond_is_reported(without_database: Api, subtests: pytest.Subtests) -> None:
    api = without_database
    for method, path, caller in (
        *(("GET", path, {}) for path in (*OBJECTS, *LISTS, "/items/1", "/readyz")),
        ("GET", "/drafts", api.author._headers),
        ("GET", "/issues/75/draft", api.author._headers),
        ("POST", "/issues/75/publish", api.editor._headers),
        ("DELETE", "/items/1", api.editor._headers),
    ):
        with subtests.test(path):
            answer = ask(api, method, path, headers=caller)
            a_problem(api, answer, 503, "unavailable")
            assert answer.headers["retry-after"].isdigit()
            assert answer.headers["cache-control"] == "no-store"
            assert "/nowhere" not in answer.content.decode()
            assert "127.0.0.1" not in answer.content.decode()
    form = {"username": "author", "password": "a password"}
    a_problem(api, api.post("/auth/token", data=form), 503, "unavailable")
    a_problem(api, api.editor.post("/issues", json={"title": "T"}), 503, "unavailable")


@on_sqlite
def test_a_process_without_its_database_is_alive_and_explains_itself(without_database: Api) -> None:
    for path in ("/healthz", "/docs", "/openapi.json", "/problems/unavailable"):
        assert without_database.get(path).status_code == 200
    answer = without_database.get("/issues", headers={"origin": "https://reader.example"})
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_write_that_waits_too_long_for_another_gets_retry_after(
    database_url: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr("app.db.engine.LOCK_TIMEOUT", 100)
    api: Api = request.getfixturevalue("reading")
    with api.database.writing() as session:
        session.execute(select(Issue).where(Issue.number == 75).with_for_update()).all()
        answer = api.editor.patch("/issues/75", json={"title": "New"})
        problem = a_problem(api, answer, 503, "unavailable")
        assert "again" in problem["detail"]
        assert answer.headers["retry-after"].isdigit()
        assert api.get("/issues/75").json()["title"] == "Issue 75"
    assert api.editor.patch("/issues/75", json={"title": "New"}).status_code == 200


def test_a_write_on_a_full_disk_says_that_the_operator_must_free_space(
    reading: Api, caplog: pytest.LogCaptureFixture
) -> None:
    fill(reading.database, "issues")
    large = an_issue(77, intro="word " * 20_000)

    for answer in (
        reading.editor.post("/issues", json=large),
        reading.editor.patch("/issues/75", json={"intro": large["intro"]}),
    ):
        problem = a_problem(reading, answer, 503, "unavailable")
        assert "disk of the database is full" in problem["detail"]
        assert "Nothing was changed" in problem["detail"]
        assert int(answer.headers["retry-after"]) >= 60

    assert [message.partition(":")[0] for message in caplog.messages] == 2 * ["the disk of the database is full"]
    assert reading.get("/issues/75").json()["version"] == 1
    assert reading.editor.get("/issues/77/draft").status_code == 404


@on_sqlite
def test_a_process_is_ready_when_its_database_is(api: Api) -> None:
    for path in ("/healthz", "/readyz"):
        answer = api.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
        assert answer.headers["cache-control"] == "no-store"


@on_sqlite
def test_a_pointer_is_one_as_rfc_6901_has_it(reading: Api) -> None:
    answer = reading.editor.patch(f"/items/{an_item_id(reading)}", json={"extra": {"a/b~c": None}, "~/": 1})

    a_problem(reading, answer, 422, "invalid", "/extra/a~1b~0c", "/~0~1")


def _scope(path: str) -> dict[str, object]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "server": ("masthead.test", 80),
        "headers": [(b"host", b"masthead.test")],
    }


async def _nothing() -> dict[str, object]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _ignore(message: dict[str, object]) -> None:
    pass


def test_the_page_of_a_problem_explains_it(api: Api) -> None:
    page = api.get("/problems/section-needed").text

    assert "<code>section</code>" in page
    assert page.count("<code>") == page.count("</code>") >= 2
    assert "`" not in page
