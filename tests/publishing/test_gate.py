"""The gate: what it publishes, and that nothing else is public."""

import pytest
from sqlalchemy import event, select, text

from app.archive.models import ArchivedIssue
from app.content.document import IssueDocument
from app.content.models import Issue, Tag
from app.db import clock
from app.main import create_app
from app.publishing import gate
from app.settings import Settings
from tests.api import Api
from tests.factories import a_section, an_issue, an_item
from tests.statements import statements

PUBLIC = (
    *("/", "/issues", "/issues?full=true&tag=career", "/issues/latest", "/issues/74", "/issues/75/items"),
    *("/sections", "/sections/career", "/sections/career/items", "/items?tag=jobs&total=true", "/items/1"),
    *("/tags", "/tags/safety", "/tags/career/items", "/tags/jobs", "/search?q=item&tag=career&issue=75&total=true"),
    *("/search?q=issue", "/openapi.json", "/problems/not-found", "/healthz", "/issues/76", "/items?domain=example.org"),
)
AUTHORING = (
    *("item_tags", "items", "sections", "revisions", "previews", "issues", "tag_aliases", "tags", "publication"),
    *("refresh_tokens", "sign_ins", "users", "api_keys", "attempts", "kept_answers"),
)


def some_issue(number: int, **fields: object) -> dict[str, object]:
    return an_issue(number, published=True, **fields) | {
        "sections": [a_section("Research"), a_section("Career resources", sections=[a_section("Learning")])]
    }


def test_public_routes_answer_the_same_bytes_without_the_authoring_tables(api: Api) -> None:
    for number in (74, 75):
        api.editor.post("/issues", json=some_issue(number)).raise_for_status()
    before = {path: api.get(path) for path in PUBLIC}

    with api.database.writing() as session:
        for table in AUTHORING:
            cascade = " CASCADE" if api.database.dialect == "postgresql" else ""
            session.execute(text(f"DROP TABLE {table}{cascade}"))

    for path, answer in before.items():
        again = api.get(path)
        assert (again.status_code, again.content) == (answer.status_code, answer.content), path
        assert again.headers.get("etag") == answer.headers.get("etag")


def test_the_archive_keeps_the_bytes_that_are_sent(api: Api) -> None:
    api.editor.post("/issues", json=some_issue(75)).raise_for_status()

    with api.database.reading() as session:
        kept = session.get_one(ArchivedIssue, 75)

    answer = api.get("/issues/75", headers={"accept-encoding": "identity"})
    assert answer.content == kept.document
    assert answer.headers["etag"] == kept.etag
    assert IssueDocument.thaw(kept.document).freeze() == kept.document


def test_neighbours_are_linked_as_issues_come_and_go(api: Api) -> None:
    def links() -> list[tuple[int, str | None, str | None]]:
        issues = api.get("/issues?full=true&order=published_at").json()["data"]
        found = [(issue["number"], issue["links"]["previous"], issue["links"]["next"]) for issue in issues]
        assert issues == [api.get(f"/issues/{number}").json() for number, *_ in found]
        return sorted(found)

    for number in (3, 7, 5):
        api.editor.post("/issues", json=some_issue(number)).raise_for_status()
    assert links() == [(3, None, "/issues/5"), (5, "/issues/3", "/issues/7"), (7, "/issues/5", None)]

    api.editor.post("/issues/5/unpublish").raise_for_status()
    assert links() == [(3, None, "/issues/7"), (7, "/issues/3", None)]


def test_a_neighbour_s_links_change_its_bytes_but_not_its_version(api: Api) -> None:
    api.editor.post("/issues", json=some_issue(1)).raise_for_status()
    before = api.get("/issues/1")

    api.editor.post("/issues", json=some_issue(2)).raise_for_status()

    after = api.get("/issues/1")
    assert after.headers["etag"] != before.headers["etag"]
    assert after.json() == before.json() | {"links": before.json()["links"] | {"next": "/issues/2"}}
    listed = api.get("/issues?order=published_at").json()["data"][0]
    assert listed["links"]["next"] == "/issues/2"


