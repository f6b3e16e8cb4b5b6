"""Large issues: too large ones are refused before any work, and the others cost in proportion to their size."""

import cProfile
import gc
import pstats
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from app.auth.callers import OPERATOR
from app.authoring import issues, replace
from app.authoring.reconcile import reconcile
from app.authoring.saving import load
from app.authoring.schemas import IssueDocumentInput, IssueInput, PlacedSectionInput
from app.authoring.sizes import MOST_ITEMS, MOST_SECTIONS
from app.content import markdown
from app.content.tags import Vocabulary
from app.db.engine import Database
from app.importing.matching import match
from app.problems import Invalid
from app.serving.worker import GC_THRESHOLDS
from app.validation import MOST_FAULTS, MOST_FIELDS, invalid
from tests.api import Api
from tests.cpu_time import cpu_time
from tests.factories import a_section, an_issue, an_item
from tests.statements import statements, watching

MANY: dict[str, list[dict[str, Any]]] = {
    "sections": [{} for _ in range(9_000)],
    "items": [{"items": [{"title": "x"} for _ in range(MOST_ITEMS + 1)]}],
    "items in sections": [{"items": [{"title": "x"}] * 3} for _ in range(MOST_SECTIONS)],
    "sections in sections": [{"sections": [{}] * 9} for _ in range(MOST_SECTIONS // 10 + 1)],
}


WRITES_OR_LOCKS = re.compile(r"^(BEGIN IMMEDIATE|INSERT|UPDATE|DELETE)|FROM (issues|publication|items)|FOR UPDATE")


@pytest.mark.parametrize("kind", MANY)
def test_too_many_parts_are_refused_before_any_row_is_read_or_locked(api: Api, kind: str) -> None:
    api.editor.post("/issues", json=an_issue(75)).raise_for_status()
    body = {"title": "Many", "sections": MANY[kind]}

    for method, url in (
        ("POST", "/issues"),
        ("PUT", "/issues/75"),
        ("PUT", "/issues/76"),
        ("POST", "/issues/75/sections"),
    ):
        sent: list[str] = []
        with watching(api.database, sent.append):
            answer = api.editor.request(method, url, json=body, headers={"idempotency-key": url})
        assert answer.status_code == 422, url
        assert answer.json()["errors"][0]["code"] == "too-many"
        assert not any(WRITES_OR_LOCKS.search(each) for each in sent), url
    assert api.editor.get("/issues/75/draft").json()["item_count"] == 3


def test_an_import_of_too_many_headings_opens_no_transaction(api: Api) -> None:
    text = "# Many\n\n" + "".join(
        f"## Heading {place}\n\n- [a](https://example.org/{place})\n\n" for place in range(MOST_SECTIONS + 1)
    )

    with statements(api.database) as sent:
        answer = api.editor.post("/import", content=text.encode(), headers={"content-type": "text/markdown"})

    (result,) = answer.raise_for_status().json()["data"]
    assert result["status"] == "failed"
    assert f"{MOST_SECTIONS:,} sections" in result["reason"]
    assert not any(each.startswith(("INSERT", "UPDATE")) or "FROM issues" in each for each in sent)


def test_a_section_is_not_added_where_its_parts_have_no_room(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(75, sections=[{}] * (MOST_SECTIONS - 2))).raise_for_status()

    answer = api.editor.post("/issues/75/sections", json={"sections": [{}, {}]})

    assert answer.json()["errors"][0]["code"] == "too-many"
    assert api.editor.post("/issues/75/sections", json={"sections": [{}]}).status_code == 201


def flat(count: int) -> list[dict[str, Any]]:
    return [{"title": f"Section {place}"} for place in range(count)]


def nested(count: int) -> list[dict[str, Any]]:
    """Sections five levels deep."""
    made = []
    for place in range(count // 5):
        section: dict[str, Any] = {"title": f"Section {place}"}
        for level in range(4):
            section = {"title": f"Level {level} of {place}", "sections": [section]}
        made.append(section)
    return made


def with_items(count: int) -> list[dict[str, Any]]:
    tags = ["news-trends", "research", "product", "safety", "career"]
    return [{"title": "All", "items": [{"title": f"Item {place}", "tags": tags} for place in range(count)]}]


def create(database: Database, sections: list[dict[str, Any]]) -> Callable[[], object]:
    with database.writing() as session:
        if (issue := issues.lock(session, 75)) is not None:
            session.delete(issue)
    given = IssueInput.model_validate({"number": 75, "title": "T", "status": "published", "sections": sections})
    return lambda: _written(database, lambda session: issues.create(session, given, OPERATOR))


def put(database: Database, sections: list[dict[str, Any]]) -> Callable[[], object]:
    given = IssueDocumentInput.model_validate({"title": "T", "sections": sections})
    return lambda: _written(database, lambda session: replace.put(session, 75, given, OPERATOR))


def restore(database: Database, sections: list[dict[str, Any]]) -> Callable[[], object]:
    empty = IssueDocumentInput.model_validate({"title": "T"})
    _written(database, lambda session: replace.put(session, 75, empty, OPERATOR))
    return lambda: _written(database, lambda session: replace.restore(session, issues.get(session, 75), 1, OPERATOR))


def import_again(database: Database, sections: list[dict[str, Any]]) -> Callable[[], object]:
    given = IssueInput.model_validate({"title": "T", "sections": sections[::-1]})

    def write(session: Any) -> None:
        issue = issues.get(session, 75)
        load(session, issue)
        reconcile(session, issue, given, match(issue, given, Vocabulary.load(session)), OPERATOR)

    return lambda: _written(database, write)


def _written(database: Database, work: Callable[[Any], object]) -> None:
    with database.writing() as session:
        work(session)


def calls(work: Callable[[], object]) -> int:
    """How many functions it calls."""
    profile = cProfile.Profile()
    profile.runcall(work)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


WRITES = (create, import_again, put, restore)
"""In this order: each but the first works on the issue that the one before has left."""


@pytest.mark.parametrize("shape", [flat, nested, with_items])
def test_twice_as_large_an_issue_takes_twice_the_work(
    database: Database, shape: Callable[[int], list[dict[str, Any]]]
) -> None:
    once, twice = ([calls(write(database, shape(size))) for write in WRITES] for size in (100, 200))

    assert {write.__name__: b / a for write, a, b in zip(WRITES, once, twice, strict=True) if b >= 2.4 * a} == {}


@pytest.fixture
def collected_as_in_the_server() -> Iterator[None]:
    """The garbage collector's thresholds: see `serving.worker`."""
    before = gc.get_threshold()
    gc.set_threshold(*GC_THRESHOLDS)
    yield
    gc.set_threshold(*before)


@pytest.mark.usefixtures("collected_as_in_the_server")
def test_the_largest_issue_is_written_in_four_seconds_of_cpu_time(database: Database) -> None:
    for sections in (flat(MOST_SECTIONS), with_items(MOST_ITEMS)):
        for write in (create, import_again, put):
            work = write(database, sections)
            start = time.process_time()
            work()
            assert time.process_time() - start < 4, write


@pytest.mark.parametrize(
    "body",
    [
        {"title": "T", **{f"field_{place}": 1 for place in range(100_000)}},
        {"title": "T", "extra": {f"field_{place}": [] for place in range(100_000)}},
        {"title": "T", "sections": [[] for _ in range(500_000)]},
        {"title": "T", "sections": [1] * 500_000},
        {"title": "T", "sections": [{f"field_{place}": 1 for place in range(100_000)}]},
        {"title": "T", "sections": [{"items": [1] * 500_000}]},
        {"title": "T", "sections": [{"items": [{"tags": [1] * 500_000}]}]},
        {"title": "T", "sections": [{"items": [{"tags": [1] * 50}] * MOST_ITEMS}]},
        {"title": "T", "sections": [{"items": [dict.fromkeys(map(str, range(MOST_FIELDS)))] * MOST_ITEMS}]},
        {"title": "T", "sections": [{"items": [{"extra": {str(key): [] for key in range(100)}}] * MOST_ITEMS}]},
        {"title": "T", "sections": [{"items": [dict.fromkeys(map(str, range(300)))] * 2}] * MOST_SECTIONS},
        {"title": [1] * 500_000},
        [[]] * 500_000,
    ],
)
def test_wrong_bodies_are_answered_quickly_with_few_errors(body: Any) -> None:
    for model in (IssueInput, IssueDocumentInput, PlacedSectionInput):
        found = []

        def refuse(model: Any = model, found: list[int] = found) -> None:
            try:
                model.model_validate(body)
            except ValidationError as error:
                problem = invalid([{**each, "loc": ("body", *each["loc"])} for each in error.errors()], body)
            except Invalid as error:
                problem = error
            found.append(len(problem.errors))

        assert cpu_time(refuse, 0.3) < 0.3
        assert 1 <= found[0] <= MOST_FAULTS


@pytest.mark.parametrize("idempotent", [False, True])
def test_texts_are_rendered_before_anything_is_locked(api: Api, idempotent: bool) -> None:
    markdown.CACHE.clear()

    made = api.editor.post("/issues", json=an_issue(75, sections=[a_section()])).json()
    item = f"/items/{made['sections'][0]['items'][0]['id']}"
    body = "Some *words* of {}, which are new."
    for method, url, given in (
        ("POST", "/issues", an_issue(76, intro=body.format(1), sections=[a_section(intro=body.format(2))])),
        ("PUT", "/issues/77", {"title": "T", "sections": [{"items": [an_item(body=body.format(3))]}]}),
        ("PUT", "/issues/75", made | {"outro": body.format(4)}),
        ("PATCH", "/issues/75", {"intro": body.format(5)}),
        ("PATCH", item, {"body": body.format(6)}),
        ("POST", "/issues/75/items", an_item(body=body.format(7), section="research")),
        ("POST", "/items/batch", {"items": [an_item(body=body.format(8), issue=75, section="research")]}),
        ("POST", "/issues/75/sections", {"title": "S", "items": [an_item(body=body.format(9))]}),
    ):
        sent: list[tuple[str, int]] = []
        before = markdown.CACHE.rendered
        headers = {"idempotency-key": url} if idempotent else {}
        with watching(api.database, lambda statement, sent=sent: sent.append((statement, markdown.CACHE.rendered))):
            api.editor.request(method, url, json=given, headers=headers).raise_for_status()
        assert markdown.CACHE.rendered > before
        first = next(place for place, (statement, _) in enumerate(sent) if WRITES_OR_LOCKS.search(statement))
        assert {rendered for _, rendered in sent[first:]} == {markdown.CACHE.rendered}, (method, url)


@pytest.mark.parametrize("limit", ["MOST_TEXT", "MOST_COST"])
def test_an_issue_that_is_above_a_limit_already_can_be_changed_and_become_smaller(
    api: Api, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    text = "*a* " * 1_000
    items = [an_item(body=f"{text}{number}") for number in range(4)]
    made = api.editor.post("/issues", json=an_issue(75, sections=[{"title": "Research", "items": items}])).json()
    first = made["sections"][0]["items"][0]["id"]
    monkeypatch.setattr(f"app.authoring.sizes.{limit}", 1_000)
    monkeypatch.setattr("app.authoring.sizes._CHEAP_TEXT", 100)

    for method, path, body in (
        ("PATCH", "/issues/75", {"subtitle": "A typo less"}),
        ("PATCH", f"/items/{first}", {"body": "Shorter"}),
        ("DELETE", f"/items/{first}", None),
        ("POST", "/issues/75/publish", None),
        ("POST", "/issues/75/unpublish", None),
        ("POST", "/issues/75/schedule", {"at": "2027-01-01T12:00:00Z"}),
        ("POST", "/issues/75/unschedule", None),
        ("DELETE", "/issues/75", None),
        ("POST", "/issues/75/restore", None),
    ):
        assert api.editor.request(method, path, json=body).is_success, (method, path)
    added = api.editor.post("/issues/75/items", json=an_item(body="One *more*", section="research"))
    assert added.status_code == 422


@pytest.mark.parametrize(
    ("limit", "text", "code"),
    [
        pytest.param("MOST_TEXT", "word " * 800, "too-long", id="characters"),
        pytest.param("MOST_COST", "*a* " * 250, "too-complex", id="markup"),
    ],
)
def test_an_issue_has_a_limit_on_its_texts_together(
    api: Api, monkeypatch: pytest.MonkeyPatch, limit: str, text: str, code: str
) -> None:
    """However they came into it: a body has a limit, but any number of requests may follow one another."""
    monkeypatch.setattr(f"app.authoring.sizes.{limit}", 10_000)
    monkeypatch.setattr("app.authoring.sizes._CHEAP_TEXT", 1_000)
    section = {"title": "Research", "items": [an_item(body=text)]}
    made = api.editor.post("/issues", json=an_issue(75, intro=text, sections=[section])).json()
    item, before = made["sections"][0]["items"][0]["id"], api.editor.get("/issues/75/draft").content

    for method, path, body in (
        ("POST", "/issues", an_issue(76, intro=text, outro=text, sections=[section])),
        ("PUT", "/issues/76", an_issue(76, intro=text, outro=text, sections=[section])),
        ("PUT", "/issues/75", {**made, "outro": text}),
        ("PATCH", "/issues/75", {"outro": text}),
        ("PATCH", f"/items/{item}", {"body": text * 3}),
        ("POST", "/issues/75/items", an_item(body=text, section="research")),
        ("POST", "/issues/75/sections", {"title": "More", "intro": text}),
        ("POST", "/items/batch", {"items": [an_item(body=text)] * 3}),
    ):
        answer = api.editor.request(method, path, json=body)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code), (method, path)
        assert "10,000" in answer.json()["detail"]
    assert api.editor.get("/issues/75/draft").content == before
    assert api.editor.get("/issues/76/draft").status_code == 404
    assert api.editor.patch(f"/items/{item}", json={"body": text + "more"}).status_code == 200
