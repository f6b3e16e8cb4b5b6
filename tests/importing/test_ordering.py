"""The order in which issues come in, and that it does not matter where an import was broken off."""

import copy
import shutil
from datetime import UTC, datetime
from pathlib import Path

import time_machine

from app.auth.callers import OPERATOR
from app.importing.importer import Importer
from app.importing.options import Options
from app.main import create_app
from tests.api import Api
from tests.conftest import settings_for
from tests.importing.factories import an_issue_read
from tests.importing.runs import import_issues


def test_those_without_a_number_come_last_and_the_oldest_first(api: Api) -> None:
    feed = [
        an_issue_read(key=f"entry-{day}", title=f"Day {day}", published_at=datetime(2025, 3, day, tzinfo=UTC))
        for day in (9, 5, 2)
    ]
    undated = an_issue_read(key="notes", title="Undated", published_at=None)

    outcomes = import_issues(api, undated, *feed, an_issue_read(1))

    assert [(outcome.number, outcome.name) for outcome in outcomes] == [
        (1, "Issue 1"),
        (2, "Day 2"),
        (3, "Day 5"),
        (4, "Day 9"),
        (5, "Undated"),
    ]


def test_interrupted_and_begun_again_it_ends_the_same(api: Api, sqlite_template: Path, tmp_path: Path) -> None:
    issues = [an_issue_read(number) for number in (3, 1, 2)]
    issues += [
        an_issue_read(key=f"e{day}", title=f"Day {day}", published_at=datetime(2025, 3, day, tzinfo=UTC))
        for day in (9, 5, 7)
    ]
    shutil.copy(sqlite_template, tmp_path / "other.db")
    with (
        time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False),
        Api(create_app(settings_for(f"sqlite:///{tmp_path}/other.db"))) as other,
    ):
        import_issues(other, *issues, publish=True)
        for limit in (2, 4):
            import_issues(api, *issues, publish=True, limit=limit)
        interrupted = Importer(api.database, Options(publish=True), OPERATOR).run(copy.deepcopy(issues))
        for _ in range(5):
            next(interrupted)
        interrupted.close()
        import_issues(api, *issues, publish=True)

        for address in ("/issues?full=true", "/items?limit=100", "/sections", "/tags", "/search?q=one"):
            assert api.get(address).content == other.get(address).content
