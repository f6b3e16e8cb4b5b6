"""`If-Match`: a write succeeds only if nobody else has written since."""

from collections.abc import Callable

import httpx
import pytest

from tests.api import Api
from tests.factories import ahead, an_issue, an_item

Write = Callable[[str], httpx.Response]


@pytest.fixture
def writes(api: Api) -> dict[str, Write]:
    """Each route that overwrites, called on an issue or an item at version 2 with that `If-Match`."""
    made = api.editor.post("/issues", json=an_issue(75)).json()
    item = f"/items/{made['sections'][0]['items'][0]['id']}"
    api.editor.patch(item, json={"title": "Once"})

    def write(method: str, address: str, body: object = None) -> Write:
        return lambda tag: api.editor.request(method, address, json=body, headers={"if-match": tag})

    return {
        "issue": write("PATCH", "/issues/75", {"title": "Another"}),
        "section": write("POST", "/issues/75/sections", {"title": "Another"}),
        "added item": write("POST", "/issues/75/items", an_item(section="research")),
        "publish": write("POST", "/issues/75/publish"),
        "unpublish": write("POST", "/issues/75/unpublish"),
        "item": write("PATCH", item, {"title": "Another"}),
        "removed item": write("DELETE", item),
    }


def test_a_write_at_the_current_version_succeeds(writes: dict[str, Write]) -> None:
    present = {"item": 2, "removed item": 3}
    answers = {route: write(f'"v{present[route]}"') for route, write in writes.items() if route in present}
    for version, route in enumerate(("issue", "section", "added item", "publish", "unpublish"), start=4):
        answers[route] = writes[route](f'"v{version}"')

    assert {route: answer.status_code for route, answer in answers.items()} == {
        "item": 200,
        "removed item": 204,
        "issue": 200,
        "section": 201,
        "added item": 201,
        "publish": 200,
        "unpublish": 200,
    }


def test_a_write_at_another_version_is_stale_and_gets_the_current_one(api: Api, writes: dict[str, Write]) -> None:
    before = api.editor.get("/issues/75/draft").json()
    for route, write in writes.items():
        for tag in ('"v1"', '"v3"', '"v1", "v3"', '"v999999999999999999"'):
            answer = write(tag)
            assert answer.status_code == 412, (route, tag)
            assert answer.headers["etag"] == '"v2"'
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["code"] == "stale"
            assert "version is 2" in answer.json()["detail"]
    assert api.editor.get("/issues/75/draft").json() == before


def test_any_of_several_versions_will_do(writes: dict[str, Write]) -> None:
    for version, tag in enumerate(('"v2"', "*", '"v3", "v4"', '"v3","v4","v5"', ' "v6" '), start=2):
        answer = writes["issue"](tag)
        assert (answer.status_code, answer.headers["etag"]) == (200, f'"v{version + 1}"')


def test_a_weak_tag_never_matches(writes: dict[str, Write]) -> None:
    """RFC 9110 §13.1.1: the comparison is strong."""
    answer = writes["issue"]('W/"v2"')

    assert answer.status_code == 412
    assert answer.headers["etag"] == '"v2"'


def test_the_etag_of_a_public_response_is_rejected_with_a_solution(api: Api, writes: dict[str, Write]) -> None:
    api.editor.post("/issues/75/publish")
    public = api.get("/issues/75").headers["etag"]

    answer = writes["issue"](public)

    assert answer.status_code == 412
    assert answer.headers["etag"] == '"v3"'
    assert public in answer.json()["detail"]
    assert "/draft" in answer.json()["detail"]
    assert "hash" in answer.json()["detail"]


def test_an_invalid_etag_never_matches(api: Api, writes: dict[str, Write]) -> None:
    for tag in ("v2", "2", '"2"', '"v02"', '"v2', '"V2"', '""', ",", "nonsense", '"v2" "v2"', "é"):
        answer = api.editor.patch("/issues/75", json={"title": "A"}, headers={"if-match": tag.encode("latin-1")})

        assert answer.status_code == 412, tag
        assert answer.headers["etag"] == '"v2"'


