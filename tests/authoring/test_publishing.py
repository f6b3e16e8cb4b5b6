"""Publishing and unpublishing, as editors call them."""

from datetime import UTC, datetime, timedelta

from tests.api import Api
from tests.factories import an_issue


def test_publishing_makes_a_draft_public_and_dates_it(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))
    assert api.get("/issues/75").status_code == 404

    answer = api.editor.post("/issues/75/publish")

    assert answer.status_code == 200
    assert answer.headers["etag"] == '"v2"'
    published = answer.json()
    assert (published["status"], published["version"]) == ("published", 2)
    assert published["links"]["self"] == "/issues/75/draft"
    dated = datetime.fromisoformat(published["published_at"])
    assert abs(datetime.now(UTC) - dated) < timedelta(minutes=1)
    shown = api.get("/issues/75").json()
    assert (shown["status"], shown["version"], shown["published_at"]) == ("published", 2, published["published_at"])


def test_a_time_of_publication_that_is_given_is_kept(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75, published_at="2025-12-23"))

    assert api.editor.post("/issues/75/publish").json()["published_at"] == "2025-12-23T12:00:00Z"


def test_publishing_again_changes_nothing(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))
    first = api.editor.post("/issues/75/publish")
    shown = api.get("/issues/75")

    again = api.editor.post("/issues/75/publish")

    assert (again.status_code, again.json(), again.headers["etag"]) == (200, first.json(), first.headers["etag"])
    assert api.get("/issues/75").headers["etag"] == shown.headers["etag"]


def test_unpublishing_takes_an_issue_back_from_everywhere(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(74, published=True))
    made = api.editor.post("/issues", json=an_issue(75, published=True, title="Zebras")).json()
    item = made["sections"][0]["items"][0]["id"]

    answer = api.editor.post("/issues/75/unpublish")

    assert answer.status_code == 200
    assert answer.headers["etag"] == '"v2"'
    assert (answer.json()["status"], answer.json()["version"]) == ("draft", 2)
    for address in ("/issues/75", "/issues/75/items", f"/items/{item}"):
        assert api.get(address).status_code == 404
    assert [issue["number"] for issue in api.get("/issues").json()["data"]] == [74]
    assert {item["issue"] for item in api.walk("/items")} == {74}
    assert api.get("/issues/latest").json()["number"] == 74
    assert api.get("/issues/74").json()["links"]["next"] is None
    assert api.get("/tags/research").json()["count"] == 3
    assert api.get("/search?q=zebras").json()["data"] == []
    assert [issue["number"] for issue in api.editor.get("/drafts").json()["data"]] == [75]


def test_unpublishing_keeps_the_time_of_the_first_publication(api: Api) -> None:
    published = api.editor.post("/issues", json=an_issue(75, published=True, published_at="2020-01-01")).json()

    unpublished = api.editor.post("/issues/75/unpublish").json()
    again = api.editor.post("/issues/75/publish").json()

    assert published["published_at"] == unpublished["published_at"] == again["published_at"] == "2020-01-01T12:00:00Z"
    assert again["version"] == 3


def test_unpublishing_a_draft_changes_nothing(api: Api) -> None:
    draft = api.author.post("/issues", json=an_issue(75)).json()

    for _ in range(2):
        answer = api.editor.post("/issues/75/unpublish")
        assert (answer.status_code, answer.json(), answer.headers["etag"]) == (200, draft, '"v1"')


def test_restored_parts_have_their_former_content(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(74, published=True))
    api.editor.post("/issues", json=an_issue(75, published=True))
    before = api.get("/issues/75").json()
    neighbour = api.get("/issues/74").content

    api.editor.post("/issues/75/unpublish")
    api.editor.post("/issues/75/publish")

    after = api.get("/issues/75").json()
    assert after == {**before, "version": 3, "updated_at": after["updated_at"]}
    assert api.get("/issues/74").content == neighbour


def test_a_draft_may_be_changed_between(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(75, published=True))
    api.editor.post("/issues/75/unpublish")
    api.author.post("/issues/75/items", json={"title": "Late", "section": "research", "position": 0})

    api.editor.post("/issues/75/publish")

    assert [item["title"] for item in api.get("/issues/75/items").json()["data"]][:2] == ["Late", "Item 0"]


def test_an_issue_without_sections_may_be_published(api: Api) -> None:
    api.author.post("/issues", json={"number": 75, "title": "Empty"})

    assert api.editor.post("/issues/75/publish").status_code == 200
    assert api.get("/issues/75").json()["sections"] == []


def test_there_must_be_an_issue(api: Api) -> None:
    for action in ("publish", "unpublish"):
        assert api.editor.post(f"/issues/75/{action}").status_code == 404


def test_a_working_copy_knows_its_published_neighbours(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(74, published=True))
    api.editor.post("/issues", json=an_issue(76))
    api.editor.post("/issues", json=an_issue(77, published=True))

    links = api.author.post("/issues", json=an_issue(75)).json()["links"]

    assert links == {"self": "/issues/75/draft", "previous": "/issues/74", "next": "/issues/77"}
