from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.newsletters.blocks import Block, Source
from app.newsletters.document import Doubt
from app.newsletters.structure import Series, interpret
from app.newsletters.structure.dates import Votes, find, is_date


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2025-12-23", "2025-12-23"),
        ("2025/1/5", "2025-01-05"),
        ("Highlights for 12/23/2025", "2025-12-23"),
        ("23/12/2025", "2025-12-23"),
        ("23.12.25", "2025-12-23"),
        ("03.04.2025", "2025-04-03"),
        ("December 23rd, 2025", "2025-12-23"),
        ("Dec. 3, 2025", "2025-12-03"),
        ("Fri, 14 Mar 2025 07:30:00 +0000", "2025-03-14"),
        ("3. März 2025", "2025-03-03"),
        ("den 1. Jänner 2024", None),  # Austria's name for January, which CLDR has for de-AT alone
        ("1er mai 2024", "2024-05-01"),
        ("8 de octubre de 2024", "2024-10-08"),
        ("2 de março de 2023", "2023-03-02"),
        ("5 марта 2024 г.", "2024-03-05"),
        ("2025年1月24日", "2025-01-24"),
        ("2025년 1월 24일", "2025-01-24"),
        ("9 september 2021", "2021-09-09"),
        ("2025-02-31", None),
        ("31/31/2025", None),
        ("version 1.2.2024.7", None),
        ("192.168.10.20", None),
        ("in 2025", None),
        ("3 March", None),
    ],
)
def test_a_date_is_found_as_people_write_it(written: str, day: str | None) -> None:
    assert [str(found.day) for found in find(written, "month")] == ([day] if day else [])


@pytest.mark.parametrize(("order", "day"), [("day", "2025-04-03"), ("month", "2025-03-04")])
def test_a_date_that_could_be_either_is_read_in_the_given_order_and_says_so(order: str, day: str) -> None:
    (found,) = find("03/04/2025", order)  # type: ignore[arg-type]
    assert (str(found.day), found.ambiguous) == (day, True)


def a_letter(*lines: str, language: str | None = None) -> Source:
    blocks = (Block("paragraph", line, place=place) for place, line in enumerate(lines, 1))
    return Source(name="letter", blocks=tuple(blocks), language=language)


def test_other_dates_of_the_same_issue_say_what_comes_first() -> None:
    issue = interpret(
        a_letter("Letter", "03/04/2025", "Come on 24/04/2025 to see us, all of you who can, please."), Series()
    )
    assert f"{issue.published_at:%m-%d}" == "04-03"


def test_and_so_do_those_of_other_issues() -> None:
    series = Series()
    interpret(
        a_letter("Letter", "24/03/2025", "A text that is long enough to be no title of anything at all, really."),
        series,
    )
    issue = interpret(
        a_letter("Letter", "03/04/2025", "A text that is long enough to be no title of anything."), series
    )
    assert f"{issue.published_at:%m-%d}" == "04-03"


@pytest.mark.parametrize(
    ("language", "day"), [(None, "03-04"), ("en-US", "03-04"), ("en-GB", "04-03"), ("fr", "04-03")]
)
def test_else_it_is_where_it_is_written_and_doubted(language: str | None, day: str) -> None:
    issue = interpret(a_letter("Letter", "03/04/2025", "Words that follow, quite a few.", language=language), Series())
    assert f"{issue.published_at:%m-%d}" == day
    assert any(isinstance(note, Doubt) and "first" in note.reason for note in issue.notes)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31)))
def test_what_is_written_in_full_is_read_back(day: date) -> None:
    for written in (f"{day:%Y-%m-%d}", f"{day:%d %B %Y}", f"{day:%b %d, %Y}", f"{day:%d.%m.%Y}"):
        assert [found.day for found in find(f"sent on {written}, as ever", "month")] == [day], written


@given(st.text())
def test_any_text_is_looked_through(text: str) -> None:
    find(text, "day")
    Votes().count(text)
    is_date(text)
