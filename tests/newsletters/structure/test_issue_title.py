import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.newsletters.structure.issue_title import number_in, number_of_file, parse


@pytest.mark.parametrize(
    ("written", "title", "number", "publication"),
    [
        ("Foo Weekly 75: Bar", "Bar", 75, "Foo Weekly"),
        ("Notes for Gardeners 7: What are worms?", "What are worms?", 7, "Notes for Gardeners"),
        ("Foo Weekly 630", "Foo Weekly 630", 630, "Foo Weekly"),
        ("Foo Weekly - Issue #130", "Foo Weekly - Issue #130", 130, "Foo Weekly"),
        ("[Foo Weekly] Issue #130 - Whistles, again?", "Whistles, again?", 130, "Foo Weekly"),
        ("[Foo Weekly] #88 – Title", "Title", 88, "Foo Weekly"),
        ("#716: The one about bread", "The one about bread", 716, None),
        ("The one about bread — Foo Weekly #12", "The one about bread", 12, "Foo Weekly"),
        ("Issue 12", "Issue 12", 12, None),
        ("Foo Digest No. 250", "Foo Digest No. 250", 250, "Foo Digest"),
        ("165 / All change", "All change", 165, None),
        ("La Lettre, n° 45", "La Lettre, n° 45", 45, "La Lettre"),
        ("Werkstattbrief Ausgabe 31", "Werkstattbrief Ausgabe 31", 31, "Werkstattbrief"),
        ("週刊てがみ 第58号", "週刊てがみ 第58号", 58, "週刊てがみ"),
        ("22 выпуск 01 сезона", "22 выпуск 01 сезона", 22, None),
        ("Oct 2024: What is new", "Oct 2024: What is new", None, None),
        ("Top 10: bridges", "Top 10: bridges", None, None),
        ("Ops Letter, week 37", "Ops Letter, week 37", None, None),
        ("Looking back at 2024", "Looking back at 2024", None, None),
        ("Happy holidays!", "Happy holidays!", None, None),
    ],
)
def test_a_title_gives_its_number_and_the_publication(
    written: str, title: str, number: int | None, publication: str | None
) -> None:
    named = parse(written)
    assert (named.title, named.number, named.publication) == (title, number, publication)


@pytest.mark.parametrize(
    ("name", "number"),
    [("issue-75.md", 75), ("archive/0075.txt", 75), ("2025-12-23-letter.md", None), ("2024.md", None), ("a.md", None)],
)
def test_a_files_name_gives_a_number_unless_it_is_a_dates(name: str, number: int | None) -> None:
    assert number_of_file(name) == number


@given(st.text())
def test_any_title_is_read_and_keeps_words(text: str) -> None:
    named = parse(text)
    assert named.title or not text.strip()
    number_in(text)
