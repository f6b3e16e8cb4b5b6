"""Complete issues in the shape that GET returns: `PUT /issues/{number}`."""

from typing import Any

import pytest

from app.authoring.sizes import MOST_ITEMS, MOST_SECTIONS
from app.content.document import DEEPEST
from tests.api import Api
from tests.authoring.shapes import items_of, sections_of, shape
from tests.factories import ahead, an_issue, an_item


def issue_75(**fields: Any) -> dict[str, Any]:
    """Research, of three items, with Deep in it, of one; and a section without a title, of two, one of them without."""
    research = {
        "title": "Research",
        "intro": "Read *these*.",
        "extra": {"colour": "blue"},
        "items": [
            an_item("One", tags=["safety", "research"]),
            an_item("Two", sponsored=True),
            an_item("Three", tags=[]),
        ],
        "sections": [{"title": "Deep", "tag": "career", "items": [an_item("Four", source="Example Labs")]}],
    }
    untitled = {"title": None, "items": [{"body": "Words alone. And more."}, an_item("Five", extra={"a": 1, "b": 0.5})]}
    everything = {
        "subtitle": "Of many things",
        "outro": "How it ends.",
        "image": {"url": "https://example.org/a.png", "alt": "A"},
        "extra": {"mood": "grey", "rank": 3, "ratio": 0.25, "good": True},
    }
    return an_issue(75, sections=[research, untitled], **everything, **fields)


@pytest.fixture
def made(api: Api) -> Any:
    return api.author.post("/issues", json=issue_75()).raise_for_status().json()


def present(api: Api, number: int = 75) -> Any:
    return api.author.get(f"/issues/{number}/draft").json()


def told(answer: Any) -> list[str]:
    """The pointers of the faults."""
    assert answer.status_code == 422, answer.text
    return [fault["pointer"] for fault in answer.json()["errors"]]


def test_what_the_working_copy_gives_changes_nothing(api: Api, made: Any) -> None:
    answer = api.author.put("/issues/75", json=present(api))

    assert answer.status_code == 200
    assert answer.headers["etag"] == '"v1"'
    assert answer.json() == made == present(api)


@pytest.mark.parametrize("address", ["/issues/75", "/issues/75/draft"])
def test_what_a_published_issue_gives_changes_nothing(api: Api, made: Any, address: str) -> None:
    published = api.editor.post("/issues/75/publish").json()
    shown = api.get("/issues/75")
    revisions = api.author.get("/issues/75/revisions").json()

    answer = api.editor.put("/issues/75", json=api.editor.get(address).json())

    assert answer.status_code == 200
    assert answer.json() == published == present(api)
    assert api.get("/issues/75").headers["etag"] == shown.headers["etag"]
    assert api.author.get("/issues/75/revisions").json() == revisions


def test_what_a_scheduled_issue_gives_changes_nothing(api: Api, made: Any) -> None:
    scheduled = api.editor.post("/issues/75/schedule", json={"at": ahead(days=1)}).json()

    assert api.editor.put("/issues/75", json=present(api)).json() == scheduled == present(api)


def test_what_a_revision_gives_brings_back_what_it_was(api: Api, made: Any) -> None:
    api.editor.patch("/issues/75", json={"title": "Changed", "intro": None})
    revision = api.author.get("/issues/75/revisions/1").json()

    answer = api.author.put("/issues/75", json={**revision, "version": 2})

    assert (answer.json()["title"], answer.json()["version"]) == (made["title"], 3)
    assert answer.json()["sections"] == made["sections"]


def test_of_what_the_document_leaves_out_nothing_stays(api: Api, made: Any) -> None:
    answer = api.author.put("/issues/75", json={"title": "All new"})

    assert answer.status_code == 200
    after = answer.json()
    assert (after["title"], after["subtitle"], after["intro"], after["outro"]) == ("All new", None, None, None)
    assert (after["image"], after["extra"], after["sections"]) == (None, {}, [])
    assert (after["slug"], after["language"], after["version"]) == (made["slug"], made["language"], 2)
    assert api.author.get(f"/items/{items_of(made)['One']['id']}/draft").status_code == 404
    assert api.author.get("/inbox").json()["data"] == []


