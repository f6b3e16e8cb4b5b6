"""Searching: results, their order, and highlights."""

import re
from html import unescape

import pytest

from tests.api import Api
from tests.factories import an_issue, an_item


def found(api: Api, q: str, **filters: object) -> list[tuple[str, str]]:
    answer = api.get("/search", params={"q": q, "limit": 100, **filters})
    assert answer.status_code == 200, answer.text
    return [(hit["type"], hit["title"]) for hit in answer.json()["data"]]


def titles(api: Api, q: str, **filters: object) -> list[str]:
    return [title for _, title in found(api, q, **filters)]


@pytest.fixture
def archive(api: Api) -> Api:
    items = {
        1: [
            an_item("Café culture", body="Naïve résumés of **bold** ideas.", url="https://www.example.org/x"),
            an_item("Worlds of models", body="Nothing else.", url=None, tags=["safety"]),
            an_item("A plain title", body="It speaks of world models and of dreams.", url="https://arxiv.org/abs/1"),
        ],
        2: [
            an_item("世界模型入門", body="世界を予測する。한국어 문장입니다.", url=None),
            an_item("World cups", body="Models play football, <script>alert('models')</script> and R&D.", tags=[]),
            an_item("World model, the newer", body="Later than the other.", tags=["product"]),
        ],
    }
    for number, those in items.items():
        issue = an_issue(number, published=True, published_at=f"2025-01-0{number}", intro=f"Preface {number} dreams")
        issue["sections"] = [{"title": "Research", "items": those}]
        api.editor.post("/issues", json=issue).raise_for_status()
    return api


def test_all_words_must_be_found_and_a_title_comes_before_a_body(archive: Api) -> None:
    hits = archive.get("/search?q=world+models").json()["data"]

    assert [(hit["title"], hit["score"]) for hit in hits] == [
        ("World model, the newer", 1.0),
        ("Worlds of models", 1.0),
        ("World cups", 0.5),
        ("A plain title", 0.25),
    ]


def test_issues_are_found_too(archive: Api) -> None:
    assert found(archive, "dreams") == [("issue", "Issue 2"), ("issue", "Issue 1"), ("item", "A plain title")]
    assert found(archive, "issue 2") == [("issue", "Issue 2")]
    hit = archive.get("/search?q=preface").json()["data"][0]
    listed = archive.get("/issues").json()["data"][0]
    assert {name: hit[name] for name in listed} == listed


FOUND = (
    ("cafe", ["Café culture"]),
    ("CAFÉ", ["Café culture"]),
    ("naive resume", ["Café culture"]),
    ("bold idea", ["Café culture"]),
    ("example.org", ["World cups", "World model, the newer", "Café culture"]),
    ("arxiv", ["A plain title"]),
    ("世界", ["世界模型入門"]),
    ("模型", ["世界模型入門"]),
    ("界", ["世界模型入門"]),
    ("型世", []),
    ("한국어", ["世界模型入門"]),
    ("safety", ["Issue 1", "Worlds of models"]),
    ("script", []),
    ("r&d", ["World cups"]),
    ("football dreams", []),
)


def test_words_are_found_by_their_stems_in_titles_bodies_tags_and_domains(
    archive: Api, subtests: pytest.Subtests
) -> None:
    for q, expected in FOUND:
        with subtests.test(q=q):
            assert titles(archive, q) == expected


def test_filters_narrow_a_search(archive: Api) -> None:
    assert titles(archive, "world", issue=1) == ["Worlds of models", "A plain title"]
    assert titles(archive, "world", tag="product") == ["World model, the newer"]
    assert titles(archive, "world", tag="product,safety") == ["World model, the newer", "Worlds of models"]
    assert titles(archive, "dreams", tag="Papers", issue=1) == ["Issue 1", "A plain title"]
    assert titles(archive, "world", tag="career") == []


ANYTHING = (
    *(
        '"',
        "'",
        "*",
        "a*",
        "(",
        ")",
        "a OR b",
        "NOT a",
        "a AND",
        "NEAR(a b)",
        "^a",
        "title:world",
        "{title}:x",
        "-world",
    ),
    *(
        "a & b | !c",
        "a:*",
        "<->",
        "\\",
        "%",
        "_",
        "$1",
        "{}",
        "💥",
        "½",
        "  ",
        "",
        "!?.,",
        "\t\n",
        "a" * 5000,
        "ſ",
        "İ",
    ),
    *("<mark>", "&amp;", "; DROP TABLE items", "u0", "u0e4b896", "\u202e\u200b", "x' OR 1=1 --", "e\u0301", "ﬁne"),
    "world " * 3000,
    " ".join(f"word{number}" for number in range(1500)),
)


def test_any_text_is_a_legal_query(archive: Api, subtests: pytest.Subtests) -> None:
    for q in ANYTHING:
        with subtests.test(q=q[:40]):
            answer = archive.get("/search", params={"q": q, "total": "true"})

            assert answer.status_code == 200, answer.text
            assert len(answer.json()["data"]) == answer.json()["page"]["total"]


def test_a_search_without_words_is_reported(archive: Api) -> None:
    assert archive.get("/search").status_code == 422
    assert archive.get("/search").json()["errors"][0]["pointer"] == "q"


def test_highlights_mark_the_found_words_and_escape_all_else(archive: Api) -> None:
    hit = archive.get("/search?q=cup+models").json()["data"][0]

    assert hit["highlights"]["title"] == "World <mark>cups</mark>"
    assert hit["highlights"]["body"] == "<mark>Models</mark> play football,  and R&amp;D.".replace("  ", " ")


def test_a_long_body_is_shown_about_the_first_found_word(api: Api) -> None:
    body = "lorem ipsum " * 100 + "the needle <b>here</b> " + "dolor sit " * 100
    issue = an_issue(1, published=True, sections=[{"title": "Research", "items": [an_item(body=body)]}])
    api.editor.post("/issues", json=issue).raise_for_status()

    shown = api.get("/search?q=needle").json()["data"][0]["highlights"]["body"]

    assert re.fullmatch(r"…[a-z ]+the <mark>needle</mark> here [a-z ]+…", shown)
    assert len(unescape(re.sub("</?mark>", "", shown))) <= 242


def test_what_is_changed_is_found_as_it_is_now(archive: Api) -> None:
    (hit,) = archive.get("/search?q=football").json()["data"]

    archive.editor.patch(f"/items/{hit['id']}", json={"body": "Now of chess."}).raise_for_status()

    assert titles(archive, "football") == []
    assert titles(archive, "chess") == ["World cups"]
    archive.editor.delete(f"/items/{hit['id']}").raise_for_status()
    assert titles(archive, "chess") == []
    archive.editor.post("/issues/1/unpublish").raise_for_status()
    assert titles(archive, "world models") == ["World model, the newer"]


def test_the_page_says_among_how_many_it_ranked(archive: Api) -> None:
    page = archive.get("/search?q=world&limit=2&total=true").json()["page"]

    assert (page["ranked_among"], page["total"], page["has_more"]) == (4, 4, True)


def test_only_the_newest_matches_are_ranked(archive: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.search.query.MOST_RANKED", 2)

    answer = archive.get("/search?q=world&total=true").json()

    assert [hit["issue"] for hit in answer["data"]] == [2, 2]
    assert (answer["page"]["ranked_among"], answer["page"]["total"]) == (2, 4)
