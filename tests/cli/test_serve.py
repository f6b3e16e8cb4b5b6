"""`masthead serve`."""

import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.db.engine import Database
from app.demo import samples
from tests.cli.conftest import Masthead, environment, in_a_process
from tests.cli.test_migrate import at_revision
from tests.conftest import on_postgresql, on_sqlite

ROOT = Path(__file__).parents[2]
NOBODY = 65534


def refused(url: str, cwd: Path, *arguments: str, **settings: str | None) -> str:
    """What `serve` says, in one line, when it does not start."""
    outcome = in_a_process("serve", *arguments, cwd=cwd, database_url=url, **settings)
    assert outcome.code == 1
    assert outcome.out == ""
    assert outcome.err.startswith("masthead: ")
    assert outcome.err.count("\n") == 1, outcome.err
    return outcome.err


def test_a_database_without_tables_is_refused_with_what_to_type(empty_database_url: str, tmp_path: Path) -> None:
    assert refused(empty_database_url, tmp_path).endswith(": masthead migrate\n")


def test_a_database_that_is_behind_is_refused_with_what_to_type(database_url: str, tmp_path: Path) -> None:
    at_revision(database_url, "0002")

    said = refused(database_url, tmp_path)

    assert "older version" in said
    assert said.endswith("Run: masthead migrate\n")


def test_a_database_that_is_ahead_is_refused_with_the_way_out(database_url: str, tmp_path: Path) -> None:
    at_revision(database_url, "9999")

    said = refused(database_url, tmp_path)

    assert "newer version" in said
    assert "git pull" in said


@on_sqlite
def test_a_port_in_use_is_reported_with_another_to_use(database_url: str, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]

        said = refused(database_url, tmp_path, "--port", str(taken))

    assert f"Port {taken} is in use" in said
    assert f"PORT={taken + 1} make serve" in said


def test_on_windows_it_says_what_to_run_instead(masthead: Masthead, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")

    outcome = masthead("serve")

    assert outcome.code == 1
    assert outcome.err == (
        "masthead: masthead serve needs Linux or macOS; on Windows, use WSL, or run: "
        "uvicorn --factory app.main:create_app\n"
    )


@on_sqlite
def test_an_unknown_host_is_reported(database_url: str, tmp_path: Path) -> None:
    assert "cannot listen on no.such.host.invalid" in refused(database_url, tmp_path, "--host", "no.such.host.invalid")


@on_sqlite
@pytest.mark.parametrize("broken", ["folder", "rubbish"])
def test_a_signing_key_that_cannot_be_read_is_reported(database_url: str, tmp_path: Path, broken: str) -> None:
    key = tmp_path / "masthead.db.key"
    if broken == "folder":
        key.mkdir()
    else:
        key.write_bytes(b"\xff\xfe")

    assert str(key) in refused(database_url, tmp_path, secret_keys=None)


@on_postgresql
def test_on_postgresql_keys_are_asked_for(database_url: str, tmp_path: Path) -> None:
    assert "MASTHEAD_SECRET_KEYS must be set" in refused(database_url, tmp_path, secret_keys=None)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://localhost/masthead", "must be sqlite:///FILE or postgresql://"),
        ("sqlite:///:memory:", "an in-memory database would not be saved"),
        ("postgresql://127.0.0.1:1/masthead", "Connection refused"),
    ],
)
def test_a_database_that_cannot_be_used_is_reported(tmp_path: Path, url: str, said: str) -> None:
    assert said in refused(url, tmp_path)


@pytest.fixture
def unwritable() -> Iterator[Path]:
    """A folder that whoever runs the server may look into and not write in."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        yield Path(folder)
        Path(folder).chmod(0o755)


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_a_folder_that_cannot_be_written_is_reported(unwritable: Path, command: str) -> None:
    # Root may write everywhere; so the process becomes somebody else once it has imported what it needs.
    program = (
        "import os, sqlite3, sqlalchemy.dialects.sqlite; from app.cli.main import run;"
        f"os.getuid() or os.setuid({NOBODY}); run()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, command],
        cwd=unwritable,
        env={**environment(database_url="sqlite:///masthead.db"), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        f"masthead: The database {unwritable.resolve()}/masthead.db cannot be written. "
        "Make its folder writable, or set MASTHEAD_DATABASE_URL.\n"
    )


def test_it_serves_and_says_where_to_start_from(database_url: str, tmp_path: Path, port: int) -> None:
    database = Database(database_url)
    samples.load(database)
    database.close()
    server = subprocess.Popen(
        [Path(sys.executable).with_name("masthead"), "serve", "--port", str(port)],
        cwd=tmp_path,
        env=environment(database_url=database_url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        said = "".join(server.stdout.readline() for _ in range(5))
        addresses = re.findall(r"http://localhost:\S+", said)
        assert [address.partition(f":{port}")[2] for address in addresses] == [
            "/issues/75",
            "/items?issue=75&tag=research",
            "/search?q=world+models",
            "/docs",
        ]
        answers = [httpx.get(address.replace("localhost", "127.0.0.1")) for address in addresses]
        assert [answer.status_code for answer in answers] == [200] * 4
        assert answers[1].json()["data"] != []
        assert answers[2].json()["data"] != []
    finally:
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=30)
    assert (server.returncode, errors) == (0, "")


@on_sqlite
def test_with_nobody_to_write_it_says_how_to_make_a_first_user(
    empty_database_url: str, tmp_path: Path, port: int
) -> None:
    assert in_a_process("migrate", cwd=tmp_path, database_url=empty_database_url).code == 0
    server = subprocess.Popen(
        [sys.executable, "-m", "app", "serve", "--port", str(port)],
        cwd=tmp_path,
        env={**environment(database_url=empty_database_url), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        said = "".join(server.stdout.readline() for _ in range(4))
    finally:
        server.terminate()
        server.communicate(timeout=30)
    assert f"http://localhost:{port}/docs" in said
    assert "masthead users add ada --role admin" in said
