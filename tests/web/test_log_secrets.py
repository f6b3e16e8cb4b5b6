"""Secrets are not in the log."""

import logging
import re
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError

from app.auth.models import ApiKey
from app.auth.tokens import Tokens
from app.db.engine import Database
from app.db.errors import first_line
from app.web import log_secrets
from tests.api import Api
from tests.cli.servers import serving
from tests.conftest import on_sqlite
from tests.factories import an_issue
from tests.processes import free_port

TOKEN = Tokens({"k": "x" * 40}).for_preview(1, datetime(2026, 1, 1, tzinfo=UTC))
SECRET = 32 * "A" + "123456"


@pytest.mark.parametrize(
    ("line", "logged"),
    [
        (f"/previews/{TOKEN}", "/previews/…"),
        ("/previews/anything", "/previews/…"),
        ("/api/v1/previews/abc/x?y=1", "/api/v1/previews/…/x?y=1"),
        ("/Previews/abc", "/Previews/…"),
        (f"//previews//{TOKEN}", "//previews//…"),
        (f"/issues/{TOKEN}", "/issues/…"),
        (f"/issues/mh_{SECRET}", "/issues/…"),
        (f"/items?q=mr_{SECRET}&limit=5", "/items?q=…&limit=5"),
        ("/items?token=abc&limit=5", "/items?token=…&limit=5"),
        ("/items?limit=5&access_token=abc", "/items?limit=5&access_token=…"),
        ("/items?api_key=abc", "/items?api_key=…"),
        ("/items?API-Key=abc", "/items?API-Key=…"),
        ("/items?client_secret=abc&password=x", "/items?client_secret=…&password=…"),
        ("/items?tag=research&from=2026-01-01", "/items?tag=research&from=2026-01-01"),
        ("/search?q=tokens", "/search?q=tokens"),
        ("/items?q=a\nINFO: forged\r\x1b[2J\x85\u2028", "/items?q=a\\nINFO: forged\\r\\x1b[2J\\x85\\u2028"),
    ],
)
def test_what_is_secret_is_left_out_of_a_line(line: str, logged: str) -> None:
    assert log_secrets.hide(line) == logged


@pytest.mark.parametrize(
    "unit", ["?token", "?", "&token=", "?key=a&", "/previews/", "/previews/a?", "-eyJ", "eyJ", "eyJa.", "mh_", "\u2028"]
)
def test_no_line_takes_long(unit: str) -> None:
    """What is logged is sent by anybody, and others wait meanwhile."""
    line = unit * (65_536 // len(unit))
    started = time.thread_time()
    log_secrets.hide(line)
    assert time.thread_time() - started < 0.3


@pytest.mark.parametrize("logger", ["masthead", "uvicorn.access", "uvicorn.error"])
def test_all_logs_are_filtered(api: Api, caplog: pytest.LogCaptureFixture, logger: str) -> None:
    log = logging.getLogger(logger)
    log.addHandler(caplog.handler)

    log.error('%s - "%s" %d', "127.0.0.1", f"GET /previews/{TOKEN}", 200)

    log.removeHandler(caplog.handler)
    assert caplog.messages[-1] == '127.0.0.1 - "GET /previews/…" 200'


@on_sqlite
def test_the_access_log_hides_preview_tokens(database_url: str, tmp_path: Path, api: Api) -> None:
    api.editor.post("/issues", json=an_issue(1)).raise_for_status()
    url = f"/previews/{api.editor.post('/issues/1/preview').raise_for_status().json()['token']}"
    port = free_port()
    with serving(database_url, tmp_path, port, "--access-log") as server:
        server.until_serving()
        assert server.get(url).status_code == 200
        assert server.get(f"{url}?token=abc").status_code == 422
        server.stop()
        assert '"GET /previews/… HTTP/1.1" 200' in server.said
        assert '"GET /previews/…?token=… HTTP/1.1" 422' in server.said
        assert url.rpartition("/")[2] not in server.said + server.errors


REFUSE = {
    "sqlite": "CREATE TRIGGER refuse BEFORE INSERT ON tags WHEN substr(NEW.description, 1, 6) = 'secret' "
    "BEGIN SELECT RAISE(ABORT, 'refused'); END",
    "postgresql": "ALTER TABLE tags ADD CONSTRAINT refuse CHECK (substr(description, 1, 6) <> 'secret')",
}


def test_the_traceback_of_a_constraint_that_is_violated_shows_no_values(
    database_url: str, tmp_path: Path, api: Api
) -> None:
    with api.database.engine.connect() as connection:
        connection.exec_driver_sql(REFUSE[connection.dialect.name])
        connection.commit()
    headers = {"authorization": api.admin._headers["authorization"]}
    with serving(database_url, tmp_path, free_port()) as server:
        server.until_serving()
        tag = {"name": "Secrets", "description": f"secret\nof several\nlines, mh_{SECRET}"}
        assert httpx.post(f"{server.url}/tags", json=tag, headers=headers, timeout=30).status_code == 500
        server.stop()
        log = server.said + server.errors
    assert "Exception in ASGI application" in log
    assert "app/authoring/tags.py" in log
    assert re.search("IntegrityError: .*refuse", log, re.MULTILINE)
    for value in ("secret\n", "several", "lines", SECRET):
        assert value not in log


def test_a_traceback_shows_no_secrets_and_the_first_lines_of_all_its_exceptions(
    caplog: pytest.LogCaptureFixture,
) -> None:
    log_secrets.install()
    cause = ValueError(f"bad key mh_{SECRET}\nDETAIL: the-secret")
    grouped = [ValueError("one\x1b[2J"), RuntimeError("two\nthe-secret")]
    try:
        raise ExceptionGroup("several", grouped) from cause
    except ExceptionGroup:
        logging.getLogger("masthead").exception("failed")

    for shown in ("ValueError: bad key …\n", "ExceptionGroup: several (2 sub-exceptions)\n", "RuntimeError: two"):
        assert shown in caplog.text
    for hidden in (SECRET, "the-secret", "\x1b"):
        assert hidden not in caplog.text


def test_an_error_of_the_database_shows_no_values(database: Database) -> None:
    with pytest.raises(StatementError) as raised, database.writing() as session:
        session.execute(text("SELECT * FROM nothing WHERE a = :a"), {"a": "the-secret"})
    assert "the-secret" not in str(raised.value)


def test_a_constraint_that_is_violated_is_logged_without_the_row(database: Database) -> None:
    row = {"name": "the-secret", "start": "", "scopes": [], "created_by": "", "digest": b"1"}
    with database.writing() as session:
        session.add(ApiKey(**row))
    with pytest.raises(IntegrityError) as raised, database.writing() as session:
        session.add(ApiKey(**row))

    line = first_line(raised.value)
    assert "digest" in line
    assert "\n" not in line
    assert "the-secret" not in line


def test_what_is_secret_in_an_error_has_no_line_breaks(caplog: pytest.LogCaptureFixture) -> None:
    log_secrets.install()

    logging.getLogger("masthead").error("failed: %s", ValueError(f"bad\nline mh_{SECRET}"))

    assert caplog.messages[-1] == "failed: bad\\nline …"
