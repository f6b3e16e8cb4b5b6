"""The vocabulary, as editors manage it."""

from typing import Any

import pytest

from tests.api import Api
from tests.factories import a_section, an_issue, an_item


def tag(api: Api, slug: str) -> dict[str, Any]:
    return api.editor.get(f"/tags/{slug}/draft").raise_for_status().json()  # type: ignore[no-any-return]


def tags_of(issue: dict[str, Any]) -> list[list[str]]:
    """Those of the items in its sections."""
    return [item["tags"] for section in issue["sections"] for item in section["items"]]


def assert_leads_to(api: Api, old: str, new: str) -> None:
    for behind in ("", "/items"):
        answer = api.get(f"/tags/{old}{behind}")
        assert (answer.status_code, answer.headers["location"]) == (308, f"/tags/{new}{behind}")


@pytest.fixture
def issues(api: Api) -> list[dict[str, Any]]:
    """Issues 74 and 75, published, and 76, a draft; each has an item about zebras in Research, and one in Safety."""
    sections = [
        {"title": "Research", "items": [an_item("Zebras")]},
        {"title": "Safety", "items": [an_item("Locks", tags=["safety", "product"])]},
    ]
    return [
        api.editor.post("/issues", json=an_issue(number, published=number < 76, sections=sections))
        .raise_for_status()
        .json()
        for number in (74, 75, 76)
    ]


def test_a_tag_is_added_with_a_slug_from_its_name(api: Api) -> None:
    answer = api.editor.post(
        "/tags", json={"name": "Open  Source & Data", "description": "Code.", "aliases": ["OSS", "Öpen Data"]}
    )

    assert answer.status_code == 201
    assert (answer.headers["location"], answer.headers["etag"]) == ("/tags/open-source-data/draft", '"v1"')
    made = answer.json()
    assert (made["slug"], made["name"], made["description"]) == ("open-source-data", "Open Source & Data", "Code.")
    assert made["aliases"] == ["Öpen Data", "OSS"]
    assert (made["item_count"], made["section_count"], made["version"]) == (0, 0, 1)
    shown = api.get("/tags/open-source-data").json()
    assert (shown["name"], shown["count"], shown["issue_count"]) == ("Open Source & Data", 0, 0)
    assert_leads_to(api, "oss", "open-source-data")
    assert_leads_to(api, "open-data", "open-source-data")


def test_a_slug_may_be_given(api: Api) -> None:
    assert api.editor.post("/tags", json={"name": "Open source", "slug": "oss"}).json()["slug"] == "oss"
    assert api.get("/tags/oss").status_code == 200


def test_a_tag_that_was_added_is_good_at_once(api: Api) -> None:
    api.editor.post("/tags", json={"name": "Robots", "aliases": ["Machines that walk"]})

    made = api.author.post("/items", json=an_item(tags=["machines that WALK"])).json()

    assert made["tags"] == ["robots"]
    assert tag(api, "robots")["item_count"] == 1


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"name": "Research"}, "/slug"),
        ({"name": "RESEARCH!"}, "/slug"),
        ({"name": "Papers"}, "/slug"),
        ({"name": "Robots", "slug": "research"}, "/slug"),
        ({"name": "Robots", "slug": "papers"}, "/slug"),
        ({"name": "Research", "slug": "robots"}, "/name"),
        ({"name": "Papers", "slug": "robots"}, "/name"),
        ({"name": "Robots", "aliases": ["Walkers", "papers"]}, "/aliases/1"),
        ({"name": "Robots", "aliases": ["Career"]}, "/aliases/0"),
        ({"name": "Robots", "aliases": ["news-trends"]}, "/aliases/0"),
    ],
)
def test_a_label_that_another_tag_has_is_taken(api: Api, given: dict[str, Any], pointer: str) -> None:
    before = api.get("/tags").json()

    answer = api.editor.post("/tags", json=given)

    assert (answer.status_code, answer.json()["code"]) == (409, "tag-taken")
    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == (pointer, "tag-taken")
    assert api.get("/tags").json() == before


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({}, "/name"),
        ({"name": ""}, "/name"),
        ({"name": "a\u0007b"}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"name": "!!!"}, "/slug"),
        ({"name": "Robots", "slug": "Robots"}, "/slug"),
        ({"name": "Robots", "slug": "a/b"}, "/slug"),
        ({"name": "Robots", "aliases": ["!!!"]}, "/aliases/0"),
        ({"name": "Robots", "aliases": [""]}, "/aliases/0"),
        ({"name": "Robots", "aliases": [f"Alias {place}" for place in range(51)]}, "/aliases"),
        ({"name": "Robots", "description": "x" * 2001}, "/description"),
        ({"name": "Robots", "count": 5}, "/count"),
        ({"name": "Robots", "version": 5}, "/version"),
    ],
)
def test_what_is_wrong_is_pointed_to(api: Api, given: dict[str, Any], pointer: str) -> None:
    answer = api.editor.post("/tags", json=given)

    assert answer.status_code == 422, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("letter", ["x", "ß", "北", "é"])
