"""The errors that the client raises."""

import copy
import pickle
import socket
from collections.abc import Callable

import httpx
import pytest
from masthead_client import (
    ConnectionFailed,
    Invalid,
    Masthead,
    MastheadError,
    NotFound,
    ProblemError,
    ServerError,
    TimedOut,
    UnexpectedResponse,
)

BAD_GATEWAY = """<!doctype html><html><head><title>502 Bad Gateway</title><style>body{color:red}</style></head>
<body><h1>502 Bad Gateway</h1><hr>nginx</body></html>"""


def answering(answer: httpx.Response | Callable[[httpx.Request], httpx.Response]) -> Masthead:
    """A client whose server always responds so."""
    handler = answer if callable(answer) else lambda request: answer
    return Masthead("http://server.test", transport=httpx.MockTransport(handler))


def test_an_error_carries_the_whole_problem(reader: Masthead) -> None:
    with pytest.raises(NotFound) as caught:
        reader.issue(75)

    problem = caught.value
    assert (problem.status, problem.code, problem.title) == (404, "not-found", "Not found")
    assert problem.detail == "Issue 75 is not published. GET /issues lists all published issues."
    assert problem.errors == ()
    assert problem.headers["Content-Type"] == "application/problem+json"
    assert str(problem) == f"404 not-found: {problem.detail}"
    assert isinstance(problem, MastheadError)


def test_the_type_of_a_problem_leads_to_its_explanation(server: str, reader: Masthead) -> None:
    with pytest.raises(NotFound) as caught:
        reader.issue(75)
    page = httpx.get(f"{server}{caught.value.type}")
    assert page.status_code == 200
    assert "not-found" in page.text


def test_each_error_of_an_invalid_request_is_listed(reader: Masthead) -> None:
    with pytest.raises(Invalid) as caught:
        reader.items(from_="yesterday", order="up").total()  # type: ignore[arg-type]

    assert [fault.pointer for fault in caught.value.errors] == ["from", "order"]
    assert all(fault.code and fault.detail for fault in caught.value.errors)
    assert str(caught.value).count("\n") == 2


def test_an_error_can_be_copied_and_pickled(reader: Masthead) -> None:
    with pytest.raises(Invalid) as caught:
        reader.items(limit=0).first_page()
    for again in (copy.copy(caught.value), pickle.loads(pickle.dumps(caught.value))):
        assert type(again) is Invalid
        assert str(again) == str(caught.value)
        assert again.errors == caught.value.errors
        assert again.headers == caught.value.headers


def test_a_problem_of_the_server_is_a_server_error() -> None:
    problem = {
        "type": "/problems/unavailable",
        "code": "unavailable",
        "title": "Not now",
        "status": 503,
        "detail": "The database does not answer.",
    }
    headers = {"content-type": "application/problem+json", "retry-after": "2"}
    with answering(httpx.Response(503, json=problem, headers=headers)) as client, pytest.raises(ServerError) as caught:
        client.front()
    assert (caught.value.status, caught.value.code) == (503, "unavailable")
    assert caught.value.headers["retry-after"] == "2"


def test_a_proxy_s_html_is_a_server_error_with_an_excerpt() -> None:
    answer = httpx.Response(502, html=BAD_GATEWAY)
    with answering(answer) as client, pytest.raises(ServerError) as caught:
        client.issue(75)

    error = caught.value
    assert (error.status, error.code, error.title, error.type) == (502, "", "Bad Gateway", "about:blank")
    assert error.detail == (
        "GET http://server.test/issues/75 returned 502 Bad Gateway, which is not from Masthead but from a proxy or "
        "another server. The response says: 502 Bad Gateway 502 Bad Gateway nginx"
    )


