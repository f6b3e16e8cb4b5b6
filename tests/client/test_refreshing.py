"""Staying signed in, by refresh tokens first and by the password where they are of no use, and signing out."""

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from masthead_client import ConnectionFailed, Masthead, ServerError, Unauthenticated
from sqlalchemy import func, select

from app.auth.models import RefreshToken, SignIn
from app.db.engine import Database
from tests.api import PASSWORD
from tests.client import clerk
from tests.client.clerk import Clerk

NO_LONGER_GOOD = "eyJhbGciOiJIUzI1NiJ9.e30.AAAA"


def client_of(clerk: Clerk, **options: str | None) -> Masthead:
    return Masthead("http://clerk.test", transport=httpx.MockTransport(clerk), **options)  # type: ignore[arg-type]


def with_password(desk: Clerk, **options: str) -> Masthead:
    return client_of(desk, username=clerk.NAME, password=clerk.PASSWORD, **options)


def test_a_token_that_has_run_out_is_refreshed_without_the_password() -> None:
    desk = Clerk()
    with with_password(desk) as client:
        client.me()
        assert client.refresh_token == "refresh-1"
        desk.run_out()
        client.me()
        client.me()
        assert client.refresh_token == "refresh-3"
    assert desk.asked == ["/token", "/me", "/me", "/refresh", "/me", "/me"]


def test_a_refresh_token_is_enough_to_go_on() -> None:
    desk = Clerk()
    desk.tokens()
    with client_of(desk, refresh_token="refresh-1") as client:
        client.me()
    assert desk.asked == ["/refresh", "/me"]


def test_whose_refresh_token_is_no_longer_good_is_signed_in_by_the_password() -> None:
    desk = Clerk()
    with with_password(desk, token="access-0", refresh_token="of long ago") as client:
        desk.run_out()
        client.me()
    assert desk.asked == ["/me", "/refresh", "/token", "/me"]


def test_whose_refresh_token_is_no_longer_good_and_who_has_no_password_is_told() -> None:
    desk = Clerk()
    with client_of(desk, token="access-9", refresh_token="of long ago") as client:
        with pytest.raises(Unauthenticated) as caught:
            client.me()
        assert caught.value.code == "signed-out"
        # It is not tried once more.
        with pytest.raises(Unauthenticated) as caught:
            client.me()
        assert caught.value.code == "unauthenticated"
    assert desk.asked == ["/me", "/refresh", "/me"]


