"""`masthead demo`."""

from app.main import create_app
from app.settings import Settings
from tests.api import Api
from tests.cli.conftest import Masthead
from tests.factories import an_issue


def test_sample_issues_are_published_once(masthead: Masthead, settings: Settings) -> None:
    assert masthead("demo") == (0, "Published sample issues 73, 74, 75.\n", "")
    with Api(create_app(settings)) as api:
        first = api.get("/issues?full=true").content
        assert [issue["number"] for issue in api.get("/issues").json()["data"]] == [75, 74, 73]

    again = masthead("demo")

    assert (again.code, again.err) == (0, "")
    assert "No sample issues were published" in again.out
    with Api(create_app(settings)) as api:
        assert api.get("/issues?full=true").content == first
        assert api.get("/issues/74").json()["links"]["previous"] == "/issues/73"


def test_an_authors_draft_keeps_them_out(masthead: Masthead, settings: Settings) -> None:
    with Api(create_app(settings)) as api:
        api.author.post("/issues", json=an_issue(1))

    assert "No sample issues were published" in masthead("demo").out

    with Api(create_app(settings)) as api:
        assert api.get("/issues").json()["data"] == []
