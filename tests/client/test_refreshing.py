"""Refreshing tokens, signing in again when that fails, and signing out."""

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from masthead_client import ConnectionFailed, Masthead, ServerError, Unauthenticated
from sqlalchemy import func, select

from app.auth.models import RefreshToken, SignIn
from app.db.engine import Database
from tests.api import PASSWORD
from tests.client import auth_server
from tests.client.auth_server import FakeAuthServer

EXPIRED_TOKEN = "eyJhbGciOiJIUzI1NiJ9.e30.AAAA"


def client_of(server: FakeAuthServer, **options: str | None) -> Masthead:
    return Masthead("http://server.test", transport=httpx.MockTransport(server), **options)  # type: ignore[arg-type]


def with_password(server: FakeAuthServer, **options: str) -> Masthead:
    return client_of(server, username=auth_server.NAME, password=auth_server.PASSWORD, **options)


def test_an_expired_token_is_refreshed_without_the_password() -> None:
    server = FakeAuthServer()
    with with_password(server) as client:
        client.me()
        assert client.refresh_token == "refresh-1"
        server.expire_token()
        client.me()
        client.me()
        assert client.refresh_token == "refresh-3"
    assert server.asked == ["/token", "/me", "/me", "/refresh", "/me", "/me"]


def test_a_refresh_token_alone_continues_a_sign_in() -> None:
    server = FakeAuthServer()
    server.tokens()
    with client_of(server, refresh_token="refresh-1") as client:
        client.me()
    assert server.asked == ["/refresh", "/me"]


def test_with_an_invalid_refresh_token_the_password_is_used() -> None:
    server = FakeAuthServer()
    with with_password(server, token="access-0", refresh_token="of long ago") as client:
        server.expire_token()
        client.me()
    assert server.asked == ["/me", "/refresh", "/token", "/me"]


def test_with_an_invalid_refresh_token_and_no_password_the_error_is_raised() -> None:
    server = FakeAuthServer()
    with client_of(server, token="access-9", refresh_token="of long ago") as client:
        with pytest.raises(Unauthenticated) as caught:
            client.me()
        assert caught.value.code == "signed-out"
        # It is not tried once more.
        with pytest.raises(Unauthenticated) as caught:
            client.me()
        assert caught.value.code == "unauthenticated"
    assert server.asked == ["/me", "/refresh", "/me"]