def test_an_issue_that_does_not_exist_is_created(api: Api) -> None:
    document = issue_75()
    del document["number"], document["status"]

    answer = api.author.put("/issues/75", json=document)

    assert answer.status_code == 201
    assert answer.headers["location"] == "/issues/75/draft"
    assert answer.headers["etag"] == '"v1"'
    assert answer.json() == present(api)
    assert (answer.json()["number"], answer.json()["status"], answer.json()["slug"]) == (75, "draft", "issue-75")
    assert shape(answer.json()) == [
        ("Research", ["One", "Two", "Three"], [("Deep", ["Four"], [])]),
        (None, ["Words alone", "Five"], []),
    ]
    assert api.author.get("/issues/75/revisions").json()["data"][0]["request"] == "PUT /issues/75"


def test_one_that_is_made_may_be_published_at_once_by_who_may(api: Api) -> None:
    assert api.author.put("/issues/75", json=issue_75(published=True)).status_code == 403
    assert api.editor.put("/issues/75", json=issue_75(published=True)).status_code == 201

    assert api.get("/issues/75").json()["item_count"] == 6


def test_one_that_is_made_cannot_be_scheduled_at_once(api: Api) -> None:
    answer = api.editor.put("/issues/75", json={"title": "New", "status": "scheduled"})

    assert told(answer) == ["/status"]
    assert "/issues/75/schedule" in answer.json()["detail"]


def test_putting_twice_is_putting_once(api: Api) -> None:
    first = api.author.put("/issues/75", json=issue_75()).json()

    again = api.author.put("/issues/75", json=first)

    assert (again.status_code, again.json()) == (200, first)


def test_items_and_sections_that_are_moved_keep_their_ids(api: Api, made: Any) -> None:
    document = present(api)
    research, untitled = document["sections"]
    (deep,) = research["sections"]
    one, two, three = research["items"]
    research["items"] = [three, one]
    research["sections"] = []
    deep["items"] = [two, *deep["items"], an_item("New")]
    deep["sections"] = [research]
    document["sections"] = [untitled, deep]

    answer = api.author.put("/issues/75", json=document)

    assert answer.status_code == 200
    after = answer.json()
    assert shape(after) == [
        (None, ["Words alone", "Five"], []),
        ("Deep", ["Two", "Four", "New"], [("Research", ["Three", "One"], [])]),
    ]
    before, items = items_of(made), items_of(after)
    assert {title: items[title]["id"] for title in before} == {title: item["id"] for title, item in before.items()}
    assert {title: section["id"] for title, section in sections_of(after).items()} == {
        title: section["id"] for title, section in sections_of(made).items()
    }
    assert after["version"] == 2
    assert {title: item["version"] for title, item in items.items() if item["version"] != 1} == {"Two": 2}
    assert items["New"]["tags"] == ["career"]
    assert items["Two"]["tags"] == ["research"]


def test_a_section_is_moved_into_its_former_subsection(api: Api, made: Any) -> None:
    document = present(api)
    research = document["sections"][0]
    deep = research["sections"].pop()
    deep["sections"] = [research]
    document["sections"][0] = deep

    after = api.author.put("/issues/75", json=document).json()

    assert shape(after)[0] == ("Deep", ["Four"], [("Research", ["One", "Two", "Three"], [])])


def test_an_omitted_section_is_deleted_while_its_contents_may_stay(api: Api, made: Any) -> None:
    document = present(api)
    research, untitled = document["sections"]
    deep = research["sections"][0]
    deep["items"] = [*research["items"], *deep["items"]]
    document["sections"] = [untitled, deep]

    after = api.author.put("/issues/75", json=document).json()

    assert shape(after) == [(None, ["Words alone", "Five"], []), ("Deep", ["One", "Two", "Three", "Four"], [])]
    assert {item["id"] for item in items_of(after).values()} == {item["id"] for item in items_of(made).values()}


def test_what_changes_in_a_published_issue_is_live_at_once(api: Api, made: Any) -> None:
    api.editor.post("/issues/75/publish")
    document = api.get("/issues/75").json()
    gone = document["sections"][0]["items"].pop(0)
    document["sections"][1]["items"][1]["tags"] = ["product"]

    api.editor.put("/issues/75", json=document).raise_for_status()

    assert [item["title"] for item in api.walk("/issues/75/items")] == ["Two", "Three", "Four", "Words alone", "Five"]
    assert api.get(f"/items/{gone['id']}").status_code == 404
    assert [item["title"] for item in api.walk("/tags/product/items")] == ["Five"]
    assert api.get("/tags/safety").json()["count"] == 0


