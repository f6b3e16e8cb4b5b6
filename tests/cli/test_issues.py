"""`masthead post`, `masthead inbox`, `masthead issue …`, `masthead search`: on a running server."""

import json
from pathlib import Path

import httpx
import pytest

from app.auth import api_keys
from app.db.engine import Database
from app.main import create_app
from app.settings import Settings
from tests.cli.conftest import Masthead
from tests.client.conftest import running
from tests.factories import ahead


def told(remote: Masthead, *arguments: str, stdin: str = "") -> str:
    """What a command that succeeds prints."""
    outcome = remote(*arguments, stdin=stdin)
    assert (outcome.code, outcome.err) == (0, ""), outcome
    return outcome.out


@pytest.fixture
def issue(remote: Masthead) -> int:
    """A draft of three sections and two items."""
    told(
        remote, "issue", "new", "What agents remember", "--number", "76", "--section", "Research", "--section", "Safety"
    )
    told(remote, "post", "Small models", "--url", "https://example.org/a", "--tag", "research", "--issue", "76")
    told(remote, "post", "A leak", "--tag", "safety", "--issue", "76", "--body", "It *leaked*.", "--sponsored")
    return 76


def test_items_go_into_the_inbox_and_from_there_into_an_issue(remote: Masthead) -> None:
    assert told(remote, "inbox") == "The inbox is empty.\n"

    assert told(remote, "post", "Small models", "--url", "https://example.org/a", "--tag", "research") == (
        "Item 1, 'Small models', is in the inbox.\n"
    )
    told(remote, "post", "--body", "-", "--tag", "safety", stdin="A body alone.\n\nWith more.\n")
    listed = told(remote, "inbox").splitlines()
    assert [line.split()[0] for line in listed] == ["Id", "2", "1"]
    assert "A body alone" in listed[1]
    assert "example.org" in listed[2]

    told(remote, "issue", "new", "What agents remember", "--section", "Research", "--section", "Safety")
    assert told(remote, "issue", "add", "1", "2", "1").splitlines() == [
        "Item 2, 'A body alone', is in safety, at position 0.",
        "Item 1, 'Small models', is in research, at position 0.",
    ]
    assert told(remote, "inbox") == "The inbox is empty.\n"
    tree = told(remote, "issue", "show", "1")
    assert "What agents remember" in tree
    assert tree.index("Research") < tree.index("Small models") < tree.index("Safety") < tree.index("A body alone")


def test_for_programs_all_is_json(remote: Masthead, issue: int) -> None:
    item = json.loads(told(remote, "post", "A third", "--json"))
    assert (item["id"], item["title"], item["issue"]) == (3, "A third", None)
    assert [row["id"] for row in json.loads(told(remote, "inbox", "--json"))] == [3]
    assert [row["number"] for row in json.loads(told(remote, "issue", "list", "--json"))] == [76]
    assert json.loads(told(remote, "issue", "show", "76", "--json"))["item_count"] == 2
    assert json.loads(told(remote, "issue", "publish", "76", "--json"))["status"] == "published"
    assert json.loads(told(remote, "search", "leaked", "--json"))[0]["title"] == "A leak"
    assert json.loads(told(remote, "search", "nowhere", "--json")) == []


def test_an_issue_is_published_and_taken_back(remote: Masthead, issue: int, server: str) -> None:
    assert told(remote, "issue", "publish", "76") == (
        f"Issue 76, 'What agents remember', is published: {server}/issues/76\n"
    )
    assert httpx.get(f"{server}/issues/76").json()["item_count"] == 2
    assert "published" in told(remote, "issue", "list")
    assert remote("issue", "list", key=None).out.splitlines()[1].split()[0] == "76"

    told(remote, "issue", "unpublish", "76")
    assert httpx.get(f"{server}/issues/76").status_code == 404


def test_an_issue_is_scheduled_and_unscheduled(remote: Masthead, issue: int) -> None:
    assert "will be published at" in told(remote, "issue", "schedule", "76", ahead(days=2))
    assert "scheduled" in told(remote, "issue", "list", "--status", "scheduled")
    assert told(remote, "issue", "unschedule", "76") == "Issue 76 is a draft again.\n"

    past = remote("issue", "schedule", "76", "2020-01-01T09:00", "--zone", "Europe/Berlin")
    assert past.code == 1
    assert "is in the past" in past.err


