"""Revisions of an issue: recording, listing, reading and comparing them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.auth.callers import OPERATOR
from app.authoring import bin, issues
from app.content.models import Revision
from app.db.engine import Database
from tests.api import Api
from tests.factories import a_section, an_issue, an_item


def revisions(api: Api, number: int = 75) -> list[dict[str, Any]]:
    return api.author.walk(f"/issues/{number}/revisions")


def versions(api: Api, number: int = 75) -> list[int]:
    return [each["version"] for each in revisions(api, number)]


def draft(api: Api, number: int = 75) -> dict[str, Any]:
    return api.author.get(f"/issues/{number}/draft").raise_for_status().json()  # type: ignore[no-any-return]


def let_a_minute_pass(api: Api, *columns: str) -> None:
    """Set the times of all revisions back by more than that."""
    with api.database.writing() as session:
        for revision in session.scalars(select(Revision)):
            for column in columns or ("began_at", "created_at"):
                setattr(revision, column, getattr(revision, column) - timedelta(seconds=61))


def rename(api: Api, title: str, number: int = 75) -> dict[str, Any]:
    answer = api.author.patch(f"/issues/{number}", json={"title": title})
    return answer.raise_for_status().json()  # type: ignore[no-any-return]


def text_of(document: dict[str, Any]) -> dict[str, Any]:
    """The content of an issue, without times, versions and links."""
    gone = ("version", "updated_at", "links", "scheduled_at", "position", "slug")

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: plain(part) for name, part in value.items() if name not in gone}
        return [plain(part) for part in value] if isinstance(value, list) else value

    return plain(document)  # type: ignore[no-any-return]


def test_every_write_by_another_makes_one(api: Api) -> None:
    made = api.author.post("/issues", json=an_issue(75)).json()
    section, items = made["sections"][0]["id"], [item["id"] for item in made["sections"][0]["items"]]
    writes = [
        ("PATCH", "/issues/75", {"title": "Another"}),
        ("POST", "/issues/75/sections", {"title": "Safety"}),
        ("PATCH", f"/sections/{section}", {"intro": "Hello"}),
        ("POST", f"/sections/{section}/move", {"position": 1}),
        ("POST", "/issues/75/items", an_item(section="research")),
        ("PATCH", f"/items/{items[0]}", {"body": "Hello"}),
        ("POST", f"/items/{items[0]}/move", {"position": 2}),
        ("DELETE", f"/items/{items[1]}", None),
        ("PUT", "/issues/75", an_issue(75, title="Whole")),
        ("POST", "/issues/75/publish", None),
        ("POST", "/issues/75/unpublish", None),
        ("DELETE", "/issues/75", None),
        ("POST", "/issues/75/restore", None),
    ]
    for place, (method, address, body) in enumerate(writes):
        caller = (api.editor, api.admin)[place % 2]
        assert caller.request(method, address, json=body).is_success, address

    kept = revisions(api)
    assert [each["request"] for each in reversed(kept)] == [
        "POST /issues",
        *(f"{method} {address}" for method, address, _ in writes),
    ]
    assert [each["version"] for each in reversed(kept)] == list(range(1, len(writes) + 2))
    assert {each["name"] for each in kept} == {"author", "editor", "admin"}
    assert draft(api)["version"] == kept[0]["version"]


def test_it_tells_who_when_and_by_what(api: Api) -> None:
    item = api.author.post("/issues", json=an_issue(75)).json()["sections"][0]["items"][0]["id"]
    changed = api.editor.patch(f"/items/{item}", json={"title": "Another"}).json()

    newest, first = revisions(api)

    assert newest == {
        "version": 2,
        "created_at": changed["updated_at"],
        "name": "editor",
        "request": f"PATCH /items/{item}",
    }
    assert (first["version"], first["name"], first["request"]) == (1, "author", "POST /issues")


def test_what_one_person_writes_within_a_minute_is_one(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))
    for title in "abc":
        rename(api, title)

    assert versions(api) == [4, 1]
    assert api.author.get("/issues/75/revisions/4").json()["title"] == "c"


def test_a_minute_after_the_first_of_them_there_is_another(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))
    rename(api, "a")
    let_a_minute_pass(api)
    rename(api, "b")
    rename(api, "c")

    assert versions(api) == [4, 2, 1]


def test_a_minute_counts_from_the_first_of_the_edits(api: Api) -> None:
    """Continuous writes create a revision each minute."""
    api.author.post("/issues", json=an_issue(75))
    rename(api, "a")
    let_a_minute_pass(api, "began_at")
    rename(api, "b")

    assert versions(api) == [3, 2, 1]


def test_nothing_is_folded_into_what_an_issue_began_as(api: Api) -> None:
    """The changes since any version can be computed."""
    api.author.post("/issues", json=an_issue(75))
    rename(api, "a")

    assert versions(api) == [2, 1]
    assert api.author.get("/issues/75/revisions/1").json()["title"] == "Issue 75"


def test_edits_of_two_people_are_not_folded(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))
    api.editor.patch("/issues/75", json={"title": "By the editor"})
    rename(api, "By the author")
    rename(api, "By the author again")

    assert [(each["version"], each["name"]) for each in revisions(api)] == [
        (4, "author"),
        (2, "editor"),
        (1, "author"),
    ]


def test_nothing_is_folded_into_what_was_published(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(75, published=True))
    for title in "ab":
        api.editor.patch("/issues/75", json={"title": title})
    api.editor.post("/issues/75/unpublish")
    api.editor.patch("/issues/75", json={"title": "c"})

    assert versions(api) == [5, 3, 2, 1]


def test_nothing_is_folded_into_what_a_preview_is_pinned_to(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))
    rename(api, "a")
    api.author.post("/issues/75/preview", json={"version": 2}).raise_for_status()
    rename(api, "b")
    rename(api, "c")

    assert versions(api) == [4, 2, 1]


def test_what_changes_nothing_keeps_nothing(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(75, published=True))

    api.editor.post("/issues/75/publish").raise_for_status()
    api.editor.request("PUT", "/issues/75", json=api.get("/issues/75").json()).raise_for_status()

    assert versions(api) == [1]


def test_a_version_is_not_used_again(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))
    rename(api, "a")
    api.author.delete("/issues/75")
    api.author.post("/issues/75/restore")
    api.author.post("/issues/75/revisions/4/restore").raise_for_status()
    rename(api, "b")

    assert draft(api)["version"] == 5
    assert versions(api)[0] == 5


def test_a_move_between_issues_is_in_the_history_of_both(api: Api) -> None:
    item = api.author.post("/issues", json=an_issue(74)).json()["sections"][0]["items"][0]["id"]
    api.author.post("/issues", json=an_issue(75))

    api.editor.post(f"/items/{item}/move", json={"issue": 75}).raise_for_status()

    for number in (74, 75):
        assert revisions(api, number)[0]["request"] == f"POST /items/{item}/move"
    assert api.author.get("/issues/74/revisions/2").json()["item_count"] == 2
    assert api.author.get("/issues/75/revisions/2").json()["item_count"] == 4


def test_two_hundred_edits_within_a_minute_are_a_few_rows(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))
    for count in range(200):
        rename(api, f"Edit {count}")

    with api.database.reading() as session:
        rows = session.scalar(select(func.count()).select_from(Revision))
    assert rows is not None
    assert rows <= 3
    assert draft(api)["version"] == 201


def test_what_an_operator_writes_is_kept_too(database: Database) -> None:
    with database.writing() as session:
        issue = issues.create(session, issues.IssueInput.model_validate(an_issue(75)), OPERATOR)
        bin.delete(session, issue, OPERATOR)
    with database.reading() as session:
        _, row = session.scalars(select(Revision).order_by(Revision.version))
    assert (row.version, row.name, row.request) == (2, "the operator", "a command on the server")


def test_they_are_listed_in_pages_the_newest_first(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))
    for place in range(6):
        (api.editor, api.author)[place % 2].patch("/issues/75", json={"title": f"Edit {place}"})

    walked = api.author.walk("/issues/75/revisions?limit=3")
    page = api.author.get("/issues/75/revisions?limit=3&total=true").json()

    assert [each["version"] for each in walked] == [7, 6, 5, 4, 3, 2, 1]
    assert [each["version"] for each in page["data"]] == [7, 6, 5]
    assert (page["page"]["total"], page["page"]["has_more"]) == (7, True)
    assert api.author.get("/issues/75/revisions?fields=version&limit=1").json()["data"] == [{"version": 7}]


def test_one_shows_the_issue_as_it_stood(api: Api) -> None:
    made = api.author.post("/issues", json=an_issue(75, outro="Goodbye.")).json()
    api.editor.delete(f"/items/{made['sections'][0]['items'][0]['id']}")

    shown = api.author.get("/issues/75/revisions/1")

    assert shown.headers["cache-control"] == "private, no-store"
    assert text_of(shown.json()) == text_of(made)
    assert shown.json()["version"] == 1
    assert shown.json()["links"]["self"] == "/issues/75/revisions/1"
    assert api.author.get("/issues/75/revisions/1?fields=title").json() == {"title": "Issue 75"}


def test_a_missing_revision_is_reported_with_the_next(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))
    rename(api, "a")
    rename(api, "b")

    for address in ("/issues/75/revisions/2", "/issues/75/revisions/2/diff", "/issues/75/revisions/1/diff?to=2"):
        answer = api.author.get(address)
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
        assert "combined into revision 3" in answer.json()["detail"]
    beyond = api.author.get("/issues/75/revisions/4")
    assert beyond.status_code == 404
    assert beyond.json()["detail"] == "Issue 75 has no revision 4. GET /issues/75/revisions lists its revisions."
    assert api.author.post("/issues/75/revisions/4/restore").status_code == 404


@pytest.mark.parametrize("version", ["0", "-1", "01", "x", "1.0", "99999999999999999999"])
def test_an_invalid_version_is_rejected(api: Api, version: str) -> None:
    api.author.post("/issues", json=an_issue(75))

    for address in (f"/issues/75/revisions/{version}", f"/issues/75/revisions/1/diff?to={version}"):
        assert api.author.get(address).status_code in (404, 422), address


def test_an_issue_that_does_not_exist_has_no_revisions(api: Api) -> None:
    for address in ("", "/1", "/1/diff"):
        assert api.author.get(f"/issues/75/revisions{address}").status_code == 404
    api.author.post("/issues", json=an_issue(75))
    api.author.delete("/issues/75")
    assert "is in the bin" in api.author.get("/issues/75/revisions").json()["detail"]


def test_they_are_for_authors_alone(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(75, published=True))

    for address in ("", "/1", "/1/diff"):
        assert api.get(f"/issues/75/revisions{address}").status_code == 401


def test_what_was_added_removed_moved_and_changed(api: Api) -> None:
    sections = [a_section("Research", items=3), a_section("Safety", items=1)]
    made = api.author.post("/issues", json=an_issue(75, sections=sections)).json()
    research, safety = made["sections"]
    first, second, third = research["items"]
    added = api.editor.post("/issues/75/items", json=an_item("New", section="safety", position=0)).json()
    api.editor.delete(f"/items/{first['id']}")
    api.editor.post(f"/items/{second['id']}/move", json={"section": "safety"})
    api.editor.patch(f"/items/{third['id']}", json={"body": "Some other words about it.", "tags": ["career"]})
    api.editor.patch("/issues/75", json={"subtitle": "Below"})

    told = api.author.get("/issues/75/revisions/1/diff").json()

    assert told["added"] == [
        {
            "kind": "item",
            "id": added["id"],
            "title": "New",
            "place": {"section_id": safety["id"], "section": "Safety", "position": 0},
        }
    ]
    assert [(each["kind"], each["id"]) for each in told["removed"]] == [("item", first["id"])]
    assert told["moved"] == [
        {
            "kind": "item",
            "id": second["id"],
            "title": "Item 1",
            "before": {"section_id": research["id"], "section": "Research", "position": 1},
            "after": {"section_id": safety["id"], "section": "Safety", "position": 2},
        }
    ]
    changed = {(each["kind"], each["id"], each["field"]): each for each in told["changed"]}
    assert set(changed) == {
        ("issue", None, "subtitle"),
        ("item", third["id"], "body"),
        ("item", third["id"], "tags"),
    }
    assert changed["item", third["id"], "body"]["words"] == [
        {"op": "equal", "text": "Some "},
        {"op": "insert", "text": "other "},
        {"op": "equal", "text": "words about it."},
    ]
    tags = changed["item", third["id"], "tags"]
    assert (tags["before"], tags["after"], tags["words"]) == (["research"], ["career"], None)


def test_one_revision_with_another(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75, title="One"))
    api.editor.patch("/issues/75", json={"title": "Two"})
    api.admin.patch("/issues/75", json={"title": "Three"})

    forwards = api.author.get("/issues/75/revisions/1/diff?to=2").json()["changed"]
    backwards = api.author.get("/issues/75/revisions/3/diff?to=1").json()["changed"]

    assert [(each["before"], each["after"]) for each in forwards] == [("One", "Two")]
    assert [(each["before"], each["after"]) for each in backwards] == [("Three", "One")]


def test_what_is_the_same_has_no_differences(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(75, published=True))
    api.editor.post("/issues", json=an_issue(74, published=True))
    nothing = {"added": [], "removed": [], "moved": [], "changed": []}

    assert api.author.get("/issues/75/revisions/1/diff").json() == nothing
    assert api.author.get("/issues/75/revisions/1/diff?to=1").json() == nothing
