"""Ids are never reused after a deletion."""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.content.models import Issue, Item, Section
from tests.api import Api
from tests.factories import an_issue


def highest(session: Session) -> tuple[int, ...]:
    return tuple(session.scalar(select(func.max(table.id))) or 0 for table in (Issue, Section, Item))


def test_ids_are_never_used_again_after_deletion(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(75))
    with api.database.reading() as session:
        before = highest(session)
    with api.database.writing() as session:
        session.execute(delete(Issue))
    with api.database.reading() as session:
        assert highest(session) == (0, 0, 0), "sections and items go with their issue"

    api.editor.post("/issues", json=an_issue(75))

    with api.database.reading() as session:
        after = highest(session)
    assert all(new > old for new, old in zip(after, before, strict=True))


def test_the_id_of_a_deleted_item_is_never_reused(api: Api) -> None:
    made = api.editor.post("/issues", json=an_issue(75, published=True, items=1)).json()
    gone = made["sections"][0]["items"][0]["id"]
    api.editor.delete(f"/items/{gone}")

    added = api.editor.post("/issues/75/items", json={"title": "Another", "section": "research"}).json()

    assert added["id"] > gone
    assert api.get(f"/items/{gone}").status_code == 404
