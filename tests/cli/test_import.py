"""`masthead import`."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.db import engine
from app.db.engine import Database
from app.main import create_app
from app.settings import Settings
from tests.api import Api
from tests.cli.conftest import Masthead, environment
from tests.conftest import on_postgresql, on_sqlite
from tests.disks import fill

LETTER = """\
# Clay Letter #{number}: {title}

{date}

Good morning, potters.

## Research

- [A kiln that learns](https://example.org/kiln?utm_source=letter) – Four potters and one small network.
- [Glazes, measured](https://example.net/glazes) – A table of two hundred glazes.

## From the workshop

- [Wheel thrower wanted](https://jobs.example.org/wheel) – Mornings only.
"""


def letter(folder: Path, number: int = 7, title: str = "Small kilns", date: str = "7 January 2025") -> str:
    (folder / "letters").mkdir(exist_ok=True)
    file = folder / "letters" / f"{number}.md"
    file.write_text(LETTER.format(number=number, title=title, date=date))
    return str(file)


def published(settings: Settings) -> list[int]:
    with Api(create_app(settings)) as api:
        return [issue["number"] for issue in api.get("/issues").json()["data"]]


def working_copy(settings: Settings, number: int) -> Any:
    with Api(create_app(settings)) as api:
        return api.editor.get(f"/issues/{number}/draft").json()


def terminal(monkeypatch: pytest.MonkeyPatch, encoding: str) -> io.BytesIO:
    """What is printed from now on, by a terminal of this encoding."""
    printed = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed, encoding=encoding, write_through=True))
    return printed


def test_a_file_comes_in_as_a_draft(masthead: Masthead, settings: Settings, tmp_path: Path) -> None:
    code, out, err = masthead("import", letter(tmp_path))

    assert (code, err) == (0, "")
    first, last = out.splitlines()
    assert re.fullmatch("new      7  .*Small kilns", first)
    assert last == "Imported 1 issue (1 new), 2 sections, 3 items."
    assert published(settings) == []
    assert [section["title"] for section in working_copy(settings, 7)["sections"]] == ["Research", "From the workshop"]


def test_a_folder_comes_in_and_is_published(masthead: Masthead, settings: Settings, tmp_path: Path) -> None:
    for number in (7, 8, 9):
        letter(tmp_path, number, date=f"{number} January 2025")

    assert masthead("import", "letters", "--publish").out.splitlines()[-1].startswith("Imported 3 issues (3 new)")
    assert published(settings) == [9, 8, 7]


def test_it_may_be_repeated(masthead: Masthead, tmp_path: Path) -> None:
    masthead("import", letter(tmp_path))

    assert masthead("import", letter(tmp_path)).out == "Imported 1 issue (1 unchanged), 2 sections, 3 items.\n"
    assert "(1 changed)" in masthead("import", letter(tmp_path, title="Smaller kilns")).out


def test_a_dry_run_shows_what_is_understood_and_writes_nothing(
    masthead: Masthead, settings: Settings, tmp_path: Path
) -> None:
    code, out, _ = masthead("import", letter(tmp_path), "--dry-run", "--publish")

    assert code == 0
    lines = out.splitlines()
    assert lines[0].startswith("7  ")
    assert lines[1].startswith("├── 2025-01-07 · new · published · confidence ")
    assert "├── Research  #research" in lines
    assert "│   ├── A kiln that learns" in lines
    assert "│   │   #research  example.org/kiln?utm_source=letter" in lines
    assert re.fullmatch(r"1 issue, 2 sections, 3 items; \d doubts?; \d lines? left out", lines[-1])
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in out
    with Api(create_app(settings)) as api:
        assert api.editor.get("/drafts").json()["data"] == []


def test_a_dry_run_for_programs_gives_what_post_issues_takes(
    masthead: Masthead, settings: Settings, tmp_path: Path
) -> None:
    (drafted,) = json.loads(masthead("import", letter(tmp_path), "--dry-run", "--json").out)
    (issue,) = json.loads(masthead("import", letter(tmp_path), "--dry-run", "--json", "--publish").out)

    assert 0 < drafted.pop("confidence") <= 1
    assert all(note["kind"] in ("doubt", "left-out") and note["reason"] for note in drafted.pop("notes"))
    assert issue.pop("status") == "published"
    assert "status" not in drafted
    with Api(create_app(settings)) as api:
        assert api.author.post("/issues", json=drafted).status_code == 201


def test_what_came_of_each_for_programs(masthead: Masthead, tmp_path: Path) -> None:
    code, out, _ = masthead("import", letter(tmp_path), "nowhere.md", "--json")

    assert code == 1
    outcomes = {outcome["title"]: outcome for outcome in json.loads(out)}
    assert outcomes["nowhere.md"]["status"] == "failed"
    assert outcomes["nowhere.md"]["reason"]
    (came_in,) = (outcome for outcome in outcomes.values() if outcome["number"] == 7)
    assert (came_in["status"], came_in["reason"]) == ("created", None)


def test_nothing_at_all_is_an_empty_list(masthead: Masthead, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    code, out, _ = masthead("import", str(tmp_path / "empty"), "--json")

    assert (code, out) == (1, "[]\n")


def test_files_that_cannot_be_imported_are_reported_and_the_others_are_imported(
    masthead: Masthead, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "empty.md").write_text("")

    code, out, _ = masthead("import", "nowhere.md", str(tmp_path / "empty.md"), letter(tmp_path))

    assert code == 1
    assert "Imported 1 issue" in out
    told = out.split("Not imported:\n")[1].splitlines()
    assert [line.strip() for line in told[::2]] == ["nowhere.md", str(tmp_path / "empty.md")]
    assert all(line.startswith("    ") for line in told[1::2])
    assert working_copy(settings, 7)["number"] == 7


def test_what_was_edited_is_not_touched_unless_that_is_asked(
    masthead: Masthead, settings: Settings, tmp_path: Path
) -> None:
    masthead("import", letter(tmp_path))
    with Api(create_app(settings)) as api:
        api.author.patch("/issues/7", json={"subtitle": "By hand"}).raise_for_status()

    refused = masthead("import", letter(tmp_path, title="Changed"))

    assert refused.code == 1
    assert "Not overwritten:" in refused.out
    assert "edited since it was imported; use --overwrite to replace it." in refused.out
    assert masthead("import", letter(tmp_path, title="Changed"), "--overwrite").code == 0
    assert working_copy(settings, 7)["subtitle"] is None


def test_an_issue_without_a_date_stays_a_draft_and_the_report_says_what_to_do(
    masthead: Masthead, settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "undated.md"
    file.write_text("# Clay Letter #7\n\n## Research\n\n- [A kiln](https://example.org/kiln) – Words.\n")

    outcome = masthead("import", str(file), "--publish")

    assert outcome.code == 0
    assert "Not published:" in outcome.out
    assert "use --date to give it one" in outcome.out
    assert published(settings) == []
    assert masthead("import", str(file), "--publish", "--date", "2025-02-28").code == 0
    assert published(settings) == [7]


def test_since_and_limit(masthead: Masthead, settings: Settings, tmp_path: Path) -> None:
    for number in (1, 2, 3, 4):
        letter(tmp_path, number, date=f"{number} January 2025")

    outcome = masthead("import", "letters", "--since", "2025-01-02", "--limit", "2", "--publish")

    assert outcome.err == "masthead: --since skipped 1 issue.\n"
    assert published(settings) == [3, 2]


def test_labels_are_mapped_to_tags(masthead: Masthead, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "labels.txt").write_text("From the Workshop = career\n")

    masthead("import", letter(tmp_path), "--map", "labels.txt")

    assert working_copy(settings, 7)["sections"][1]["tag"] == "career"


def test_standard_input(masthead: Masthead, settings: Settings) -> None:
    text = LETTER.format(number=7, title="Piped", date="7 January 2025")

    assert masthead("import", "-", "--format", "markdown", stdin=text).code == 0
    assert working_copy(settings, 7)["item_count"] == 3


def test_standard_input_without_end_is_refused(masthead: Masthead, tmp_path: Path) -> None:
    code, out, _ = masthead("import", "-", letter(tmp_path), stdin="words " * 8_400_000)

    assert code == 1
    assert "Imported 1 issue" in out
    assert "standard input\n    it has more than 50 MB" in out


def test_paths_that_do_not_exist_do_not_stop_the_others(masthead: Masthead, tmp_path: Path) -> None:
    code, out, _ = masthead("import", "a" * 5_000, "", letter(tmp_path))

    assert code == 1
    assert "Imported 1 issue" in out
    assert "File name too long" in out
    assert "write . for the current folder" in out


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_what_the_terminal_has_no_letters_for_is_shown_as_it_can(
    masthead: Masthead, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    out = terminal(monkeypatch, "ascii")

    assert masthead("import", letter(tmp_path, title="Öfen und Tone"), *options).code == 0
    assert "?fen und Tone" in out.getvalue().decode("ascii")


def test_what_programs_read_is_utf_8(masthead: Masthead, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = terminal(monkeypatch, "ascii")

    assert masthead("import", letter(tmp_path, title="Öfen und Tone"), "--json").code == 0
    assert "Öfen" in json.loads(out.getvalue())[0]["title"]


def test_where_nothing_can_be_printed_it_says_so(tmp_path: Path, database: Database, database_url: str) -> None:
    with open("/dev/full", "w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "app", "import", letter(tmp_path)],
            cwd=Path(__file__).parents[2],
            env=environment(database_url=database_url),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )

    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        "masthead: Interrupted after 1 issue. Run the command again to import the rest.",
        "masthead: No space left on device.",
    ]


@on_postgresql  # on SQLite the limit is a connection's
def test_a_full_disk_is_told_and_how_far_it_came(masthead: Masthead, database: Database, tmp_path: Path) -> None:
    fill(database, "issues")

    code, _, err = masthead("import", letter(tmp_path))

    assert code == 1
    interrupted, reason = err.splitlines()
    assert interrupted.startswith("masthead: Interrupted after 0 issues.")
    assert reason.startswith("masthead: The disk of the database is full: free some space.")


@on_sqlite
def test_where_the_database_is_another_writers_it_says_how_far_it_came(
    masthead: Masthead, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "LOCK_TIMEOUT", 10)
    with database.writing() as session:
        session.execute(text("DELETE FROM issues"))
        code, _, err = masthead("import", letter(tmp_path))

    assert code == 1
    assert err.splitlines() == [
        "masthead: Interrupted after 0 issues. Run the command again to import the rest.",
        "masthead: The database reported an error: database is locked.",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "PATH"),
        (("a.md", "--format", "papyrus"), "papyrus"),
        (("a.md", "--limit", "0"), "--limit"),
        (("a.md", "--limit", "9" * 30), "--limit"),
        (("a.md", "--since", "yesterday"), "--since"),
        (("a.md", "--date", "2025-02-30"), "--date"),
        (("a.md", "--map", "nowhere.txt"), "nowhere.txt cannot be read"),
        (("a.md", "--map", "/dev/zero"), "/dev/zero cannot be read: it is a pipe, a socket or a device, not a file"),
        (("a.md", "--map", "rubbish.txt"), "Papers of the week = research"),
        (("a.md", "--map", "unknown.txt"), "Similar tags are Research"),
        (("a.md", "--wrong"), "--wrong"),
    ],
)
@on_sqlite
def test_how_it_is_not_to_be_typed(masthead: Masthead, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    (tmp_path / "rubbish.txt").write_text("rubbish")
    (tmp_path / "unknown.txt").write_text("Papers = reserch")

    outcome = masthead("import", *arguments)

    assert (outcome.code, outcome.out) == (2, "")
    assert said in " ".join(outcome.err.split())


def test_of_many_lines_left_out_for_one_reason_a_few_are_shown(masthead: Masthead, tmp_path: Path) -> None:
    page = "<h1>Letter</h1><p>Text.</p>" + "".join(f"<!-- comment {number} -->" for number in range(30))
    (tmp_path / "page.html").write_text(page)

    shown = masthead("import", str(tmp_path / "page.html"), "--dry-run").out
    assert "comment 7" in shown
    assert "comment 8" not in shown
    assert "and 22 more" in shown


def test_where_there_is_nothing_it_says_so(masthead: Masthead, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    code, _, err = masthead("import", str(tmp_path / "empty"))

    assert code == 1
    assert err.startswith("masthead: No newsletters found in ")
