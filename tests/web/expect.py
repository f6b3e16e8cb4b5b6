"""Expectations about responses that tests of HTTP share."""

import re
from collections.abc import Iterator
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import httpx
from fastapi import FastAPI
from sqlalchemy import select, text

from app.db.base import Base
from app.db.engine import Database
from tests.api import Api

Rows = dict[str, list[str]]

LISTS = (
    "/issues",
    "/issues/75/items",
    "/items",
    "/sections",
    "/sections/research/items",
    "/tags",
    "/tags/research/items",
    "/search?q=paper",
)
"""Every public list."""

BY_PUBLICATION = tuple(path for path in LISTS if path not in ("/sections", "/tags", "/search?q=paper"))

OBJECTS = ("/", "/issues/75", "/issues/latest", "/sections/research", "/tags/research")
"""Public answers of one object, besides items."""

_PARTS = {
    "number": "75",
    "section": "research",
    "slug": "research",
    "code": "not-found",
    "version": "1",
    "token": "none",
    "name": "ada",
}

_UNCACHED = ("/healthz", "/readyz", "/previews/{token}")
"""What is so at this moment, or for who has the link, and nobody may keep."""


class Answer(Protocol):
    status_code: int

    @property
    def headers(self) -> httpx.Headers: ...

    @property
    def content(self) -> bytes: ...

    def json(self) -> Any: ...


def a_problem(api: Api, answer: Answer, status: int, code: str, *pointers: str) -> dict[str, Any]:
    """Assert that the response is this problem (RFC 9457), with a fault at each of the pointers; returns it."""
    assert answer.status_code == status, (answer.status_code, answer.content[:500])
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    more = {"errors"} | ({"changes", "current"} if code == "stale" else set())
    assert problem.keys() - more == {"type", "title", "status", "detail", "code"}
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, f"/problems/{code}")
    assert problem["title"]
    assert problem["detail"]
    assert len(problem["detail"]) < 10_000
    has_page(problem["type"], api)
    assert [fault["pointer"] for fault in unique(problem.get("errors", []))] == list(pointers)
    for fault in problem.get("errors", []):
        assert fault.keys() == {"pointer", "code", "detail"}
        assert fault["detail"]
    return problem


_seen: WeakKeyDictionary[FastAPI, set[str]] = WeakKeyDictionary()


def has_page(address: str, api: Api) -> None:
    """Assert that the URL is that of a page; requested once per application."""
    seen = _seen.setdefault(api.app, set())
    if address not in seen:
        page = api.get(address)
        assert page.status_code == 200
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        seen.add(address)


def unique(faults: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    """The first fault at each pointer: a value that may be an integer or a string has two faults if it is neither."""
    seen = set()
    for fault in faults:
        if fault["pointer"] not in seen:
            seen.add(fault["pointer"])
            yield fault


def with_query(path: str, query: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{query}"


def an_item_id(api: Api) -> int:
    identifier: int = api.get("/items?limit=1").json()["data"][0]["id"]
    return identifier


def filled(api: Api, template: str) -> str:
    """A path of the OpenAPI description with its parameters filled in."""
    return template.format(**_PARTS, id=an_item_id(api) if "{id}" in template else None)


def operations(api: Api) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each method, path and operation of the description."""
    for path, methods in api.app.openapi()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def write_routes(api: Api) -> list[tuple[str, str]]:
    """Method and path of each route that writes and requires authentication."""
    return [
        (method, path.format(**_PARTS, id=1))
        for method, path, operation in operations(api)
        if method != "GET" and "security" in operation
    ]


def public_addresses(api: Api) -> list[str]:
    """A URL of every public GET whose response can be cached, including the page of the documentation and its files."""
    described = [
        with_query(filled(api, path), "q=paper") if path == "/search" else filled(api, path)
        for method, path, operation in operations(api)
        if method == "GET" and "security" not in operation and path not in _UNCACHED
    ]
    assert len(described) > 10
    page = api.get("/docs").text
    files = ["/" + file for file in re.findall(r'="(docs/[^"]+)"', page)]
    assert len(files) == 3
    return [*described, "/openapi.json", "/docs", *files]


def everything(database: Database) -> Rows:
    """All rows of all tables."""
    with database.reading() as session:
        tables = [table for table in Base.metadata.sorted_tables if table.name != "attempts"]  # refused ones count too
        rows = {table.name: sorted(map(repr, session.execute(select(table)))) for table in tables}
        rows["search_index"] = [str(session.scalar(text("SELECT count(*) FROM search_index")))]
    return rows
