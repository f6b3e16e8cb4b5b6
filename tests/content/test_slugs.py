"""Slugs."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content.slugs import LONGEST, first_free, key_of, slug_of

STEADY = settings(deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("What are world models?", "what-are-world-models"),
        ("New & Trends", "new-trends"),
        ("AT&T", "at-t"),
        ("This week's", "this-weeks"),
        ("This week’s", "this-weeks"),
        ("Ünïcode", "unicode"),
        ("研究", "yan-jiu"),
        ("1,000 things", "1000-things"),
        ("snake_case and  spaces", "snake-case-and-spaces"),
        ("../../etc/passwd", "etc-passwd"),
        ("<script>", "script"),
    ],
)
def test_a_slug_is_made_of_the_titles_words(title: str, slug: str) -> None:
    assert slug_of(title, "none") == slug


@pytest.mark.parametrize("title", ["🎉", "--", "", "   ", "!?"])
def test_a_title_without_letters_has_another_slug(title: str) -> None:
    assert slug_of(title, "issue-7") == "issue-7"


def test_a_long_slug_ends_with_a_whole_word() -> None:
    slug = slug_of("seven77 " * 20, "none")

    assert slug == "-".join(["seven77"] * 10)
    assert len(slug) <= LONGEST


@STEADY
@given(st.text(max_size=300))
def test_any_title_makes_a_slug_that_fits_an_address(title: str) -> None:
    slug = slug_of(title, "none")

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= LONGEST
    assert slug_of(slug, "none") == slug


def test_case_and_punctuation_do_not_count_in_a_label() -> None:
    assert key_of("Career Resources!") == key_of("career-resources") == key_of("CAREER  resources")


def test_a_slug_that_is_taken_gets_the_first_free_number() -> None:
    assert first_free("a", ()) == "a"
    assert first_free("a", {"a"}) == "a-2"
    assert first_free("a", {"a", "a-2", "a-4"}) == "a-3"
    assert first_free("a", {"a-2"}) == "a"
