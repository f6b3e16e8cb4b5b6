"""The asynchronous client: methods, lists, retries, and many tasks that sign in at once."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from masthead_client import (
    AsyncMasthead,
    ConnectionFailed,
    Gone,
    Invalid,
    IssueHit,
    Stale,
    TimedOut,
    Unauthenticated,
    UnexpectedResponse,
)
from sqlalchemy import func, select

from app.auth.models import RefreshToken, SignIn
from app.db.engine import Database
from tests.api import PASSWORD
from tests.client import auth_server
from tests.client.auth_server import FakeAuthServer
from tests.factories import a_section, an_issue, an_item

EXPIRED_TOKEN = "eyJhbGciOiJIUzI1NiJ9.e30.AAAA"


def client_of(handler: Callable[[httpx.Request], Any], **options: Any) -> AsyncMasthead:
    return AsyncMasthead("http://server.test", transport=httpx.MockTransport(handler), **options)


def answering(server: FakeAuthServer) -> Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]:
    """The fake server, which lets other tasks run before each response."""

    async def answer(request: httpx.Request) -> httpx.Response:
        for _ in range(3):
            await asyncio.sleep(0)
        return server(request)

    return answer


def test_authoring(server: str, app: FastAPI) -> None:
    async def work() -> None:
        async with (
            AsyncMasthead(server, token=app.state.tokens.issue(1, 1)) as author,
            AsyncMasthead(server, token=app.state.tokens.issue(2, 2)) as editor,
            AsyncMasthead(server) as reader,
        ):
            first = await editor.collect_item(title="A paper", url="https://example.org/paper", tags=["research"])
            rest = await editor.collect_items([an_item("A tool"), an_item("A post")])
            assert rest.made == 2
            draft = await author.create_issue(number=76, title="The week", sections=[{"title": "Research"}])
            await editor.move_item(first.id, issue=76, if_match=first)
            item = await editor.add_item(76, title="Added", section="research")
            section = await editor.add_section(76, title="Ends", position=0)
            await editor.change_section(section.id, title="Ends", intro="Of *it*.")
            await editor.move_section(section.id, position=1)
            with pytest.raises(Stale) as caught:
                await editor.change_issue(76, title="Mine", if_match=draft)
            assert caught.value.changes is not None

            preview = await editor.create_preview(76)
            assert (await reader.previewed_issue(preview.token)).title == "The week"
            await editor.revoke_preview(preview.token)
            with pytest.raises(Gone):
                await reader.previewed_issue(preview.token)

            scheduled = await editor.schedule(76, datetime.now(UTC) + timedelta(days=1))
            assert [issue.number async for issue in editor.drafts(status="scheduled")] == [76]
            await editor.unschedule(76, if_match=scheduled)
            await editor.publish(76)
            assert [each.title async for each in reader.items(issue=76)] == ["A paper", "Added"]
            await editor.change_item(item.id, title="Mended")
            assert (await reader.item(item.id)).title == "Mended"

            diff = await editor.diff(76, draft.version)
            assert {change.title for change in diff.added} == {"A paper", "Mended", "Ends"}
            assert [each.version async for each in editor.revisions(76)][-1] == draft.version
            await editor.unpublish(76)
            restored = await editor.restore_revision(76, draft.version)
            assert list(restored.all_items()) == []

            await editor.delete_issue(76)
            assert [issue.number async for issue in editor.deleted_issues()] == [76]
            assert (await editor.restore_issue(76)).status == "draft"

    asyncio.run(work())


def test_management(server: str, app: FastAPI) -> None:
    async def work() -> None:
        async with AsyncMasthead(server, token=app.state.tokens.issue(3, 3)) as admin:
            tag = await admin.create_tag(name="Worlds")
            await admin.merge_tag(tag.slug, "research")
            assert (await admin.draft_tag("research")).aliases[-1] == "worlds"
            await admin.create_user("bob", "author", PASSWORD)
            assert "bob" in [user.name for user in await admin.users()]
            await admin.disable_user("bob")
            key = await admin.create_api_key("Zapier", ["content:read"])
            async with AsyncMasthead(server, token=key.key) as program:
                assert (await program.me()).name == "Zapier"
            await admin.revoke_api_key(key.id)
            assert (await admin.api_keys())[0].revoked_at is not None
            await admin.change_publication(title="Other", if_match=await admin.publication())
            assert (await admin.front()).publication.title == "Other"

    asyncio.run(work())


def test_lists_are_requested_page_by_page(server: str, app: FastAPI) -> None:
    async def work() -> None:
        async with AsyncMasthead(server, token=app.state.tokens.issue(2, 2)) as client:
            await client.create_issue(an_issue(1, published=True, sections=[a_section(items=5)]))

            items = client.items(limit=2)
            assert repr(items) == "<AsyncPages of /items?limit=2>"
            assert [item.position async for item in items] == [0, 1, 2, 3, 4]
            assert [len(page.data) async for page in items.pages(total=True)] == [2, 2, 1]
            assert (await items.first_page()).has_more
            assert await items.total() == 5
            assert [issue.number async for issue in client.issues(full=True)] == [1]
            assert [hit.number async for hit in client.search("issue") if isinstance(hit, IssueHit)] == [1]
            with pytest.raises(Invalid):
                await client.items(limit=0).first_page()

    asyncio.run(work())


def test_concurrent_requests(server: str) -> None:
    async def work() -> None:
        async with AsyncMasthead(server, username="author", password=PASSWORD) as client:
            made = await asyncio.gather(*[client.collect_item(title=f"Item {place}") for place in range(8)])
            assert len({item.id for item in made}) == 8
            assert await client.inbox().total() == 8

    asyncio.run(work())


def test_tasks_with_an_expired_token_refresh_once(server: str, database: Database) -> None:
    async def work() -> None:
        async with AsyncMasthead(server) as client:
            await client.sign_in("editor", PASSWORD)
            kept = client.refresh_token
        async with AsyncMasthead(server, token=EXPIRED_TOKEN, refresh_token=kept) as client:
            everybody = await asyncio.gather(*[client.me() for _ in range(20)])
            assert {me.name for me in everybody} == {"editor"}
            assert client.refresh_token not in (None, kept)

    asyncio.run(work())
    with database.reading() as session:
        begun = session.scalars(select(func.max(SignIn.id))).one()
        of_it = select(func.count()).where(RefreshToken.sign_in_id == begun)
        assert session.scalars(of_it).one() == 2, "the first, and that of one refresh"


def test_tasks_sign_in_once_and_refresh_once() -> None:
    server = FakeAuthServer()

    async def work() -> None:
        async with client_of(answering(server), username=auth_server.NAME, password=auth_server.PASSWORD) as client:
            await asyncio.gather(*[client.me() for _ in range(20)])
            assert server.asked == ["/token", *["/me"] * 20]

            server.expire_token()
            await asyncio.gather(*[client.me() for _ in range(20)])
            assert server.asked.count("/refresh") == 1
            assert server.asked.count("/token") == 1

            await client.sign_out()
            with pytest.raises(Unauthenticated):
                await client.me()

    asyncio.run(work())


def test_a_refresh_completes_when_its_task_is_cancelled() -> None:
    server = FakeAuthServer()

    async def work() -> None:
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def answer(request: httpx.Request) -> httpx.Response:
            answer = server(request)
            if request.url.path == "/auth/refresh":
                begun.set()
                await go_on.wait()
            return answer

        async with client_of(answer, token="access-9", refresh_token="refresh-0") as client:
            task = asyncio.create_task(client.me())
            await begun.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            go_on.set()
            assert (await client.me()).name == "ada"
            assert client.refresh_token == "refresh-1"
        assert server.asked.count("/refresh") == 1

    asyncio.run(work())


def test_retries(pauses: list[float]) -> None:
    requests: list[httpx.Request] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        if len(requests) == 1:
            raise httpx.ReadTimeout("")
        if len(requests) == 2:
            problem = {"code": "unavailable", "title": "Busy", "detail": "Busy."}
            headers = {"content-type": "application/problem+json", "retry-after": "5"}
            return httpx.Response(503, json=problem, headers=headers)
        raise httpx.ReadError("reset")

    async def fails(error: type[Exception], call: Callable[[AsyncMasthead], Awaitable[object]]) -> None:
        async with client_of(answer, token="t") as client:
            with pytest.raises(error):
                await call(client)

    asyncio.run(fails(ConnectionFailed, lambda client: client.create_tag(name="A")))
    assert len({request.headers["idempotency-key"] for request in requests}) == 1
    assert len(requests) == 3
    assert 0.1 <= pauses[0] <= 0.2
    assert pauses[1:] == [5]

    asyncio.run(fails(ConnectionFailed, lambda client: client.change_tag("a", name="B")))
    assert len(requests) == 4

    requests.clear()
    asyncio.run(fails(TimedOut, lambda client: client.delete_tag("a")))
    assert len(requests) == 1


def test_errors_are_those_of_the_synchronous_client() -> None:
    async def work() -> None:
        async with client_of(lambda request: httpx.Response(200, html="<h1>Welcome</h1>")) as client:
            assert repr(client) == "AsyncMasthead('http://server.test')"
            with pytest.raises(UnexpectedResponse, match="Is this the address of a Masthead server"):
                await client.front()
        for wrong in ({"username": "ada"}, {"token": "mh_key", "refresh_token": "r"}, {"retries": -1}):
            with pytest.raises(ValueError, match=r"given together|cannot be combined|0 or more"):
                client_of(FakeAuthServer(), **wrong)

    asyncio.run(work())
