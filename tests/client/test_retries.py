"""Retries."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256

import httpx
import pytest
from masthead_client import ConnectionFailed, Masthead, ServerError, TimedOut, TooManyAttempts
from sqlalchemy import delete

from app.auth.models import PasswordAttempts
from app.db.base import now
from app.db.engine import Database
from app.main import create_app
from app.settings import Settings
from tests.api import PASSWORD
from tests.client.conftest import running
from tests.factories import an_item

Answer = httpx.Response | Exception
Call = Callable[[Masthead], object]

ME = {"name": "ada", "role": "admin", "scopes": []}
FRONT = {"publication": {"title": "T", "description": "D", "author": "A", "language": "en"}, "links": {}}
TAG = {"slug": "a", "name": "A", "description": None, "aliases": [], "item_count": 0, "section_count": 0, "version": 1}
TAG |= {"updated_at": "2026-01-01T00:00:00Z"}
USER = {"name": "bob", "role": "author", "created_at": "2026-01-01T00:00:00Z", "disabled_at": None}

LOST = httpx.RemoteProtocolError("Server disconnected without sending a response.")
SLOW = httpx.ReadTimeout("The read operation timed out")
NOT_THERE = httpx.ConnectError("Connection refused")


def a_problem(status: int, **headers: str) -> httpx.Response:
    problem = {"title": "Not now", "status": status, "code": "not-now", "detail": "Later."}
    headers = {"content-type": "application/problem+json"} | {k.replace("_", "-"): v for k, v in headers.items()}
    return httpx.Response(status, json=problem, headers=headers)


def gone() -> httpx.Response:
    return httpx.Response(204)


class Server:
    """A fake server that gives the responses, one after the other."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def client(self, **options: int) -> Masthead:
        return Masthead("http://server.test", token="t", transport=httpx.MockTransport(self), **options)

    @property
    def keys(self) -> list[str | None]:
        return [request.headers.get("idempotency-key") for request in self.requests]


def create_tag(client: Masthead) -> object:
    return client.create_tag(name="A")


def change_tag(client: Masthead) -> object:
    return client.change_tag("a", name="B")


def delete_tag(client: Masthead) -> object:
    return client.delete_tag("a")


def create_user(client: Masthead) -> object:
    return client.create_user("bob", "author", "a password of his")


@pytest.mark.parametrize("lost", [LOST, SLOW, httpx.ReadError("reset"), httpx.Response(502), httpx.Response(504)])
def test_a_post_whose_response_was_lost_is_retried_with_the_same_key(lost: Answer, pauses: list[float]) -> None:
    server = Server(lost, lost, httpx.Response(201, json=TAG), httpx.Response(201, json=TAG))
    with server.client() as client:
        assert create_tag(client) == create_tag(client)

    first, second, third, other = server.keys
    assert first == second == third is not None
    assert other not in (None, first)
    assert len({request.content for request in server.requests}) == 1
    assert 0.1 <= pauses[0] <= 0.2 <= pauses[1] <= 0.4


@pytest.mark.parametrize("call", [change_tag, delete_tag, create_user])
@pytest.mark.parametrize("lost", [LOST, SLOW, httpx.Response(502), httpx.Response(503), httpx.Response(504)])
def test_a_write_that_is_not_idempotent_is_not_retried_when_its_response_was_lost(
    call: Call, lost: Answer, pauses: list[float]
) -> None:
    server = Server(lost)
    with server.client() as client, pytest.raises((ConnectionFailed, ServerError)):
        call(client)
    assert server.keys == [None]
    assert pauses == []


@pytest.mark.parametrize("lost", [LOST, SLOW, NOT_THERE, httpx.Response(502), a_problem(503)])
def test_reads_are_retried(lost: Answer) -> None:
    server = Server(lost, httpx.Response(200, json=FRONT), lost, httpx.Response(200, json=ME))
    with server.client() as client:
        assert client.front().publication.title == "T"
        assert client.me().name == "ada"
    assert [request.url.path for request in server.requests] == ["/", "/", "/auth/me", "/auth/me"]


@pytest.mark.parametrize(
    ("call", "answer"),
    [(change_tag, httpx.Response(200, json=TAG)), (delete_tag, gone()), (create_user, httpx.Response(201, json=USER))],
)
@pytest.mark.parametrize(
    "not_done", [NOT_THERE, httpx.ConnectTimeout(""), httpx.PoolTimeout(""), a_problem(503), a_problem(429)]
)
def test_any_request_that_was_not_processed_is_retried(call: Call, answer: httpx.Response, not_done: Answer) -> None:
    server = Server(not_done, answer)
    with server.client() as client:
        call(client)
    assert len(server.requests) == 2