def test_unpublishing_takes_everything_of_an_issue_away(api: Api) -> None:
    api.editor.post("/issues", json=some_issue(1)).raise_for_status()
    item = api.get("/items").json()["data"][0]["id"]

    api.editor.post("/issues/1/unpublish").raise_for_status()

    assert api.get("/issues/1").status_code == 404
    assert api.get(f"/items/{item}").status_code == 404
    for path in ("/issues", "/items", "/sections", "/search?q=item", "/search?q=issue"):
        assert api.get(path).json()["data"] == []
    assert {tag["count"] for tag in api.get("/tags").json()["data"]} == {0}
    assert api.get("/sections/career").status_code == 404


def test_counts_are_those_of_what_is_published(api: Api) -> None:
    api.editor.post("/issues", json=some_issue(1)).raise_for_status()
    api.editor.post("/issues", json=some_issue(2)).raise_for_status()
    api.editor.post("/issues/2/items", json=an_item(section="research", tags=["career", "safety"])).raise_for_status()
    api.editor.patch("/issues/1", json={"title": "Changed"}).raise_for_status()

    tags = {tag["slug"]: (tag["count"], tag["issue_count"]) for tag in api.get("/tags").json()["data"]}

    assert tags == {
        "career": (9, 2),
        "news-trends": (0, 0),
        "product": (0, 0),
        "research": (4, 2),
        "safety": (1, 1),
    }
    for slug, (count, issues) in tags.items():
        assert len(api.walk(f"/items?tag={slug}")) == count
        assert len(api.walk(f"/issues?tag={slug}")) == issues
    for series in api.walk("/sections"):
        assert len(api.walk(f"/sections/{series['slug']}/items")) == series["item_count"]


def test_a_tag_is_renamed_and_the_issues_that_have_it_follow(api: Api) -> None:
    api.editor.post("/issues", json=some_issue(1)).raise_for_status()
    with api.database.writing() as session:
        issue = session.scalars(select(Issue).with_for_update()).one()
        tag = session.scalars(select(Tag).where(Tag.slug == "research")).one()
        tag.slug, tag.name = "papers-we-read", "What we read"
        gate.put_vocabulary(session)
        gate.recompile(session, [issue.number])

    assert api.get("/tags/research").status_code == 404
    assert api.get("/tags/papers-we-read").json()["count"] == 2
    for label in ("papers-we-read", "What we read", "papers"):
        assert len(api.get("/items", params={"tag": label}).json()["data"]) == 2, label
    assert api.get("/tags/what-we-read").headers["location"] == "/tags/papers-we-read"


def test_a_series_has_the_title_of_the_latest_issue_with_it(api: Api) -> None:
    for number, title in ((5, "Career resources"), (9, "Careers"), (7, "Jobs")):
        issue = an_issue(number, published=True) | {"sections": [a_section(title, items=number)]}
        api.editor.post("/issues", json=issue).raise_for_status()

    def series() -> tuple[str, int, int, int]:
        found = api.get("/sections/career").json()
        return found["title"], found["latest_issue"], found["issue_count"], found["item_count"]

    assert series() == ("Careers", 9, 3, 21)
    api.editor.post("/issues/9/unpublish").raise_for_status()
    assert series() == ("Jobs", 7, 2, 12)
    api.editor.post("/issues/5/unpublish").raise_for_status()
    assert series() == ("Jobs", 7, 1, 7)
    api.editor.post("/issues/9/publish").raise_for_status()
    assert series() == ("Careers", 9, 2, 16)


def test_the_clock_rises_with_what_the_public_reads_and_with_nothing_else(api: Api) -> None:
    def now() -> int:
        with api.database.reading() as session:
            return clock.read(session)

    start = now()
    api.editor.post("/issues", json=an_issue(1)).raise_for_status()
    api.editor.post("/issues/1/items", json=an_item(section="research")).raise_for_status()
    assert now() == start
    api.editor.post("/issues/1/publish").raise_for_status()
    assert now() == start + 1
    api.editor.post("/issues/1/publish").raise_for_status()
    assert now() == start + 1
    api.editor.post("/issues/1/items", json=an_item(section="research")).raise_for_status()
    assert now() == start + 2
    api.editor.post("/issues/1/items", json=an_item(section="nowhere"))
    assert now() == start + 2


