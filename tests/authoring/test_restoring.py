"""Restoring a revision of an issue."""

from typing import Any

from tests.api import Api
from tests.authoring.test_revisions import draft, rename, revisions, text_of, versions
from tests.factories import a_section, ahead, an_issue, an_item


def test_it_makes_the_issue_what_it_was_as_a_new_revision(api: Api) -> None:
    sections = [a_section("Research", sections=[a_section("Safety")]), a_section("Career", items=0)]
    made = api.author.post("/issues", json=an_issue(75, sections=sections, extra={"a": 1})).json()
    before = text_of(made)
    api.editor.request("PUT", "/issues/75", json={"title": "Nothing left"}).raise_for_status()
    assert draft(api)["item_count"] == 0

    answer = api.author.post("/issues/75/revisions/1/restore")

    assert (answer.status_code, answer.headers["etag"]) == (200, '"v3"')
    assert text_of(answer.json()) == before
    assert draft(api) == answer.json()
    assert [each["request"] for each in revisions(api)] == [
        "POST /issues/75/revisions/1/restore",
        "PUT /issues/75",
        "POST /issues",
    ]


def test_the_present_one_can_be_gone_back_to(api: Api) -> None:
    """Also if the same caller wrote it within the minute."""
    api.editor.post("/issues", json=an_issue(75, title="One"))
    rename(api, "Two")

    api.author.post("/issues/75/revisions/1/restore").raise_for_status()
    assert draft(api)["title"] == "One"
    api.author.post("/issues/75/revisions/2/restore").raise_for_status()

    assert draft(api)["title"] == "Two"
    assert versions(api)[-2:] == [2, 1]


def test_deleted_parts_are_restored_with_their_ids(api: Api) -> None:
    made = api.author.post("/issues", json=an_issue(75)).json()
    section = made["sections"][0]
    api.editor.delete(f"/items/{section['items'][1]['id']}").raise_for_status()
    api.editor.delete(f"/sections/{section['id']}").raise_for_status()
    for item in section["items"][::2]:
        api.editor.delete(f"/items/{item['id']}").raise_for_status()

    restored = api.author.post("/issues/75/revisions/1/restore").json()

    assert text_of(restored) == text_of(made)
    after = api.author.post("/items", json=an_item("Later")).json()
    assert after["id"] > max(item["id"] for item in section["items"])


def test_what_lives_elsewhere_stays_there_and_is_copied(api: Api) -> None:
    made = api.author.post("/issues", json=an_issue(75)).json()
    api.author.post("/issues", json=an_issue(74))
    first, second, third = (item["id"] for item in made["sections"][0]["items"])
    api.editor.post(f"/items/{first}/move", json={"issue": 74}).raise_for_status()
    api.editor.post(f"/items/{second}/move", json={"issue": None}).raise_for_status()

    restored = api.author.post("/issues/75/revisions/1/restore").json()

    items = restored["sections"][0]["items"]
    assert [item["title"] for item in items] == ["Item 0", "Item 1", "Item 2"]
    assert items[2]["id"] == third
    assert not {first, second} & {item["id"] for item in items}
    assert draft(api, 74)["item_count"] == 4
    assert [item["id"] for item in api.author.walk("/inbox")] == [second]
    assert api.author.get(f"/items/{first}/draft").json()["issue"] == 74


def test_the_status_stays(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75, title="One"))
    api.editor.patch("/issues/75", json={"title": "Two"})
    api.editor.post("/issues/75/schedule", json={"at": ahead(days=1)})

    restored = api.editor.post("/issues/75/revisions/1/restore").json()

    assert (restored["title"], restored["status"]) == ("One", "scheduled")
    assert restored["scheduled_at"] is not None


def test_a_published_issue_is_restored_at_once(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(75, published=True, title="Zebras"))
    shown = api.get("/issues/75").json()
    api.editor.patch("/issues/75", json={"title": "Giraffes"})
    api.editor.delete(f"/items/{shown['sections'][0]['items'][0]['id']}")

    api.editor.post("/issues/75/revisions/1/restore").raise_for_status()

    assert text_of(api.get("/issues/75").json()) == text_of(shown)
    assert len(api.walk("/items")) == 3
    assert [hit["type"] for hit in api.get("/search?q=zebras").json()["data"]] == ["issue"]
    assert api.get("/search?q=giraffes").json()["data"] == []


def test_a_published_issue_is_restored_to_its_draft_and_keeps_its_date(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75, title="Drafted"))
    api.editor.post("/issues/75/publish")
    api.editor.patch("/issues/75", json={"title": "Published"})
    dated = api.get("/issues/75").json()["published_at"]

    answer = api.editor.post("/issues/75/revisions/1/restore")

    assert answer.status_code == 200, answer.text
    shown = api.get("/issues/75").json()
    assert (shown["title"], shown["status"], shown["published_at"]) == ("Drafted", "published", dated)


def test_a_draft_that_was_published_keeps_its_date(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75, title="Drafted"))
    dated = api.editor.post("/issues/75/publish").json()["published_at"]
    api.editor.post("/issues/75/unpublish")

    assert api.author.post("/issues/75/revisions/1/restore").json()["published_at"] == dated