def test_long_labels_are_kept(api: Api, letter: str) -> None:
    answer = api.editor.post("/tags", json={"name": letter * 200, "aliases": ["also " + letter * 195]})

    assert answer.status_code == 201, answer.text
    slug = answer.json()["slug"]
    assert len(slug) <= 80
    assert api.get(f"/tags/{slug}").json()["name"] == letter * 200


def test_names_without_a_letter_are_distinguished(api: Api) -> None:
    for name, slug in (("\U0001f525", "hot"), ("\U0001f680", "fast")):
        assert api.editor.post("/tags", json={"name": name, "slug": slug}).status_code == 201, slug
    assert api.author.post("/items", json=an_item(tags=["\U0001f680", "hot"])).json()["tags"] == ["fast", "hot"]
    assert api.editor.post("/tags", json={"name": "\U0001f525", "slug": "warm"}).json()["code"] == "tag-taken"


def test_aliases_are_kept_once_and_not_beside_what_says_the_same(api: Api) -> None:
    made = api.editor.post("/tags", json={"name": "Robots", "aliases": ["robots", "Walkers", "WALKERS", "ROBOTS!"]})

    assert made.json()["aliases"] == ["Walkers"]


def test_a_tag_is_changed_field_by_field(api: Api) -> None:
    before = tag(api, "career")

    changed = api.editor.patch("/tags/career", json={"description": "Work."})
    assert changed.headers["etag"] == '"v2"'
    assert changed.json() == {
        **before,
        "description": "Work.",
        "version": 2,
        "updated_at": changed.json()["updated_at"],
    }
    assert api.get("/tags/career").json()["description"] == "Work."
    assert api.editor.patch("/tags/career", json={"description": None}).json()["description"] is None


def test_aliases_that_are_given_replace_those_there(api: Api) -> None:
    changed = api.editor.patch("/tags/career", json={"aliases": ["Vocation"]}).json()

    assert changed["aliases"] == ["Vocation"]
    assert_leads_to(api, "vocation", "career")
    assert api.get("/tags/jobs").status_code == 404
    assert api.editor.patch("/tags/career", json={"aliases": []}).json()["aliases"] == []
    assert api.editor.post("/tags", json={"name": "Jobs"}).status_code == 201


def test_a_rename_is_read_everywhere_at_once(api: Api, issues: list[dict[str, Any]]) -> None:
    answer = api.editor.patch("/tags/research", json={"slug": "lab-notes", "name": "Lab notes"})

    assert answer.status_code == 200
    renamed = answer.json()
    assert (renamed["slug"], renamed["name"]) == ("lab-notes", "Lab notes")
    assert "research" in renamed["aliases"]
    for number in (74, 75):
        public = api.get(f"/issues/{number}").json()
        assert tags_of(public) == [["lab-notes"], ["safety", "product"]]
        assert [section["tag"] for section in public["sections"]] == ["lab-notes", "safety"]
        assert {"slug": "lab-notes", "name": "Lab notes", "count": 1} in public["tags"]
        assert api.get(f"/issues/{number}/items").json()["data"][0]["tags"] == ["lab-notes"]
    assert tags_of(api.author.get("/issues/76/draft").json())[0] == ["lab-notes"]
    item = issues[0]["sections"][0]["items"][0]["id"]
    assert api.get(f"/items/{item}").json()["tags"] == ["lab-notes"]
    assert [found["issue"] for found in api.walk("/items?tag=lab-notes")] == [75, 74]
    assert [hit["issue"] for hit in api.get("/search?q=zebras&tag=lab-notes").json()["data"]] == [75, 74]
    assert len(api.get("/search?q=lab").json()["data"]) == 4  # two items and two issues, by the tag's name
    assert api.get("/tags/lab-notes").json()["count"] == 2
    assert "research" not in {each["slug"] for each in api.walk("/tags")}


