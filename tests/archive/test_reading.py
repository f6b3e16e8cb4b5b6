"""Reading published issues, items, sections and tags."""

import pytest

from tests.api import Api
from tests.factories import a_section, an_issue, an_item


@pytest.fixture
def three(api: Api) -> Api:
    """Issues 73 to 75, a week apart, and a draft."""
    for number, day in ((73, "2025-12-09"), (74, "2025-12-16"), (75, "2025-12-23")):
        issue = an_issue(number, published=True, items=3, published_at=day)
        issue["sections"] += [
            a_section("Things", items=1, sections=[a_section("Product & Releases", items=1)]),
            a_section("Career resources", items=0, sections=[a_section("Learning", items=2)]),
        ]
        api.editor.post("/issues", json=issue).raise_for_status()
    api.editor.post("/issues", json=an_issue(76, title="Nobody knows of me")).raise_for_status()
    return api


def test_a_published_issue_is_read_whole(three: Api) -> None:
    issue = three.get("/issues/75").json()

    assert list(issue) == [
        *("number", "slug", "title", "subtitle", "status", "language", "published_at", "updated_at", "version"),
        *("image", "extra", "item_count", "tags", "reading_minutes", "links"),
        *("intro", "intro_html", "outro", "outro_html", "sections"),
    ]
    assert issue["intro_html"] == "<p>How it begins.</p>"
    assert issue["published_at"] == "2025-12-23T12:00:00Z"
    assert issue["item_count"] == 7
    assert issue["tags"] == [
        {"slug": "career", "name": "Career", "count": 2},
        {"slug": "product", "name": "Product", "count": 1},
        {"slug": "research", "name": "Research", "count": 3},
    ]
    assert issue["links"] == {"self": "/issues/75", "previous": "/issues/74", "next": None}
    research, things, career = issue["sections"]
    assert [item["position"] for item in research["items"]] == [0, 1, 2]
    assert (things["slug"], things["tag"], things["items"][0]["tags"]) == ("things", None, [])
    assert (things["sections"][0]["slug"], things["sections"][0]["tag"]) == ("product", "product")
    assert (career["slug"], career["sections"][0]["slug"], career["sections"][0]["tag"]) == ("career", "learning", None)
    assert career["sections"][0]["items"][0]["tags"] == ["career"]


def test_the_latest_issue_is_the_one_with_the_highest_number(three: Api) -> None:
    three.editor.post("/issues", json=an_issue(10, published=True, published_at="2026-01-01")).raise_for_status()

    assert three.get("/issues/latest").json()["number"] == 75
    assert three.get("/issues").json()["data"][0]["number"] == 10


def test_without_any_issue_every_list_is_empty_and_nothing_is_the_latest(api: Api) -> None:
    for path in ("/issues", "/items", "/sections", "/search?q=words"):
        answer = api.get(path).json()
        assert answer["data"] == []
        assert answer["page"]["has_more"] is False
    assert api.get("/issues/latest").status_code == 404
    assert api.get("/").json()["links"]["latest"] is None
    assert {tag["slug"]: tag["count"] for tag in api.get("/tags").json()["data"]} == {
        "career": 0,
        "news-trends": 0,
        "product": 0,
        "research": 0,
        "safety": 0,
    }


def test_a_list_of_issues_leaves_texts_out_and_full_brings_the_documents(three: Api) -> None:
    listed = three.get("/issues").json()["data"]
    whole = three.get("/issues?full=true").json()["data"]

    assert [issue["number"] for issue in listed] == [75, 74, 73]
    assert "sections" not in listed[0]
    assert "intro" not in listed[0]
    assert whole == [three.get(f"/issues/{number}").json() for number in (75, 74, 73)]


def test_an_item_by_itself_tells_of_its_issue(three: Api) -> None:
    inside = three.get("/issues/75").json()["sections"][1]["sections"][0]["items"][0]

    item = three.get(f"/items/{inside['id']}").json()

    assert item == {
        **inside,
        "issue_title": "Issue 75",
        "section_path": ["Things", "Product & Releases"],
        "published_at": "2025-12-23T12:00:00Z",
    }
    assert three.get("/items?tag=product").json()["data"][0] == item


def test_items_of_a_tag_go_across_issues_newest_first(three: Api) -> None:
    items = three.get("/items?tag=research").json()["data"]

    assert [(item["issue"], item["position"]) for item in items] == [
        (number, position) for number in (75, 74, 73) for position in range(3)
    ]
    assert three.get("/tags/research/items").json()["data"] == items


def test_the_oldest_come_first_when_asked_for_and_each_issue_as_it_is_read(three: Api) -> None:
    items = three.get("/items?tag=research&order=published_at").json()["data"]

    assert [(item["issue"], item["position"]) for item in items] == [
        (number, position) for number in (73, 74, 75) for position in range(3)
    ]


