"""From files to issues as they are read."""

from pathlib import Path

import pytest

from app.newsletters.document import IssueRead
from app.newsletters.files import File
from app.newsletters.left_out import LeftOut
from app.newsletters.loading import load_files, load_paths


def test_dates_in_figures_are_read_as_a_later_file_of_the_folder_tells(tmp_path: Path) -> None:
    for name, day in (("a", "03/04/2025"), ("b", "24/04/2025")):
        (tmp_path / f"{name}.txt").write_text(
            f"Letter {name}\n{day}\n\nSome words that follow the date, quite a few.\n"
        )
    first, _ = load_paths([str(tmp_path)])
    assert isinstance(first, IssueRead)
    assert f"{first.published_at:%Y-%m-%d}" == "2025-04-03"


def test_how_much_a_key_tells(tmp_path: Path) -> None:
    letter = b"# Letter\n\nText.\n"
    (tmp_path / "a.md").write_bytes(letter)
    feed = "<rss><channel><item><title>E</title><guid>g1</guid><description>Text.</description></item></channel></rss>"
    (tmp_path / "b.xml").write_text(feed)
    uploads = [
        File("body.md", letter, is_named=False),
        File("b.xml", feed.encode(), is_named=False),
        File("c", letter),
    ]

    found = [
        *load_paths([str(tmp_path), "-"], letter),
        *load_files(uploads),
    ]

    assert [issue.key_kind for issue in found if isinstance(issue, IssueRead)] == [
        *("name", "id", "none"),
        *("none", "id", "name"),
    ]


@pytest.mark.parametrize("value", ["!!bool x", "!!timestamp x", "2025-13-45", "!!int ''"])
def test_a_head_that_yaml_stumbles_over_is_read_line_by_line(tmp_path: Path, value: str) -> None:
    (tmp_path / "a.md").write_text(f"---\ntitle: Letter\nfoo: {value}\n---\n\nText.\n")
    (issue,) = load_paths([str(tmp_path)])
    assert isinstance(issue, IssueRead)
    assert issue.title == "Letter"


@pytest.mark.parametrize("said", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_date_beyond_the_calendar_is_noted_and_left_out(tmp_path: Path, said: str) -> None:
    (tmp_path / "a.md").write_text(f"---\ntitle: Letter\ndate: {said}\n---\n\nText.\n")
    (issue,) = load_paths([str(tmp_path)])
    assert isinstance(issue, IssueRead)
    assert issue.published_at is None
    assert "a date that could not be read" in [note.reason for note in issue.notes]


def test_the_first_year_has_four_figures(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: Letter\ndate: 0001-01-01\n---\n\nText.\n")
    (issue,) = load_paths([str(tmp_path)])
    assert isinstance(issue, IssueRead)
    assert issue.document()["published_at"] == "0001-01-01T12:00:00Z"


def test_a_file_with_too_much_for_an_issue_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("* [a](https://example.org)\n" * 10_001)
    (tmp_path / "b.md").write_text("# Letter\n\nText.\n")
    failed, issue = load_paths([str(tmp_path)])
    assert isinstance(failed, LeftOut)
    assert "10,001" in failed.reason
    assert isinstance(issue, IssueRead)
    assert issue.title == "Letter"