def test_the_old_url_redirects_to_the_new_one(api: Api, issues: list[dict[str, Any]]) -> None:
    api.editor.patch("/tags/research", json={"slug": "lab-notes"})

    assert_leads_to(api, "research", "lab-notes")
    assert_leads_to(api, "papers", "lab-notes")
    assert [item["issue"] for item in api.walk("/items?tag=research")] == [75, 74]
    answer = api.editor.get("/tags/research/draft")
    assert answer.status_code == 404
    assert "alias of the tag 'lab-notes'" in answer.json()["detail"]


def test_a_rename_may_be_taken_back(api: Api, issues: list[dict[str, Any]]) -> None:
    before = api.get("/issues/75").content
    api.editor.patch("/tags/research", json={"slug": "lab-notes", "name": "Lab notes"})
    assert api.get("/issues/75").content != before

    back = api.editor.patch("/tags/lab-notes", json={"slug": "research", "name": "Research"}).json()

    assert api.get("/issues/75").content == before
    assert "lab-notes" in back["aliases"]
    assert "research" not in back["aliases"]


def test_a_rename_is_not_an_edit_of_the_issues(api: Api, issues: list[dict[str, Any]]) -> None:
    before = api.get("/issues/75")
    api.editor.patch("/tags/research", json={"slug": "lab-notes"})
    after = api.get("/issues/75")

    assert after.headers["etag"] != before.headers["etag"]
    assert (after.json()["version"], after.json()["updated_at"]) == (1, before.json()["updated_at"])
    assert len(api.editor.walk("/issues/75/revisions")) == 1
    again = api.editor.request("PUT", "/issues/75", json=before.json())
    assert (again.status_code, again.json()["version"]) == (200, 1)


def test_a_name_alone_may_change(api: Api, issues: list[dict[str, Any]]) -> None:
    api.editor.patch("/tags/research", json={"name": "RESEARCH"}).raise_for_status()

    assert {"slug": "research", "name": "RESEARCH", "count": 1} in api.get("/issues/75").json()["tags"]
    assert tag(api, "research")["aliases"] == ["Papers", "Research Papers"]


def test_a_new_section_gets_the_slug_that_its_tag_has_now(api: Api, issues: list[dict[str, Any]]) -> None:
    """An existing one keeps its slug: its URL does not change."""
    api.editor.patch("/tags/research", json={"slug": "lab-notes", "name": "Lab notes"})

    made = api.editor.post("/issues", json=an_issue(77, published=True)).json()

    assert (made["sections"][0]["slug"], made["sections"][0]["tag"]) == ("lab-notes", "lab-notes")
    assert api.get("/issues/75").json()["sections"][0]["slug"] == "research"


@pytest.mark.parametrize(
    "given", [{"slug": "career"}, {"slug": "jobs"}, {"name": "Jobs"}, {"aliases": ["Robots", "Career"]}]
)
def test_a_rename_to_what_another_has_is_refused_whole(api: Api, issues: list[dict[str, Any]], given: Any) -> None:
    before = tag(api, "research"), api.get("/issues/75").content

    answer = api.editor.patch("/tags/research", json={"description": "Another", **given})

    assert (answer.status_code, answer.json()["code"]) == (409, "tag-taken")
    assert (tag(api, "research"), api.get("/issues/75").content) == before


@pytest.mark.parametrize("given", [{"name": None}, {"slug": None}, {"slug": "A B"}, {"name": ""}, {"count": 1}])
def test_a_change_that_is_not_valid(api: Api, given: Any) -> None:
    assert api.editor.patch("/tags/research", json=given).status_code == 422


