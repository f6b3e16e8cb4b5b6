"""Restoring revisions: `POST /issues/{number}/revisions/{version}/restore`."""

from typing import Any

import pytest

from tests.api import Api
from tests.authoring.shapes import items_of, sections_of, shape
from tests.factories import a_section, an_issue, an_item


@pytest.fixture(autouse=True)
def made(api: Api) -> Any:
    """Issue 75, a draft: Research, of two items, with Deep in it, of one; and 76, with Safety, of none."""
    research = a_section("Research", sections=[{"title": "Deep", "items": [an_item("Deep down")]}])
    api.author.post("/issues", json=an_issue(76, sections=[{"title": "Safety"}]))
    return api.author.post("/issues", json=an_issue(75, sections=[research])).json()


def present(api: Api, number: int = 75) -> Any:
    return api.author.get(f"/issues/{number}/draft").json()


def restore(api: Api, version: int = 1) -> Any:
    answer = api.editor.post(f"/issues/75/revisions/{version}/restore")
    assert answer.status_code == 200, answer.text
    assert answer.json() == present(api)
    return answer.json()


def test_a_restored_issue_has_its_former_content_and_a_new_version(api: Api, made: Any) -> None:
    item = items_of(made)["Item 0"]["id"]
    api.editor.patch("/issues/75", json={"title": "Changed", "intro": None, "extra": {"mood": "grey"}})
    api.editor.post(f"/items/{item}/move", json={"section": "deep"})
    api.editor.patch(f"/items/{item}", json={"title": "Changed", "tags": ["career"]})

    after = restore(api)

    assert after["version"] == 5
    for name in ("title", "intro", "extra", "tags"):
        assert after[name] == made[name]
    assert shape(after) == shape(made)
    assert {title: (each["id"], each["tags"]) for title, each in items_of(after).items()} == {
        title: (each["id"], each["tags"]) for title, each in items_of(made).items()
    }


def test_what_was_there_before_is_kept_too(api: Api) -> None:
    api.editor.patch("/issues/75", json={"title": "Changed"})

    restore(api)

    versions = [each["version"] for each in api.author.get("/issues/75/revisions").json()["data"]]
    assert versions == [3, 2, 1]
    assert restore(api, 2)["title"] == "Changed"


def test_restoring_what_is_there_changes_nothing(api: Api, made: Any) -> None:
    assert restore(api) == made


def test_deleted_sections_are_restored_with_their_ids_and_slugs(api: Api, made: Any) -> None:
    deep, item = sections_of(made)["Deep"], items_of(made)["Deep down"]["id"]
    api.author.patch(f"/sections/{deep['id']}", json={"title": "Renamed"})
    api.editor.delete(f"/items/{item}")
    api.editor.delete(f"/sections/{deep['id']}")

    after = restore(api, 2)

    assert sections_of(after)["Renamed"]["id"] == deep["id"]
    assert sections_of(after)["Renamed"]["slug"] == "deep"
    assert items_of(after)["Deep down"]["id"] == item


def test_restored_parts_have_a_version_that_nobody_has_read(api: Api, made: Any) -> None:
    item = f"/items/{items_of(made)['Item 0']['id']}"
    api.editor.patch(item, json={"title": "Changed"})
    api.editor.delete(item)

    restore(api)

    for version in ('"v1"', '"v2"'):
        answer = api.editor.patch(item, json={"title": "Late"}, headers={"if-match": version})
        assert answer.status_code == 412


def test_parts_that_are_elsewhere_now_stay_there_and_are_copied(api: Api, made: Any) -> None:
    moved, collected = items_of(made)["Item 0"]["id"], items_of(made)["Item 1"]["id"]
    api.editor.post(f"/items/{moved}/move", json={"issue": 76, "section": "safety"})
    api.editor.post(f"/items/{collected}/move", json={"issue": None})

    after = restore(api)

    assert shape(after) == shape(made)
    assert {items_of(after)[title]["id"] for title in ("Item 0", "Item 1")}.isdisjoint({moved, collected})
    assert items_of(present(api, 76))["Item 0"]["id"] == moved
    assert [each["id"] for each in api.author.get("/inbox").json()["data"]] == [collected]


def test_a_published_issue_is_restored_to_before_its_publication_and_stays_published(api: Api, made: Any) -> None:
    api.editor.post("/issues/75/publish")
    published = api.editor.patch("/issues/75", json={"title": "With a tipo"}).json()

    after = restore(api)

    assert (after["status"], after["published_at"]) == ("published", published["published_at"])
    shown = api.get("/issues/75").json()
    assert (shown["title"], shown["version"]) == (made["title"], 4)


def test_a_draft_stays_a_draft(api: Api, made: Any) -> None:
    api.editor.post("/issues/75/publish")
    api.editor.post("/issues/75/unpublish")

    assert restore(api, 2)["status"] == "draft"
    assert api.get("/issues/75").status_code == 404


def test_tags_that_were_renamed_or_merged_since_are_what_they_are_now(api: Api) -> None:
    api.editor.patch("/issues/75", json={"title": "Changed"})
    api.editor.patch("/tags/research", json={"slug": "papers-of-note"})
    api.editor.post("/tags/papers-of-note/merge", json={"into": "safety"})

    after = restore(api)

    assert after["sections"][0]["tag"] == "safety"
    assert items_of(after)["Item 0"]["tags"] == ["safety"]


def test_a_revision_that_does_not_exist_is_reported(api: Api) -> None:
    for version in (2, 99, 2**31 - 1):
        answer = api.editor.post(f"/issues/75/revisions/{version}/restore")
        assert answer.status_code == 404, version
        assert "/issues/75/revisions" in answer.json()["detail"]


def test_an_author_restores_drafts_alone(api: Api) -> None:
    assert api.author.post("/issues/75/revisions/1/restore").status_code == 200
    api.editor.post("/issues/75/publish")

    assert api.author.post("/issues/75/revisions/1/restore").status_code == 403


def test_only_the_version_that_was_read_is_replaced(api: Api) -> None:
    api.editor.patch("/issues/75", json={"title": "Changed"})

    answer = api.editor.post("/issues/75/revisions/1/restore", headers={"if-match": '"v1"'})

    assert answer.status_code == 412
    assert present(api)["title"] == "Changed"
