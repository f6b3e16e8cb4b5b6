"""Who may do what: every route of the documentation's table, by every kind of caller."""

import re
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.auth import api_keys, users
from app.auth.callers import ALL_SCOPES, SCOPES
from tests.api import PASSWORD, Api, As
from tests.conftest import on_sqlite
from tests.factories import ahead, an_issue, an_item

WRITING = Path(__file__).parents[2] / "docs" / "writing.md"
ROUTES = dict(
    re.findall(r"^\| `((?:GET|POST|PUT|PATCH|DELETE) [^`]*)` \| ([a-z:*]+) \|", WRITING.read_text(), re.MULTILINE)
)
"""What each route takes, as the documentation says: `none`, `any`, or a scope. One with a star is `content:publish`
when it is about an issue that is published."""
GUARDED = {route: scope for route, scope in ROUTES.items() if scope != "none"}
PUBLIC = {
    *("/", "/issues", "/issues/latest", "/issues/{number}", "/issues/{number}/items", "/items", "/items/{id}"),
    *("/sections", "/sections/{section}", "/sections/{section}/items", "/tags", "/tags/{slug}", "/tags/{slug}/items"),
    *("/search", "/problems/{code}", "/healthz", "/readyz"),
}
_names = (f"tag-{number}" for number in count())


@dataclass(frozen=True)
class Made:
    """What there is to call about: an issue made for one call."""

    number: int
    section: int
    id: int
    token: str
    slug: str
    published: bool
    name: str = ""
    version: int = 1


def body_of(route: str, made: Made) -> dict[str, Any]:
    """What is sent with a call, so that it succeeds."""
    bodies: dict[str, object] = {
        "POST /issues": {"title": "Another", "status": "published" if made.published else "draft"},
        "PUT /issues/{number}": {"title": "Another"},
        "PATCH /issues/{number}": {"subtitle": "Another"},
        "POST /issues/{number}/schedule": {"at": ahead(days=2)},
        "POST /issues/{number}/sections": {"title": "Another"},
        "PATCH /sections/{section}": {"title": "Another"},
        "POST /sections/{section}/move": {"position": 0},
        "POST /items": an_item(issue=made.number, section=made.section),
        "POST /items/batch": {"items": [an_item(issue=made.number, section=made.section)]},
        "POST /issues/{number}/items": an_item(section="research"),
        "PATCH /items/{id}": {"title": "Another"},
        "POST /items/{id}/move": {"position": 1},
        "POST /issues/{number}/preview": {},
        "POST /tags": {"name": next(_names)},
        "PATCH /tags/{slug}": {"description": "Another"},
        "POST /tags/{slug}/merge": {"into": "research"},
        "PATCH /publication": {"description": "Another"},
        "POST /auth/password": {"current": PASSWORD, "new": PASSWORD},
        "POST /users": {"name": next(_names), "role": "author", "password": PASSWORD},
        "POST /api-keys": {"name": "another", "scopes": ["content:read"]},
    }
    if route == "POST /import":
        return {"content": "# A letter\n\nSome words.", "headers": {"content-type": "text/markdown"}}
    return {"json": bodies[route]} if bodies.get(route) is not None else {}


def prepare(api: Api, route: str, *, published: bool) -> Made:
    """An issue, a preview and a tag, as the route wants them."""
    made = api.editor.post("/issues", json=an_issue(published=published)).json()
    number, section = made["number"], made["sections"][0]
    slug = api.editor.post("/tags", json={"name": next(_names)}).json()["slug"] if "{slug}" in route else ""
    token = api.editor.post(f"/issues/{number}/preview").json()["token"] if "{token}" in route else ""
    if route == "POST /issues/{number}/restore":
        api.editor.delete(f"/issues/{number}").raise_for_status()
    identifier, name = section["items"][0]["id"], next(_names)
    with api.database.writing() as session:
        if route == "DELETE /users/{name}":
            users.add(session, name, "author", PASSWORD)
        if route == "DELETE /api-keys/{id}":
            identifier = api_keys.add(session, name, ["content:read"], None, "admin")[0].id
    return Made(number, section["id"], identifier, token, slug, published, name)


def call(caller: Api, route: str, made: Made) -> httpx.Response:
    method, _, address = route.partition(" ")
    address = address.format_map(vars(made))
    if route == "POST /import" and made.published:
        address += "?publish=true"
    return caller.request(method, address, **body_of(route, made))


def callers(api: Api) -> dict[str, tuple[Api, set[str]]]:
    """Each kind of caller, and the scopes that it has: users of each role, and keys with each scope alone."""
    found: dict[str, tuple[Api, set[str]]] = {
        role: (getattr(api, role), {"user", *scopes}) for role, scopes in SCOPES.items()
    }
    with api.database.writing() as session:
        for scope in ALL_SCOPES:
            _, key = api_keys.add(session, scope, [scope], None, "admin")
            found[f"key of {scope}"] = (As(api, {"authorization": f"Bearer {key}"}), {scope})
    return found


