"""Writes that wait for a lock, and find changed rows when they get it.

On PostgreSQL alone: on SQLite a write begins when the one before it has ended.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import Select, delete, select, text, update
from sqlalchemy.orm import Session

from app.content.models import Issue, Item, Section, Tag
from tests.api import Api
from tests.authoring.shapes import items_of
from tests.conftest import on_postgresql
from tests.factories import an_issue, an_item
from tests.web.expect import a_problem

pytestmark = on_postgresql

_A_CALL_WAITS_FOR_THIS_TRANSACTION = text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
)


def waiting(
    api: Api, rows: Select[Any], call: Callable[[], httpx.Response], meanwhile: Callable[[Session], object]
) -> httpx.Response:
    """The answer to a call that had to wait for a transaction that locks these rows and then does something."""
    with ThreadPoolExecutor(1) as thread:
        with api.database.writing() as session:
            session.execute(rows.with_for_update(key_share=True)).all()
            answer = thread.submit(call)
            while not session.scalar(_A_CALL_WAITS_FOR_THIS_TRANSACTION):
                assert not answer.done(), answer.result().text
            meanwhile(session)
        return answer.result()


@pytest.fixture
def issues(api: Api) -> dict[str, Any]:
    """The items of issues 75 and 76 and of the inbox, by their titles. Both issues are published, each has one section:
    75 has Research, of one item, and 76 Safety, of none."""
    research = {"title": "Research", "items": [an_item("Placed")]}
    made = api.editor.post("/issues", json=an_issue(75, published=True, sections=[research])).json()
    api.editor.post("/issues", json=an_issue(76, published=True, sections=[{"title": "Safety"}])).raise_for_status()
    collected = api.author.post("/items", json=an_item("Collected", tags=["research"])).json()
    return {**items_of(made), "Collected": collected}


def put(item: dict[str, Any], number: int | None) -> Callable[[Session], object]:
    """Moves an item, as another author's transaction would: into the section of an issue, or the inbox."""
    section = select(Section.id).join(Section.issue).where(Issue.number == number).scalar_subquery()
    return lambda session: session.execute(update(Item).where(Item.id == item["id"]).values(section_id=section))


# Merging tags: POST /tags/{slug}/merge


ALL_TAGS = select(Tag.id)


def merge(api: Api) -> httpx.Response:
    return api.editor.post("/tags/research/merge", json={"into": "career"})


@pytest.mark.parametrize("how", ["added", "placed"])
def test_a_merge_starts_over_when_an_issue_gets_the_tag_meanwhile(api: Api, issues: dict[str, Any], how: str) -> None:
    """The issue has not been locked, so it could not be compiled again."""

    def give(_: Session) -> None:
        if how == "added":
            answer = api.editor.post("/issues/76/items", json=an_item("Added", section="safety", tags=["research"]))
        else:
            where = {"issue": 76, "section": "safety"}
            answer = api.editor.post(f"/items/{issues['Collected']['id']}/move", json=where)
        answer.raise_for_status()

    refused = waiting(api, ALL_TAGS, lambda: merge(api), give)

    a_problem(api, refused, 409, "conflict")
    assert "Try again" in refused.json()["detail"]
    for number in (75, 76):
        assert [tag["slug"] for tag in api.get(f"/issues/{number}").json()["tags"]] == ["research"]
    assert merge(api).status_code == 200
    for number in (75, 76):
        assert [tag["slug"] for tag in api.get(f"/issues/{number}").json()["tags"]] == ["career"]


def test_a_merge_waits_for_writes_to_issues_with_the_tag(api: Api, issues: dict[str, Any]) -> None:
    merged = waiting(
        api,
        select(Issue.id).where(Issue.number == 75),
        lambda: merge(api),
        lambda session: session.execute(update(Issue).where(Issue.number == 75).values(title="Theirs")),
    )

    assert merged.status_code == 200
    public = api.get("/issues/75").json()
    assert (public["title"], [tag["slug"] for tag in public["tags"]]) == ("Theirs", ["career"])


def test_a_merge_takes_what_gets_the_tag_in_the_inbox_meanwhile(api: Api, issues: dict[str, Any]) -> None:
    added: list[int] = []

    def give(_: Session) -> None:
        added.append(api.author.post("/items", json=an_item(tags=["research"])).json()["id"])

    assert waiting(api, ALL_TAGS, lambda: merge(api), give).status_code == 200
    assert api.author.get(f"/items/{added[0]}/draft").json()["tags"] == ["career"]


# Changing, moving and deleting items


WRITES = (("PATCH", "", {"title": "Mine"}), ("POST", "/move", {"issue": 75, "position": 0}), ("DELETE", "", None))


@pytest.mark.parametrize(("method", "behind", "body"), WRITES)
@pytest.mark.parametrize("destination", [76, None])
def test_what_is_moved_meanwhile_is_not_written(
    api: Api, issues: dict[str, Any], destination: int | None, method: str, behind: str, body: Any
) -> None:
    item, before = issues["Placed"], api.get("/issues/75").content

    refused = waiting(
        api,
        select(Issue.id).where(Issue.number == 75),
        lambda: api.editor.request(method, f"/items/{item['id']}{behind}", json=body),
        put(item, destination),
    )

    a_problem(api, refused, 409, "conflict")
    assert "nothing was changed" in refused.json()["detail"]
    now = api.editor.get(f"/items/{item['id']}/draft").json()
    assert (now["title"], now["version"], now["issue"]) == ("Placed", 1, destination)
    assert api.get("/issues/75").content == before


@pytest.mark.parametrize(("method", "behind", "body"), WRITES)
def test_what_is_placed_meanwhile_is_not_written(
    api: Api, issues: dict[str, Any], method: str, behind: str, body: Any
) -> None:
    item = issues["Collected"]

    refused = waiting(
        api,
        select(Item.id).where(Item.id == item["id"]),
        lambda: api.editor.request(method, f"/items/{item['id']}{behind}", json=body),
        put(item, 76),
    )

    a_problem(api, refused, 409, "conflict")
    now = api.editor.get(f"/items/{item['id']}/draft").json()
    assert (now["title"], now["version"], now["issue"]) == ("Collected", 1, 76)


@pytest.mark.parametrize(("method", "behind", "body"), WRITES)
@pytest.mark.parametrize("title", ["Placed", "Collected"])
def test_what_is_deleted_meanwhile_is_not_found(
    api: Api, issues: dict[str, Any], title: str, method: str, behind: str, body: Any
) -> None:
    item = issues[title]
    in_issue, itself = select(Issue.id).where(Issue.number == 75), select(Item.id).where(Item.id == item["id"])

    answer = waiting(
        api,
        in_issue if title == "Placed" else itself,
        lambda: api.editor.request(method, f"/items/{item['id']}{behind}", json=body),
        lambda session: session.execute(delete(Item).where(Item.id == item["id"])),
    )

    a_problem(api, answer, 404, "not-found")
