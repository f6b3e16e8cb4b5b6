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
        for tag in ('"v1"', 'W/"v1"', '"v1", "v3"', '"v1-gzip"'):
            answer = write(tag)
            assert (answer.status_code, answer.json()["code"]) == (412, "stale"), (route, tag)
            assert answer.headers["etag"] == '"v2"'
            assert answer.headers["content-type"] == "application/problem+json"
            assert "version is 2" in answer.json()["detail"]
    assert api.editor.get("/issues/75/draft").json() == before


def test_a_version_that_has_never_existed_is_not_reported_as_a_change(api: Api, writes: dict[str, Write]) -> None:
    before = api.editor.get("/issues/75/draft").json()
    for route, write in writes.items():
        for tag in ('"v3"', '"v3", "v7"', 'W/"v999999999999999999"'):
            answer = write(tag)
            assert (answer.status_code, answer.json()["code"]) == (412, "unknown-version"), (route, tag)
            assert answer.headers["etag"] == '"v2"'
            assert "never" in answer.json()["detail"]
            assert "changed" not in answer.json()["detail"]
            assert "changes" not in answer.json()
    answer = api.editor.put("/issues/75", json={**an_issue(75), "version": 9})
    assert (answer.status_code, answer.json()["code"]) == (412, "unknown-version")
    assert api.editor.get("/issues/75/draft").json() == before


def test_any_of_several_versions_will_do(writes: dict[str, Write]) -> None:
    for version, tag in enumerate(('"v2"', "*", '"v3", "v4"', '"v3","v4","v5"', ' "v6" '), start=2):
        answer = writes["issue"](tag)
        assert (answer.status_code, answer.headers["etag"]) == (200, f'"v{version + 1}"')


def test_a_tag_is_the_same_version_after_a_proxy_has_compressed_the_response(writes: dict[str, Write]) -> None:
    """nginx makes it weak; Apache and Caddy append the name of the encoding."""
    tags = ('W/"v{}"', '"v{}-gzip"', '"v{}-br"', '"v{}-zstd"', '"v{};gzip"', 'W/"v{}-gzip"', 'W/"v1", W/"v{}"')
    for version, tag in enumerate(tags, start=2):
        answer = writes["issue"](tag.format(version))
        assert (answer.status_code, answer.headers["etag"]) == (200, f'"v{version + 1}"'), tag


def test_the_etag_of_a_public_response_is_rejected_with_a_solution(api: Api, writes: dict[str, Write]) -> None:
    api.editor.post("/issues/75/publish")
    public = api.get("/issues/75").headers["etag"]

    for tag in (public, f"W/{public}", public[:-1] + '-gzip"', '"2"', '"v02"', '"V3"', '""', '"v3-"', '"v3,v3"', '"é"'):
        answer = api.editor.patch("/issues/75", json={"title": "A"}, headers={"if-match": tag.encode("latin-1")})
        assert (answer.status_code, answer.json()["code"]) == (412, "unknown-version"), tag
        assert answer.headers["etag"] == '"v3"'
        for words in (tag, "/draft", "hash"):
            assert words in answer.json()["detail"]


def test_any_of_a_public_tag_and_the_current_version_will_do(writes: dict[str, Write]) -> None:
    assert writes["issue"]('"0123456789abcdef01234567", "v2"').status_code == 200


def test_a_malformed_if_match_is_rejected(api: Api, writes: dict[str, Write]) -> None:
    """Also an empty one: a client whose variable is empty must not overwrite content that it has never seen."""
    malformed = (
        "v2",
        "2",
        '"v2',
        'v2"',
        "",
        ",",
        " ",
        "nonsense",
        '"v2" "v2"',
        '"v2";"v3"',
        "é",
        '*, "v2"',
        "**",
        "w/v2",
    )
    for route, write in writes.items():
        for tag in malformed:
            answer = write(tag.encode("latin-1"))  # type: ignore[arg-type]
            assert (answer.status_code, answer.json()["code"]) == (400, "invalid-precondition"), (route, tag)
            assert "If-Match" in answer.json()["detail"]
    assert api.editor.get("/issues/75/draft").headers["etag"] == '"v2"'