def test_a_merge_gives_all_that_had_one_tag_the_other(api: Api, issues: list[dict[str, Any]]) -> None:
    inbox = api.author.post("/items", json=an_item("Collected", tags=["research"])).json()["id"]

    answer = api.editor.post("/tags/research/merge", json={"into": "Career"})

    assert (answer.status_code, answer.headers["etag"]) == (200, '"v2"')
    merged = answer.json()
    assert (merged["slug"], merged["item_count"], merged["section_count"]) == ("career", 4, 3)
    for number in (74, 75):
        public = api.get(f"/issues/{number}").json()
        assert tags_of(public)[0] == ["career"]
        assert public["sections"][0]["tag"] == "career"
        assert {each["slug"] for each in public["tags"]} == {"career", "product", "safety"}
    assert tags_of(api.author.get("/issues/76/draft").json())[0] == ["career"]
    assert api.author.get(f"/items/{inbox}/draft").json()["tags"] == ["career"]
    assert [hit["issue"] for hit in api.get("/search?q=zebras&tag=career").json()["data"]] == [75, 74]
    assert api.get("/tags/career").json()["count"] == 2
    assert next(each["tag"] for each in api.walk("/sections") if each["slug"] == "research") == "career"
    assert "research" not in {each["slug"] for each in api.walk("/tags")}


def test_a_merge_leaves_its_labels_to_the_other(api: Api) -> None:
    merged = api.editor.post("/tags/research/merge", json={"into": "career"}).json()

    assert set(merged["aliases"]) == {"research", "Papers", "Research Papers", "Career Resources", "Careers", "Jobs"}
    for old in ("research", "papers", "research-papers", "jobs"):
        assert_leads_to(api, old, "career")
    assert api.author.post("/items", json=an_item(tags=["Research Papers"])).json()["tags"] == ["career"]
    assert api.editor.post("/tags", json={"name": "Research"}).json()["code"] == "tag-taken"


def test_an_item_that_has_both_has_one_of_them_then(api: Api) -> None:
    made = api.editor.post(
        "/issues",
        json=an_issue(
            75,
            published=True,
            sections=[
                {
                    "title": "Career",
                    "items": [
                        an_item("A", tags=["research", "safety", "career"]),
                        an_item("B", tags=["career", "research"]),
                    ],
                }
            ],
        ),
    ).json()

    api.editor.post("/tags/research/merge", json={"into": "career"}).raise_for_status()

    assert tags_of(api.get("/issues/75").json()) == [["safety", "career"], ["career"]]
    assert api.get("/tags/career").json()["count"] == 2
    item = made["sections"][0]["items"][0]["id"]
    changed = api.editor.patch(f"/items/{item}", json={"tags": ["career", "safety", "product"]})
    assert changed.json()["tags"] == ["career", "safety", "product"]


@pytest.mark.parametrize("into", ["career", "Career", "jobs", "Career Resources"])
def test_a_tag_is_not_merged_into_itself(api: Api, into: str) -> None:
    answer = api.editor.post("/tags/career/merge", json={"into": into})

    assert answer.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [("/into", "itself")]
    assert api.get("/tags/career").status_code == 200


def test_a_tag_is_merged_into_one_that_there_is(api: Api) -> None:
    answer = api.editor.post("/tags/career/merge", json={"into": "Resaerch"})

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-tag")
    assert "Similar tags are Research" in answer.json()["detail"]
    assert api.editor.post("/tags/nothing/merge", json={"into": "career"}).status_code == 404
    assert api.editor.post("/tags/career/merge", json={}).status_code == 422


def test_a_merge_reaches_the_bin(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))
    api.author.delete("/issues/75")
    api.editor.post("/tags/research/merge", json={"into": "career"}).raise_for_status()

    restored = api.author.post("/issues/75/restore").json()

    assert tags_of(restored) == [["career"]] * 3


def test_a_tag_that_nothing_has_is_deleted(api: Api) -> None:
    assert api.editor.delete("/tags/career").status_code == 204

    assert api.get("/tags/career").status_code == 404
    assert api.get("/tags/jobs").status_code == 404
    assert api.editor.get("/tags/career/draft").status_code == 404
    assert api.editor.delete("/tags/career").status_code == 404
    assert api.editor.post("/tags", json={"name": "Career", "aliases": ["Jobs"]}).status_code == 201