def test_it_gives_up_after_the_given_number_of_retries(pauses: list[float]) -> None:
    for retries in (0, 1, 4):
        server = Server(*[SLOW] * (retries + 1))
        with server.client(retries=retries) as client, pytest.raises(TimedOut):
            client.front()
        assert server.answers == []
    assert len(pauses) == 0 + 1 + 4

    with pytest.raises(ValueError, match="0 or more"):
        Masthead("http://server.test", retries=-1)


def test_retry_after_in_seconds_is_respected(pauses: list[float]) -> None:
    server = Server(a_problem(503, retry_after="7"), a_problem(429, retry_after="0"), httpx.Response(200, json=TAG))
    with server.client() as client:
        change_tag(client)
    assert pauses == [7, 0]


def test_retry_after_may_be_a_date(pauses: list[float]) -> None:
    for seconds, zone in ((20, "GMT"), (-20, "GMT"), (20, "-0000")):
        until = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds)).replace("+0000", zone)
        server = Server(a_problem(503, retry_after=until), httpx.Response(200, json=FRONT))
        with server.client() as client:
            client.front()
    assert 15 < pauses[0] <= 20
    assert pauses[1] == 0
    assert 15 < pauses[2] <= 20


@pytest.mark.parametrize("said", ["31", "3600", "9" * 5000, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_long_retry_after_raises_the_error(said: str, pauses: list[float]) -> None:
    server = Server(a_problem(503, retry_after=said))
    with server.client() as client, pytest.raises(ServerError) as caught:
        client.front()
    assert caught.value.headers["retry-after"] == said
    assert pauses == []


@pytest.mark.parametrize(
    "said", ["", "soon", "-1", "1.5", "²", "Mon, 99 Foo 2026", "Mon, 1 Jan 2026 00:00:00 +99999999999"]
)
def test_an_invalid_retry_after_is_ignored(said: str, pauses: list[float]) -> None:
    answer = a_problem(503)
    answer.headers = httpx.Headers({**answer.headers, "retry-after": said.encode()}, encoding="utf-8")
    server = Server(answer, httpx.Response(200, json=FRONT))
    with server.client() as client:
        client.front()
    assert len(pauses) == 1
    assert 0.1 <= pauses[0] <= 0.2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 422, 428, 500])
def test_permanent_errors_are_not_retried(status: int, pauses: list[float]) -> None:
    server = Server(a_problem(status), a_problem(status))
    with server.client() as client:
        for call in (Masthead.front, create_tag):
            with pytest.raises(Exception, match="not-now"):
                call(client)
    assert len(server.requests) == 2
    assert pauses == []


def test_an_invalid_request_is_not_retried() -> None:
    server = Server(httpx.LocalProtocolError("Illegal header value"))
    with server.client() as client, pytest.raises(ConnectionFailed):
        client.front()


def test_too_many_failed_sign_ins_are_retried_after_the_wait(
    server: str, database: Database, pauses: list[float]
) -> None:
    with database.writing() as session:
        account = f"account:{sha256(b'author').hexdigest()}"
        session.add(PasswordAttempts(subject=account, number=14, last_at=now()))

    with Masthead(server, username="author", password=PASSWORD) as client:
        with pytest.raises(TooManyAttempts) as caught:
            client.me()
        assert caught.value.code == "too-many-attempts"
        assert len(pauses) == 2
        assert 0 < float(caught.value.headers["retry-after"]) <= pauses[0] <= 16

        with database.writing() as session:
            session.execute(delete(PasswordAttempts))
        assert client.me().name == "author"


class LosingAnswers(httpx.HTTPTransport):
    """Loses the first response to each request, after the server has processed it."""

    def __init__(self) -> None:
        super().__init__()
        self.lost: set[tuple[str, str, str | None]] = set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        which = request.method, request.url.path, request.headers.get("idempotency-key")
        if which in self.lost:
            return answer
        answer.read()
        self.lost.add(which)
        raise httpx.ReadError("The connection broke.", request=request)


def test_nothing_is_created_twice_when_every_response_is_lost_once(settings: Settings, database: Database) -> None:
    app = create_app(settings)
    with (
        running(app) as address,
        Masthead(address, token=app.state.tokens.issue(2, 2), transport=LosingAnswers()) as client,
    ):
        made = client.create_issue(title="Once", sections=[{"title": "Research"}])
        item = client.add_item(made.number, an_item("Once"), section="research", if_match=made)
        client.collect_item(an_item("Once"))
        assert client.collect_items([an_item("Twice"), an_item("Twice")]).made == 2
        published = client.publish(made.number, if_match=client.draft(made.number))

        assert [issue.number for issue in client.issues()] == [made.number] == [1]
        assert [each.id for each in published.all_items()] == [item.id]
        assert [each.title for each in client.inbox()] == ["Twice", "Twice", "Once"]
        assert published.version == 3