def test_a_commit_that_fails_is_reported_and_changes_nothing(api: Api) -> None:
    def refuse(session: object) -> None:
        raise RuntimeError("the disk is full")

    from sqlalchemy.orm import Session

    event.listen(Session, "before_commit", refuse)
    try:
        answer = api.editor.post("/issues", json=some_issue(1))
    finally:
        event.remove(Session, "before_commit", refuse)

    assert answer.status_code == 500
    assert answer.json()["code"] == "unexpected"
    assert "disk" not in answer.text
    assert api.get("/issues/1").status_code == 404
    assert api.editor.get("/issues/1/draft").status_code == 404
    assert api.editor.post("/issues", json=some_issue(1)).status_code == 201


def test_issues_that_another_version_compiled_are_recompiled_at_startup(api: Api, settings: Settings) -> None:
    api.editor.post("/issues", json=some_issue(1)).raise_for_status()
    before = api.get("/issues/1")
    with api.database.writing() as session:
        issue = session.get_one(ArchivedIssue, 1)
        issue.compiler, issue.document, issue.etag = "an older one", b"{}", '"old"'

    with Api(create_app(settings)) as later:
        answer = later.get("/issues/1")

    assert answer.content == before.content
    with api.database.reading() as session:
        assert session.get_one(ArchivedIssue, 1).compiler == gate.compiler(session)


def test_an_item_in_a_published_issue_costs_as_many_statements_in_any_archive(api: Api) -> None:
    api.editor.post("/issues", json=some_issue(1)).raise_for_status()
    api.editor.post("/issues", json=some_issue(2)).raise_for_status()

    def count_of_an_addition() -> int:
        with statements(api.database) as sent:
            api.editor.post("/issues/2/items", json=an_item(section="research")).raise_for_status()
        return len(sent)

    count_of_an_addition()  # once, so that both times the texts are there already
    small = count_of_an_addition()
    for number in range(3, 13):
        api.editor.post("/issues", json=some_issue(number)).raise_for_status()
    large = count_of_an_addition()

    assert 0 < large == small <= 60


@pytest.mark.parametrize("number", [1, 2])
def test_reading_an_issue_is_one_statement(api: Api, number: int) -> None:
    for each in (1, 2):
        api.editor.post("/issues", json=some_issue(each)).raise_for_status()

    with statements(api.database) as sent:
        api.get(f"/issues/{number}").raise_for_status()

    assert len(sent) == 1


def test_a_new_issue_is_compiled_as_it_would_be_later(api: Api) -> None:
    """It is compiled from what its transaction has of it, without reading it again."""
    one, two = an_item("One", tags=["safety", "career"]), an_item("Two", tags=[])
    untitled = an_item(None, body="Words *alone*. And more.", extra={"a": 1.5})
    sections = [
        {"title": "Elsewhere", "tag": "product", "items": [one, two]},
        {"title": "Career resources", "sections": [a_section("Deep", items=3)]},
        {"title": None, "items": [untitled]},
    ]
    api.editor.post("/issues", json=an_issue(74, published=True)).raise_for_status()
    api.editor.post("/issues", json=an_issue(75, published=True, sections=sections)).raise_for_status()
    before = api.get("/issues/75").content

    with api.database.writing() as session:
        gate.recompile(session, [75])

    assert api.get("/issues/75").content == before


def test_a_new_title_of_a_section_leaves_the_number_of_its_items(api: Api) -> None:
    made = api.editor.post("/issues", json=some_issue(1)).json()
    before = api.get("/sections/research").json()

    section = made["sections"][0]["id"]
    api.editor.patch(f"/sections/{section}", json={"title": "Papers"}).raise_for_status()

    assert api.get("/sections/research").json() == before | {"title": "Papers"}