def test_a_refresh_whose_response_is_lost_is_retried(pauses: list[float]) -> None:
    server = FakeAuthServer()
    lost = [True]

    def losing(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/auth/refresh" and lost:
            lost.pop()
            server.requests.append(request)
            raise httpx.ReadError("The connection broke.")
        return server(request)

    with Masthead("http://server.test", refresh_token="refresh-0", transport=httpx.MockTransport(losing)) as client:
        client.me()
    assert server.asked == ["/refresh", "/refresh", "/me"]
    assert len(pauses) == 1


@pytest.mark.parametrize("trouble", [httpx.ConnectError("No route to host"), httpx.Response(500)])
def test_a_server_error_keeps_the_refresh_token(trouble: httpx.Response | Exception) -> None:
    server = FakeAuthServer()
    troubled = True

    def answer(request: httpx.Request) -> httpx.Response:
        if troubled and isinstance(trouble, Exception):
            raise trouble
        return trouble if troubled and isinstance(trouble, httpx.Response) else server(request)

    with Masthead("http://server.test", refresh_token="refresh-0", transport=httpx.MockTransport(answer)) as client:
        for _ in range(2):
            with pytest.raises((ConnectionFailed, ServerError)):
                client.me()
        troubled = False
        assert client.me().name == "ada"


def test_a_sign_in_whose_response_is_lost_is_not_retried() -> None:
    def lose(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        raise httpx.ReadError("The connection broke.")

    asked: list[str] = []
    transport = httpx.MockTransport(lose)
    with Masthead("http://server.test", username="ada", password="…", transport=transport) as client:
        with pytest.raises(ConnectionFailed):
            client.me()
        assert asked == ["/auth/token"]


def test_a_write_is_repeated_with_a_new_token_and_the_same_key() -> None:
    server = FakeAuthServer()
    with with_password(server, token="access-9") as client, pytest.raises(Exception, match="DraftTag"):
        client.create_tag(name="A")
    first, _, second = server.requests
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert (first.headers["authorization"], second.headers["authorization"]) == ("Bearer access-9", "Bearer access-1")


def test_threads_that_share_a_client_refresh_once() -> None:
    server = FakeAuthServer()
    together = threading.Barrier(8)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") == "Bearer access-0":
            together.wait(30)
        return server(request)

    transport = httpx.MockTransport(answer)
    server.expire_token()
    with (
        Masthead("http://server.test", token="access-0", refresh_token="refresh-0", transport=transport) as client,
        ThreadPoolExecutor(8) as threads,
    ):
        assert {me.result().name for me in [threads.submit(client.me) for _ in range(8)]} == {"ada"}
    assert server.asked.count("/refresh") == 1


def test_an_api_key_is_not_renewed_and_cannot_be_combined() -> None:
    server = FakeAuthServer()
    with client_of(server, token="mh_revoked") as client, pytest.raises(Unauthenticated):
        client.me()
    assert server.asked == ["/me"]

    for options in ({"refresh_token": "r"}, {"username": "ada", "password": "…"}):
        with pytest.raises(ValueError, match="cannot be combined"):
            client_of(server, token="mh_key", **options)


def test_a_request_keeps_the_credentials_that_it_started_with() -> None:
    server = FakeAuthServer()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/tags" and not signed_in:
            signed_in.append(True)
            client.sign_in(auth_server.NAME, auth_server.PASSWORD)
            client.sign_in(auth_server.NAME, auth_server.PASSWORD)
        return server(request)

    signed_in: list[bool] = []
    transport = httpx.MockTransport(answer)
    with Masthead("http://server.test", token="another's", refresh_token="of another", transport=transport) as client:
        with pytest.raises(Unauthenticated):
            client.create_tag(name="A")
        assert server.asked == ["/token", "/token", "/tags", "/refresh"]
        assert client.me().name == "ada"


def test_after_signing_out_requests_are_anonymous() -> None:
    server = FakeAuthServer()
    with with_password(server) as client:
        client.me()
        client.sign_out()
        assert client.refresh_token is None
        for _ in range(2):
            with pytest.raises(Unauthenticated):
                client.me()
    assert server.asked == ["/token", "/me", "/logout", "/me", "/me"]
    assert b"refresh-1" in server.requests[2].content
    assert all("authorization" not in request.headers for request in server.requests[3:])


def test_a_request_in_flight_does_not_sign_in_again_after_signing_out() -> None:
    server = FakeAuthServer()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/auth/me" and "/me" in server.asked and not server.ended:
            client.sign_out()
        return server(request)

    transport = httpx.MockTransport(answer)
    with Masthead("http://server.test", username="ada", password=auth_server.PASSWORD, transport=transport) as client:
        client.me()
        with pytest.raises(Unauthenticated):
            client.me()
    assert server.asked == ["/token", "/me", "/logout", "/me"]


def test_signing_out_without_a_refresh_token_discards_the_credentials() -> None:
    server = FakeAuthServer()
    for options in ({"token": "mh_key"}, {"token": "access-0"}, {"username": "ada", "password": "…"}, {}):
        with client_of(server, **options) as client:
            client.sign_out()
            with pytest.raises(Unauthenticated):
                client.me()
    assert set(server.asked) == {"/me"}


def test_secrets_are_not_in_the_repr() -> None:
    with with_password(FakeAuthServer(), token="access-0", refresh_token="refresh-0") as client:
        shown = repr(client) + repr(vars(client)) + repr(vars(client._connection))
    assert not any(secret in shown for secret in ("access-0", "refresh-0", auth_server.PASSWORD))


def test_a_sign_in_continues_in_another_client_and_ends_for_both(server: str, database: Database) -> None:
    with Masthead(server) as client:
        client.sign_in("editor", PASSWORD)
        kept = client.refresh_token
        assert kept is not None

        with Masthead(server, token=EXPIRED_TOKEN, refresh_token=kept) as later:
            with ThreadPoolExecutor(4) as threads:
                names = [threads.submit(later.me) for _ in range(4)]
            assert {name.result().name for name in names} == {"editor"}
            assert later.refresh_token not in (None, kept)
            with database.reading() as session:
                begun = session.scalars(select(func.max(SignIn.id))).one()
                of_it = select(func.count()).where(RefreshToken.sign_in_id == begun)
                assert session.scalars(of_it).one() == 2, "the first, and that of one refresh"
            last = later.refresh_token
            later.sign_out()

    with Masthead(server, refresh_token=last) as client, pytest.raises(Unauthenticated) as caught:
        client.me()
    assert caught.value.code == "signed-out"