def needed(route: str, *, published: bool) -> set[str]:
    """The scopes that a call takes, all of them."""
    scope = GUARDED[route]
    return {"content:write", "content:publish"} if scope == "content:write*" and published else {scope.rstrip("*")}


@on_sqlite  # a caller is judged before what they ask for
@pytest.mark.parametrize("published", [False, True], ids=["draft", "published"])
@pytest.mark.parametrize("route", GUARDED)
def test_a_route_lets_in_those_who_have_its_scope(
    api: Api, route: str, published: bool, subtests: pytest.Subtests
) -> None:
    wanted = needed(route, published=published) - {"any"}
    made = prepare(api, route, published=published)
    before = api.editor.get(f"/issues/{made.number}/draft").content
    with subtests.test(caller="nobody"):
        answer = call(api, route, made)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith('Bearer realm="masthead"')
        assert answer.json()["code"] == "unauthenticated"
    every = callers(api)
    for name, (caller, scopes) in every.items():
        with subtests.test(caller=name):
            missing = wanted - scopes
            if missing:
                answer = call(caller, route, made)
                assert answer.status_code == 403
                assert answer.json()["code"] == "forbidden"
                if missing != {"user"}:
                    told = re.search('error="insufficient_scope", scope="(.*)"', answer.headers["www-authenticate"])
                    assert told is not None
                    assert told[1] in missing
                    assert told[1] in answer.json()["detail"]
    assert api.editor.get(f"/issues/{made.number}/draft").content == before
    for name, (caller, scopes) in every.items():
        with subtests.test(caller=name):
            if wanted <= scopes:
                answer = call(caller, route, prepare(api, route, published=published))
                refused = published and route.endswith("schedule")
                assert answer.status_code == 409 if refused else answer.is_success, answer.text


def test_every_route_is_public_or_in_the_table(api: Api) -> None:
    paths = api.get("/openapi.json").json()["paths"]

    asked = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert asked - {f"GET {path}" for path in PUBLIC} == set(ROUTES)


def test_openapi_marks_the_routes_that_want_a_token(api: Api) -> None:
    paths = api.get("/openapi.json").json()["paths"]

    guarded = {
        f"{method.upper()} {path}"
        for path, methods in paths.items()
        for method, operation in methods.items()
        if operation.get("security")
    }
    assert guarded == set(GUARDED)


def test_who_may_not_changes_nothing(api: Api) -> None:
    made = api.editor.post("/issues", json=an_issue(75, published=True)).json()
    item = made["sections"][0]["items"][0]["id"]
    before = api.get("/issues/75").content

    refused = [
        api.author.patch("/issues/75", json={"title": "Mine"}),
        api.author.post("/issues/75/sections", json={"title": "Mine"}),
        api.author.post("/issues/75/items", json=an_item("Mine", section="research")),
        api.author.patch(f"/items/{item}", json={"title": "Mine"}),
        api.author.delete(f"/items/{item}"),
        api.author.post("/issues/75/unpublish"),
        api.author.post("/issues", json=an_issue(76, published=True)),
    ]

    assert [answer.status_code for answer in refused] == [403] * 7
    assert api.get("/issues/75").content == before
    assert api.editor.get("/issues/75/draft").json() == made
    assert api.editor.get("/drafts").json()["data"] == []
    assert api.get("/issues/76").status_code == 404


def test_an_author_cannot_touch_a_scheduled_issue_by_any_road(api: Api, subtests: pytest.Subtests) -> None:
    other = api.author.post("/issues", json=an_issue(published=False)).json()
    for route in (route for route, scope in GUARDED.items() if scope == "content:write*" and "{" in route):
        with subtests.test(route):
            made = prepare(api, route, published=False)
            later = {"at": ahead(days=2)}
            scheduled = api.editor.post(f"/issues/{made.number}/schedule", json=later).json()
            assert call(api.author, route, made).status_code == 403
            assert api.editor.get(f"/issues/{made.number}/draft").json() == scheduled
    strange = other["sections"][0]["items"][0]["id"]
    into = {"issue": made.number, "section": made.section}
    assert api.author.post(f"/items/{strange}/move", json=into).status_code == 403
    assert api.author.post("/items", json=an_item(**into)).status_code == 403
    assert api.author.post("/items/batch", json={"items": [an_item(**into)]}).status_code == 403
    by_row = api.author.post("/items/batch", json={"items": [an_item(**into)], "all_or_nothing": False}).json()
    assert (by_row["made"], by_row["results"][0]["status"]) == (0, 403)


def test_an_author_may_change_an_issue_again_once_it_is_unpublished(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(75, published=True))
    api.editor.post("/issues/75/unpublish")

    assert api.author.patch("/issues/75", json={"title": "Mine"}).status_code == 200


def test_a_caller_is_known_before_the_body_is_judged(api: Api) -> None:
    """A stranger learns nothing of what an issue looks like, nor whether there is one."""
    assert api.post("/issues", json={"nonsense": 1}).status_code == 401
    assert api.patch("/issues/12345", json={}).status_code == 401
    assert api.get("/items/12345/draft").status_code == 401