def test_an_author_changes_nothing_that_is_published_or_scheduled(api: Api, made: Any) -> None:
    for action, body in (("publish", None), ("schedule", {"at": ahead(days=1)})):
        before = api.editor.post(f"/issues/75/{action}", json=body).json()
        assert api.author.put("/issues/75", json={**before, "title": "Changed"}).status_code == 403, action
        assert present(api) == before
        api.editor.post("/issues/75/unpublish")


@pytest.mark.parametrize("kind", ["version", "if-match"])
def test_only_the_version_that_was_read_is_replaced(api: Api, made: Any, kind: str) -> None:
    api.editor.patch("/issues/75", json={"title": "Meanwhile"})
    document = {"title": "Late", **({"version": 1} if kind == "version" else {})}
    headers = {"if-match": '"v1"'} if kind == "if-match" else {}

    late = api.author.put("/issues/75", json=document, headers=headers)

    assert late.status_code == 412
    assert late.headers["etag"] == '"v2"'
    assert late.json()["changes"]["changed"][0]["field"] == "title"
    assert present(api)["title"] == "Meanwhile"


def test_with_two_preconditions_both_must_hold(api: Api, made: Any) -> None:
    for version, tag, status in ((1, '"v2"', 412), (2, '"v1"', 412), (1, '"v1"', 200)):
        answer = api.author.put("/issues/75", json={"title": "New", "version": version}, headers={"if-match": tag})
        assert answer.status_code == status


@pytest.mark.parametrize("status", ["published", "scheduled"])
def test_the_status_does_not_change_by_this(api: Api, made: Any, status: str) -> None:
    answer = api.editor.put("/issues/75", json={**made, "status": status})

    assert told(answer) == ["/status"]
    assert "/publish" in answer.json()["detail"]
    assert present(api) == made


def test_a_published_issue_is_not_made_a_draft_by_this(api: Api, made: Any) -> None:
    published = api.editor.post("/issues/75/publish").json()

    for given, place in (({"status": "draft"}, "/status"), ({"published_at": None}, "/published_at")):
        assert told(api.editor.put("/issues/75", json={**published, **given})) == [place]
    assert present(api) == published


def test_titles_made_from_the_body_follow_it(api: Api, made: Any) -> None:
    document = present(api)
    document["sections"][1]["items"][0]["body"] = "Other words. And more."

    after = api.author.put("/issues/75", json=document).json()["sections"][1]["items"][0]

    assert (after["title"], after["title_source"]) == ("Other words", "body")


def test_a_title_that_an_author_writes_over_a_made_one_is_theirs(api: Api, made: Any) -> None:
    document = present(api)
    document["sections"][1]["items"][0] |= {"title": "Their own", "title_source": "author"}

    after = api.author.put("/issues/75", json=document).json()["sections"][1]["items"][0]

    assert (after["title"], after["title_source"], after["version"]) == ("Their own", "author", 2)


def test_read_only_fields_are_ignored(api: Api, made: Any) -> None:
    document = present(api)
    document |= {"updated_at": None, "intro_html": "<script>", "outro_html": 7, "item_count": -1, "tags": "none"}
    document |= {"reading_minutes": [], "links": {"self": "nonsense"}, "scheduled_at": "never"}
    section = document["sections"][0]
    section |= {"slug": "another", "position": 99, "intro_html": {}, "version": "x"}
    section["items"][0] |= {"domain": 1, "body_html": [], "position": -1, "issue": 999, "section": {}, "version": 0}
    section["items"][0] |= {"section_id": "x", "updated_at": False}

    assert api.author.put("/issues/75", json=document).json() == made


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ("", "titel"),
        ("/sections/0", "issue"),
        ("/sections/0/items/0", "takes_tag"),
        ("/sections/0/sections/0", "items_"),
    ],
)
def test_unknown_fields_are_reported(api: Api, made: Any, place: str, field: str) -> None:
    document = present(api)
    target: Any = document
    for step in place.split("/")[1:]:
        target = target[int(step) if step.isdigit() else step]
    target[field] = 1

    assert told(api.author.put("/issues/75", json=document)) == [f"{place}/{field}"]
    assert present(api) == made


