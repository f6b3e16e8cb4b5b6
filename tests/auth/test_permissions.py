"""Who may do what: every route that wants to know who calls, by every kind of caller."""

import httpx
import pytest

from tests.api import Api
from tests.factories import an_issue, an_item

CALLERS = ("nobody", "author", "editor", "admin")
ROUTES = {
    # route: what nobody, an author, an editor and an admin are answered, on a draft and on a published issue
    "GET /auth/me": ("401 200 200 200", "401 200 200 200"),
    "GET /drafts": ("401 200 200 200", "401 200 200 200"),
    "GET /issues/{number}/draft": ("401 200 200 200", "401 200 200 200"),
    "GET /items/{id}/draft": ("401 200 200 200", "401 200 200 200"),
    "POST /issues": ("401 201 201 201", "401 403 201 201"),
    "PATCH /issues/{number}": ("401 200 200 200", "401 403 200 200"),
    "POST /issues/{number}/sections": ("401 201 201 201", "401 403 201 201"),
    "POST /issues/{number}/items": ("401 201 201 201", "401 403 201 201"),
    "PATCH /items/{id}": ("401 200 200 200", "401 403 200 200"),
    "POST /issues/{number}/publish": ("401 403 200 200", "401 403 200 200"),
    "POST /issues/{number}/unpublish": ("401 403 200 200", "401 403 200 200"),
    "POST /import": ("401 200 200 200", "401 403 200 200"),
    "DELETE /items/{id}": ("401 204 204 204", "401 403 204 204"),
}
PUBLIC = {
    *("/", "/issues", "/issues/latest", "/issues/{number}", "/issues/{number}/items", "/items", "/items/{id}"),
    *("/sections", "/sections/{section}", "/sections/{section}/items", "/tags", "/tags/{slug}", "/tags/{slug}/items"),
    *("/search", "/problems/{code}", "/healthz", "/readyz"),
}


def call_all(api: Api, who: str, *, published: bool) -> dict[str, httpx.Response]:
    """Call each route, in the table's order, about an issue made for this caller."""
    made = api.editor.post("/issues", json=an_issue(published=published)).json()
    item = made["sections"][0]["items"][0]["id"]
    bodies = {
        "POST /issues": {"title": "Another", "status": "published" if published else "draft"},
        "PATCH /issues/{number}": {"subtitle": "Another"},
        "POST /issues/{number}/sections": {"title": "Another"},
        "POST /issues/{number}/items": an_item(section="research"),
        "PATCH /items/{id}": {"title": "Another"},
    }
    caller = api if who == "nobody" else getattr(api, who)
    answers = {}
    for route in ROUTES:
        method, _, address = route.partition(" ")
        body = {"json": bodies[route]} if route in bodies else {}
        if route == "POST /import":
            address += "?publish=true" if published else ""
            body = {"content": "# A letter\n\nSome words.", "headers": {"content-type": "text/markdown"}}
        answers[route] = caller.request(method, address.format(number=made["number"], id=item), **body)
    return answers


@pytest.mark.parametrize("published", [False, True], ids=["draft", "published"])
def test_each_route_lets_in_whom_it_should(api: Api, published: bool) -> None:
    answers = {who: call_all(api, who, published=published) for who in CALLERS}

    assert {route: " ".join(str(answers[who][route].status_code) for who in CALLERS) for route in ROUTES} == {
        route: expected[published] for route, expected in ROUTES.items()
    }


def test_every_route_is_public_or_in_the_table(api: Api) -> None:
    paths = api.get("/openapi.json").json()["paths"]

    asked = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert asked - {f"GET {path}" for path in PUBLIC} - {"POST /auth/token"} == set(ROUTES)


def test_openapi_marks_the_routes_that_want_a_token(api: Api) -> None:
    paths = api.get("/openapi.json").json()["paths"]

    guarded = {
        f"{method.upper()} {path}"
        for path, methods in paths.items()
        for method, operation in methods.items()
        if operation.get("security")
    }
    assert guarded == set(ROUTES)


@pytest.mark.parametrize("published", [False, True], ids=["draft", "published"])
def test_who_is_not_known_is_told_how_to_sign_in(api: Api, published: bool) -> None:
    for route, answer in call_all(api, "nobody", published=published).items():
        assert answer.headers["www-authenticate"] == 'Bearer realm="masthead"', route
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "unauthenticated"


@pytest.mark.parametrize("published", [False, True], ids=["draft", "published"])
def test_who_may_not_is_told_which_scope_is_missing(api: Api, published: bool) -> None:
    for route, answer in call_all(api, "author", published=published).items():
        if answer.status_code == 403:
            assert answer.headers["www-authenticate"] == (
                'Bearer realm="masthead", error="insufficient_scope", scope="content:publish"'
            ), route
            assert answer.json()["code"] == "forbidden"
            assert "content:publish" in answer.json()["detail"]


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


def test_an_author_may_change_an_issue_again_once_it_is_unpublished(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(75, published=True))
    api.editor.post("/issues/75/unpublish")

    assert api.author.patch("/issues/75", json={"title": "Mine"}).status_code == 200


def test_a_caller_is_known_before_the_body_is_judged(api: Api) -> None:
    """A stranger learns nothing of what an issue looks like, nor whether there is one."""
    assert api.post("/issues", json={"nonsense": 1}).status_code == 401
    assert api.patch("/issues/12345", json={}).status_code == 401
    assert api.get("/items/12345/draft").status_code == 401
