"""Several servers on one database, and many issues that are due in the same second."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select, update

from app.auth.callers import OPERATOR
from app.authoring import issues
from app.authoring.schemas import IssueInput
from app.content.models import Issue, Revision
from app.db.base import now
from app.db.engine import Database
from tests.cli.conftest import environment
from tests.factories import an_issue
from tests.processes import free_port
from tests.waiting import until

FIFTY = range(1, 51)


@pytest.fixture
def scheduled(database: Database) -> None:
    """Fifty issues that are scheduled for tomorrow."""
    with database.writing() as session:
        for number in FIFTY:
            issues.create(session, IssueInput.model_validate(an_issue(number)), OPERATOR)
        session.execute(update(Issue).values(status="scheduled", scheduled_at=now() + timedelta(days=1)))


@contextmanager
def a_server(database_url: str, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server in a process of its own, with its URL, as soon as it responds."""
    port = free_port()
    server = subprocess.Popen(
        [Path(sys.executable).with_name("masthead"), "serve", "--port", str(port)],
        cwd=folder,
        env=environment(database_url=database_url),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield server, f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.communicate(timeout=30)


def answers(server: subprocess.Popen[str]) -> None:
    assert server.stdout is not None
    assert server.stdout.readline().startswith("Masthead is serving")


def let_their_time_come(database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Issue).values(scheduled_at=now() + timedelta(seconds=1)))


def published(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(Issue.status == "published")) or 0


def assert_each_is_published_once(database: Database, address: str) -> None:
    by_the_schedule = select(Issue.number, func.count()).join(Revision, Revision.issue_id == Issue.id)
    with database.reading() as session:
        counts = session.execute(by_the_schedule.where(Revision.caller == "schedule").group_by(Issue.number)).all()
    assert sorted(map(tuple, counts)) == [(number, 1) for number in FIFTY]
    with httpx.Client(base_url=address) as client:
        listed = client.get("/issues?limit=100").json()["data"]
        research = client.get("/tags/research").json()
        assert [client.get(f"/issues/{number}").status_code for number in FIFTY] == [200] * 50
    assert sorted((issue["number"], issue["version"]) for issue in listed) == [(number, 2) for number in FIFTY]
    assert len({issue["published_at"] for issue in listed}) == 1
    assert (research["count"], research["issue_count"]) == (150, 50)


@pytest.mark.usefixtures("scheduled")
@pytest.mark.parametrize("killed", [False, True], ids=["both live", "one is killed"])
def test_two_servers_publish_each_issue_once(
    database_url: str, database: Database, tmp_path: Path, killed: bool
) -> None:
    with ExitStack() as stack:
        (one, _), (two, address) = [stack.enter_context(a_server(database_url, tmp_path)) for _ in range(2)]
        answers(one)
        answers(two)
        assert published(database) == 0

        let_their_time_come(database)
        if killed:
            until(lambda: published(database) > 0)
            one.kill()
        until(lambda: published(database) == 50)

        assert_each_is_published_once(database, address)


@pytest.mark.usefixtures("scheduled")
def test_what_was_due_while_no_server_ran_is_published_when_one_starts(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    with database.writing() as session:
        session.execute(update(Issue).values(scheduled_at=now() - timedelta(hours=1)))

    with a_server(database_url, tmp_path) as (server, address):
        answers(server)
        until(lambda: published(database) == 50)

        assert_each_is_published_once(database, address)