def test_ids_of_another_issue_or_unknown_ids_are_rejected(api: Api, made: Any) -> None:
    other = api.author.post("/issues", json=an_issue(76, items=1)).json()
    collected = api.author.post("/items", json=an_item()).json()["id"]
    section, item = other["sections"][0]["id"], other["sections"][0]["items"][0]["id"]

    for identifier in (section, 999, 2**62):
        document = {"title": "New", "sections": [{"title": "A"}, {"id": identifier, "title": "B"}]}
        assert told(api.author.put("/issues/75", json=document)) == ["/sections/1/id"]
    for identifier in (item, collected, 999, 2**62):
        document = {"title": "New", "sections": [{"title": "A", "items": [an_item(id=identifier)]}]}
        assert told(api.author.put("/issues/75", json=document)) == ["/sections/0/items/0/id"]
    assert (present(api), present(api, 76)) == (made, other)


def test_a_new_issue_cannot_have_ids(api: Api, made: Any) -> None:
    assert told(api.author.put("/issues/77", json={**made, "number": 77, "version": None})) == ["/sections/0/id"]
    assert api.author.put("/issues/77", json={**made, "number": 77}).status_code == 412
    assert api.author.get("/issues/77/draft").status_code == 404


def test_a_duplicate_id_is_rejected(api: Api, made: Any) -> None:
    document = present(api)
    document["sections"][1]["items"].append(document["sections"][0]["items"][0])
    assert told(api.author.put("/issues/75", json=document)) == ["/sections/1/items/2/id"]

    document = present(api)
    document["sections"].append(document["sections"][0]["sections"][0])
    assert told(api.author.put("/issues/75", json=document)) == ["/sections/2/id"]
    assert present(api) == made


def test_the_number_is_that_of_the_address(api: Api, made: Any) -> None:
    assert told(api.author.put("/issues/75", json={**made, "number": 76})) == ["/number"]


def test_a_slug_that_another_issue_has_is_reported(api: Api, made: Any) -> None:
    api.author.post("/issues", json=an_issue(76, slug="mine"))

    answer = api.author.put("/issues/75", json={**made, "slug": "mine"})

    assert (answer.status_code, answer.json()["code"]) == (409, "slug-taken")
    assert "Issue 76" in answer.json()["detail"]
    assert api.author.put("/issues/77", json={"title": "New", "slug": "mine"}).status_code == 409
    assert api.author.put("/issues/75", json={**made, "slug": "another"}).json()["slug"] == "another"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda document: document.update(title=""), "/title"),
        (lambda document: document.pop("title"), "/title"),
        (lambda document: document["sections"][0].update(tag="pottery"), "/sections/0/tag"),
        (lambda document: document["sections"][0]["items"][2].update(tags=["pottery"]), "/sections/0/items/2/tags/0"),
        (
            lambda document: document["sections"][0]["items"][1].update(title=None, body=None),
            "/sections/0/items/1/title",
        ),
        (lambda document: document["sections"][0]["items"][1].update(url="ftp://a"), "/sections/0/items/1/url"),
        (lambda document: document["sections"][0]["items"][1].update(id="1"), "/sections/0/items/1/id"),
        (lambda document: document.update(version=0), "/version"),
        (lambda document: document.update(sections={}), "/sections"),
    ],
)
def test_faults_are_reported_with_their_pointers_and_nothing_is_changed(
    api: Api, made: Any, change: Any, place: str
) -> None:
    document = present(api)
    document["intro"] = "Changed."
    change(document)

    assert told(api.author.put("/issues/75", json=document)) == [place]
    assert present(api) == made


@pytest.mark.parametrize("there", [True, False])
def test_more_items_than_an_issue_may_have_are_rejected_with_the_limit(api: Api, there: bool) -> None:
    if there:
        api.author.post("/issues", json=an_issue(75))
    document = {"title": "Many", "sections": [{"title": "A", "items": [{"title": "x"} for _ in range(10_000)]}]}

    answer = api.author.put("/issues/75", json=document)

    assert answer.status_code == 422
    assert f"{MOST_ITEMS:,} items" in answer.json()["detail"]
    assert "10,000" in answer.json()["detail"]
    found = api.author.get("/issues/75/draft")
    assert found.json()["item_count"] == 3 if there else found.status_code == 404


