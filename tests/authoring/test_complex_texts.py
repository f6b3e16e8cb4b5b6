"""Texts that are too much work to render are saved, shown as they were written, and reported."""

from typing import Any

import pytest

from tests.api import Api
from tests.factories import COMPLEX, a_section, an_issue, an_item


def pointers(copy: dict[str, Any]) -> list[str]:
    assert {warning["code"] for warning in copy.get("warnings", ())} <= {"not-rendered"}
    return [warning["pointer"] for warning in copy.get("warnings", ())]


def test_the_answer_to_each_write_says_which_texts_are_not_rendered(api: Api) -> None:
    item = an_item(body=COMPLEX)
    section = {"title": "Research", "intro": COMPLEX, "items": [an_item(), item], "sections": [{"items": [item]}]}
    issue = an_issue(75, published=True, intro=COMPLEX, outro=COMPLEX, sections=[a_section("Safety"), section])

    made = api.editor.post("/issues", json=issue).raise_for_status().json()

    inside = ["/sections/1/intro", "/sections/1/items/1/body", "/sections/1/sections/0/items/0/body"]
    assert sorted(pointers(made)) == sorted(["/intro", "/outro", *inside])
    assert made["intro"] == COMPLEX
    assert made["intro_html"] == f"<p>{COMPLEX.strip()}</p>"
    assert pointers(api.editor.get("/issues/75/draft").json()) == pointers(made)
    assert api.editor.put("/issues/75", json=made).raise_for_status().json() == made
    public = api.get("/issues/75").json()
    assert public["intro_html"] == made["intro_html"]
    assert "warnings" not in public

    changed = api.editor.patch(f"/items/{made['sections'][1]['items'][0]['id']}", json={"body": COMPLEX}).json()
    assert pointers(changed) == ["/body"]
    added = api.editor.post("/issues/75/sections", json={"title": "E", "items": [item]}).json()
    assert pointers(added) == ["/items/0/body"]


@pytest.mark.parametrize("mark", ["[", "![", "://", "www.a", "@a", "*a ", "<b>", "> ", "- a\n"])
def test_a_text_of_the_largest_size_is_taken(api: Api, mark: str) -> None:
    made = api.editor.post("/issues", json=an_issue(intro=(mark * 100_000)[:100_000]))

    assert made.status_code == 201
    assert pointers(made.json()) == ["/intro"]


def test_there_are_no_warnings_where_nothing_is_wrong(api: Api) -> None:
    made = api.editor.post(
        "/issues", json=an_issue(75, intro="Some *words* and [a link](https://example.org/).")
    ).json()

    assert "warnings" not in made
    assert "warnings" not in api.editor.post("/items", json=an_item()).json()


def test_warnings_in_a_document_are_ignored_in_put_and_unknown_in_patch(api: Api) -> None:
    made = api.editor.post("/issues", json=an_issue(75)).json()
    warnings = [{"code": "not-rendered", "pointer": "/intro", "detail": "x"}]

    assert api.editor.put("/issues/75", json=made | {"warnings": warnings}).json() == made
    assert api.editor.patch("/issues/75", json={"warnings": warnings}).status_code == 422
