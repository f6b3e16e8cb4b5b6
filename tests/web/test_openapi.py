"""The description at `/openapi.json`: complete and correct."""

import re
from typing import Any

import pytest

from tests.api import Api
from tests.conftest import on_sqlite
from tests.web.expect import filled, operations
from tests.web.wire import ask

pytestmark = on_sqlite

PROBLEM = {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}


CREATING = frozenset(
    {
        *("/issues", "/issues/{number}/items", "/issues/{number}/preview", "/issues/{number}/sections", "/items"),
        *("/items/batch", "/tags", "/users", "/api-keys"),
    }
)


def declared(operation: dict[str, Any]) -> set[str]:
    return set(operation["responses"])


def test_it_is_openapi_3_1_and_whole(api: Api) -> None:
    answer = api.get("/openapi.json")

    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == api.app.openapi()
    assert answer.json()["openapi"].startswith("3.1")
    assert answer.json()["info"]["title"] == "Masthead"
    assert re.match(r"\d+\.\d+", answer.json()["info"]["version"])


def test_every_reference_resolves(api: Api) -> None:
    description = api.app.openapi()
    text = api.get("/openapi.json").text

    for name in set(re.findall(r'"#/components/schemas/([^"]+)"', text)):
        assert name in description["components"]["schemas"]


def test_every_route_is_documented(api: Api, subtests: pytest.Subtests) -> None:
    identifiers = set()
    for method, path, operation in operations(api):
        with subtests.test(path, method=method):
            assert operation["summary"]
            assert len(operation["description"]) > 10
            assert operation["tags"]
            assert operation["operationId"] not in identifiers
            identifiers.add(operation["operationId"])
            assert set(re.findall(r"{(\w+)}", path)) == {
                parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "path"
            }
    assert len(identifiers) > 25


def test_the_public_routes_of_the_design_are_there(api: Api) -> None:
    paths = api.app.openapi()["paths"]
    public = "/ /issues /issues/latest /issues/{number} /issues/{number}/items /sections /sections/{section}"
    public += " /sections/{section}/items /items /items/{id} /tags /tags/{slug} /tags/{slug}/items /search"
    public += " /problems/{code} /healthz /readyz"

    for path in public.split():
        assert "get" in paths[path], path
        assert "security" not in paths[path]["get"], path


def test_a_route_wants_to_know_its_caller_just_when_it_says_so(reading: Api, subtests: pytest.Subtests) -> None:
    for method, path, operation in operations(reading):
        with subtests.test(path, method=method):
            address = filled(reading, path) + ("?q=a" if path == "/search" else "")
            json = {"content-type": "application/json"} if "requestBody" in operation else {}
            answer = ask(reading, method, address, headers=json, body=[b'{"title": "T"}'] if json else ())
            secured = "security" in operation
            assert (answer.status_code == 401) == secured, answer.content[:300]
            if secured:
                assert answer.headers["www-authenticate"].startswith("Bearer")
                assert {"401"} <= declared(operation)


def test_the_security_that_is_declared_is_described(api: Api) -> None:
    schemes = api.app.openapi()["components"]["securitySchemes"]

    for _, path, operation in operations(api):
        for requirement in operation.get("security", []):
            assert requirement.keys() <= schemes.keys(), path
    oauth2, basic = sorted(schemes.values(), key=lambda scheme: str(scheme["type"]), reverse=True)
    assert oauth2["flows"]["password"]["tokenUrl"].lstrip("/") == "auth/token"
    assert oauth2["flows"]["password"]["refreshUrl"].lstrip("/") == "auth/refresh"
    assert (basic["type"], basic["scheme"]) == ("http", "basic")


def test_every_error_is_declared_as_a_problem(api: Api, subtests: pytest.Subtests) -> None:
    for method, path, operation in operations(api):
        with subtests.test(path, method=method):
            for status, response in operation["responses"].items():
                assert response["description"]
                if status == "200":
                    assert response["content"]
                elif status != "default" and int(status) >= 400:
                    assert response["content"] == {"application/problem+json": PROBLEM}


def test_any_other_error_is_declared_as_a_problem_too(api: Api) -> None:
    for _, _, operation in operations(api):
        assert operation["responses"]["default"]["content"] == {"application/problem+json": PROBLEM}