def test_a_preview_is_an_address_that_shows_the_draft(remote: Masthead, issue: int) -> None:
    address = told(remote, "issue", "preview", "76").strip()

    assert httpx.get(address).json()["title"] == "What agents remember"


def test_commands_work_beneath_a_path(remote: Masthead, issue: int, settings: Settings) -> None:
    with running(create_app(settings.model_copy(update={"root_path": "/api"}))) as address:
        api = f"{address}/api"
        assert "What agents remember" in remote("issue", "list", api=api).out
        preview = remote("issue", "preview", "76", api=api).out.strip()

        assert preview.startswith(f"{api}/previews/")
        assert httpx.get(preview).json()["title"] == "What agents remember"


def test_what_was_is_shown_compared_and_restored(remote: Masthead, issue: int, server: str) -> None:
    told(remote, "issue", "publish", "76")
    text = told(remote, "issue", "pull", "76").replace("What agents remember", "What agents forget")
    told(remote, "issue", "push", "-", stdin=text)

    newest, before = [row.split()[0] for row in told(remote, "issue", "revisions", "76").splitlines()[1:3]]
    assert told(remote, "issue", "diff", "76", before) == "~ title: What agents [-remember-]{+forget+}\n"
    assert told(remote, "issue", "diff", "76", newest) == "Nothing has changed.\n"

    told(remote, "issue", "restore", "76", before)
    assert httpx.get(f"{server}/issues/76").json()["title"] == "What agents remember"
    assert remote("issue", "restore", "76", "999").code == 3


def test_an_issue_goes_into_the_bin_and_comes_back(remote: Masthead, issue: int) -> None:
    told(remote, "issue", "delete", "76")
    assert told(remote, "issue", "list") == "No issues were found.\n"
    assert "76" in told(remote, "issue", "list", "--status", "deleted")
    assert remote("issue", "show", "76").code == 3

    told(remote, "issue", "restore", "76")
    assert "draft" in told(remote, "issue", "list")


def test_a_manuscript_that_is_pushed_as_it_was_pulled_changes_nothing(
    remote: Masthead, issue: int, tmp_path: Path
) -> None:
    file = tmp_path / "76.md"
    file.write_text(told(remote, "issue", "pull", "76"))
    before = told(remote, "issue", "show", "76", "--json")

    assert told(remote, "issue", "push", "76.md") == "Issue 76, 'What agents remember', is unchanged.\n"

    assert told(remote, "issue", "show", "76", "--json") == before


def test_a_manuscript_that_was_pushed_has_the_new_ids_and_can_be_pushed_again(
    remote: Masthead, issue: int, tmp_path: Path
) -> None:
    file = tmp_path / "76.md"
    file.write_text(told(remote, "issue", "pull", "76") + "\n# News\n\n## [By hand](https://example.org/new)\n\nNew.\n")

    told(remote, "issue", "push", "76.md")
    pushed = file.read_text()
    assert "{#3" in pushed.partition("By hand")[2]
    assert "is unchanged" in told(remote, "issue", "push", "76.md")
    assert pushed == file.read_text()

    file.write_text(pushed.replace("By hand", "By a hand"))
    told(remote, "issue", "push", "76.md", "--keep")
    assert "By a hand" in told(remote, "issue", "show", "76")
    assert file.read_text() == pushed.replace("By hand", "By a hand")


def test_a_push_over_somebody_elses_change_is_refused_with_the_change(
    remote: Masthead, issue: int, tmp_path: Path, database: Database
) -> None:
    file = tmp_path / "76.md"
    file.write_text(told(remote, "issue", "pull", "76").replace("A leak", "My leak"))
    with database.writing() as session:
        _, another = api_keys.add(session, "bob", ["content:write"], None, "admin")
    assert remote("post", "Somebody else's", "--issue", "76", "--section", "safety", key=another).code == 0

    refused = remote("issue", "push", "76.md")

    assert refused.code == 5
    assert refused.out == ""
    assert "the resource was changed in the meantime" in refused.err
    assert '+ item "Somebody else\'s"' in refused.err
    assert "A leak" in told(remote, "issue", "show", "76")
    assert "My leak" in file.read_text()

    told(remote, "issue", "push", "76.md", "--force")
    tree = told(remote, "issue", "show", "76")
    assert "My leak" in tree
    assert "Somebody else's" not in tree


