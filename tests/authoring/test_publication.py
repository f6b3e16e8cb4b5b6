"""Changing the publication as an admin."""

from typing import Any

import pytest

from tests.api import Api
from tests.factories import an_issue, an_item


def test_it_is_read_by_authors(api: Api) -> None:
    answer = api.author.get("/publication")

    assert (answer.status_code, answer.headers["etag"]) == (200, '"v1"')
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.json()["title"] == "The Weekly Gradient"
    assert api.author.get("/publication?fields=language").json() == {"language": "en"}
    assert api.get("/publication").status_code == 401


def test_what_is_changed_is_public_at_once(api: Api) -> None:
    before = api.get("/")

    answer = api.admin.patch("/publication", json={"title": "The Monthly Gradient", "author": "Ada"})

    assert (answer.status_code, answer.headers["etag"], answer.json()["version"]) == (200, '"v2"', 2)
    front = api.get("/")
    assert front.headers["etag"] != before.headers["etag"]
    assert front.json()["publication"] == {
        **before.json()["publication"],
        "title": "The Monthly Gradient",
        "author": "Ada",
    }
    assert api.author.get("/publication").json() == answer.json()


def test_another_language_finds_words_by_its_own_stems(api: Api) -> None:
    items = [an_item("Modelle und Häuser", body="Kinder."), an_item("Running dogs", body="Words.")]
    sections = [{"title": "Research", "items": items}]
    api.editor.post("/issues", json=an_issue(75, published=True, sections=sections))

    def found(words: str) -> list[str]:
        return [hit["title"] for hit in api.get(f"/search?q={words}").json()["data"] if hit["type"] == "item"]

    assert (found("kind"), found("run")) == ([], ["Running dogs"])
    api.admin.patch("/publication", json={"language": "de"}).raise_for_status()

    assert (found("kind"), found("run")) == (["Modelle und Häuser"], [])
    assert api.get("/").json()["publication"]["language"] == "de"
    assert api.get("/issues/75").json()["language"] == "en"
    assert api.author.post("/issues", json=an_issue(76)).json()["language"] == "de"


def test_another_language_is_not_an_edit_of_the_issues(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(75, published=True))
    before = api.get("/issues/75").content

    api.admin.patch("/publication", json={"language": "pt-BR"}).raise_for_status()

    assert api.get("/issues/75").content == before


def test_changes_take_if_match(api: Api) -> None:
    current = api.admin.patch("/publication", json={"author": "Ada"}).json()

    stale = api.admin.patch("/publication", json={"author": "Bob"}, headers={"if-match": '"v1"'})

    assert (stale.status_code, stale.headers["etag"]) == (412, '"v2"')
    assert stale.json()["current"] == current
    assert api.admin.patch("/publication", json={"author": "Bob"}, headers={"if-match": '"v2"'}).status_code == 200


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"title": ""}, "/title"),
        ({"title": None}, "/title"),
        ({"title": "a\u0000b"}, "/title"),
        ({"title": "x" * 501}, "/title"),
        ({"description": "x" * 2001}, "/description"),
        ({"language": "English"}, "/language"),
        ({"language": ""}, "/language"),
        ({"id": 2}, "/id"),
        ({"version": 5}, "/version"),
    ],
)
def test_what_is_wrong_is_pointed_to(api: Api, given: dict[str, Any], pointer: str) -> None:
    answer = api.admin.patch("/publication", json=given)

    assert answer.status_code in (400, 422)
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert api.author.get("/publication").json()["version"] == 1


def test_it_is_for_admins(api: Api) -> None:
    for caller, status in ((api, 401), (api.author, 403), (api.editor, 403)):
        assert caller.patch("/publication", json={"title": "Mine"}).status_code == status


def test_changes_at_once_are_all_kept(api: Api) -> None:
    given = {"title": "Title", "description": "Description", "author": "Author"}

    answers = api.together(
        *[lambda name=name: api.admin.patch("/publication", json={name: given[name]}) for name in given]
    )

    assert [answer.status_code for answer in answers] == [200] * 3
    after = api.author.get("/publication").json()
    assert {name: after[name] for name in given} == given
    assert after["version"] == 4
