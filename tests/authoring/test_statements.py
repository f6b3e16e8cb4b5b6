"""The number of statements of a write, which does not depend on the size of the archive."""

from collections.abc import Callable
from itertools import count
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, select

from app.archive.models import (
    ArchivedIssue,
    ArchivedIssueTag,
    ArchivedItem,
    ArchivedItemSection,
    ArchivedItemTag,
    ArchivedSection,
)
from app.content.models import Issue, Item, ItemTag, Section
from app.db.base import Base
from app.db.engine import Database
from tests.api import Api
from tests.factories import a_section, an_issue, an_item
from tests.statements import statements

MOST = 32
"""Of the dearest, which take an issue and all its rows out of the archive, or put them in."""
TO_ADD_AN_ITEM = 20

_count = count(1)

COPIED: dict[type[Base], tuple[str, ...]] = {
    Issue: ("id", "number"),
    Section: ("id", "issue_id"),
    Item: ("id", "section_id"),
    ItemTag: ("item_id",),
    ArchivedIssue: ("number",),
    ArchivedItem: ("id", "issue_number"),
    ArchivedItemTag: ("item_id", "issue_number"),
    ArchivedItemSection: ("item_id", "issue_number"),
    ArchivedSection: ("id", "issue_number"),
    ArchivedIssueTag: ("issue_number",),
}
"""The tables that grow with the archive, and what tells one issue's rows in them from another's."""


def multiply(database: Database, times: int) -> None:
    """Give every issue so many copies, in the archive too: publishing them one by one would take a minute."""
    with database.writing() as session:
        for model, shifted in COPIED.items():
            table = model.__table__
            rows = session.execute(select(table)).mappings().all()
            for copy in range(1, times + 1):
                apart = dict.fromkeys(shifted, copy * 1000000)
                copies = [{**row, **{name: row[name] + by for name, by in apart.items()}} for row in rows]
                if "number" in shifted:
                    copies = [{**row, "slug": f"{row['slug']}-copy-{copy}"} for row in copies]
                session.execute(insert(table), copies)


@pytest.fixture
def issue(api: Api) -> dict[str, Any]:
    """Issue 75, with thirty items in three sections, one of ten that are published, of which one comes after it."""
    for number in (*range(67, 75), 76):
        api.editor.post("/issues", json=an_issue(number, published=True)).raise_for_status()
    sections = [a_section(title, items=10) for title in ("Research", "Safety", "Career")]
    made = api.editor.post("/issues", json=an_issue(75, published=True, sections=sections))
    return made.raise_for_status().json()  # type: ignore[no-any-return]


def counts(api: Api, issue: dict[str, Any]) -> dict[str, int]:
    """How many each write takes. Each pair leaves the order as it was."""
    section, item = issue["sections"][1]["id"], issue["sections"][1]["items"][0]["id"]
    added: list[int] = []

    def add() -> httpx.Response:
        answer = api.editor.post("/issues/75/items", json=an_item(section="research"))
        added.append(answer.json()["id"])
        return answer

    writes: dict[str, Callable[[], httpx.Response]] = {
        "add an item": add,
        "delete it": lambda: api.editor.delete(f"/items/{added.pop()}"),
        "change an item": lambda: api.editor.patch(f"/items/{item}", json={"title": f"Another {next(_count)}"}),
        "move it away": lambda: api.editor.post(f"/items/{item}/move", json={"section": "career", "position": 0}),
        "move it back": lambda: api.editor.post(f"/items/{item}/move", json={"section": "safety", "position": 0}),
        "change a section": lambda: api.editor.patch(f"/sections/{section}", json={"intro": "Hello."}),
        "change the issue": lambda: api.editor.patch("/issues/75", json={"intro": "Hello."}),
        "unpublish": lambda: api.editor.post("/issues/75/unpublish"),
        "publish": lambda: api.editor.post("/issues/75/publish"),
    }
    counted = {}
    for name, write in writes.items():
        with statements(api.database) as sent:
            write().raise_for_status()
        counted[name] = len(sent)
    return counted


def test_a_write_takes_as_many_in_an_archive_of_ten_as_of_a_thousand_issues(api: Api, issue: dict[str, Any]) -> None:
    counts(api, issue)  # once, so that both times the texts are there already
    small = counts(api, issue)
    multiply(api.database, 100)
    assert api.get("/issues?total=true").json()["page"]["total"] == 1_010

    large = counts(api, issue)

    assert large == small
    assert max(small.values()) <= MOST
    assert small["add an item"] <= TO_ADD_AN_ITEM


def test_an_item_takes_as_many_in_an_issue_of_three_as_of_thirty(api: Api, issue: dict[str, Any]) -> None:
    taken = []
    for number in (74, 75):
        with statements(api.database) as sent:
            api.editor.post(f"/issues/{number}/items", json=an_item(section="research")).raise_for_status()
        taken.append(len(sent))

    assert taken[0] == taken[1]