def test_a_push_of_a_version_that_has_never_existed_is_refused(remote: Masthead, issue: int, tmp_path: Path) -> None:
    file = tmp_path / "76.md"
    pulled = told(remote, "issue", "pull", "76")
    file.write_text(pulled.replace("version: 3", "version: 99"))

    refused = remote("issue", "push", "76.md")

    assert (refused.code, refused.out) == (5, "")
    assert "there has never been a version 99" in refused.err
    assert "Changes since" not in refused.err
    assert told(remote, "issue", "pull", "76") == pulled


def test_errors_in_a_manuscript_are_reported_with_their_lines(remote: Masthead, issue: int, tmp_path: Path) -> None:
    file = tmp_path / "76.md"
    text = told(remote, "issue", "pull", "76")
    line = text[: text.index("https://example.org/a")].count("\n") + 1
    for wrong, said in (
        (text.replace("https://example.org/a", "ftp://example.org"), f"76.md: Line {line}: "),
        (text.replace("number: 76", "nomber: 76"), "76.md: Line 2: "),
        (text.replace("number: 76\n", ""), "the front matter needs the number of the issue"),
        ("no head", "76.md: Line 1: "),
        ("", "76.md: Line 1: "),
    ):
        file.write_text(wrong)
        outcome = remote("issue", "push", "76.md")
        assert outcome.code == 1
        assert said in outcome.err
        assert outcome.out == ""
    assert remote("issue", "push", "nowhere.md").code == 1
    file.write_bytes(b"\xff\xfe")
    assert "is not UTF-8" in remote("issue", "push", "76.md").err


def test_scripts_can_tell_what_went_wrong(remote: Masthead, issue: int, database: Database) -> None:
    with database.writing() as session:
        _, author = api_keys.add(session, "author", ["content:read", "content:write"], None, "admin")

    for outcome, code, said in (
        (remote("issue", "show", "999"), 3, "Issue 999 does not exist"),
        (remote("inbox", key=None), 4, "This command requires an API key"),
        (remote("inbox", key="mh_nonsense"), 4, "rejected the API key"),
        (remote("issue", "publish", "76", key=author), 4, "content:publish"),
        (remote("issue", "new", "Another", "--number", "76"), 5, "Issue 76 already exists"),
        (remote("inbox", api="http://127.0.0.1:1"), 6, "got no response"),
        (remote("inbox", api="nonsense"), 2, "address"),
        (remote("issue", "show", "x"), 2, "integer"),
        (remote("post"), 2, "give a title"),
        (remote("post", "T", "--tag", "nowhere"), 1, "nowhere"),
    ):
        assert outcome.code == code, outcome
        assert said in outcome.err
        assert outcome.out == ""


def test_without_a_terminal_there_is_no_editor(remote: Masthead) -> None:
    assert "needs a terminal" in remote("post", "T", "--edit").err


def test_titles_are_shown_as_they_are(remote: Masthead) -> None:
    title = "LLMs [/b] [draft] :smile: [link=https://example.org]x"
    told(remote, "post", title)
    told(remote, "issue", "new", title)
    told(remote, "issue", "publish", "1")

    for command in (("inbox",), ("issue", "list"), ("issue", "show", "1"), ("search", "draft")):
        assert title in told(remote, *command)


def test_what_a_terminal_would_obey_is_shown_as_a_number(remote: Masthead, issue: int, database: Database) -> None:
    with database.writing() as session:
        _, another = api_keys.add(session, "bob", ["content:write", "content:read"], None, "admin")
    text = told(remote, "issue", "pull", "76").replace("It *leaked*.", "It \x9b2J\u202eleaked.")
    assert remote("issue", "push", "-", stdin=text, key=another).code == 0

    shown = told(remote, "issue", "diff", "76")

    assert "\\u009b2J\\u202e" in shown
    assert "\x9b" not in shown


def test_arguments_that_cannot_be_sent_are_reported(remote: Masthead) -> None:
    for outcome, said in (
        (remote("inbox", key="é"), "it may contain only letters, digits and _"),
        (remote("inbox", key="a\nb"), "it may contain only letters, digits and _"),
        (remote("inbox", api="http://" + "a" * 300), "server's name"),
        (remote("search", "\udcff"), "UTF-8"),
        (remote("inbox", api="http://127.0.0.1:8000?x=1"), "query"),
        (remote("inbox", api="http://127.0.0.1:99999"), "99999"),
        (remote("issue", "preview", "76", "--days", "nan"), "--days"),
    ):
        assert outcome.code == 2, outcome
        assert said in outcome.err
        assert outcome.out == ""