def test_a_header_that_makes_a_write_conditional_is_obeyed_or_refused(api: Api) -> None:
    """RFC 9110 §13: to ignore one is to overwrite what its sender wanted to keep."""
    made = api.editor.post("/issues", json=an_issue(75)).json()
    item, section = made["sections"][0]["items"][0]["id"], made["sections"][0]["id"]
    since = "Tue, 01 Dec 2026 00:00:00 GMT"
    before = api.editor.get("/issues/75/draft").content, api.editor.get("/inbox").content
    overwriting = (
        ("PATCH", "/issues/75", {"title": "A"}),
        ("PUT", "/issues/75", an_issue(75, title="A")),
        ("DELETE", "/issues/75", None),
        ("POST", "/issues/75/publish", None),
        ("POST", "/issues/75/sections", {"title": "A"}),
        ("POST", "/issues/75/items", an_item(section="research")),
        ("PATCH", f"/items/{item}", {"title": "A"}),
        ("DELETE", f"/items/{item}", None),
        ("DELETE", f"/sections/{section}", None),
        ("PATCH", "/tags/research", {"name": "A"}),
        ("PATCH", "/publication", {"title": "A"}),
    )
    adding = (
        ("POST", "/issues", an_issue(76)),
        ("POST", "/items", an_item()),
        ("POST", "/items/batch", {"items": [an_item()]}),
        ("POST", "/tags", {"name": "A"}),
        ("POST", "/users", {"name": "someone", "role": "author", "password": "long enough for all"}),
        ("POST", "/import", None),
        ("POST", "/auth/logout", {"refresh_token": "mr_x"}),
    )
    refused = [
        *(
            (request, name, value)
            for request in (*overwriting, *adding)
            for name, value in (
                ("If-Unmodified-Since", since),
                ("If-Modified-Since", since),
                ("If-Range", '"v1"'),
                ("If-None-Match", '"v9"'),
            )
        ),
        *((request, "If-None-Match", "*") for request in (*overwriting, *adding) if request[0] != "PUT"),
        *((request, "If-Match", tag) for request in adding for tag in ("*", '"v1"')),
    ]
    for (method, address, body), name, value in refused:
        answer = api.admin.request(method, address, json=body, headers={name: value})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid-precondition"), (method, address, name)
        assert answer.json()["detail"].count(name) == 1
        if name == "If-Unmodified-Since":
            assert ("If-Match" in answer.json()["detail"]) == ((method, address, body) in overwriting), address
    assert (api.editor.get("/issues/75/draft").content, api.editor.get("/inbox").content) == before


def test_a_put_that_only_creates_replaces_nothing(api: Api) -> None:
    only = {"if-none-match": "*"}
    created = api.editor.put("/issues/75", json=an_issue(75), headers=only)
    api.editor.post("/issues", json=an_issue(76, published=True))
    api.editor.post("/issues", json=an_issue(77))
    api.editor.delete("/issues/77")
    before = [api.editor.get(f"/issues/{number}/draft").content for number in (75, 76)]

    assert created.status_code == 201
    etags = []
    for number, where in ((75, "exists"), (76, "exists"), (77, "in the bin")):
        answer = api.editor.put(f"/issues/{number}", json={"title": "Clobber", "sections": []}, headers=only)
        assert (answer.status_code, answer.json()["code"]) == (412, "already-exists")
        assert where in answer.json()["detail"]
        assert "You sent" not in answer.json()["detail"]
        etags.append(answer.headers["etag"])
    assert etags == ['"v1"', '"v1"', '"v2"']
    assert [api.editor.get(f"/issues/{number}/draft").content for number in (75, 76)] == before
    assert api.editor.get("/issues/77/draft").status_code == 404


def test_of_ten_who_only_create_at_once_one_does(api: Api) -> None:
    answers = api.together(
        *[
            lambda place=place: api.author.put(
                "/issues/75", json={"title": f"By {place}"}, headers={"if-none-match": "*"}
            )
            for place in range(10)
        ]
    )

    assert sorted(answer.status_code for answer in answers) == [201] + [412] * 9
    assert {answer.headers["etag"] for answer in answers} == {'"v1"'}
    (winner,) = [answer.json() for answer in answers if answer.status_code == 201]
    assert api.author.get("/issues/75/draft").json() == winner


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


def test_a_version_that_never_was_does_not_hide_the_changes_since_one_that_was(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))
    api.editor.patch("/issues/75", json={"title": "Another"})

    for tags in ('"v1", "v999"', '"v999", "v1"', '"v3", "v1"', '"0123456789abcdef01234567", "v1"'):
        answer = api.author.patch("/issues/75", json={"title": "Mine"}, headers={"if-match": tags})

        assert (answer.status_code, answer.json()["code"]) == (412, "stale")
        assert "but 1 was expected" in answer.json()["detail"]
        assert [each["after"] for each in answer.json()["changes"]["changed"]] == ["Another"], tags


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
