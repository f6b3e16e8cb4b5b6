"""Text analysis: splitting text into terms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.analysis import LONGEST, terms, terms_to_index
from app.search.highlights import excerpt, highlight
from app.search.index import _plain


def texts(text: str, language: str = "en") -> list[str]:
    return [term.text for term in terms(text, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Running runs", ["run", "run"]),
        ("GPT-5.2-Codex", ["gpt", "5", "2", "codex"]),
        ("snake_case C++", ["snake", "case", "c"]),
        ("don’t", ["don", "t"]),
        ("Ünïcödé ﬁne", ["unicod", "fine"]),
        ("हिन्दी", ["हिनदी"]),
        ("世界模型", ["世界", "界模", "模型"]),
        ("字 and テキ", ["字", "and", "テキ"]),
        ("", []),
        ("…!? 💥", []),
    ],
)
def test_terms_of_english_text(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_words_are_stemmed_in_the_language_of_the_publication() -> None:
    assert texts("Häuser Hauses", "de") == texts("Hauser Haus", "de")
    assert texts("running", "xx") == ["running"]


@given(st.text())
def test_terms_stand_where_they_say_and_are_as_long_as_they_may_be(text: str) -> None:
    for indexing in (False, True):
        for term in terms(text, "en", indexing=indexing):
            assert 0 <= term.start < term.end <= len(text)
            assert 0 < len(term.text) <= LONGEST


@given(st.text())
def test_what_is_asked_for_in_the_words_of_a_text_finds_it(text: str) -> None:
    indexed = {term.text for term in terms(text, "en", indexing=True)}
    assert {term.text for term in terms(text, "en")} <= indexed


@given(st.text() | st.text(alphabet="aé́_ 世界。ड़"))
def test_what_is_indexed_are_the_terms_that_are_highlighted(text: str) -> None:
    assert terms_to_index(text, "en") == [term.text for term in terms(text, "en", indexing=True)]


@given(st.text(min_size=1), st.text(min_size=1))
def test_no_two_terms_are_one_in_the_index(one: str, other: str) -> None:
    assert (_plain(one) == _plain(other)) is (one == other)
    assert _plain(one).isascii()
    assert _plain(one).isalnum()


@given(st.text(), st.sampled_from(["a", "1", "world", "世界"]))
def test_highlights_are_the_text_with_nothing_but_marks_added(text: str, word: str) -> None:
    from html import unescape

    wanted = {term.text for term in terms(word, "en")}
    marked = highlight(text, wanted, "en")
    assert unescape(marked.replace("<mark>", "").replace("</mark>", "")) == unescape(highlight(text, set(), "en"))
    assert len(excerpt(text, wanted, "en")) < 3000
