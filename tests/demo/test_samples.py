"""The sample issues, and when they are published."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete

from app.authoring.schemas import IssueInput, SectionInput
from app.content.models import Issue
from app.demo import samples
from tests.api import Api
from tests.factories import TAGS, an_issue

SAMPLES = {sample.number: sample for sample in samples.samples()}


def sections_of(sections: list[SectionInput]) -> Iterator[SectionInput]:
    for section in sections:
        yield section
        yield from sections_of(section.sections)


def test_they_are_issues_73_to_75() -> None:
    assert list(SAMPLES) == [73, 74, 75]
    assert all(sample.status == "published" for sample in SAMPLES.values())
    assert len({sample.title for sample in SAMPLES.values()}) == 3
    dates = [sample.published_at for sample in SAMPLES.values()]
    assert all(dates)
    assert dates == sorted(dates, key=str)


def test_issue_75_is_about_world_models() -> None:
    assert "world models" in SAMPLES[75].title.lower()


@pytest.mark.parametrize("number", [73, 74, 75])
def test_each_has_12_to_16_items_and_no_empty_section(number: int) -> None:
    sections = list(sections_of(SAMPLES[number].sections))

    assert 12 <= sum(len(section.items) for section in sections) <= 16
    assert [section.title for section in sections if not section.items and not section.sections] == []
    assert SAMPLES[number].intro


@pytest.mark.parametrize("number", [73, 74, 75])
def test_each_item_is_worth_reading(number: int) -> None:
    items = [item for section in sections_of(SAMPLES[number].sections) for item in section.items]

    for item in items:
        assert item.body, item.title
        assert item.url is None or item.url.startswith("https://"), item.url
    urls = [item.url for item in items if item.url]
    assert len(urls) >= 10
    assert len(set(urls)) == len(urls)


def test_they_have_sections_of_the_same_series() -> None:
    series = [{section.title for section in sections_of(sample.sections)} for sample in SAMPLES.values()]

    assert len(set.intersection(*series)) >= 5


def test_once_published_each_has_all_five_tags(api: Api) -> None:
    assert samples.load(api.database) == [73, 74, 75]

    for number in (73, 74, 75):
        issue = api.get(f"/issues/{number}").json()
        assert {tag["slug"] for tag in issue["tags"]} == set(TAGS)
        assert 12 <= issue["item_count"] <= 16
        assert filled(issue["sections"])
        assert api.get(f"/items?issue={number}&tag=research").json()["data"] != []
    assert {tag["slug"]: tag["issue_count"] for tag in api.get("/tags").json()["data"]} == dict.fromkeys(TAGS, 3)
    assert 75 in {hit.get("issue", hit.get("number")) for hit in api.get("/search?q=world+models").json()["data"]}


def filled(sections: list[dict[str, Any]]) -> bool:
    """Whether each section has items, or sections that have."""
    return all((section["items"] or section["sections"]) and filled(section["sections"]) for section in sections)


def test_a_second_time_does_nothing(api: Api) -> None:
    samples.load(api.database)
    before = api.get("/issues?full=true").content

    assert samples.load(api.database) == []
    assert api.get("/issues?full=true").content == before


@pytest.mark.parametrize("published", [False, True], ids=["draft", "published"])
def test_a_database_with_an_issue_is_left_alone(api: Api, published: bool) -> None:
    api.editor.post("/issues", json=an_issue(1, published=published))

    assert samples.load(api.database) == []
    assert api.editor.get("/issues/75/draft").status_code == 404


def test_a_database_that_had_an_issue_is_left_alone(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))
    with api.database.writing() as session:
        session.execute(delete(Issue))

    assert samples.load(api.database) == []
    assert api.editor.get("/drafts").json()["data"] == []


def test_samples_and_an_authors_first_issue_at_once_do_not_mix(api: Api) -> None:
    loaded: list[list[int]] = []

    def load() -> Any:
        loaded.append(samples.load(api.database))

    api.together(load, lambda: api.author.post("/issues", json=an_issue(1)))

    assert loaded in ([[]], [[73, 74, 75]])
    numbers = {issue["number"] for issue in api.get("/issues").json()["data"]}
    assert numbers == set(loaded[0])
    assert api.author.get("/issues/1/draft").status_code == 200


def test_each_is_what_post_issues_takes(api: Api) -> None:
    for sample in SAMPLES.values():
        sent = sample.model_dump(mode="json", exclude_unset=True)
        assert IssueInput.model_validate(sent) == sample
        assert api.editor.post("/issues", json=sent).status_code == 201