def test_an_empty_tag_never_matches(writes: dict[str, Write]) -> None:
    """A client whose variable is empty must not overwrite content that it has never seen."""
    assert writes["issue"]("").status_code == 412


def test_the_tag_that_a_write_answers_with_is_good_for_the_next(api: Api) -> None:
    tag = api.author.post("/issues", json=an_issue(75)).headers["etag"]
    for title in "abc":
        answer = api.author.patch("/issues/75", json={"title": title}, headers={"if-match": tag})
        assert answer.status_code == 200
        assert answer.headers["etag"] != tag
        tag = answer.headers["etag"]
    assert api.author.get("/issues/75/draft").headers["etag"] == tag


def test_an_item_has_a_version_of_its_own(api: Api) -> None:
    made = api.author.post("/issues", json=an_issue(75)).json()
    first, second, _ = [f"/items/{item['id']}" for item in made["sections"][0]["items"]]
    tag = api.author.get(f"{first}/draft").headers["etag"]

    api.author.patch(second, json={"title": "Another"})
    api.author.patch("/issues/75", json={"title": "Another"})

    assert api.author.patch(first, json={"title": "Mine"}, headers={"if-match": tag}).status_code == 200
    assert api.author.patch(first, json={"title": "Mine"}, headers={"if-match": tag}).status_code == 412


def test_a_write_beneath_an_issue_makes_its_tag_stale(api: Api) -> None:
    made = api.author.post("/issues", json=an_issue(75))
    api.author.delete(f"/items/{made.json()['sections'][0]['items'][0]['id']}")

    answer = api.author.patch("/issues/75", json={"title": "A"}, headers={"if-match": made.headers["etag"]})

    assert answer.status_code == 412


def test_without_it_the_last_write_wins(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))

    assert api.author.patch("/issues/75", json={"title": "First"}).status_code == 200
    assert api.author.patch("/issues/75", json={"title": "Second"}).json()["title"] == "Second"


def test_several_lines_of_if_match_are_one_list(api: Api) -> None:
    api.author.post("/issues", json=an_issue(1)).raise_for_status()
    bearer = api.author._headers["authorization"]

    for first, second, status in (('"v9"', '"v1"', 200), ('"v2"', '"v9"', 200), ('"v8"', '"v9"', 412)):
        headers = [("authorization", bearer), ("if-match", first), ("if-match", second)]
        answer = api.patch("/issues/1", headers=headers, json={"title": "Another"})
        assert answer.status_code == status, answer.text


def test_of_twenty_who_change_one_version_at_once_one_wins(api: Api) -> None:
    tag = api.author.post("/issues", json=an_issue(75)).headers["etag"]

    answers = api.together(
        *[
            lambda place=place: api.author.patch("/issues/75", json={"title": f"By {place}"}, headers={"if-match": tag})
            for place in range(20)
        ]
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 19
    (winner,) = [answer.json() for answer in answers if answer.status_code == 200]
    draft = api.author.get("/issues/75/draft").json()
    assert (draft, draft["version"]) == (winner, 2)
    for answer in answers:
        if answer.status_code == 412:
            (changed,) = answer.json()["changes"]["changed"]
            assert (changed["before"], changed["after"]) == ("Issue 75", winner["title"])


def test_a_stale_write_gets_the_changes_of_the_issue_since(api: Api) -> None:
    made = api.author.post("/issues", json=an_issue(75)).json()
    gone, moved, _ = (item["id"] for item in made["sections"][0]["items"])
    api.editor.patch("/issues/75", json={"title": "Another"})
    api.editor.delete(f"/items/{gone}")
    api.editor.post(f"/items/{moved}/move", json={"position": 1})
    added = api.editor.post("/issues/75/items", json=an_item("New", section="research")).json()["id"]

    answer = api.author.patch("/issues/75", json={"title": "Mine"}, headers={"if-match": '"v1"'})

    assert (answer.status_code, answer.headers["etag"]) == (412, '"v5"')
    changes = answer.json()["changes"]
    assert [each["id"] for each in changes["added"]] == [added]
    assert [each["id"] for each in changes["removed"]] == [gone]
    assert len(changes["moved"]) == 1
    assert [(each["field"], each["before"], each["after"]) for each in changes["changed"]] == [
        ("title", "Issue 75", "Another")
    ]
    assert changes == api.author.get("/issues/75/revisions/1/diff").json()


def test_changes_are_reported_since_the_newest_of_several_versions(api: Api) -> None:
    """A caller who sends several versions has read all of them, and has seen the changes until the last one."""
    api.author.post("/issues", json=an_issue(75))
    for caller, title in ((api.editor, "Second"), (api.admin, "Third"), (api.editor, "Fourth")):
        caller.patch("/issues/75", json={"title": title})

    for tags in ('"v2", "v3"', '"v3", "v2"', '"v1","v3","v2"'):
        answer = api.author.patch("/issues/75", json={"title": "Mine"}, headers={"if-match": tags})

        assert answer.status_code == 412
        (changed,) = answer.json()["changes"]["changed"]
        assert (changed["before"], changed["after"]) == ("Third", "Fourth"), tags


def test_changes_are_reported_since_the_revision_before_a_combined_one(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))
    for field in ("subtitle", "intro", "outro"):
        api.editor.patch("/issues/75", json={field: "Words."})

    told = {}
    for version in (1, 2, 3):
        answer = api.author.patch("/issues/75", json={"title": "Mine"}, headers={"if-match": f'"v{version}"'})
        told[version] = {each["field"] for each in answer.json()["changes"]["changed"]}

    assert told == {version: {"subtitle", "intro", "outro"} for version in (1, 2, 3)}


