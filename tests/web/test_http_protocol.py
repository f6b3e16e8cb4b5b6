"""What comes over the wire, as bytes: a real server with the protocol that `masthead serve` uses."""

import asyncio
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.main import create_app
from app.web import http_protocol, unread
from tests.client.conftest import Announcing
from tests.conftest import settings_for
from tests.web.wire import Wire

KIB = 1024
HOST = b"Host: masthead.test\r\n"
GET = b"GET /healthz HTTP/1.1\r\n" + HOST


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> FastAPI:
    file = tmp_path_factory.mktemp("wire") / "masthead.db"
    file.write_bytes(sqlite_template.read_bytes())
    return create_app(settings_for(f"sqlite:///{file}"))


@pytest.fixture(scope="module")
def scopes() -> list[Any]:
    """What the application was called with."""
    return []


TURN = threading.Event()
"""What `POST /in-turn` waits for before it reads its body."""


LARGE = 32 * KIB * KIB
"""Bytes of `GET /large`: more than what the operating system keeps of a response that nobody reads."""
SENT = threading.Event()
"""Set when `GET /large` has been sent, or cannot be sent."""


async def send_large(scope: Any, send: Any) -> None:
    pieces = 1 if scope["query_string"] == b"at-once" else 32
    headers = [(b"content-length", b"%d" % LARGE)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for left in reversed(range(pieces)):
        await send({"type": "http.response.body", "body": b"a" * (LARGE // pieces), "more_body": left > 0})
    SENT.set()


@pytest.fixture(scope="module")
def port(app: FastAPI, scopes: list[Any]) -> Iterator[int]:
    async def recording(scope: Any, receive: Any, send: Any) -> None:
        scopes.append(scope)
        if scope.get("path") == "/in-turn":
            await asyncio.to_thread(TURN.wait, 30)
        if scope.get("path") == "/large":
            await send_large(scope, send)
            return
        await app(scope, receive, send)

    config = uvicorn.Config(recording, http="app.web.http_protocol:BoundedHttp", log_config=None)
    server = Announcing(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        assert server.ready.wait(30)
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(30)


@pytest.fixture
def wire(port: int) -> Iterator[Wire]:
    wire = Wire(port)
    yield wire
    wire.socket.close()


@pytest.fixture
def another(port: int) -> Iterator[Wire]:
    wire = Wire(port)
    yield wire
    wire.socket.close()


def test_a_connection_takes_one_request_after_the_other(wire: Wire) -> None:
    for _ in range(3):
        assert wire.send(GET, b"\r\n").answer().status_code == 200


def test_requests_may_be_sent_together(wire: Wire) -> None:
    wire.send((GET + b"\r\n") * 5)

    assert [wire.answer().status_code for _ in range(5)] == [200] * 5


def test_a_head_may_come_byte_by_byte(wire: Wire) -> None:
    wire.send(*[bytes([byte]) for byte in GET + b"\r\n"])

    assert wire.answer().status_code == 200


@pytest.mark.parametrize(
    "endless",
    [
        (b"GET /" + b"a" * KIB, b"a" * KIB),
        (GET + b"X: ", b"a" * KIB),
        (GET + b"X", b"x" * KIB),
        (GET, b"X: y\r\n" * 100),
        (b"", b"\r\n" * KIB),
        (b"GET /" + b"a" * KIB + b"?", b"b" * KIB),
    ],
    ids=["request line", "value", "name", "headers", "empty lines", "query"],
)
def test_a_head_that_never_ends_is_refused_and_not_kept(wire: Wire, endless: tuple[bytes, bytes]) -> None:
    begin, more = endless
    wire.send(begin)
    wire.send(*[more] * (256 * KIB // len(more)))

    answer = wire.answer()
    assert (answer.status_code, answer.code) == (431, "headers-too-large")
    assert answer.headers["connection"] == "close"
    assert wire.is_closed()


@pytest.mark.parametrize("pieces", [1, 4, 1000])
def test_the_bound_is_that_of_all_headers_together(wire: Wire, another: Wire, pieces: int) -> None:
    def padding(size: int) -> bytes:
        each = size // pieces
        return b"".join(b"X: " + b"a" * (each - 5) + b"\r\n" for _ in range(pieces))

    assert wire.send(GET, padding(60 * KIB), b"\r\n").answer().status_code == 200
    assert another.send(GET, padding(68 * KIB), b"\r\n").answer().status_code == 431


def test_a_large_head_in_one_piece_is_refused_too(wire: Wire) -> None:
    assert wire.send(GET + b"X: " + b"a" * 100 * KIB + b"\r\n\r\n").answer().code == "headers-too-large"


CHUNKED = b"POST /auth/logout HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "endless",
    [(b"1;", b"e" * KIB), (b"1\r\na\r\n0\r\nX: ", b"a" * KIB), (b"1\r\na\r\n0\r\n", b"X: y\r\n" * 100)],
    ids=["chunk extension", "trailer", "trailers"],
)
def test_a_chunked_body_is_bounded_beside_its_data(wire: Wire, endless: tuple[bytes, bytes]) -> None:
    wire.send(CHUNKED, endless[0])
    wire.send(*[endless[1]] * (256 * KIB // len(endless[1])))

    assert wire.answer().status_code == 431
    assert wire.is_closed()


def test_a_body_of_many_chunks_is_not_a_head(wire: Wire) -> None:
    wire.send(CHUNKED, *[b"1;an=extension-of-it\r\n \r\n"] * 4_000, b"0\r\n\r\n")

    assert wire.answer().code == "unsupported-media-type"
    assert wire.send(GET, b"\r\n").answer().status_code == 200


def test_a_body_of_very_many_chunks_is_refused(wire: Wire, another: Wire) -> None:
    """Each takes some time of the event loop, which everybody needs."""
    for path, statuses in ((b"/auth/logout", {400}), (b"/issues", {400, 401})):
        one = Wire(wire.socket.getpeername()[1])
        one.send(b"POST %s HTTP/1.1\r\n" % path, HOST, b"Content-Type: application/json\r\n")
        one.send(b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n" * 6_000)
        assert one.answer().status_code in statuses
        assert one.is_closed()
        one.socket.close()
    assert another.send(GET, b"\r\n").answer().status_code == 200


def test_a_body_that_was_answered_is_not_read_without_end(
    wire: Wire, another: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.http_protocol._LINGER", 0.2)
    wire.send(b"POST /issues HTTP/1.1\r\n" + HOST + b"Content-Length: 999999999999\r\n\r\n")
    assert wire.answer().status_code == 401
    with pytest.raises(OSError, match=r"reset|pipe"):
        wire.send(*[b"a" * 65_536] * 1_000_000)
    # What is left of a shorter one is read, so that the connection can be used again.
    another.send(b"POST /issues HTTP/1.1\r\n" + HOST + b"Content-Length: 200000\r\n\r\n")
    assert another.answer().status_code == 401
    another.send(b"a" * 200_000, GET, b"\r\n")
    assert another.answer().status_code == 200


def test_trailers_are_not_headers(wire: Wire, scopes: list[Any]) -> None:
    """Otherwise they could authenticate a request, or name another host, after it was checked."""
    body = b'{"refresh_token": "x"}'
    chunk = b"%x\r\n%s\r\n0\r\nAuthorization: Bearer x\r\nHost: other.test\r\n\r\n" % (len(body), body)
    head = CHUNKED.replace(HOST, HOST + b"Content-Type: application/json\r\n")

    assert wire.send(head + chunk).answer().status_code == 204
    assert [name for name, _ in scopes[-1]["headers"]] == [b"host", b"content-type", b"transfer-encoding"]
    assert wire.send(GET, b"\r\n").answer().status_code == 200


@pytest.mark.parametrize(
    "request_",
    [
        b"POST /issues HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /issues HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
        b"POST /issues HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        b"POST /issues HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        b"POST /issues HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc",
        b"POST /issues HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc",
        b"POST /issues HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\nabc",
        b"POST /issues HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\nabc",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /issues HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\nabc",
        b"POST /issues HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"POST /issues HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"POST /issues HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /issues HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n",
        b"POST /issues HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
        b"POST /issues HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1 \r\na\r\n0\r\n\r\n",
        b"POST /issues HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\na\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX : a\r\n\r\n",
        b"GET / HTTP/1.1\r\n Host: a\r\n\r\n",
        b"GET / HTTP/1.1\nHost: a\n\n",
        b"GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        b"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        b"GET / HTTP/0.9\r\nHost: a\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET /#fragment HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET * HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST * HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        b"GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET http:/healthz HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET http:///healthz HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET http://user@a/healthz HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET http://a:http/healthz HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET http://a/healthz HTTP/1.1\r\n\r\n",
        b"GET http://a/healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET http://a#b HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /" + b"a" * 65_531 + b" HTTP/1.1\r\n\r\n",
        b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
        b"FETCH / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"get / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost:\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: user@a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a?b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a:http\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\xc3\xa4\r\n\r\n",
    ],
    ids=lambda request: re.sub(r"^b'|HTTP/1.1|'$", "", repr(request))[:60],
)
def test_what_the_standard_forbids_is_a_bad_request_and_ends_the_connection(wire: Wire, request_: bytes) -> None:
    # What follows might be read as part of the body by another server.
    answer = wire.send(request_, b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").answer()

    assert (answer.status_code, answer.code) == (400, "bad-request")
    assert answer.headers["connection"] == "close"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert wire.is_closed()


@pytest.mark.parametrize(
    "host", ["a", "a.example.org:8000", "127.0.0.1:80", "[::1]:8000", "[fe80::1%25eth0]", "my_api", "a:"]
)
def test_a_host_may_be_any_name_or_address(wire: Wire, host: str) -> None:
    assert wire.send(f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()).answer().status_code == 200


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        (b"http://other.test/healthz", "/healthz", b""),
        (b"http://other.test", "/", b""),
        (b"http://other.test?a=b", "/", b"a=b"),
        (b"HTTPS://other.test:8443/healthz?a=/b?c", "/healthz", b"a=/b?c"),
        (b"http://[::1]:80/healthz", "/healthz", b""),
        (b"http://other.test:/healthz", "/healthz", b""),
        (b"http://other.test//healthz", "//healthz", b""),
    ],
)
def test_a_target_may_be_a_whole_url(wire: Wire, scopes: list[Any], target: bytes, path: str, query: bytes) -> None:
    """RFC 9112 §3.2.2: its host counts, not the one in `Host`."""
    wire.send(b"GET " + target + b" HTTP/1.1\r\nHost: masthead.test\r\nUser-Agent: a\r\n\r\n").answer()

    assert (scopes[-1]["path"], scopes[-1]["raw_path"], scopes[-1]["query_string"]) == (path, path.encode(), query)
    authority = re.split(b"[/?]", target)[2]
    assert scopes[-1]["headers"] == [(b"host", authority), (b"user-agent", b"a")]
    assert wire.send(GET, b"\r\n").answer().status_code == 200


def test_a_request_to_upgrade_may_have_a_whole_url_too(wire: Wire, scopes: list[Any]) -> None:
    wire.send(b"GET http://other.test HTTP/1.1\r\n" + HOST + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n")

    assert wire.answer().status_code == 200
    assert (scopes[-1]["path"], scopes[-1]["headers"][0]) == ("/", (b"host", b"other.test"))


def test_what_the_server_as_a_whole_supports_can_be_asked(wire: Wire) -> None:
    """RFC 9110 §9.3.7"""
    answer = wire.send(b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n").answer()

    assert answer.status_code == 204
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE"
    assert wire.send(GET, b"\r\n").answer().status_code == 200


@pytest.mark.parametrize("stage", ["on_url", "on_header", "on_headers_complete", "on_body", "on_message_complete"])
def test_an_error_of_the_server_itself_is_answered_and_logged(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, stage: str
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a fault in uvicorn")

    monkeypatch.setattr(HttpToolsProtocol, stage, fail)
    body = b'{"refresh_token": "x"}'
    answer = wire.send(POST + b"Content-Length: %d\r\n\r\n" % len(body) + body).answer()

    assert (answer.status_code, answer.code) == (500, "unexpected")
    assert wire.is_closed()
    assert "a fault in uvicorn" in caplog.text


def test_before_http_1_1_no_host_is_needed(wire: Wire) -> None:
    assert wire.send(b"GET /healthz HTTP/1.0\r\n\r\n").answer().status_code == 200


def test_requests_before_a_malformed_one_are_answered_first(wire: Wire) -> None:
    wire.send((GET + b"\r\n") * 3 + b"nonsense\r\n\r\n")

    assert [wire.answer().status_code for _ in range(4)] == [200, 200, 200, 400]
    assert wire.is_closed()


def test_a_request_to_upgrade_is_an_ordinary_one_with_its_body(wire: Wire) -> None:
    """curl and Java's client offer HTTP/2 with their first request, whatever its method."""
    body = b'{"refresh_token": "x"}'
    for upgrade in (b"h2c", b"websocket"):
        wire.send(
            b"POST /auth/logout HTTP/1.1\r\n" + HOST + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: " + upgrade,
            b"\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body[:5],
            body[5:],
        )
        assert wire.answer().status_code == 204
    assert wire.send(GET, b"\r\n").answer().status_code == 200


def test_any_number_of_requests_to_upgrade_may_be_sent_together(wire: Wire) -> None:
    wire.send((GET + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n") * 2000)

    assert [wire.answer().status_code for _ in range(2000)] == [200] * 2000


def test_an_invalid_request_after_one_to_upgrade_is_refused(wire: Wire) -> None:
    wire.send(GET + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n" + b"GET /#a HTTP/1.1\r\n" + HOST + b"\r\n")

    assert wire.answer().status_code == 200
    assert b"fragment" in wire.answer().content


def test_a_client_still_sending_gets_its_answer(wire: Wire) -> None:
    """Not a reset: the rest of what it sends is read for a moment."""
    wire.send(GET + b"X: " + b"a" * 100 * KIB)
    wire.send(b"a" * 4 * KIB * KIB)

    assert wire.answer().code == "headers-too-large"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_TIMEOUT", 0.3)


@pytest.mark.usefixtures("impatient")
def test_a_head_must_be_complete_in_time(port: int) -> None:
    for begin in (b"G", GET, GET + b"X: y", GET + b"\r\n" + GET):
        wire = Wire(port).send(begin)
        answers = [wire.answer()]
        if answers[0].status_code == 200:
            answers.append(wire.answer())
        assert answers[-1].code == "request-timeout", begin
        assert answers[-1].status_code == 408
        assert wire.is_closed()
        wire.socket.close()


@pytest.mark.usefixtures("impatient")
def test_a_connection_on_which_nothing_is_sent_is_closed(port: int) -> None:
    wire = Wire(port)

    assert wire.is_closed()
    wire.socket.close()


@pytest.mark.usefixtures("impatient")
def test_a_head_that_comes_drop_by_drop_must_be_complete_in_time_too(wire: Wire) -> None:
    drops = iter(GET + b"X: " + b"a" * 100_000)
    wire.socket.settimeout(0.02)
    while True:
        wire.send(bytes([next(drops)]))
        try:
            assert wire.socket.recv(100, socket.MSG_PEEK).startswith(b"HTTP/1.1 408")
            break
        except TimeoutError:
            pass


@pytest.fixture
def impatient_for_bodies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "BODY_TIMEOUT", 0.5)


POST = b"POST /auth/logout HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"


@pytest.mark.usefixtures("impatient_for_bodies")
@pytest.mark.parametrize(
    "begin",
    [
        POST + b"Content-Length: 1000\r\n\r\n",
        POST + b"Content-Length: 1000\r\n\r\n{",
        POST + b"Transfer-Encoding: chunked\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\n",
        POST + b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 1000\r\n\r\n{",
    ],
    ids=["nothing", "a byte", "no chunk", "a chunk", "no end", "after an upgrade"],
)
def test_a_body_that_does_not_go_on_is_given_up(wire: Wire, begin: bytes) -> None:
    answer = wire.send(begin).answer()

    assert (answer.status_code, answer.code) == (408, "request-timeout")
    assert answer.headers["connection"] == "close"
    assert wire.is_closed()


def drip(wire: Wire, *, stop_at_answer: bool = True) -> None:
    """Send more of a body, a little at a time, until something is answered or the connection is closed."""
    wire.socket.settimeout(0.02)
    answered = False
    while not (answered and stop_at_answer):
        wire.send(b"1\r\n \r\n")
        with suppress(TimeoutError):
            answered = wire.socket.recv(1, socket.MSG_PEEK) is not None
    wire.socket.settimeout(20)


@pytest.fixture
def impatient_for_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.body.READ_TIMEOUT", 0.4)
    monkeypatch.setattr(http_protocol, "READ_TIMEOUT", 0.4)


@pytest.mark.usefixtures("impatient_for_ends")
def test_a_body_must_be_complete_in_time(wire: Wire) -> None:
    drip(wire.send(CHUNKED))

    answer = wire.answer()
    assert (answer.status_code, answer.code) == (408, "request-timeout")
    assert "0 seconds" in answer.json()["detail"]


@pytest.mark.usefixtures("impatient_for_ends")
@pytest.mark.parametrize(("path", "status"), [(b"/issues", 401), (b"/nowhere", 404), (b"/auth/logout", 408)])
def test_so_must_be_the_rest_of_one_that_was_answered(wire: Wire, path: bytes, status: int) -> None:
    drip(wire.send(CHUNKED.replace(b"/auth/logout", path)))
    assert wire.answer().status_code == status

    with pytest.raises(ConnectionError):
        drip(wire, stop_at_answer=False)


@pytest.mark.parametrize("digits", [b"9" * 18, b"9" * 19, b"18446744073709551615", b"0" * 5_000 + b"9999999"], ids=len)
@pytest.mark.parametrize("path", [b"/auth/logout", b"/auth/token"])
def test_a_body_that_says_that_it_is_too_large_is_refused_at_once(wire: Wire, path: bytes, digits: bytes) -> None:
    wire.send(b"POST " + path + b" HTTP/1.1\r\n" + HOST + b"Content-Length: " + digits + b"\r\n\r\n")

    assert wire.answer().code == "too-large"


def test_a_length_may_begin_with_zeros(wire: Wire) -> None:
    body = b'{"refresh_token": "x"}'
    wire.send(POST + b"Content-Length: " + b"0" * 5_000 + b"%d\r\n\r\n" % len(body) + body)

    assert wire.answer().status_code == 204
    assert wire.send(GET, b"\r\n").answer().status_code == 200


def test_a_length_that_no_machine_counts_is_a_bad_request(wire: Wire) -> None:
    assert wire.send(POST + b"Content-Length: 18446744073709551616\r\n\r\n").answer().code == "bad-request"


@pytest.mark.usefixtures("impatient_for_bodies")
def test_the_rest_of_a_body_that_was_answered_already_is_not_waited_for(wire: Wire) -> None:
    wire.send(b"POST /issues HTTP/1.1\r\n" + HOST + b"Content-Length: 1000\r\n\r\n{")

    assert wire.answer().status_code == 401
    assert wire.is_closed()


def test_a_body_that_goes_on_slowly_is_read_to_its_end(
    wire: Wire, another: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "BODY_TIMEOUT", 1.0)
    wire.send(POST + b"Transfer-Encoding: chunked\r\n\r\n")
    another.send(POST + b"Content-Length: 1000\r\n\r\n").socket.settimeout(0.05)
    while True:
        wire.send(b"1\r\n \r\n")
        try:
            assert another.socket.recv(100, socket.MSG_PEEK).startswith(b"HTTP/1.1 408")
            break
        except TimeoutError:
            pass

    body = b'{"refresh_token": "x"}'
    assert wire.send(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)).answer().status_code == 204


@pytest.mark.usefixtures("impatient_for_bodies")
def test_the_time_that_the_server_does_not_read_does_not_count(wire: Wire, another: Wire) -> None:
    size = 600 * KIB
    wire.send(b"POST /in-turn HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % size, b" " * size)
    later = another.send(POST + b"Content-Length: 1000\r\n\r\n")
    assert later.answer().status_code == 408

    TURN.set()

    assert wire.answer().status_code == 404
    assert wire.send(GET, b"\r\n").answer().status_code == 200


@pytest.fixture
def impatient_for_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unread, "WRITE_TIMEOUT", 0.5)


GET_LARGE = b"GET /large HTTP/1.1\r\n" + HOST


def read_slowly(wire: Wire) -> int:
    """Read a large answer over two seconds; return the bytes that came."""
    size = 0
    never = threading.Event()
    while size < LARGE:
        target = min(size + LARGE // 32, LARGE)
        while size < target:
            if not (piece := wire.socket.recv(65_536)):
                return size
            size += len(piece)
        never.wait(0.06)
    return size


@pytest.mark.usefixtures("impatient_for_readers")
def test_a_response_that_nobody_reads_is_given_up(wire: Wire) -> None:
    SENT.clear()
    wire.send(GET_LARGE + b"\r\n")

    assert SENT.wait(10)


@pytest.mark.usefixtures("impatient_for_readers")
@pytest.mark.parametrize(
    "request_",
    [
        GET_LARGE.replace(b"large", b"large?at-once") + b"Connection: close\r\n\r\n",
        GET_LARGE.replace(b"large", b"large?at-once") + b"\r\nnonsense\r\n\r\n",
        GET_LARGE.replace(b"large", b"large?at-once") + b"\r\n" + GET_LARGE,
    ],
    ids=["closed", "refused", "a further request"],
)
def test_so_is_one_after_which_the_connection_ends(wire: Wire, request_: bytes) -> None:
    wire.send(request_)

    with pytest.raises(OSError, match=r"reset|pipe"):
        wire.send(*[b"a" * 65_536] * 1_000_000)


@pytest.mark.usefixtures("impatient_for_readers")
@pytest.mark.parametrize("target", [b"/large", b"/large?at-once"])
@pytest.mark.parametrize("more", [b"", b"Connection: close\r\n"])
def test_a_response_that_is_read_slowly_is_sent_to_its_end(wire: Wire, target: bytes, more: bytes) -> None:
    wire.send(GET_LARGE.replace(b"/large", target), more, b"\r\n")

    assert read_slowly(wire) >= LARGE


@pytest.mark.usefixtures("impatient_for_readers")
def test_one_that_is_read_very_slowly_is_given_up(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unread, "LEAST_TAKEN", LARGE)
    wire.send(GET_LARGE.replace(b"large", b"large?at-once"), b"\r\n")

    assert read_slowly(wire) < LARGE
