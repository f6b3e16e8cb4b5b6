"""Signing in, and the credentials that requests are sent with."""

import threading

import httpx
import pytest
from masthead_client import Masthead, Unauthenticated, __version__

from app.auth import users
from app.db.engine import Database
from tests.api import PASSWORD

EXPIRED_TOKEN = "eyJhbGciOiJIUzI1NiJ9.e30.AAAA"


def test_a_client_with_a_password_signs_in_when_needed(server: str) -> None:
    with Masthead(server, username="editor", password=PASSWORD) as client:
        me = client.me()

    assert (me.name, me.role) == ("editor", "editor")
    assert "content:publish" in me.scopes


def test_sign_in_applies_to_later_requests(reader: Masthead) -> None:
    with pytest.raises(Unauthenticated):
        reader.me()

    reader.sign_in("author", PASSWORD)
    assert reader.me().name == "author"

    reader.sign_in("admin", PASSWORD)
    assert reader.me().name == "admin"


def test_a_failed_sign_in_keeps_the_previous_credentials(author: Masthead) -> None:
    with pytest.raises(Unauthenticated) as caught:
        author.sign_in("admin", "not the password")

    assert caught.value.code == "wrong-password"
    assert author.me().name == "author"


def test_a_wrong_password_is_an_error_of_the_first_request_that_needs_it(server: str) -> None:
    with Masthead(server, username="editor", password="not the password") as client:
        assert list(client.issues()) == []
        with pytest.raises(Unauthenticated) as caught:
            client.me()
    assert caught.value.code == "wrong-password"


def test_an_access_token_alone_works_until_it_expires(server: str) -> None:
    form = {"username": "editor", "password": PASSWORD}
    token = httpx.post(f"{server}/auth/token", data=form).raise_for_status().json()["access_token"]
    with Masthead(server, token=token) as client:
        assert client.me().name == "editor"

    with Masthead(server, token=EXPIRED_TOKEN) as client, pytest.raises(Unauthenticated) as caught:
        client.me()
    assert 'error="invalid_token"' in caught.value.headers["www-authenticate"]


def test_a_client_with_an_expired_token_signs_in_again(server: str) -> None:
    with Masthead(server, token=EXPIRED_TOKEN, username="editor", password=PASSWORD) as client:
        assert client.create_issue(title="Made with a new token").number == 1
        assert client.me().name == "editor"


def test_a_disabled_user_is_unauthenticated(server: str, database: Database) -> None:
    with Masthead(server, username="author", password=PASSWORD) as client:
        assert client.me().name == "author"
        with database.writing() as session:
            users.disable(session, "author")

        with pytest.raises(Unauthenticated) as caught:
            client.me()
    assert caught.value.code == "wrong-password"


def test_username_and_password_are_given_together() -> None:
    with pytest.raises(ValueError, match="given together"):
        Masthead("http://localhost:8000", username="ada")


class TokenServer:
    """A fake server that issues a new token each time and accepts the valid ones."""

    def __init__(self, *valid: str) -> None:
        self.valid = valid
        self.requests: list[httpx.Request] = []
        self.given = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.path == "/auth/token":
            self.given += 1
            return httpx.Response(200, json={"access_token": f"token-{self.given}", "token_type": "bearer"})
        if request.headers.get("authorization") in [f"Bearer {token}" for token in self.valid]:
            return httpx.Response(200, json={"name": "ada", "role": "admin", "scopes": []})
        challenge = {"www-authenticate": 'Bearer realm="masthead", error="invalid_token"'}
        problem = {
            "type": "/problems/unauthenticated",
            "code": "unauthenticated",
            "title": "Who?",
            "detail": "Sign in.",
        }
        headers = {"content-type": "application/problem+json", **challenge}
        return httpx.Response(401, json=problem, headers=headers)

    def client(self) -> Masthead:
        transport = httpx.MockTransport(self)
        return Masthead("http://server.test", username="ada", password="a password", transport=transport)

    @property
    def asked(self) -> list[str]:
        return [request.url.path for request in self.requests]


def test_a_token_is_used_until_it_expires() -> None:
    server = TokenServer("token-1")
    with server.client() as client:
        client.me()
        client.me()
        assert server.asked == ["/auth/token", "/auth/me", "/auth/me"]

        server.valid = ("token-2",)
        client.me()
        assert server.asked[3:] == ["/auth/me", "/auth/token", "/auth/me"]


def test_a_rejected_new_token_is_not_renewed_again() -> None:
    server = TokenServer()
    with server.client() as client, pytest.raises(Unauthenticated):
        client.me()
    assert server.asked == ["/auth/token", "/auth/me", "/auth/token", "/auth/me"]


def test_threads_that_share_a_client_sign_in_once() -> None:
    server = TokenServer("token-1")
    with server.client() as client:
        threads = [threading.Thread(target=client.me) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert server.given == 1


def test_public_requests_have_no_credentials() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        page = {"limit": 20, "has_more": False, "next_cursor": None, "next": None}
        return httpx.Response(200, json={"data": [], "page": page})

    with Masthead(
        "http://server.test/api", username="ada", password="…", token="t", transport=httpx.MockTransport(answer)
    ) as client:
        list(client.items())
        list(client.drafts())

    public, private = seen
    assert str(public.url) == "http://server.test/api/items"
    assert "authorization" not in public.headers
    assert private.headers["authorization"] == "Bearer t"
    assert public.headers["user-agent"] == f"masthead-client/{__version__}"


def test_a_password_is_not_in_the_repr() -> None:
    client = Masthead("http://localhost:8000", username="ada", password="a secret")
    assert repr(client) == "Masthead('http://localhost:8000')"
    client.close()