def test_every_route_of_an_issue_tells_one_who_is_late_what_was_done(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))
    api.editor.patch("/issues/75", json={"title": "Another"})

    for method, address, body in (
        ("PATCH", "", {"title": "Mine"}),
        ("PUT", "", an_issue(75)),
        ("DELETE", "", None),
        ("POST", "/publish", None),
        ("POST", "/unpublish", None),
        ("POST", "/schedule", {"at": ahead(days=1)}),
        ("POST", "/unschedule", None),
        ("POST", "/sections", {"title": "More"}),
        ("POST", "/items", an_item(section="research")),
        ("POST", "/revisions/1/restore", None),
    ):
        answer = api.editor.request(method, f"/issues/75{address}", json=body, headers={"if-match": '"v1"'})
        assert (answer.status_code, answer.headers["etag"]) == (412, '"v2"'), (method, address)
        assert [each["after"] for each in answer.json()["changes"]["changed"]] == ["Another"], (method, address)
    assert api.editor.get("/issues/75/draft").headers["etag"] == '"v2"'


def test_a_stale_write_gets_the_current_item_or_section(api: Api) -> None:
    section = api.author.post("/issues", json=an_issue(75)).json()["sections"][0]
    item = section["items"][0]["id"]
    api.editor.patch(f"/items/{item}", json={"title": "Another"})
    api.editor.patch(f"/sections/{section['id']}", json={"intro": "Hello."})
    now = api.author.get("/issues/75/draft").json()["sections"][0]

    for method, address, body, current in (
        ("PATCH", f"/items/{item}", {"title": "Mine"}, now["items"][0]),
        ("POST", f"/items/{item}/move", {"position": 1}, now["items"][0]),
        ("DELETE", f"/items/{item}", None, now["items"][0]),
        ("PATCH", f"/sections/{section['id']}", {"title": "Mine"}, now),
        ("POST", f"/sections/{section['id']}/move", {"position": 0}, now),
        ("DELETE", f"/sections/{section['id']}", None, now),
    ):
        answer = api.author.request(method, address, json=body, headers={"if-match": '"v1"'})
        assert (answer.status_code, answer.headers["etag"]) == (412, '"v2"'), (method, address)
        assert answer.json()["current"] == current


def test_a_version_that_never_existed_gets_no_changes(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))

    answer = api.author.patch("/issues/75", json={"title": "Mine"}, headers={"if-match": '"abc"'})

    assert answer.status_code == 412
    assert "changes" not in answer.json()
