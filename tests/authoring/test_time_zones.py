"""Times are UTC, regardless of the time zone of the database server."""

import psycopg
import pytest

from app.main import create_app
from tests.api import Api
from tests.conftest import on_postgresql, settings_for
from tests.factories import an_issue


@on_postgresql
@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_times_do_not_depend_on_the_zone_of_the_server(database_url: str, zone: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE {connection.info.dbname} SET timezone = "{zone}"')

    with Api(create_app(settings_for(database_url))) as api:
        for number, instant in enumerate(
            ("0001-01-01T00:00:00Z", "2025-12-23T23:30:00Z", "9999-12-31T23:59:59Z"), start=1
        ):
            answer = api.editor.post("/issues", json=an_issue(number, published=True, published_at=instant))
            assert answer.status_code == 201, answer.text
            assert api.get(f"/issues/{number}").json()["published_at"] == instant
            assert api.editor.get(f"/issues/{number}/draft").json()["published_at"] == instant
        assert [issue["number"] for issue in api.walk("/issues?limit=1")] == [3, 2, 1]
        assert [item["issue"] for item in api.walk("/items?from=2025-12-23&to=2025-12-23&limit=1")] == [2, 2, 2]
