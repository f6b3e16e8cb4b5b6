"""The keys that sign tokens, and where they come from."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.auth.signing_keys import SigningKeyError, load_signing_keys
from app.db.engine import Database
from app.settings import Settings

LONG = "a key of 32 characters or more for certain"


def keys_of(url: str, given: str = "") -> dict[str, str]:
    database = Database(url)
    try:
        return load_signing_keys(Settings(_env_file=None, database_url=url, secret_keys=given), database)  # type: ignore[call-arg, arg-type]
    finally:
        database.close()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/masthead.db"


def test_on_sqlite_a_key_is_made_once_and_kept_for_its_owner_alone(url: str, tmp_path: Path) -> None:
    made = keys_of(url)

    file = tmp_path / "masthead.db.key"
    assert list(made.values()) == [file.read_text()]
    assert len(file.read_text()) >= 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert keys_of(url) == made
    assert [path.name for path in tmp_path.iterdir()] == ["masthead.db.key"]


def test_each_database_has_a_key_of_its_own(tmp_path: Path) -> None:
    assert keys_of(f"sqlite:///{tmp_path}/a.db") != keys_of(f"sqlite:///{tmp_path}/b.db")


def test_a_key_is_nobody_elses_whatever_the_umask(url: str, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        keys_of(url)
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "masthead.db.key").stat().st_mode) == 0o600


def test_two_servers_that_start_at_once_have_one_key(url: str, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: keys_of(url), range(32)))

    assert all(keys == found[0] for keys in found)
    assert [path.name for path in tmp_path.iterdir()] == ["masthead.db.key"]


def test_two_processes_that_start_at_once_have_one_key(url: str) -> None:
    program = (
        "import sys; from app.auth.signing_keys import load_signing_keys; from app.db.engine import Database;"
        "from app.settings import Settings;"
        "settings = Settings(_env_file=None, database_url=sys.argv[1], secret_keys='');"
        "database = Database(settings.database_url); print('ready', flush=True); sys.stdin.readline();"
        "print(*load_signing_keys(settings, database))"
    )
    servers = [
        subprocess.Popen([sys.executable, "-c", program, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for server in servers:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
    for server in servers:
        assert server.stdin is not None
        server.stdin.write("\n")
        server.stdin.flush()
    found = [server.communicate()[0] for server in servers]

    assert found[0] == found[1] != ""


def test_keys_that_are_set_are_used_and_none_is_made(url: str, tmp_path: Path) -> None:
    assert list(keys_of(url, f"{LONG}, {LONG}2").values()) == [LONG, f"{LONG}2"]
    assert list(tmp_path.iterdir()) == []


def test_on_postgresql_keys_must_be_set() -> None:
    with pytest.raises(SigningKeyError) as told:
        keys_of("postgresql://localhost/masthead")

    assert "MASTHEAD_SECRET_KEYS must be set" in str(told.value)
    assert "secrets.token_urlsafe" in str(told.value)


def test_a_short_key_is_refused_with_the_way_to_a_good_one() -> None:
    with pytest.raises(ValidationError, match=r"at least 32 characters.*token_urlsafe"):
        keys_of("postgresql://localhost/masthead", f"{LONG},short")


@pytest.mark.parametrize("content", ["", "short", "\n" * 100])
def test_a_file_without_a_key_is_reported(url: str, tmp_path: Path, content: str) -> None:
    (tmp_path / "masthead.db.key").write_text(content)

    with pytest.raises(SigningKeyError, match="does not contain a signing key"):
        keys_of(url)


def test_a_folder_in_place_of_the_key_file_is_reported(url: str, tmp_path: Path) -> None:
    (tmp_path / "masthead.db.key").mkdir()

    with pytest.raises(SigningKeyError, match="cannot be read"):
        keys_of(url)


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SigningKeyError, match="cannot be saved"):
        keys_of(f"sqlite:///{tmp_path}/nowhere/masthead.db")
