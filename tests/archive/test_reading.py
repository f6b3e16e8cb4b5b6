"""Reading published issues."""

from tests.api import Api
from tests.factories import an_issue


def test_a_published_issue_is_read_whole(api: Api) -> None:
    made = api.editor.post("/issues", json=an_issue(75, published=True))
    assert made.status_code == 201, made.text

    issue = api.get("/issues/75").json()

    assert issue["title"] == "Issue 75"
    assert [item["title"] for item in issue["sections"][0]["items"]] == ["Item 0", "Item 1", "Item 2"]
    assert issue["sections"][0]["items"][0]["tags"] == ["research"]
