"""The reading time of an issue: `reading_minutes`, at 230 words per minute."""

from typing import Any

import pytest

from tests.api import Api
from tests.factories import an_issue, an_item


def words(count: int) -> str:
    return " ".join(["word"] * count)


def minutes(api: Api, *sections: dict[str, Any], **fields: Any) -> int:
    issue = {**an_issue(), "title": "Short", "intro": None, "sections": sections, **fields}
    return api.author.post("/issues", json=issue).raise_for_status().json()["reading_minutes"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(("count", "expected"), [(0, 1), (1, 1), (230, 1), (231, 2), (460, 2), (461, 3), (2300, 10)])
def test_a_minute_that_has_begun_counts_and_there_is_at_least_one(api: Api, count: int, expected: int) -> None:
    assert minutes(api, outro=words(count) or None) == expected


def test_words_count_wherever_they_are(api: Api) -> None:
    item = an_item(words(30), body=words(50))
    inner = {"title": "Inner", "intro": words(40), "items": [item, item]}
    outer = {"title": "Outer", "intro": words(20), "items": [], "sections": [inner]}

    full = minutes(api, outer, intro=words(5), outro=words(5))
    one_more = minutes(api, outer, intro=words(6), outro=words(5))

    assert (full, one_more) == (1, 2)


def test_a_title_that_repeats_the_body_is_read_once(api: Api) -> None:
    untitled = an_item(None, body=words(230))

    assert minutes(api, {"title": "Research", "items": [untitled]}) == 1
    assert minutes(api, {"title": "Research", "items": [{**untitled, "title": "Word"}]}) == 2


def test_titles_of_the_issue_and_of_its_sections_and_addresses_do_not_count(api: Api) -> None:
    section = {"title": words(20), "items": [an_item(None, body=words(230), source=words(5))]}

    assert minutes(api, section, title=words(20), subtitle=words(20)) == 1
