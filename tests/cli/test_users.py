"""`masthead users`."""

from app.main import create_app
from app.settings import Settings
from tests.api import Api
from tests.cli.conftest import Masthead
from tests.conftest import on_sqlite


def signs_in(settings: Settings, name: str, password: str) -> bool:
    with Api(create_app(settings)) as api:
        return api.post("/auth/token", data={"username": name, "password": password}).status_code == 200


def test_a_user_is_added_and_signs_in(masthead: Masthead, settings: Settings) -> None:
    outcome = masthead("users", "add", "Ada", "--role", "editor", "--password-stdin", stdin="long enough\n")

    assert outcome == (0, "Created the user ada with the role editor.\n", "")
    assert signs_in(settings, "ada", "long enough")


def test_the_password_is_the_first_line(masthead: Masthead, settings: Settings) -> None:
    for name, stdin in (("ada", "long enough"), ("bob", "long enough\r\n"), ("cy", "long enough\nsecond line\n")):
        masthead("users", "add", name, "--role", "author", "--password-stdin", stdin=stdin)

        assert signs_in(settings, name, "long enough")


def test_an_invalid_user_is_reported(masthead: Masthead) -> None:
    for name, stdin, said in (
        ("ada", "short\n", "a password must have 8 to 1,024 characters"),
        ("ada", "", "a password must have 8 to 1,024 characters"),
        ("ada", "x" * 1025, "a password must have 8 to 1,024 characters"),
        ("Editor", "long enough", "a user 'editor' exists already"),
        ("a b", "long enough", "a name has 1 to 64 characters"),
        ("", "long enough", "a name has 1 to 64 characters"),
        ("x" * 65, "long enough", "a name has 1 to 64 characters"),
    ):
        outcome = masthead("users", "add", name, "--role", "author", "--password-stdin", stdin=stdin)

        assert outcome.code == 1, name
        assert outcome.out == ""
        assert outcome.err.startswith("masthead: No user was created: ")
        assert said in outcome.err
    assert "ada" not in masthead("users", "list").out


def test_an_unknown_role_is_reported_with_the_known_ones(masthead: Masthead) -> None:
    outcome = masthead("users", "add", "ada", "--role", "king", "--password-stdin", stdin="long enough\n")

    assert outcome.code == 2
    for role in ("author", "editor", "admin"):
        assert role in outcome.err


def test_a_role_must_be_given(masthead: Masthead) -> None:
    outcome = masthead("users", "add", "ada", "--password-stdin", stdin="long enough\n")

    assert outcome.code == 2
    assert "--role" in outcome.err


def test_without_a_terminal_the_password_is_asked_for_on_standard_input(masthead: Masthead) -> None:
    outcome = masthead("users", "add", "ada", "--role", "author", stdin="long enough\n")

    assert outcome.code == 1
    assert "--password-stdin" in outcome.err


def test_users_are_listed_with_their_roles(masthead: Masthead) -> None:
    name = "x" * 64
    masthead("users", "add", name, "--role", "author", "--password-stdin", stdin="long enough\n")
    masthead("users", "disable", "editor")

    outcome = masthead("users", "list")

    assert outcome.code == 0
    rows = [line.split() for line in outcome.out.splitlines()]
    assert rows[0] == ["Name", "Role", "Created", "Disabled"]
    assert [row[:2] for row in rows[1:]] == [
        ["admin", "admin"],
        ["author", "author"],
        ["editor", "editor"],
        [name, "author"],
    ]
    assert [len(row) for row in rows[1:]] == [3, 3, 4, 3]
    assert "$argon2" not in outcome.out


def test_an_empty_list_of_users_says_how_to_create_one(masthead: Masthead, empty_database_url: str) -> None:
    masthead("migrate")

    outcome = masthead("users", "list")

    assert outcome.code == 0
    assert "masthead users add" in outcome.out


def test_a_disabled_user_no_longer_signs_in(masthead: Masthead, settings: Settings) -> None:
    masthead("users", "add", "ada", "--role", "editor", "--password-stdin", stdin="long enough\n")

    assert masthead("users", "disable", "ADA") == (0, "ada is disabled.\n", "")
    assert masthead("users", "disable", "ada").code == 0, "it may be repeated"
    assert not signs_in(settings, "ada", "long enough")


def test_a_disabled_users_keys_are_counted_and_shown(masthead: Masthead, settings: Settings) -> None:
    with Api(create_app(settings)) as api:
        for name in ("Zapier", "cron", "old"):
            key = api.admin.post("/api-keys", json={"name": name, "scopes": ["content:read"]}).json()
        api.admin.delete(f"/api-keys/{key['id']}")

    outcome = masthead("users", "disable", "admin")

    assert outcome.code == 0
    assert "2 API keys that admin created no longer work" in outcome.out
    assert "nobody" not in outcome.out
    states = {line.split()[2]: line for line in masthead("keys", "list").out.splitlines() if "content" in line}
    assert "disabled" in states["Zapier"]
    assert "revoked" in states["old"]


def test_keys_that_still_work_are_named_when_a_user_is_disabled(masthead: Masthead) -> None:
    masthead("keys", "add", "desk", "--scope", "content:read")
    masthead("users", "add", "ada", "--role", "author", "--password-stdin", stdin="long enough")

    outcome = masthead("users", "disable", "ada")

    assert outcome.out.startswith("ada is disabled.\n")
    assert "desk" in outcome.out
    assert "masthead keys revoke" in outcome.out


def test_nobody_is_disabled_who_is_not_there(masthead: Masthead) -> None:
    outcome = masthead("users", "disable", "nobody")

    assert outcome.code == 1
    assert outcome.out == ""
    assert "masthead users list" in outcome.err


@on_sqlite
def test_help_is_on_hand(masthead: Masthead) -> None:
    for arguments in ((), ("users",), ("--help",), ("users", "add", "--help"), ("serve", "--help")):
        outcome = masthead(*arguments)

        assert outcome.code == (0 if "--help" in arguments else 2), arguments
        assert "Usage: masthead" in outcome.out + outcome.err


@on_sqlite
def test_an_unknown_command_is_reported(masthead: Masthead) -> None:
    for arguments in (("nonsense",), ("migrate", "--nonsense"), ("serve", "--port", "0"), ("users", "add")):
        outcome = masthead(*arguments)

        assert outcome.code == 2, arguments
        assert "Usage: masthead" in outcome.err