@pytest.mark.parametrize("where", ["draft", "section", "inbox", "bin", "published"])
def test_a_tag_that_something_has_is_not_deleted(api: Api, where: str) -> None:
    if where == "inbox":
        api.author.post("/items", json=an_item(tags=["research"]))
    else:
        sections = [a_section("Research", items=0)] if where == "section" else [a_section("Research")]
        api.editor.post("/issues", json=an_issue(75, published=where == "published", sections=sections))
    if where == "bin":
        api.author.delete("/issues/75")

    answer = api.editor.delete("/tags/research")

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert "/tags/research/merge" in answer.json()["detail"]
    assert api.get("/tags/research").status_code == 200


def test_changes_take_if_match(api: Api) -> None:
    api.editor.patch("/tags/career", json={"description": "Work."})
    current = tag(api, "career")

    for method, address, body in (
        ("PATCH", "/tags/career", {"name": "Vocation"}),
        ("POST", "/tags/career/merge", {"into": "research"}),
        ("DELETE", "/tags/career", None),
    ):
        stale = api.editor.request(method, address, json=body, headers={"if-match": '"v1"'})
        assert (stale.status_code, stale.headers["etag"]) == (412, '"v2"'), address
        assert stale.json()["current"] == current
    assert tag(api, "career") == current
    assert api.editor.get("/tags/career/draft").headers["etag"] == '"v2"'
    assert api.editor.delete("/tags/career", headers={"if-match": '"v2"'}).status_code == 204


def test_the_vocabulary_is_for_those_who_may_publish(api: Api) -> None:
    for caller, status in ((api, 401), (api.author, 403)):
        assert caller.post("/tags", json={"name": "Robots"}).status_code == status
        assert caller.patch("/tags/career", json={"name": "Jobs"}).status_code == status
        assert caller.post("/tags/career/merge", json={"into": "research"}).status_code == status
        assert caller.delete("/tags/career").status_code == status
    assert api.author.get("/tags/career/draft").status_code == 200
    assert api.get("/tags/career/draft").status_code == 401


def test_a_label_is_given_to_one_of_several_concurrent_requests(api: Api) -> None:
    answers = api.together(*[lambda: api.editor.post("/tags", json={"name": "Robots"}) for _ in range(6)])

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"tag-taken"}


def test_a_rename_and_writes_at_once_agree(api: Api, issues: list[dict[str, Any]]) -> None:
    names = ["Lab", "Labs", "Laboratory"]

    answers = api.together(
        *[lambda name=name: api.editor.patch("/tags/research", json={"name": name}) for name in names],
        *[
            lambda number=number: api.editor.post(
                f"/issues/{number}/items", json=an_item("Added", section="research", tags=["research"])
            )
            for number in (74, 75, 76)
        ],
    )

    assert {answer.status_code for answer in answers} == {200, 201}
    name = tag(api, "research")["name"]
    for number in (74, 75):
        public = api.get(f"/issues/{number}").json()
        assert {"slug": "research", "name": name, "count": 2} in public["tags"]
    assert api.get("/tags/research").json()["count"] == 4


def test_concurrent_merges_and_writes_leave_no_deleted_tag(api: Api, issues: list[dict[str, Any]]) -> None:
    answers = api.together(
        *[lambda: api.editor.post("/tags/research/merge", json={"into": "career"}) for _ in range(2)],
        *[
            lambda number=number: api.editor.post(
                f"/issues/{number}/items", json=an_item("Added", section="research", tags=["papers"])
            )
            for number in (74, 75, 76)
        ],
    )

    assert {answer.status_code for answer in answers[:2]} <= {200, 404, 409}
    assert {answer.status_code for answer in answers[2:]} == {201}
    if any(answer.status_code == 200 for answer in answers[:2]):
        assert not {"research"} & {each["slug"] for each in api.get("/issues/75").json()["tags"]}
        assert api.get("/tags/career").json()["count"] == 4