COUNTS = (
    ("", 21),
    ("tag=research", 9),
    ("tag=research,product", 12),
    ("tag=research&tag=product", 0),
    ("tag=Product %26 Releases", 3),
    ("tag=career&section=learning", 6),
    ("tag=nothing-like-it", 0),
    ("issue=74", 7),
    ("issue=76", 0),
    ("section=career", 6),
    ("section=things", 6),
    ("section=research&issue=73", 3),
    ("domain=example.org", 21),
    ("domain=WWW.Example.org", 21),
    ("domain=example.com", 0),
    ("sponsored=true", 0),
    ("sponsored=false", 21),
    ("from=2025-12-16", 14),
    ("to=2025-12-16", 14),
    ("from=2025-12-16&to=2025-12-16", 7),
    ("from=9999-12-31", 0),
    ("to=9999-12-31", 21),
    ("from=2025-12-10&tag=research,career&section=career&order=published_at", 4),
)


def test_filters_narrow_the_list_and_its_total(three: Api, subtests: pytest.Subtests) -> None:
    for query, count in COUNTS:
        with subtests.test(query=query):
            answer = three.get(f"/items?{query}&limit=100&total=true").json()
            assert len(answer["data"]) == count
            assert answer["page"]["total"] == count


NUMBERS: tuple[tuple[str, list[int]], ...] = (
    ("tag=research", [75, 74, 73]),
    ("tag=safety", []),
    ("tag=safety,jobs", [75, 74, 73]),
    ("slug=issue-74", [74]),
    ("slug=nobody-knows-of-me", []),
    ("from=2025-12-10&to=2025-12-20", [74]),
    ("order=published_at", [73, 74, 75]),
)


def test_filters_on_issues(three: Api, subtests: pytest.Subtests) -> None:
    for query, numbers in NUMBERS:
        with subtests.test(query=query):
            answer = three.get(f"/issues?{query}&total=true").json()
            assert [issue["number"] for issue in answer["data"]] == numbers
            assert answer["page"]["total"] == len(numbers)


def test_a_section_is_one_series_through_all_issues(three: Api) -> None:
    series = three.get("/sections/career").json()

    assert series == {
        "slug": "career",
        "title": "Career resources",
        "tag": "career",
        "issue_count": 3,
        "item_count": 6,
        "latest_issue": 75,
        "links": {"self": "/sections/career", "items": "/sections/career/items"},
    }
    assert {item["section"] for item in three.get("/sections/career/items").json()["data"]} == {"learning"}
    assert [one["slug"] for one in three.get("/sections").json()["data"]] == [
        *("career", "learning", "product", "research", "things"),
    ]


def test_an_alias_redirects_to_its_tag_with_the_query(three: Api) -> None:
    tag = three.get("/tags/career-resources?fields=slug")
    items = three.get("/tags/jobs/items?limit=2&from=2025-12-01")

    assert (tag.status_code, tag.headers["location"]) == (308, "/tags/career?fields=slug")
    assert (items.status_code, items.headers["location"]) == (308, "/tags/career/items?limit=2&from=2025-12-01")


def test_the_front_page_tells_of_the_publication_and_where_to_go_on(three: Api) -> None:
    front = three.get("/").json()

    assert front["publication"]["title"]
    for link in front["links"].values():
        url = f"{link}?q=words" if link == "/search" else link
        assert three.get(url).status_code == 200, link


def test_a_draft_appears_nowhere_in_public(three: Api) -> None:
    draft = three.editor.get("/issues/76/draft").json()
    item = draft["sections"][0]["items"][0]["id"]

    assert three.get("/issues/76").status_code == 404
    assert three.get("/issues/76/items").status_code == 404
    assert three.get(f"/items/{item}").status_code == 404
    assert three.get("/issues/75").json()["links"]["next"] is None
    for path in ("/issues?full=true", "/items?limit=100", "/search?q=nobody knows of me", "/", "/sections", "/tags"):
        assert "Nobody knows" not in three.get(path).text
        assert '"issue":76' not in three.get(path).text
    assert three.get("/tags/research").json()["count"] == 9


def test_an_item_shows_its_author_s_fields(api: Api) -> None:
    item = an_item(
        source="Example Labs",
        image={"url": "https://example.org/a.png", "alt": "A picture"},
        sponsored=True,
        extra={"minutes": 4, "paywall": False},
        url="https://www.Example.org:443/a?b=c#d",
    )
    api.editor.post("/issues", json=an_issue(1, published=True, sections=[a_section(items=0) | {"items": [item]}]))

    shown = api.get("/items").json()["data"][0]

    assert shown["url"] == "https://www.Example.org:443/a?b=c#d"
    assert shown["domain"] == "example.org"
    assert shown["image"] == {"url": "https://example.org/a.png", "alt": "A picture"}
    assert (shown["source"], shown["sponsored"], shown["extra"]) == (
        "Example Labs",
        True,
        {"minutes": 4, "paywall": False},
    )
    assert len(api.get("/items?sponsored=true").json()["data"]) == 1
