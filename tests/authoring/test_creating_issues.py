"""Creating issues: `POST /issues`, with sections and items."""

from datetime import datetime
from typing import Any

import pytest

from app.content.document import DEEPEST
from tests.api import Api
from tests.factories import TAGS, a_section, an_issue, an_item


def nested(depth: int, **innermost: Any) -> dict[str, Any]:
    """A section that many levels deep, with one item in the innermost."""
    section = {"title": f"Level {depth}", "items": [an_item("At the bottom")], **innermost}
    for level in range(depth - 1, 0, -1):
        section = {"title": f"Level {level}", "sections": [section]}
    return section


def titles_down(section: dict[str, Any]) -> list[str]:
    return [section["title"], *(title for below in section["sections"][:1] for title in titles_down(below))]


def make(api: Api, **fields: Any) -> dict[str, Any]:
    answer = api.editor.post("/issues", json={"title": "An issue", **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_an_author_makes_a_draft_and_finds_it_as_it_was_sent(api: Api) -> None:
    answer = api.author.post(
        "/issues",
        json={
            "number": 75,
            "title": "What are  world models?",
            "subtitle": "And why",
            "language": "pt-BR",
            "published_at": "2025-12-23",
            "intro": "Hello *there*.",
            "outro": "Bye.",
            "image": {"url": "https://example.org/a.png", "alt": "A picture"},
            "extra": {"colour": "red", "pages": 7, "ratio": 0.5, "final": False},
            "sections": [
                {
                    "title": "Things you should know",
                    "intro": "First.",
                    "extra": {"icon": "star"},
                    "sections": [
                        {
                            "title": "New & Trends",
                            "items": [
                                {
                                    "title": "An item",
                                    "url": "https://www.example.org/a?b=c",
                                    "source": "Example Labs",
                                    "body": "Its **body**.",
                                    "image": {"url": "https://example.org/b.png"},
                                    "tags": ["Papers", "safety"],
                                    "sponsored": True,
                                    "extra": {"stars": 5},
                                }
                            ],
                        }
                    ],
                }
            ],
        },
    )

    assert answer.status_code == 201
    assert answer.headers["location"] == "/issues/75/draft"
    assert answer.headers["etag"] == '"v1"'
    assert answer.headers["cache-control"] == "private, no-store"
    issue = answer.json()
    assert api.author.get("/issues/75/draft").json() == issue

    outer = issue["sections"][0]
    inner = outer["sections"][0]
    item = inner["items"][0]
    assert issue["title"] == "What are world models?"
    assert issue["slug"] == "what-are-world-models"
    assert issue["status"] == "draft"
    assert issue["language"] == "pt-BR"
    assert issue["published_at"] == "2025-12-23T12:00:00Z"
    assert issue["intro_html"] == "<p>Hello <em>there</em>.</p>"
    assert issue["image"] == {"url": "https://example.org/a.png", "alt": "A picture"}
    assert issue["extra"] == {"colour": "red", "pages": 7, "ratio": 0.5, "final": False}
    assert issue["item_count"] == 1
    assert issue["tags"] == [
        {"slug": "research", "name": "Research", "count": 1},
        {"slug": "safety", "name": "Safety", "count": 1},
    ]
    assert (outer["slug"], outer["tag"], outer["position"]) == ("things-you-should-know", None, 0)
    assert (outer["intro_html"], outer["extra"]) == ("<p>First.</p>", {"icon": "star"})
    assert (inner["slug"], inner["title"], inner["tag"]) == ("news-trends", "New & Trends", "news-trends")
    assert item == {
        "id": item["id"],
        "title": "An item",
        "title_source": "author",
        "url": "https://www.example.org/a?b=c",
        "domain": "example.org",
        "source": "Example Labs",
        "image": {"url": "https://example.org/b.png", "alt": None},
        "body": "Its **body**.",
        "body_html": "<p>Its <strong>body</strong>.</p>",
        "tags": ["research", "safety"],
        "sponsored": True,
        "position": 0,
        "issue": 75,
        "section": "news-trends",
        "section_id": inner["id"],
        "updated_at": issue["updated_at"],
        "extra": {"stars": 5},
        "version": 1,
    }


def test_a_title_alone_makes_an_issue(api: Api) -> None:
    issue = make(api)

    assert issue["number"] == 1
    assert issue["language"] == "en"
    assert issue["published_at"] is None
    assert (issue["sections"], issue["extra"], issue["image"], issue["intro"]) == ([], {}, None, None)


def test_an_issue_can_be_published_when_it_is_created(api: Api) -> None:
    issue = make(api, status="published", sections=[a_section()])

    assert issue["status"] == "published"
    assert issue["published_at"] is not None
    assert issue["version"] == 1
    assert api.get("/issues/1").json()["published_at"] == issue["published_at"]


def test_an_author_may_not_make_a_published_issue_and_nothing_is_made(api: Api) -> None:
    assert api.author.post("/issues", json=an_issue(75, published=True)).status_code == 403

    assert api.get("/issues/75").status_code == 404
    assert api.author.get("/issues/75/draft").status_code == 404


@pytest.mark.parametrize("depth", [5, DEEPEST])
def test_sections_nest_as_deep_as_they_are_sent(api: Api, depth: int) -> None:
    make(api, number=74, status="published")
    issue = make(api, number=75, status="published", sections=[nested(depth)])

    assert titles_down(issue["sections"][0]) == [f"Level {level}" for level in range(1, depth + 1)]
    assert titles_down(api.get("/issues/75").json()["sections"][0]) == titles_down(issue["sections"][0])
    assert api.get("/items").json()["data"][0]["section_path"] == titles_down(issue["sections"][0])
    assert api.get("/issues?full=true").json()["data"][0]["item_count"] == 1
    # Its neighbours are frozen again when others are added or removed, so it must thaw.
    make(api, number=76, status="published")
    assert api.get("/issues/75").json()["links"]["next"] == "/issues/76"


@pytest.mark.parametrize("depth", [DEEPEST + 1, 200, 400])
def test_sections_deeper_than_the_limit_are_reported(api: Api, depth: int) -> None:
    answer = api.editor.post("/issues", json=an_issue(75, sections=[nested(depth)]))

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert "deep" in answer.json()["detail"] or "recursion" in answer.json()["detail"]
    assert api.editor.get("/issues/75/draft").status_code == 404


def test_a_body_too_deep_for_json_is_reported(api: Api) -> None:
    answer = api.editor.post(
        "/issues",
        content='{"title":"A","sections":' + '[{"sections":' * 10_000 + "[]" + "}]" * 10_000 + "}",
        headers={"content-type": "application/json"},
    )

    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed-body"


def test_the_number_is_the_next_one_unless_given(api: Api) -> None:
    assert make(api)["number"] == 1
    assert make(api, number=75)["number"] == 75
    assert make(api)["number"] == 76
    assert make(api, number=12)["number"] == 12
    assert make(api, number=None)["number"] == 77


@pytest.mark.parametrize("published", [False, True])
def test_a_number_that_is_taken_is_reported_with_a_solution(api: Api, published: bool) -> None:
    make(api, number=75, status="published" if published else "draft")

    answer = api.editor.post("/issues", json=an_issue(75))

    assert answer.status_code == 409
    assert answer.json()["code"] == "number-taken"
    assert "PATCH /issues/75" in answer.json()["detail"]
    assert "Omit number" in answer.json()["detail"]
    assert answer.json()["detail"].count("published" if published else "draft") == 1


def test_a_slug_is_made_from_the_title_with_a_number_when_it_is_taken(api: Api) -> None:
    slugs = [make(api, title=title)["slug"] for title in ("World models!", "World models", "world  MODELS?", "World")]

    assert slugs == ["world-models", "world-models-2", "world-models-3", "world"]


def test_a_title_without_letters_has_its_number_for_a_slug(api: Api) -> None:
    assert make(api, number=7, title="🎉")["slug"] == "issue-7"


def test_a_slug_that_is_given_is_used_and_stays(api: Api) -> None:
    assert make(api, slug="my-own-7")["slug"] == "my-own-7"

    changed = api.editor.patch("/issues/1", json={"title": "Another"}).json()

    assert (changed["title"], changed["slug"]) == ("Another", "my-own-7")


def test_a_slug_that_is_given_and_taken_is_reported(api: Api) -> None:
    make(api, number=75, slug="taken")

    answer = api.editor.post("/issues", json={"title": "A", "slug": "taken"})

    assert answer.status_code == 409
    assert answer.json()["code"] == "slug-taken"
    assert "75" in answer.json()["detail"]
    assert make(api, title="Taken")["slug"] == "taken-2"


def test_the_time_of_publication_is_a_day_or_an_instant(api: Api) -> None:
    for number, (given, instant) in enumerate(
        (
            ("2025-12-23", "2025-12-23T12:00:00Z"),
            ("2025-12-23T09:30:00Z", "2025-12-23T09:30:00Z"),
            ("2025-12-23T09:30Z", "2025-12-23T09:30:00Z"),
            ("2025-12-23t09:30:00z", "2025-12-23T09:30:00Z"),
            ("2025-12-23T00:30:00+02:00", "2025-12-22T22:30:00Z"),
            ("2025-12-23T23:30:00-05:30", "2025-12-24T05:00:00Z"),
            ("2025-12-23T09:30:00.123456Z", "2025-12-23T09:30:00.123456Z"),
            ("2024-02-29", "2024-02-29T12:00:00Z"),
            ("9999-12-31", "9999-12-31T12:00:00Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
            ("0001-01-01", "0001-01-01T12:00:00Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ),
        start=1,
    ):
        issue = make(api, published_at=given, status="published", sections=[a_section()])

        assert issue["published_at"] == instant
        assert api.get(f"/issues/{number}").json()["published_at"] == instant
        assert {item["published_at"] for item in api.walk(f"/items?issue={number}&limit=1")} == {instant}
    dates = [datetime.fromisoformat(issue["published_at"]) for issue in api.walk("/issues?limit=5")]
    assert dates == sorted(dates, reverse=True)


def test_an_invalid_publication_time_is_rejected(api: Api) -> None:
    for given in (
        *("2025-12-23T09:30:00", "2025-12-23 09:30", "2025-12-23T09:30:00+25:00", "2025-13-01", "2025-02-30"),
        *("0000-01-01", "10000-01-01", "9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00", "-001-01-01"),
        *("23.12.2025", "12/23/2025", "20251223", "2025-W52-2", "yesterday", "", "٢٠٢٥-١٢-٢٣", "2025-12-23T24:00:00Z"),
        *(1766487600, 1766487600.5, True, ["2025-12-23"], {"day": "2025-12-23"}),
    ):
        answer = api.editor.post("/issues", json=an_issue(75, published_at=given))

        assert answer.status_code == 422, given
        assert answer.json()["errors"][0]["pointer"] == "/published_at"
    assert api.editor.get("/issues/75/draft").status_code == 404


def test_a_time_without_offset_is_rejected_with_an_example(api: Api) -> None:
    answer = api.editor.post("/issues", json=an_issue(published_at="2025-12-23T09:30:00"))

    assert "offset" in answer.json()["detail"]


def test_a_sections_slug_and_tag_come_from_its_title(api: Api) -> None:
    expected = [
        ("News & Trends", "news-trends", "news-trends"),
        ("New & Trends", "news-trends", "news-trends"),
        ("Career resources", "career", "career"),
        ("PRODUCT & RELEASES", "product", "product"),
        ("research", "research", "research"),
        ("Things you should know", "things-you-should-know", None),
        ("🎉", "section", None),
        (None, "items", None),
    ]

    sections = make(api, sections=[{"title": title} for title, _, _ in expected])["sections"]

    assert [(section["title"], section["slug"], section["tag"]) for section in sections] == expected


def test_a_sections_own_tag_leaves_its_slug_alone(api: Api) -> None:
    sections = make(
        api,
        sections=[
            {"title": "Career resources", "tag": None},
            {"title": "Career resources", "tag": "Safety"},
            {"title": "Elsewhere", "tag": "Papers"},
            {"title": None, "tag": "product"},
        ],
    )["sections"]

    assert [(section["slug"], section["tag"]) for section in sections] == [
        ("career", None),
        ("career", "safety"),
        ("elsewhere", "research"),
        ("items", "product"),
    ]


def test_an_item_without_tags_gets_the_tag_of_the_nearest_enclosing_section(api: Api) -> None:
    items = [
        an_item("absent"),
        an_item("null", tags=None),
        an_item("none", tags=[]),
        an_item("own", tags=["Career", "career resources", "safety"]),
    ]
    issue = make(
        api,
        sections=[
            {
                "title": "Research",
                "items": items,
                "sections": [
                    {"title": "A group", "items": items, "sections": [{"title": "Product", "items": items}]},
                    {"title": "None of it", "tag": None, "items": items},
                ],
            },
            {"title": "Untagged", "items": items},
        ],
    )

    def tags(section: dict[str, Any]) -> list[list[str]]:
        return [item["tags"] for item in section["items"]]

    research, untagged = issue["sections"]
    group, none_of_it = research["sections"]
    own = ["career", "safety"]
    assert tags(research) == [["research"], ["research"], [], own]
    assert tags(group) == [["research"], ["research"], [], own]
    assert tags(group["sections"][0]) == [["product"], ["product"], [], own]
    assert tags(none_of_it) == [["research"], ["research"], [], own]
    assert tags(untagged) == [[], [], [], own]


def test_an_unknown_tag_is_reported_with_its_pointer_and_similar_names(api: Api) -> None:
    for sections, pointer in (
        ([{"title": "A", "tag": "reserch"}], "/sections/0/tag"),
        ([a_section(), {"sections": [{"tag": "reserch"}]}], "/sections/1/sections/0/tag"),
        (
            [a_section(items=1), {"items": [an_item(), an_item(tags=["safety", "reserch"])]}],
            "/sections/1/items/1/tags/1",
        ),
    ):
        answer = api.editor.post("/issues", json=an_issue(sections=sections))

        assert answer.status_code == 422
        assert answer.json()["code"] == "unknown-tag"
        assert answer.json()["errors"][0]["pointer"] == pointer
        assert "Research" in answer.json()["detail"]


def test_positions_are_counted_from_0(api: Api) -> None:
    issue = make(api, sections=[a_section(tag, items=3) for tag in TAGS])

    assert [section["position"] for section in issue["sections"]] == [0, 1, 2, 3, 4]
    assert [item["position"] for item in issue["sections"][4]["items"]] == [0, 1, 2]


def test_an_item_without_a_title_gets_one_from_its_body(api: Api) -> None:
    issue = make(
        api,
        sections=[{"items": [{"body": "@Prof. Tom [said](https://example.org) **so**. Then more."}, an_item("Own")]}],
    )

    made, own = issue["sections"][0]["items"]
    assert (made["title"], made["title_source"]) == ("@Prof. Tom said so", "body")
    assert (own["title"], own["title_source"]) == ("Own", "author")


def test_an_item_without_any_words_is_rejected_with_its_pointer(api: Api) -> None:
    for item in ({}, {"body": ""}, {"body": "![](https://example.org/a.png)"}, {"title": None, "body": None}):
        answer = api.editor.post("/issues", json=an_issue(sections=[{"items": [an_item(), item]}]))

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/sections/0/items/1/title"


def test_nothing_is_written_when_a_later_part_of_the_tree_is_wrong(api: Api) -> None:
    clock = api.get("/issues").headers["etag"]

    for wrong in (
        {"title": "B", "items": [an_item(tags=["nonsense"])]},
        {"title": "B", "items": [{}]},
        {"title": "B", "items": [an_item(url="javascript:alert(1)")]},
        nested(DEEPEST + 1),
    ):
        answer = api.editor.post("/issues", json=an_issue(75, published=True, sections=[a_section(items=5), wrong]))
        assert answer.status_code == 422

    assert api.get("/issues").headers["etag"] == clock
    assert api.get("/items").json()["data"] == []
    assert api.get("/search?q=item").json()["data"] == []
    assert api.editor.get("/drafts").json()["data"] == []
    assert make(api)["number"] == 1


def test_extra_holds_strings_numbers_and_booleans_of_4_kb(api: Api) -> None:
    kept = {"text": "a\nb", "int": 1, "big": 2**53, "float": 1.5, "whole": 1.0, "true": True, "": "", "ü": "世界"}
    assert make(api, extra=kept)["extra"] == kept
    assert type(make(api, extra={"whole": 1.0})["extra"]["whole"]) is float
    assert make(api, extra={"a": "x" * 4087})["extra"] == {"a": "x" * 4087}

    for extra, pointer in (
        ({"a": "x" * 4089}, "/extra"),
        ({str(place): "x" * 100 for place in range(40)}, "/extra"),
        ({"a": None}, "/extra/a"),
        ({"a": []}, "/extra/a"),
        ({"b": 1, "a": {"c": 1}}, "/extra/a"),
        ({"a": "\x07"}, "/extra/a"),
        ([], "/extra"),
        ("a", "/extra"),
        (None, "/extra"),
    ):
        answer = api.editor.post("/issues", json=an_issue(extra=extra))
        assert answer.status_code == 422, extra
        assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


def test_an_image_is_an_address_with_or_without_words_for_it(api: Api) -> None:
    assert make(api, image={"url": "https://example.org/a.png"})["image"] == {
        "url": "https://example.org/a.png",
        "alt": None,
    }
    for image, pointer in (
        ({"url": "data:image/png;base64,xx"}, "/image/url"),
        ({"url": "javascript:alert(1)"}, "/image/url"),
        ({"alt": "No picture"}, "/image/url"),
        ({"url": "https://example.org/a.png", "alt": ""}, "/image/alt"),
        ({"url": "https://example.org/a.png", "width": 7}, "/image/width"),
        ("https://example.org/a.png", "/image"),
    ):
        answer = api.editor.post("/issues", json=an_issue(image=image))
        assert answer.status_code == 422, image
        assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


def test_fields_that_are_not_right_are_reported_by_their_place(api: Api) -> None:
    section, item = "/sections/0", "/sections/0/items/0"
    for fields, pointer in (
        ({"title": None}, "/title"),
        ({"title": ""}, "/title"),
        ({"title": " \n "}, "/title"),
        ({"title": "a\x07b"}, "/title"),
        ({"title": "a" * 501}, "/title"),
        ({"title": 75}, "/title"),
        ({"number": 0}, "/number"),
        ({"number": -1}, "/number"),
        ({"number": 75.0}, "/number"),
        ({"number": 7.5}, "/number"),
        ({"number": "75"}, "/number"),
        ({"number": True}, "/number"),
        ({"number": 2**31}, "/number"),
        ({"number": 99999999999999999999}, "/number"),
        ({"slug": "With Spaces"}, "/slug"),
        ({"slug": "UPPER"}, "/slug"),
        ({"slug": "-a"}, "/slug"),
        ({"slug": "a--b"}, "/slug"),
        ({"slug": "a\n"}, "/slug"),
        ({"slug": ""}, "/slug"),
        ({"slug": "a" * 101}, "/slug"),
        ({"language": "english please"}, "/language"),
        ({"status": "scheduled"}, "/status"),
        ({"intro": "a\x00b".replace("\x00", "\x01")}, "/intro"),
        ({"intro": "a" * 100_001}, "/intro"),
        ({"id": 1}, "/id"),
        ({"version": 1}, "/version"),
        ({"role": "admin"}, "/role"),
        ({"updated_at": "2025-12-23T12:00:00Z"}, "/updated_at"),
        ({"sections": {}}, "/sections"),
        ({"sections": ["Research"]}, section),
        ({"sections": [{"title": ""}]}, f"{section}/title"),
        ({"sections": [{"slug": "a"}]}, f"{section}/slug"),
        ({"sections": [{"position": 1}]}, f"{section}/position"),
        ({"sections": [{"parent": 1}]}, f"{section}/parent"),
        ({"sections": [{"items": [an_item(url="javascript:alert(1)")]}]}, f"{item}/url"),
        ({"sections": [{"items": [an_item(url="https://example.org:99999/")]}]}, f"{item}/url"),
        ({"sections": [{"items": [an_item(url="")]}]}, f"{item}/url"),
        ({"sections": [{"items": [an_item(tags="research")]}]}, f"{item}/tags"),
        ({"sections": [{"items": [an_item(tags=[1])]}]}, f"{item}/tags/0"),
        ({"sections": [{"items": [an_item(tags=["research"] * 51)]}]}, f"{item}/tags"),
        ({"sections": [{"items": [an_item(sponsored="yes")]}]}, f"{item}/sponsored"),
        ({"sections": [{"items": [an_item(sponsored=1)]}]}, f"{item}/sponsored"),
        ({"sections": [{"items": [an_item(id=1)]}]}, f"{item}/id"),
        ({"sections": [{"items": [an_item(position=1)]}]}, f"{item}/position"),
        ({"sections": [{"items": [an_item(section="a")]}]}, f"{item}/section"),
        ({"sections": [{"items": [an_item(**{"a/b~c": 1})]}]}, f"{item}/a~1b~0c"),
    ):
        answer = api.editor.post("/issues", json={"title": "A", **fields})

        assert answer.status_code == 422, (fields, answer.text)
        assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer], fields
        assert answer.json()["detail"]
    assert api.editor.get("/drafts").json()["data"] == []


def test_bodies_that_are_not_an_issue_are_rejected(api: Api) -> None:
    for body, status in (
        (b"", 422),
        (b"null", 422),
        (b"[]", 422),
        (b'"A"', 422),
        (b"{}", 422),
        (b"{", 400),
        (b'{"title": NaN}', 400),
        (b'{"title": "A", "extra": {"a": 1e400}}', 400),
        (b'{"title": "\\ud800"}', 400),
        (b'{"title": "a\\u0000b"}', 400),
        (b'{"title": "a\x00b"}', 400),
        (b'{"title": "\xff"}', 400),
        (b"title=A", 400),
        (b'{"title": "' + b"a" * (20 * 1024 * 1024) + b'"}', 413),
    ):
        answer = api.editor.post("/issues", content=body, headers={"content-type": "application/json"})

        assert answer.status_code == status, (body[:40], answer.text[:200])
        assert answer.headers["content-type"] == "application/problem+json"
    assert api.editor.post("/issues", data={"title": "A"}).status_code == 415
    assert api.editor.post("/issues?status=published", json={"title": "A"}).status_code == 422
    assert api.editor.get("/drafts").json()["data"] == []


def test_scripts_stay_text(api: Api) -> None:
    issue = make(
        api,
        status="published",
        title="<script>alert(1)</script>",
        intro="<script>alert(1)</script>Hello",
        sections=[
            {"title": "<b>", "items": [an_item("<img src=x onerror=alert(1)>", body="[a](javascript:alert(1))")]}
        ],
    )

    assert issue["title"] == "<script>alert(1)</script>"
    assert issue["slug"] == "script-alert-1-script"
    assert issue["intro_html"] == "Hello"
    assert "href" not in issue["sections"][0]["items"][0]["body_html"]


def test_an_issue_has_room_for_2000_items_and_1000_sections(api: Api) -> None:
    small = {"title": "x"}
    for sections, said in (
        ([{"items": [small] * 2001}], "2,000 items"),
        ([{"items": [small] * 1001}, {"items": [small] * 1000}], "2,000 items"),
        ([{"sections": [{}] * 999}, {}, {}], "1,000 sections"),
    ):
        answer = api.editor.post("/issues", json=an_issue(75, sections=sections))
        assert answer.status_code == 422
        assert said in answer.json()["detail"]
    assert api.editor.get("/issues/75/draft").status_code == 404


def test_after_the_last_number_the_first_free_ones_are_used(api: Api) -> None:
    assert api.author.post("/issues", json=an_issue(2**31 - 1)).status_code == 201

    assert [api.author.post("/issues", json=an_issue()).json()["number"] for _ in "ab"] == [1, 2]


def test_the_last_number_does_not_keep_others_from_theirs(api: Api) -> None:
    for number in (1, 2, 5, 2**31 - 1):
        assert api.author.post("/issues", json=an_issue(number)).status_code == 201
    api.author.delete(f"/issues/{2**31 - 1}")

    assert [api.author.post("/issues", json=an_issue()).json()["number"] for _ in "abcd"] == [3, 4, 6, 7]
