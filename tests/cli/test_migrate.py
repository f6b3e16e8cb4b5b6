"""`masthead migrate`."""

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from app.db.engine import Database
from app.main import create_app
from tests.api import Api
from tests.cli.conftest import Masthead
from tests.conftest import on_postgresql, on_sqlite, settings_for


def at_revision(url: str, revision: str) -> None:
    database = Database(url)
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    database.close()


def test_a_new_database_is_made_ready_to_serve(masthead: Masthead, empty_database_url: str) -> None:
    first = masthead("migrate")

    assert first == (0, "The database was migrated.\n", "")
    with Api(create_app(settings_for(empty_database_url))) as api:
        assert api.get("/readyz").status_code == 200
        assert [tag["slug"] for tag in api.get("/tags").json()["data"]] == [
            *("career", "news-trends", "product", "research", "safety"),
        ]
        assert api.get("/issues").json()["data"] == []


def test_it_may_be_repeated(masthead: Masthead, empty_database_url: str) -> None:
    masthead("migrate")

    assert masthead("migrate") == (0, "The database is already up to date.\n", "")


def test_the_publication_is_filled_from_settings_once(masthead: Masthead, empty_database_url: str) -> None:
    masthead("migrate", publication_title="My letter", publication_language="de")
    masthead("migrate", publication_title="Another")

    with Api(create_app(settings_for(empty_database_url))) as api:
        publication = api.get("/").json()["publication"]
    assert (publication["title"], publication["language"]) == ("My letter", "de")


def test_a_database_that_is_ahead_is_left_alone(masthead: Masthead, database_url: str) -> None:
    at_revision(database_url, "9999")

    outcome = masthead("migrate")

    assert outcome.code == 1
    assert outcome.err.startswith("masthead: The database was created by a newer version of Masthead")
    assert "git pull" in outcome.err


def test_other_commands_ask_for_it(masthead: Masthead, empty_database_url: str) -> None:
    for command in (("demo",), ("users", "list"), ("users", "disable", "editor")):
        outcome = masthead(*command)
        assert (outcome.code, outcome.out) == (1, "")
        assert outcome.err.endswith(": masthead migrate\n")
        assert outcome.err.count("\n") == 1


def test_the_migrations_make_what_the_models_describe(masthead: Masthead) -> None:
    assert masthead("migrate", "--check") == (0, "", "")


@on_sqlite
@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://ada:secret@localhost/masthead", "sqlite:///FILE or postgresql://"),
        ("postgresql+asyncpg://localhost/masthead", "sqlite:///FILE or postgresql://"),
        ("nonsense", "sqlite:///FILE or postgresql://"),
        ("postgresql://localhost:port/masthead", "MASTHEAD_DATABASE_URL"),
        ("postgresql://[::1/masthead", "MASTHEAD_DATABASE_URL"),
        ("sqlite://", "an in-memory database would not be saved"),
        ("sqlite:///:memory:", "an in-memory database would not be saved"),
        ("sqlite:///file::memory:?cache=shared&uri=true", "an in-memory database would not be saved"),
        ("sqlite:///file:a?mode=memory&uri=true", "an in-memory database would not be saved"),
        ("sqlite:////nowhere/masthead.db", "The folder /nowhere for the database does not exist"),
        ("sqlite:///.", "The database reported an error"),
        ("sqlite:///rubbish.db", "file is not a database"),
        ("postgresql://127.0.0.1:1/masthead", "Connection refused"),
    ],
)
def test_a_database_that_cannot_be_used_is_reported_in_a_sentence(
    masthead: Masthead, tmp_path: Path, url: str, said: str
) -> None:
    (tmp_path / "rubbish.db").write_text("rubbish " * 1000)

    outcome = masthead("migrate", database_url=url)

    assert outcome.code == 1
    assert outcome.out == ""
    assert outcome.err.startswith("masthead: ")
    assert outcome.err.count("\n") == 1
    assert said in outcome.err
    assert "secret" not in outcome.err


@on_postgresql
def test_a_database_that_is_not_on_the_server_is_reported(masthead: Masthead, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        name = connection.info.dbname

    outcome = masthead("migrate", database_url=database_url.replace(name, "nowhere"))

    assert outcome.code == 1
    assert outcome.err.startswith("masthead: The database reported an error:")
    assert "nowhere" in outcome.err


@on_sqlite
@pytest.mark.parametrize(
    ("setting", "value"),
    [("secret_keys", "short"), ("cors_origins", "example.org"), ("cors_origins", "https://a.b,*.c")],
)
def test_an_invalid_setting_is_reported_by_its_name(masthead: Masthead, setting: str, value: str) -> None:
    outcome = masthead("migrate", **{setting: value})

    assert outcome.code == 1
    assert outcome.err.startswith(f"masthead: MASTHEAD_{setting.upper()} must ")
    assert outcome.err.count("\n") == 1
