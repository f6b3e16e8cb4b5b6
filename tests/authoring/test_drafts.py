"""Working copies: `GET /drafts`, `/issues/{number}/draft` and `/items/{id}/draft`."""

from typing import Any

from tests.api import Api
from tests.factories import an_issue


def numbers(api: Api, address: str) -> list[int]:
    """All of the list, page after page."""
    found: list[int] = []
    following: str | None = address
    while following is not None:
        page = api.author.get(following).raise_for_status().json()
        found += [issue["number"] for issue in page["data"]]
        following = page["page"]["next"]
    return found


def test_drafts_are_the_unpublished_issues_highest_number_first(api: Api) -> None:
    for number, published in ((75, False), (7, False), (74, True), (76, False), (77, True)):
        api.editor.post("/issues", json=an_issue(number, published=published))
    api.editor.post("/issues/77/unpublish")

    assert numbers(api, "/drafts") == [77, 76, 75, 7]
    assert numbers(api, "/drafts?status=draft") == [77, 76, 75, 7]


def test_a_draft_is_listed_without_its_texts_and_sections(api: Api) -> None:
    made = api.author.post("/issues", json=an_issue(75)).json()

    answer = api.author.get("/drafts")

    texts = ("intro", "intro_html", "outro", "outro_html", "sections")
    assert answer.json() == {
        "data": [{name: value for name, value in made.items() if name not in texts}],
        "page": {"limit": 20, "has_more": False, "next_cursor": None, "next": None},
    }
    assert answer.headers["cache-control"] == "private, no-store"


def test_drafts_are_walked_by_cursors(api: Api) -> None:
    for number in range(1, 8):
        api.author.post("/issues", json=an_issue(number, items=1))

    first = api.author.get("/drafts?limit=3&total=true")

    page = first.json()["page"]
    assert [issue["number"] for issue in first.json()["data"]] == [7, 6, 5]
    assert (page["limit"], page["has_more"], page["total"]) == (3, True, 7)
    assert first.headers["link"] == f'<{page["next"]}>; rel="next"'
    for limit in (1, 2, 3, 6, 7, 100):
        assert numbers(api, f"/drafts?limit={limit}") == [7, 6, 5, 4, 3, 2, 1]


def test_a_walk_meets_each_draft_once_also_when_others_come_and_go(api: Api) -> None:
    for number in range(1, 7):
        api.author.post("/issues", json=an_issue(number, items=1))
    first = api.author.get("/drafts?limit=3").json()

    api.author.post("/issues", json=an_issue(7))
    api.editor.post("/issues/5/publish")
    api.editor.post("/issues/2/publish")

    assert numbers(api, first["page"]["next"]) == [3, 1]


def test_fields_narrow_the_list(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))

    assert api.author.get("/drafts?fields=title,number").json()["data"] == [{"number": 75, "title": "Issue 75"}]


def test_no_drafts_are_an_empty_list(api: Api) -> None:
    assert api.author.get("/drafts").json()["data"] == []


def test_parameters_that_are_not_right_are_reported(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))
    for query, parameter in (
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=abc", "limit"),
        ("status=published", "status"),
        ("status=published", "status"),
        ("fields=nonsense", "fields"),
        ("fields=sections", "fields"),
        ("cursor=garbage", "cursor"),
        ("order=number", "order"),
        ("tag=research", "tag"),
    ):
        answer = api.author.get(f"/drafts?{query}")
        assert answer.status_code == 422, query
        assert answer.json()["errors"][0]["pointer"] == parameter


def test_a_cursor_of_another_list_is_reported(api: Api) -> None:
    for number in (1, 2):
        api.editor.post("/issues", json=an_issue(number))
        api.editor.post("/issues", json=an_issue(number + 2, published=True))
    of_drafts = api.author.get("/drafts?limit=1").json()["page"]["next_cursor"]
    of_issues = api.get("/issues?limit=1").json()["page"]["next_cursor"]

    for address in (
        f"/drafts?cursor={of_issues}",
        f"/issues?cursor={of_drafts}",
        f"/drafts?status=draft&cursor={of_drafts}",
    ):
        answer = api.author.get(address)
        assert answer.status_code == 422
        assert answer.json()["code"] == "invalid-cursor"


def test_a_working_copy_is_there_whether_published_or_not(api: Api) -> None:
    draft = api.author.post("/issues", json=an_issue(75)).json()
    published = api.editor.post("/issues/75/publish").json()

    answer = api.author.get("/issues/75/draft")

    assert (
        answer.json()
        == published
        == {
            **draft,
            "status": "published",
            "version": 2,
            "published_at": published["published_at"],
            "updated_at": published["updated_at"],
        }
    )
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["etag"] == '"v2"'


def test_a_working_copy_is_the_public_document_and_versions(api: Api) -> None:
    made = api.editor.post("/issues", json=an_issue(75, published=True)).json()

    def unversioned(section: dict[str, Any]) -> dict[str, Any]:
        items = [{name: value for name, value in item.items() if name != "version"} for item in section["items"]]
        return {name: value for name, value in section.items() if name != "version"} | {"items": items}

    assert made.pop("scheduled_at") is None
    assert api.get("/issues/75").json() == {
        **made,
        "links": {**made["links"], "self": "/issues/75"},
        "sections": [unversioned(section) for section in made["sections"]],
    }


def test_an_item_has_a_working_copy_whether_published_or_not(api: Api) -> None:
    made = api.author.post("/issues", json=an_issue(75)).json()["sections"][0]["items"][0]

    for _ in range(2):
        answer = api.author.get(f"/items/{made['id']}/draft")
        assert answer.json() == made
        assert answer.headers["etag"] == '"v1"'
        assert answer.headers["cache-control"] == "private, no-store"
        api.editor.post("/issues/75/publish")


def test_a_working_copy_has_a_head(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))

    answer = api.author.request("HEAD", "/issues/75/draft")

    assert (answer.status_code, answer.content, answer.headers["etag"]) == (200, b"", '"v1"')


def test_parameters_of_a_route_without_any_are_rejected(api: Api) -> None:
    made = api.author.post("/issues", json=an_issue(75)).json()
    item = made["sections"][0]["items"][0]["id"]
    for method, address, body in (
        ("PATCH", "/issues/75", {"title": "A"}),
        ("POST", "/issues/75/sections", {"title": "A"}),
        ("POST", "/issues/75/items", {"title": "A", "section": "research"}),
        ("POST", "/issues/75/publish", None),
        ("POST", "/issues/75/unpublish", None),
        ("PATCH", f"/items/{item}", {"title": "A"}),
        ("DELETE", f"/items/{item}", None),
        ("GET", "/issues/75/draft", None),
        ("GET", f"/items/{item}/draft", None),
    ):
        answer = api.editor.request(method, f"{address}?nonsense=1", json=body)
        assert answer.status_code == 422, (method, address)
        assert answer.json()["errors"][0]["pointer"] == "nonsense"
    assert api.author.get("/issues/75/draft").json() == made


def test_fields_narrow_a_working_copy_and_its_etag_stays_its_version(api: Api) -> None:
    api.author.post("/issues", json=an_issue(1, items=1)).raise_for_status()
    item = api.author.get("/issues/1/draft").json()["sections"][0]["items"][0]["id"]

    for path, version in (("/issues/1/draft", 1), (f"/items/{item}/draft", 1)):
        answer = api.author.get(f"{path}?fields=title,version")
        assert sorted(answer.json()) == ["title", "version"]
        assert answer.headers["etag"] == f'"v{version}"'
        assert api.author.get(f"{path}?fields=nothing").status_code == 422