def test_restoring_what_is_there_changes_nothing(api: Api) -> None:
    made = api.author.post("/issues", json=an_issue(75)).json()

    assert api.author.post("/issues/75/revisions/1/restore").json() == made
    assert versions(api) == [1]


def test_a_slug_that_another_issue_has_now_is_left_to_it(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75, slug="wanted", title="One"))
    api.editor.patch("/issues/75", json={"slug": "other", "title": "Two"})
    api.author.post("/issues", json=an_issue(76, slug="wanted"))

    answer = api.author.post("/issues/75/revisions/1/restore")

    assert answer.status_code == 200, answer.text
    assert (answer.json()["title"], answer.json()["slug"]) == ("One", "other")


def test_tags_that_were_renamed_or_merged_are_found(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75, sections=[a_section("Research"), a_section("Career")]))
    api.editor.request("PUT", "/issues/75", json={"title": "Nothing left"})
    api.editor.patch("/tags/research", json={"slug": "papers-and-more", "name": "Papers and more"})
    api.editor.post("/tags/career/merge", json={"into": "product"}).raise_for_status()

    restored = api.author.post("/issues/75/revisions/1/restore").json()

    assert [section["tag"] for section in restored["sections"]] == ["papers-and-more", "product"]
    assert {tag for section in restored["sections"] for item in section["items"] for tag in item["tags"]} == {
        "papers-and-more",
        "product",
    }


def test_a_tag_that_was_deleted_is_reported(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))
    api.editor.request("PUT", "/issues/75", json={"title": "Nothing left"})
    api.editor.delete("/tags/research").raise_for_status()

    answer = api.author.post("/issues/75/revisions/1/restore")

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-tag")
    assert "'research'" in answer.json()["detail"]
    assert draft(api)["title"] == "Nothing left"


def test_it_takes_if_match(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))
    api.editor.patch("/issues/75", json={"title": "Another"})

    stale = api.author.post("/issues/75/revisions/1/restore", headers={"if-match": '"v1"'})
    assert (stale.status_code, stale.headers["etag"]) == (412, '"v2"')
    assert [each["field"] for each in stale.json()["changes"]["changed"]] == ["title"]
    assert draft(api)["title"] == "Another"
    fresh = api.author.post("/issues/75/revisions/1/restore", headers={"if-match": '"v2"'})
    assert fresh.json()["title"] == "Issue 75"


def test_what_is_published_is_restored_by_those_who_may(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(75, published=True))
    api.editor.patch("/issues/75", json={"title": "Another"})

    assert api.author.post("/issues/75/revisions/1/restore").status_code == 403
    assert api.get("/issues/75").json()["title"] == "Another"


def ids_of(sections: list[dict[str, Any]]) -> dict[str, int]:
    """Those of sections at any depth, by their titles."""
    found = {}
    for section in sections:
        found |= {section["title"]: section["id"], **ids_of(section["sections"])}
    return found


def test_sections_that_were_turned_inside_out_are_turned_back(api: Api) -> None:
    inner = a_section("B", items=2, sections=[a_section("C", items=1)])
    sections = [a_section("A", items=2, sections=[inner]), a_section("D", items=1)]
    made = api.editor.post("/issues", json=an_issue(75, published=True, sections=sections)).json()
    ids = ids_of(made["sections"])
    api.editor.post(f"/sections/{ids['C']}/move", json={"parent": None, "position": 0}).raise_for_status()
    api.editor.post(f"/sections/{ids['A']}/move", json={"parent": ids["C"]}).raise_for_status()
    api.editor.delete(f"/sections/{ids['B']}").raise_for_status()
    api.editor.post(f"/sections/{ids['D']}/move", json={"parent": ids["A"]}).raise_for_status()

    answer = api.editor.post("/issues/75/revisions/1/restore")

    assert answer.status_code == 200, answer.text
    assert text_of(answer.json()) == text_of(made)
    nothing = {"added": [], "removed": [], "moved": [], "changed": []}
    assert api.editor.get("/issues/75/revisions/1/diff").json() == nothing


def test_a_whole_document_may_put_a_section_into_what_was_in_it(api: Api) -> None:
    sections = [a_section("A", items=1, sections=[a_section("B", items=1)])]
    made = api.author.post("/issues", json=an_issue(75, sections=sections)).json()
    (outer,) = made["sections"]
    (inner,) = outer["sections"]
    turned = {**made, "sections": [{**inner, "sections": [{**outer, "sections": []}]}]}

    answer = api.author.request("PUT", "/issues/75", json=turned)

    assert answer.status_code == 200, answer.text
    (now,) = answer.json()["sections"]
    assert (now["id"], [section["id"] for section in now["sections"]]) == (inner["id"], [outer["id"]])
    assert (now["version"], now["sections"][0]["version"]) == (2, 2)
    assert [item["version"] for item in (*now["items"], *now["sections"][0]["items"])] == [1, 1]


def test_a_title_made_from_the_body_is_so_again(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))
    item = api.editor.post("/issues/75/items", json={"body": "Hello world. More.", "section": "research"}).json()
    api.author.delete(f"/items/{item['id']}")

    api.author.post("/issues/75/revisions/2/restore").raise_for_status()

    again = api.author.get(f"/items/{item['id']}/draft").json()
    assert (again["title"], again["title_source"]) == ("Hello world", "body")