def test_as_many_items_and_sections_as_an_issue_may_have_are_taken(api: Api) -> None:
    sections: list[Any] = [{"title": f"Section {place}"} for place in range(MOST_SECTIONS)]
    sections[0]["items"] = [{"title": "x"} for _ in range(MOST_ITEMS)]

    assert api.author.put("/issues/75", json={"title": "Many", "sections": sections}).status_code == 201

    sections.append({"title": "One more"})
    answer = api.author.put("/issues/75", json={"title": "Many", "sections": sections})
    assert answer.status_code == 422
    assert f"{MOST_SECTIONS:,} sections" in answer.json()["detail"]


def test_sections_may_be_deep_and_no_deeper(api: Api) -> None:
    deep: dict[str, Any] = {"title": "Bottom", "items": [an_item("Down here")]}
    for level in range(DEEPEST - 1):
        deep = {"title": f"Level {level}", "sections": [deep]}
    made = api.author.put("/issues/75", json={"title": "Deep", "sections": [deep]})
    assert made.status_code == 201
    assert api.author.put("/issues/75", json=made.json()).json() == made.json()

    answer = api.author.put("/issues/75", json={"title": "Deep", "sections": [{"title": "Top", "sections": [deep]}]})

    assert answer.status_code == 422
    assert f"{DEEPEST} deep" in answer.json()["detail"]
    assert present(api) == made.json()


@pytest.mark.parametrize("levels", [DEEPEST + 40, 490])
def test_sections_far_too_deep_are_reported_too(api: Api, levels: int) -> None:
    """Up to the limit of nesting of any body."""
    api.author.post("/issues", json=an_issue(75))
    body = '{"title": "Deep", "sections": [' * levels + "]}" * levels

    for number in (75, 76):
        answer = api.author.put(f"/issues/{number}", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"].startswith("/sections/0/sections/0")


def test_an_issue_in_the_bin_is_restored_by_put(api: Api, made: Any) -> None:
    api.author.delete("/issues/75")

    answer = api.author.put("/issues/75", json={"title": "Back again", "sections": [{"title": "New"}]})

    assert answer.status_code == 200
    assert (answer.json()["title"], answer.json()["status"], answer.json()["version"]) == ("Back again", "draft", 3)
    assert present(api) == answer.json()
    assert api.author.get("/bin").json()["data"] == []


def test_an_issue_is_restored_from_the_bin_with_all_ids(api: Api, made: Any) -> None:
    api.author.delete("/issues/75")
    del made["version"]

    answer = api.author.put("/issues/75", json=made)

    assert answer.status_code == 200
    assert answer.json()["version"] == 3
    assert answer.json()["sections"] == made["sections"]
    assert present(api) == answer.json()


def test_an_issue_that_was_deleted_meanwhile_is_not_restored_accidentally(api: Api, made: Any) -> None:
    api.author.delete("/issues/75")

    by_version = api.author.put("/issues/75", json=made)
    by_tag = api.author.put("/issues/75", json={"title": "Late"}, headers={"if-match": '"v1"'})

    assert (by_version.status_code, by_tag.status_code) == (412, 412)
    assert by_tag.headers["etag"] == '"v2"'
    assert [issue["number"] for issue in api.author.get("/bin").json()["data"]] == [75]
    assert api.author.put("/issues/75", json={**made, "version": 2}).status_code == 200


def test_an_issue_in_the_bin_is_not_restored_as_published(api: Api, made: Any) -> None:
    api.author.delete("/issues/75")
    del made["version"]

    assert told(api.editor.put("/issues/75", json={**made, "status": "published"})) == ["/status"]


def test_of_those_who_put_at_once_with_one_version_one_wins(api: Api, made: Any) -> None:
    answers = api.together(
        *[lambda place=place: api.author.put("/issues/75", json={**made, "title": f"By {place}"}) for place in range(6)]
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 5


def test_of_those_who_make_one_at_once_one_does(api: Api) -> None:
    answers = api.together(
        *[lambda place=place: api.author.put("/issues/75", json={"title": f"By {place}"}) for place in range(6)]
    )

    statuses = [answer.status_code for answer in answers]
    assert statuses.count(201) == 1
    assert set(statuses) <= {200, 201, 409}


def test_a_missing_resource_has_no_version(api: Api) -> None:
    for headers, body in (({"if-match": '"v1"'}, {}), ({"if-match": "*"}, {}), ({}, {"version": 1})):
        answer = api.editor.put("/issues/99", json={"title": "New", **body}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (412, "precondition-failed")
        assert "does not exist" in answer.json()["detail"]
    assert api.editor.put("/issues/99", json={"title": "New"}).status_code == 201
