"""Bringing databases to this version, and refusing those of others."""

import os
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, text

from app.auth import api_keys
from app.db import migrations
from app.db.engine import Database
from app.db.migrations import MigrationStatus, WrongVersion
from app.main import create_app
from app.publishing import maintenance
from tests.api import Api
from tests.conftest import settings_for
from tests.factories import an_issue


def tables(database: Database) -> set[str]:
    found = set(inspect(database.engine).get_table_names())
    return {name for name in found if not name.startswith("search_index_")} - {"alembic_version"}


def test_a_new_database_is_brought_up_and_taken_down_with_rows_in_it(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    settings = settings_for(empty_database_url)
    assert migrations.migration_status(database) is MigrationStatus.NEW

    assert migrations.upgrade(database) is True
    assert migrations.upgrade(database) is False
    maintenance.bootstrap(database, settings)
    with Api(create_app(settings)) as api, database.writing() as session:
        session.execute(text("SELECT 1"))
        del api
    made = tables(database)

    command.downgrade(migrations.config(database), "base")
    assert tables(database) == set()
    migrations.upgrade(database)
    assert tables(database) == made
    database.close()


def test_migrations_go_down_and_up_again_with_rows_in_the_tables(api: Api) -> None:
    api.editor.post("/issues", json=an_issue(1, published=True)).raise_for_status()
    database = api.database

    for revision in ("0007", "0006", "0005", "0004", "0003", "0002", "0001", "base"):
        command.downgrade(migrations.config(database), revision)
    migrations.upgrade(database)

    assert migrations.migration_status(database) is MigrationStatus.CURRENT


def test_keys_that_users_have_made_become_theirs(api: Api) -> None:
    api.admin.post("/api-keys", json={"name": "a", "scopes": ["content:read"]}).raise_for_status()
    with api.database.writing() as session:
        api_keys.add(session, "b", ["content:read"], None, "the operator")

    command.downgrade(migrations.config(api.database), "0007")
    with api.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM api_keys")) == 2
    migrations.upgrade(api.database)

    with api.database.reading() as session:
        assert session.execute(text("SELECT name, user_id FROM api_keys ORDER BY id")).all() == [("a", 3), ("b", None)]
    assert_ids_are_kept(api.database, "api_keys")


def test_keys_that_a_key_with_a_users_name_may_have_made_stay_without_a_user(api: Api) -> None:
    """`created_by` has the name of a user or of a key, and nothing says which."""
    with api.database.writing() as session:
        for name, created_by in (
            ("a", "author"),  # only the user has this name yet
            ("author", "the operator"),
            ("b", "author"),
            ("editor", "editor"),  # no key creates itself
            ("c", "editor"),
            ("Admin", "admin"),
            ("d", "admin"),  # the names of users are in lower case, and this is another name
        ):
            api_keys.add(session, name, ["admin"], None, created_by)

    command.downgrade(migrations.config(api.database), "0007")
    migrations.upgrade(api.database)

    with api.database.reading() as session:
        owners = session.execute(
            text("SELECT api_keys.name, users.name FROM api_keys LEFT JOIN users ON users.id = user_id")
        )
        assert sorted(map(tuple, owners)) == [
            *(("Admin", "admin"), ("a", "author"), ("author", None), ("b", None), ("c", None), ("d", "admin")),
            ("editor", "editor"),
        ]


def test_a_table_that_is_made_anew_keeps_what_refers_to_it(api: Api, tmp_path: Path) -> None:
    if api.database.dialect != "sqlite":
        pytest.skip("PostgreSQL alters its tables")
    api.editor.post("/issues", json=an_issue(1, published=True)).raise_for_status()
    (tmp_path / "9999_anew.py").write_text(
        "from alembic import op\n"
        "revision, down_revision = '9999', '0008'\n"
        "def upgrade():\n"
        "    with op.batch_alter_table('issues', recreate='always', table_kwargs={'sqlite_autoincrement': True}):\n"
        "        pass\n"
        "def downgrade():\n"
        "    pass\n"
    )
    config = migrations.config(api.database)
    own = migrations.ROOT / "migrations" / "versions"
    config.set_main_option("version_locations", f"{own}{os.pathsep}{tmp_path}")

    command.upgrade(config, "9999")

    assert api.editor.get("/issues/1/draft").json()["item_count"] == 3
    with api.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM item_tags")) == 3
    assert_ids_are_kept(api.database, "issues")


def test_the_migrations_make_what_the_models_describe(database: Database) -> None:
    assert migrations.differences(database) == []

    with database.writing() as session:
        session.execute(text("ALTER TABLE users ADD COLUMN shoe_size INTEGER"))
    (difference,) = migrations.differences(database)
    assert "shoe_size" in difference


@pytest.mark.parametrize(
    ("revision", "status", "message"),
    [("0001", MigrationStatus.BEHIND, "masthead migrate"), ("9999", MigrationStatus.AHEAD, "newer version")],
)
def test_a_database_of_another_version_is_not_served(
    database: Database, revision: str, status: MigrationStatus, message: str
) -> None:
    with database.writing() as session:
        session.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))

    assert migrations.migration_status(database) is status
    with pytest.raises(WrongVersion, match=message), Api(create_app(settings_for(str_of(database)))):
        pass


def test_a_database_that_is_ahead_is_not_migrated(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(WrongVersion, match="newer version"):
        migrations.upgrade(database)


@pytest.mark.parametrize("table", ["users", "tags", "issues", "sections", "items"])
def test_ids_are_never_given_again(database: Database, table: str) -> None:
    assert_ids_are_kept(database, table)


def assert_ids_are_kept(database: Database, table: str) -> None:
    if database.dialect == "sqlite":
        with database.reading() as session:
            made = session.scalar(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table})
        assert "AUTOINCREMENT" in made
    else:
        with database.reading() as session:
            owned = session.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table})
        assert owned is not None


def str_of(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)
