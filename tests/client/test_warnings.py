"""Working copies have `warnings`."""

import asyncio

import pytest
from fastapi import FastAPI
from masthead_client import AsyncMasthead, DraftItem, DraftWarning, Masthead

from tests.factories import COMPLEX, a_section, an_issue, an_item

RESEARCH = a_section(items=0, intro=COMPLEX) | {"items": [an_item(body=COMPLEX)]}


def pointers(warnings: list[DraftWarning]) -> list[str]:
    assert {(warning.code, bool(warning.detail)) for warning in warnings} <= {("not-rendered", True)}
    return [warning.pointer for warning in warnings]


def test_every_working_copy_has_the_warnings_about_it(author: Masthead, editor: Masthead) -> None:
    made = author.create_issue(an_issue(1, outro=COMPLEX, sections=[RESEARCH]))
    inside = ["/outro", "/sections/0/intro", "/sections/0/items/0/body"]

    assert pointers(made.warnings) == inside
    assert pointers(author.draft(1).warnings) == inside
    assert pointers(editor.publish(1).warnings) == inside
    assert pointers(editor.add_section(1, RESEARCH).warnings) == ["/intro", "/items/0/body"]
    item = author.collect_item(an_item(body=COMPLEX))
    for copy in (item, author.draft_item(item.id), *author.inbox()):
        assert pointers(copy.warnings) == ["/body"]
    (result,) = author.collect_items([item]).results
    assert isinstance(result.item, DraftItem)
    assert pointers(result.item.warnings) == ["/body"]
    assert author.change_item(item.id, body="Simpler.").warnings == []


def test_asynchronous_working_copies_have_them_too(server: str, app: FastAPI) -> None:
    async def work() -> None:
        async with AsyncMasthead(server, token=app.state.tokens.issue(1, 1)) as author:
            made = await author.create_issue(an_issue(1, intro=COMPLEX))
            assert pointers(made.warnings) == ["/intro"]
            assert await author.put_issue(1, made) == made

    asyncio.run(work())


def test_without_warnings_the_json_of_a_draft_has_none(author: Masthead) -> None:
    draft = author.create_issue(an_issue(1))

    assert draft.warnings == []
    assert "warnings" not in draft.model_dump_json()


@pytest.mark.parametrize("fields", [{}, {"outro": COMPLEX, "sections": [RESEARCH]}], ids=["without", "with"])
def test_putting_a_draft_with_or_without_warnings_back_changes_nothing(
    author: Masthead, fields: dict[str, object]
) -> None:
    draft = author.create_issue(an_issue(1, **fields))

    assert author.put_issue(1, draft) == draft
    assert author.put_issue(1, draft.model_dump()) == draft
    assert author.put_issue(1, draft.model_dump(mode="json")) == draft
    assert author.draft(1) == draft


def test_what_has_warnings_can_be_copied(author: Masthead) -> None:
    draft = author.create_issue(an_issue(1, sections=[RESEARCH]))
    section = author.add_section(1, RESEARCH)
    item = author.collect_item(an_item(body=COMPLEX))

    copy = author.create_issue(draft, number=2, slug="a-copy")

    assert copy.warnings == draft.warnings
    assert author.add_item(2, item, section="research").warnings == item.warnings
    assert author.add_section(2, section).warnings == section.warnings