def test_the_errors_of_a_route_are_declared(api: Api, subtests: pytest.Subtests) -> None:
    for method, path, operation in operations(api):
        parameters = {parameter["in"]: parameter for parameter in operation.get("parameters", [])}
        headers = {p["name"].lower() for p in operation.get("parameters", []) if p["in"] == "header"}
        expected = set()
        if "path" in parameters:
            expected.add("404")
        if "query" in parameters or re.search(r"{(number|id|slug|section)}", path):
            expected.add("422")
        if "requestBody" in operation:
            expected |= {"413", "415", "422"}
            expected |= {"400"} if "application/json" in operation["requestBody"]["content"] else set()
        if "security" in operation and path != "/auth/me":
            expected |= {"401", "403"}
        if "if-match" in headers:
            expected.add("412")
        with subtests.test(path, method=method):
            assert expected <= declared(operation)
            assert all(status in declared(operation) for status in expected)


def test_a_write_that_can_overwrite_takes_if_match(api: Api) -> None:
    for method, path, operation in operations(api):
        takes = "if-match" in {parameter["name"].lower() for parameter in operation.get("parameters", [])}
        about_one = "{" in path or path == "/publication"
        overwrites = (
            method != "GET"
            and about_one
            and not path.endswith(("/preview", "/previews/{token}", "/users/{name}", "/api-keys/{id}"))
        )
        assert takes == overwrites, (method, path)


def test_what_a_list_takes_is_described(api: Api, subtests: pytest.Subtests) -> None:
    for method, path, operation in operations(api):
        names = {parameter["name"]: parameter for parameter in operation.get("parameters", [])}
        if method == "GET" and "limit" in names:
            with subtests.test(path):
                assert {"limit", "cursor", "total", "fields"} <= names.keys()
                limit = names["limit"]["schema"]
                assert (limit["minimum"], limit["maximum"], limit["default"]) == (1, 100, 20)
        if "number" in names:
            with subtests.test(path, parameter="number"):
                number = names["number"]["schema"]
                assert (number["type"], number["minimum"], number["maximum"]) == ("integer", 1, 2**31 - 1)
        for name, parameter in names.items():
            with subtests.test(path, parameter=name):
                assert parameter.get("description")


def test_what_is_answered_is_what_is_described(reading: Api, subtests: pytest.Subtests) -> None:
    schemas = reading.app.openapi()["components"]["schemas"]
    for path, name in (
        ("/", "FrontDocument"),
        ("/issues/75", "IssueDocument"),
        ("/sections/research", "SeriesDocument"),
        ("/tags/research", "TagDocument"),
        ("/issues/75/draft", "DraftIssue"),
        ("/auth/me", "Me"),
    ):
        with subtests.test(path):
            # A working copy has `warnings` only when there are some.
            described = schemas[name]["properties"].keys() - {"warnings"}
            assert reading.author.get(path).json().keys() == described
    for path, name in (("/issues", "ListedIssue"), ("/items", "ListedItem"), ("/drafts", "ListedDraft")):
        with subtests.test(path):
            row = reading.author.get(path).json()["data"][0]
            assert row.keys() == schemas[name]["properties"].keys()


def test_the_status_of_a_success_is_declared(api: Api, subtests: pytest.Subtests) -> None:
    for path, item in api.app.openapi()["paths"].items():
        for method, operation in item.items():
            successes = {status for status in operation["responses"] if status.startswith("2")}
            with subtests.test(route=f"{method} {path}"):
                if method == "delete" or path in ("/auth/logout", "/auth/password"):
                    assert successes == {"204"}
                elif method == "post" and path in CREATING:
                    assert successes == {"201"}
                elif method == "put":
                    assert successes == {"200", "201"}
                else:
                    assert successes == {"200"}


def test_a_post_that_may_be_repeated_declares_its_key(api: Api) -> None:
    for path, keyed in (("/issues", True), ("/items/{id}/move", True), ("/api-keys", False), ("/auth/refresh", False)):
        parameters = api.app.openapi()["paths"][path]["post"].get("parameters", [])
        found = [parameter for parameter in parameters if parameter["name"] == "Idempotency-Key"]
        assert [parameter["required"] for parameter in found] == ([False] if keyed else [])
        assert all(parameter["schema"]["maxLength"] == 255 for parameter in found)
