"""`masthead keys`."""

from app.main import create_app
from app.settings import Settings
from tests.api import Api
from tests.cli.conftest import Masthead


def status(settings: Settings, key: str) -> int:
    with Api(create_app(settings)) as api:
        return api.get("/auth/me", headers={"authorization": f"Bearer {key}"}).status_code


def test_a_key_is_printed_once_and_works(masthead: Masthead, settings: Settings) -> None:
    made = masthead("keys", "add", "Zapier", "--scope", "content:read", "--scope", "content:write", "--days", "7")

    assert made.code == 0
    key = made.out.removesuffix("\n")
    assert status(settings, key) == 200
    listed = masthead("keys", "list").out
    assert "Zapier" in listed
    assert "content:read content:write" in listed
    assert key[:8] in listed
    assert key not in listed


def test_a_key_that_is_revoked_works_no_more(masthead: Masthead, settings: Settings) -> None:
    key = masthead("keys", "add", "Zapier", "--scope", "content:read").out.strip()

    assert masthead("keys", "revoke", "1").out == "Revoked key 1, Zapier.\n"

    assert status(settings, key) == 401
    assert "revoked" in masthead("keys", "list").out


def test_invalid_arguments_are_reported(masthead: Masthead) -> None:
    for arguments, code, said in (
        (("add", "Zapier", "--scope", "all"), 2, "content:publish"),
        (("add", "Zapier"), 2, "--scope"),
        (("add", " ", "--scope", "admin"), 1, "a name must have 1 to 100 characters"),
        (("add", "Zapier", "--scope", "admin", "--days", "0"), 2, "days"),
        (("revoke", "5"), 1, "There is no key 5"),
    ):
        outcome = masthead("keys", *arguments)
        assert outcome.code == code, arguments
        assert said in outcome.err
        assert outcome.out == ""
    assert "There are no keys yet" in masthead("keys", "list").out
