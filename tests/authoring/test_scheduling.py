"""Scheduled issues, which are published automatically at their time."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text, update

from app import main
from app.authoring import scheduling
from app.background import PeriodicTask
from app.content.models import Issue
from app.settings import Settings
from tests.api import Api
from tests.factories import ahead, an_issue
from tests.waiting import until


@pytest.fixture
def api(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """The usual application, except that the server looks for due issues only when it starts."""
    monkeypatch.setattr(main, "PERIODIC_TASKS", [PeriodicTask(scheduling.publish_due, interval=3600.0)])
    with Api(main.create_app(settings)) as api:
        yield api


def schedule(api: Api, number: int = 75, **fields: Any) -> dict[str, Any]:
    """Create a draft, and schedule it, by default for tomorrow."""
    api.author.post("/issues", json=an_issue(number)).raise_for_status()
    answer = api.editor.post(f"/issues/{number}/schedule", json=fields or {"at": ahead(days=1)})
    return answer.raise_for_status().json()  # type: ignore[no-any-return]


def let_its_time_come(api: Api, *numbers: int, seconds_ago: int = 0) -> str:
    """Set the time of scheduled issues to what is now, or was; as documents have it."""
    due = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=seconds_ago)
    with api.database.writing() as session:
        session.execute(update(Issue).where(Issue.number.in_(numbers)).values(scheduled_at=due))
    return f"{due:%Y-%m-%dT%H:%M:%SZ}"


def revisions(api: Api, number: int) -> list[dict[str, Any]]:
    return api.editor.walk(f"/issues/{number}/revisions")


def the_fault(answer: Any) -> str:
    """The detail of the only fault of a rejected request."""
    assert answer.status_code == 422, answer.text
    (fault,) = answer.json()["errors"]
    assert fault["detail"].rstrip(".") in answer.json()["detail"]
    return str(fault["detail"])


def test_a_time_with_an_offset_is_kept_in_utc(api: Api) -> None:
    at = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%d")

    scheduled = schedule(api, at=f"{at}T09:30:00+05:30")

    assert (scheduled["status"], scheduled["scheduled_at"]) == ("scheduled", f"{at}T04:00:00Z")
    assert (scheduled["version"], scheduled["published_at"]) == (2, None)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "UTC"])
def test_a_time_by_the_clocks_of_a_zone(api: Api, zone: str) -> None:
    local = (datetime.now(UTC) + timedelta(days=200)).replace(hour=9, minute=0, second=0, microsecond=0, tzinfo=None)

    scheduled = schedule(api, at=f"{local:%Y-%m-%dT%H:%M}", zone=zone)

    meant = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert scheduled["scheduled_at"] == f"{meant:%Y-%m-%dT%H:%M:%SZ}"


def test_an_ambiguous_local_time_is_the_first_one(api: Api) -> None:
    autumn = _change_of_clocks(10)

    assert schedule(api, at=f"{autumn}T02:30", zone="Europe/Berlin")["scheduled_at"] == f"{autumn}T00:30:00Z"


def test_a_time_that_the_clocks_skip_does_not_exist(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))

    given = {"at": f"{_change_of_clocks(3)}T02:30", "zone": "Europe/Berlin"}

    assert "this time does not exist in Europe/Berlin" in the_fault(api.editor.post("/issues/75/schedule", json=given))


def _change_of_clocks(month: int) -> str:
    """The next day on which the European Union changes its clocks in that month: its last Sunday."""
    for year in (datetime.now(UTC).year, datetime.now(UTC).year + 1):
        last = datetime(year, month, 31, tzinfo=UTC)
        sunday = last - timedelta(days=(last.weekday() + 1) % 7)
        if sunday > datetime.now(UTC) + timedelta(days=1):
            return f"{sunday:%Y-%m-%d}"
    raise AssertionError


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"at": "2030-01-01T09:00"},
            "it must have a UTC offset, for example 2026-12-01T09:00:00+01:00; or send zone too",
        ),
        ({"at": "2030-01-01T09:00:00+01:00", "zone": "Europe/Berlin"}, "either an offset or zone, not both"),
        ({"at": "2030-01-01T09:00:00Z", "zone": "UTC"}, "either an offset or zone, not both"),
        ({"at": "2030-01-01T09:00", "zone": "Europe/Nowhere"}, "it must be the name of a time zone, for example"),
        ({"at": "2030-01-01T09:00", "zone": "Europe"}, "it must be the name of a time zone, for example"),
        ({"at": "2030-01-01T09:00", "zone": "../../etc/passwd"}, "it must be the name of a time zone, for example"),
        ({"at": "2030-01-01T09:00", "zone": ""}, "it must be the name of a time zone, for example"),
        ({"at": "2030-01-01T09:00", "zone": "a" * 5000}, "it must be the name of a time zone, for example"),
        ({"at": "2020-01-01T09:00:00Z"}, "2020-01-01T09:00:00Z is in the past; the current time is 20"),
        ({"at": "9999-12-31T23:59:59Z"}, "9999-12-31T23:59:59Z is more than five years ahead"),
        ({"at": "9999-12-31T23:59:59-01:00"}, "year must be 1 to 9999"),
        ({"at": "9999-12-31T23:59", "zone": "America/New_York"}, "year must be 1 to 9999"),
        ({"at": "0001-01-01T00:00:00Z"}, "0001-01-01T00:00:00Z is in the past"),
        ({"at": "0001-01-01T00:00", "zone": "Asia/Tokyo"}, "year must be 1 to 9999"),
        ({"at": "0000-01-01T00:00:00Z"}, "this time does not exist"),
        ({"at": "2030-02-30T09:00:00Z"}, "this time does not exist"),
        ({"at": "2030-01-01T25:00:00Z"}, "this time does not exist"),
        ({"at": "2030-01-01"}, "it must be a time like"),
        ({"at": "tomorrow"}, "it must be a time like"),
        ({"at": ""}, "it must be a time like"),
    ],
)
def test_a_time_that_is_not_valid_is_rejected_with_the_reason(api: Api, given: dict[str, str], said: str) -> None:
    before = api.author.post("/issues", json=an_issue(75)).json()

    answer = api.editor.post("/issues/75/schedule", json=given)

    assert said in the_fault(answer)
    assert answer.json()["errors"][0]["pointer"] == ("/zone" if "name of a time zone" in said else "/at")
    assert api.editor.get("/issues/75/draft").json() == before


def test_a_time_must_be_there_and_nothing_else(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))

    for given in ({}, {"at": None}, {"at": 1_900_000_000}, {"at": ahead(days=1), "until": ahead(days=2)}):
        assert api.editor.post("/issues/75/schedule", json=given).status_code == 422
    assert api.editor.get("/issues/75/draft").json()["status"] == "draft"


def test_a_scheduled_issue_gets_another_time(api: Api) -> None:
    schedule(api)

    again = api.editor.post("/issues/75/schedule", json={"at": ahead(days=3)}).json()

    assert again["status"] == "scheduled"
    assert datetime.fromisoformat(again["scheduled_at"]) > datetime.now(UTC) + timedelta(days=2)
    assert again["version"] == 3


def test_the_same_time_again_changes_nothing(api: Api) -> None:
    at = ahead(days=1)
    first = schedule(api, at=at)

    assert api.editor.post("/issues/75/schedule", json={"at": at}).json() == first


def test_an_issue_that_is_unscheduled_is_a_draft_again(api: Api) -> None:
    schedule(api)

    answer = api.editor.post("/issues/75/unschedule")
    again = api.editor.post("/issues/75/unschedule")

    assert (answer.status_code, answer.headers["etag"]) == (200, '"v3"')
    assert (answer.json()["status"], answer.json()["scheduled_at"]) == ("draft", None)
    assert again.json() == answer.json()


def test_a_scheduled_issue_may_be_published_at_once(api: Api) -> None:
    schedule(api)

    answer = api.editor.post("/issues/75/publish").json()

    assert (answer["status"], answer["scheduled_at"]) == ("published", None)
    assert abs(datetime.fromisoformat(answer["published_at"]) - datetime.now(UTC)) < timedelta(minutes=1)
    assert api.get("/issues/75").status_code == 200
    assert [each["name"] for each in revisions(api, 75)] == ["editor", "author"]


@pytest.mark.parametrize("action", ["schedule", "unschedule"])
def test_a_published_issue_is_neither_scheduled_nor_unscheduled(api: Api, action: str) -> None:
    api.editor.post("/issues", json=an_issue(75, published=True))

    body = {"at": ahead(days=1)} if action == "schedule" else None
    answer = api.editor.post(f"/issues/75/{action}", json=body)

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert "/issues/75/unpublish" in answer.json()["detail"]
    assert api.get("/issues/75").json()["version"] == 1


def test_a_scheduled_issue_is_not_unpublished(api: Api) -> None:
    schedule(api)

    answer = api.editor.post("/issues/75/unpublish")

    assert answer.status_code == 409
    assert "/issues/75/unschedule" in answer.json()["detail"]


def test_scheduling_is_for_those_who_may_publish(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75))

    assert api.author.post("/issues/75/schedule", json={"at": ahead(days=1)}).status_code == 403
    api.editor.post("/issues/75/schedule", json={"at": ahead(days=1)}).raise_for_status()
    assert api.author.post("/issues/75/unschedule").status_code == 403
    assert api.author.patch("/issues/75", json={"title": "Another"}).status_code == 403


def test_scheduling_takes_if_match(api: Api) -> None:
    schedule(api)

    for action, body in (("schedule", {"at": ahead(days=2)}), ("unschedule", None)):
        answer = api.editor.post(f"/issues/75/{action}", json=body, headers={"if-match": '"v1"'})
        assert (answer.status_code, answer.headers["etag"]) == (412, '"v2"')
    assert api.editor.post("/issues/75/unschedule", headers={"if-match": '"v2"'}).status_code == 200


def test_a_scheduled_issue_is_not_public(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(74, published=True))
    item = schedule(api)["sections"][0]["items"][0]["id"]

    assert api.get("/issues/75").status_code == 404
    assert api.get(f"/items/{item}").status_code == 404
    assert [issue["number"] for issue in api.walk("/issues")] == [74]
    assert api.get("/issues/74").json()["links"]["next"] is None
    assert api.get("/tags/research").json()["issue_count"] == 1
    assert [each["number"] for each in api.editor.walk("/drafts?status=scheduled")] == [75]


def test_what_is_due_is_published_once_and_dated_by_its_time(api: Api) -> None:
    for number in (74, 75, 76):
        schedule(api, number)
    due = let_its_time_come(api, 74, 75, seconds_ago=3)

    assert scheduling.publish_due(api.database) == [74, 75]
    assert scheduling.publish_due(api.database) == []

    for number in (74, 75):
        shown = api.get(f"/issues/{number}").json()
        assert (shown["status"], shown["published_at"], shown["version"]) == ("published", due, 3)
        newest = revisions(api, number)[0]
        assert (newest["version"], newest["name"], newest["request"]) == (3, "the schedule", "the time that was set")
    assert api.get("/issues/76").status_code == 404
    assert api.editor.get("/issues/76/draft").json()["status"] == "scheduled"
    assert len(api.walk("/search?q=item")) == 6


def test_those_due_first_are_published_first(api: Api) -> None:
    for number in (74, 75, 76):
        schedule(api, number)
    let_its_time_come(api, 74, seconds_ago=1)
    let_its_time_come(api, 75, seconds_ago=3)
    let_its_time_come(api, 76, seconds_ago=2)

    assert scheduling.publish_due(api.database) == [75, 76, 74]


def test_a_date_that_an_author_has_given_stays(api: Api) -> None:
    api.author.post("/issues", json=an_issue(75, published_at="2025-12-23"))
    api.editor.post("/issues/75/schedule", json={"at": ahead(days=1)})
    let_its_time_come(api, 75)

    assert scheduling.publish_due(api.database) == [75]
    assert api.get("/issues/75").json()["published_at"] == "2025-12-23T12:00:00Z"


def test_late_publications_are_logged_as_late(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    schedule(api, 74)
    schedule(api, 75)
    let_its_time_come(api, 74)
    let_its_time_come(api, 75, seconds_ago=7200)

    with caplog.at_level(logging.INFO, "masthead"):
        scheduling.publish_due(api.database)

    late, in_time = caplog.records
    assert late.levelname == "WARNING"
    assert late.getMessage().startswith("published issue 75, 720")
    assert "no server was running" in late.getMessage()
    assert (in_time.levelname, in_time.getMessage()) == ("INFO", "published issue 74 on schedule")


def test_one_that_cannot_be_published_does_not_hold_up_the_others(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    for number in (74, 75, 76):
        schedule(api, number)
    let_its_time_come(api, 74, 75, 76)
    with api.database.writing() as session:
        session.execute(
            text("UPDATE sections SET extra = '[1]' WHERE issue_id = (SELECT id FROM issues WHERE number = 74)")
        )

    assert scheduling.publish_due(api.database) == [75, 76]

    (failed,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert failed.getMessage() == "issue 74 is due, but could not be published"
    assert api.get("/issues/74").status_code == 404
    with api.database.reading() as session:
        status = session.execute(text("SELECT status, version FROM issues WHERE number = 74")).one()
    assert tuple(status) == ("scheduled", 2)

    with api.database.writing() as session:
        session.execute(text("UPDATE sections SET extra = '{}'"))
    assert scheduling.publish_due(api.database) == [74]


@pytest.mark.parametrize("meanwhile", ["unschedule", "schedule", "publish", "delete"])
def test_an_issue_that_is_dealt_with_meanwhile_is_left_alone(
    api: Api, meanwhile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the query for due issues and its publication."""
    schedule(api, 74)
    schedule(api, 75)
    let_its_time_come(api, 74, seconds_ago=1)
    let_its_time_come(api, 75)

    published = scheduling._published(api.database)
    assert next(published) == 74
    if meanwhile == "delete":
        api.editor.delete("/issues/75").raise_for_status()
    else:
        body = {"at": ahead(days=1)} if meanwhile == "schedule" else None
        api.editor.post(f"/issues/75/{meanwhile}", json=body).raise_for_status()

    assert list(published) == []
    status = {"unschedule": "draft", "schedule": "scheduled", "publish": "published", "delete": "draft"}[meanwhile]
    with api.database.reading() as session:
        issue = session.scalars(select(Issue).where(Issue.number == 75)).one()
        assert (issue.status, issue.version) == (status, 3)


def test_what_was_due_while_nothing_ran_is_published_at_the_start(
    settings: Settings, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    schedule(api)
    due = let_its_time_come(api, 75, seconds_ago=3600)

    with Api(main.create_app(settings)) as later:
        until(lambda: later.get("/issues/75").status_code == 200)
        assert later.get("/issues/75").json()["published_at"] == due
    assert "no server was running" in caplog.text