def test_a_refresh_whose_answer_is_lost_is_sent_again(pauses: list[float]) -> None:
    desk = Clerk()
    lost = [True]

    def losing(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/auth/refresh" and lost:
            lost.pop()
            desk.requests.append(request)
            raise httpx.ReadError("The connection broke.")
        return desk(request)

    with Masthead("http://clerk.test", refresh_token="refresh-0", transport=httpx.MockTransport(losing)) as client:
        client.me()
    assert desk.asked == ["/refresh", "/refresh", "/me"]
    assert len(pauses) == 1


@pytest.mark.parametrize("trouble", [httpx.ConnectError("No route to host"), httpx.Response(500)])
def test_a_server_in_trouble_signs_nobody_out(trouble: httpx.Response | Exception) -> None:
    desk = Clerk()
    troubled = True

    def answer(request: httpx.Request) -> httpx.Response:
        if troubled and isinstance(trouble, Exception):
            raise trouble
        return trouble if troubled and isinstance(trouble, httpx.Response) else desk(request)

    with Masthead("http://clerk.test", refresh_token="refresh-0", transport=httpx.MockTransport(answer)) as client:
        for _ in range(2):
            with pytest.raises((ConnectionFailed, ServerError)):
                client.me()
        troubled = False
        assert client.me().name == "ada"


def test_a_sign_in_whose_answer_is_lost_is_not_sent_again() -> None:
    def lose(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        raise httpx.ReadError("The connection broke.")

    asked: list[str] = []
    transport = httpx.MockTransport(lose)
    with Masthead("http://clerk.test", username="ada", password="…", transport=transport) as client:
        with pytest.raises(ConnectionFailed):
            client.me()
        assert asked == ["/auth/token"]


def test_a_write_is_sent_again_with_a_new_token_and_the_same_key() -> None:
    desk = Clerk()
    with with_password(desk, token="access-9") as client, pytest.raises(Exception, match="DraftTag"):
        client.create_tag(name="A")
    first, _, second = desk.requests
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert (first.headers["authorization"], second.headers["authorization"]) == ("Bearer access-9", "Bearer access-1")


def test_threads_that_share_a_client_refresh_once() -> None:
    desk = Clerk()
    together = threading.Barrier(8)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") == "Bearer access-0":
            together.wait(30)
        return desk(request)

    transport = httpx.MockTransport(answer)
    desk.run_out()
    with (
        Masthead("http://clerk.test", token="access-0", refresh_token="refresh-0", transport=transport) as client,
        ThreadPoolExecutor(8) as threads,
    ):
        assert {me.result().name for me in [threads.submit(client.me) for _ in range(8)]} == {"ada"}
    assert desk.asked.count("/refresh") == 1


def test_an_api_key_is_neither_renewed_nor_does_it_go_with_anything_else() -> None:
    desk = Clerk()
    with client_of(desk, token="mh_revoked") as client, pytest.raises(Unauthenticated):
        client.me()
    assert desk.asked == ["/me"]

    for options in ({"refresh_token": "r"}, {"username": "ada", "password": "…"}):
        with pytest.raises(ValueError, match="cannot be combined"):
            client_of(desk, token="mh_key", **options)


def test_what_one_user_has_begun_is_not_finished_as_another() -> None:
    desk = Clerk()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/tags" and not signed_in:
            signed_in.append(True)
            client.sign_in(clerk.NAME, clerk.PASSWORD)
            client.sign_in(clerk.NAME, clerk.PASSWORD)
        return desk(request)

    signed_in: list[bool] = []
    transport = httpx.MockTransport(answer)
    with Masthead("http://clerk.test", token="another's", refresh_token="of another", transport=transport) as client:
        with pytest.raises(Unauthenticated):
            client.create_tag(name="A")
        assert desk.asked == ["/token", "/token", "/tags", "/refresh"]
        assert client.me().name == "ada"


def test_who_signs_out_is_nobody_and_stays_so() -> None:
    desk = Clerk()
    with with_password(desk) as client:
        client.me()
        client.sign_out()
        assert client.refresh_token is None
        for _ in range(2):
            with pytest.raises(Unauthenticated):
                client.me()
    assert desk.asked == ["/token", "/me", "/logout", "/me", "/me"]
    assert b"refresh-1" in desk.requests[2].content
    assert all("authorization" not in request.headers for request in desk.requests[3:])


def test_what_is_on_its_way_when_somebody_signs_out_does_not_sign_in_again() -> None:
    desk = Clerk()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/auth/me" and "/me" in desk.asked and not desk.ended:
            client.sign_out()
        return desk(request)

    transport = httpx.MockTransport(answer)
    with Masthead("http://clerk.test", username="ada", password=clerk.PASSWORD, transport=transport) as client:
        client.me()
        with pytest.raises(Unauthenticated):
            client.me()
    assert desk.asked == ["/token", "/me", "/logout", "/me"]


def test_who_has_nothing_to_sign_out_of_forgets_what_they_have() -> None:
    desk = Clerk()
    for options in ({"token": "mh_key"}, {"token": "access-0"}, {"username": "ada", "password": "…"}, {}):
        with client_of(desk, **options) as client:
            client.sign_out()
            with pytest.raises(Unauthenticated):
                client.me()
    assert set(desk.asked) == {"/me"}


def test_no_secret_is_to_be_seen() -> None:
    with with_password(Clerk(), token="access-0", refresh_token="refresh-0") as client:
        shown = repr(client) + repr(vars(client)) + repr(vars(client._connection))
    assert not any(secret in shown for secret in ("access-0", "refresh-0", clerk.PASSWORD))


def test_a_sign_in_goes_on_in_another_client_and_ends_for_all(server: str, database: Database) -> None:
    with Masthead(server) as client:
        client.sign_in("editor", PASSWORD)
        kept = client.refresh_token
        assert kept is not None

        with Masthead(server, token=NO_LONGER_GOOD, refresh_token=kept) as later:
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