@pytest.mark.parametrize("status", [400, 401, 404, 413, 429])
def test_a_4xx_response_that_is_not_from_masthead_is_unexpected(status: int) -> None:
    answer = httpx.Response(status, html="<p>Nothing here</p>", headers={"retry-after": "60"})
    with answering(answer) as client, pytest.raises(UnexpectedResponse, match="says: Nothing here") as caught:
        client.issue(75)
    assert not isinstance(caught.value, ProblemError)
    assert caught.value.status == status
    assert caught.value.headers["retry-after"] == "60"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_problem_with_a_code_that_the_client_does_not_know_is_a_problem() -> None:
    answer = httpx.Response(
        402,
        json={"code": "no-money", "title": "Pay first", "status": 402, "detail": "It costs.", "balance": 3},
        headers={"content-type": "application/problem+json; charset=utf-8"},
    )
    with answering(answer) as client, pytest.raises(ProblemError, match=r"402 no-money: It costs\.") as caught:
        client.front()
    assert type(caught.value) is ProblemError
    assert caught.value.extra == {"balance": 3}


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, html="<h1>Welcome to our hotel's wireless</h1>"),
        httpx.Response(200, json={"hello": "world"}),
        httpx.Response(200, json=[]),
        httpx.Response(200, content=b"\xff\xfe"),
        httpx.Response(204),
    ],
)
def test_a_2xx_response_that_is_not_from_masthead_is_unexpected(answer: httpx.Response) -> None:
    with (
        answering(answer) as client,
        pytest.raises(UnexpectedResponse, match="Is this the address of a Masthead server"),
    ):
        client.issue(75)
    with answering(answer) as client, pytest.raises(UnexpectedResponse):
        list(client.items())


def test_a_list_without_the_requested_total_is_unexpected() -> None:
    page = {"limit": 1, "has_more": False, "next_cursor": None, "next": None}
    answer = httpx.Response(200, json={"data": [], "page": page})
    with answering(answer) as client, pytest.raises(UnexpectedResponse, match="expected a page with a total"):
        client.items().total()


def test_fields_that_a_newer_server_adds_are_ignored() -> None:
    links = {"self": "/tags/research", "items": "/tags/research/items", "feed": "/feeds/tags/research.rss"}
    tag = {
        "slug": "research",
        "name": "Research",
        "description": "Papers.",
        "aliases": [],
        "count": 1,
        "issue_count": 1,
    }
    with answering(httpx.Response(200, json={**tag, "links": links, "colour": "blue"})) as client:
        found = client.tag("research")
    assert found.links["feed"] == "/feeds/tags/research.rss"
    assert not hasattr(found, "colour")


def test_a_write_does_not_follow_redirects() -> None:
    asked: list[str] = []

    def move(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(301, headers={"location": f"https://elsewhere.test{request.url.path}"})

    with answering(move) as client, pytest.raises(UnexpectedResponse, match=r"moved to https://elsewhere\.test/issues"):
        client.create_issue(title="A title")
    assert asked == ["http://server.test/issues"]


def test_a_refused_connection_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with (
        Masthead(f"http://127.0.0.1:{port}") as client,
        pytest.raises(ConnectionFailed, match=f"GET /issues/75 at http://127.0.0.1:{port} got no response: .*refused"),
    ):
        client.issue(75)


def test_a_server_that_does_not_respond_times_out() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        Masthead(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.05) as client,
        pytest.raises(TimedOut, match="got no response in time"),
    ):
        client.front()


def test_a_broken_connection_is_an_error() -> None:
    def hang_up(request: httpx.Request) -> httpx.Response:
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)

    with answering(hang_up) as client, pytest.raises(ConnectionFailed, match="disconnected without sending") as caught:
        client.publish(75)
    assert not isinstance(caught.value, TimedOut)


@pytest.mark.parametrize("address", ["", "localhost:8000", "/issues", "ftp://example.org", "http://", "http://a:x"])
def test_an_invalid_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="server's address"):
        Masthead(address)


def test_a_password_in_the_address_is_refused() -> None:
    with pytest.raises(ValueError, match="username= and password=") as caught:
        Masthead("https://ada:secret@example.org")
    assert "secret" not in str(caught.value)
