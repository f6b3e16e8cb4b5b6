"""The command `serve`."""

import errno
import socket
import sys
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.archive.models import ArchivedIssue, ArchivedIssueTag
from app.auth import users
from app.auth.signing_keys import load_signing_keys
from app.cli.database_context import open_database
from app.cli.output import fail, program
from app.publishing import maintenance
from app.serving import supervisor
from app.settings import Settings

_LOCAL = ("127.0.0.1", "localhost", "::1", "0.0.0.0")


def serve(
    host: Annotated[
        str, typer.Option(help="The address to listen on; 0.0.0.0 means all addresses of this machine.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="The number of server processes.")] = 1,
    access_log: Annotated[bool, typer.Option("--access-log", help="Log every request.")] = False,
) -> None:
    """Start the API server."""
    if sys.platform == "win32":  # no process groups, no file descriptors that are inherited, no SIGHUP
        fail("masthead serve needs Linux or macOS; on Windows, use WSL, or run: uvicorn --factory app.main:create_app")
    settings = Settings()
    with open_database(settings) as database:
        load_signing_keys(settings, database)
        maintenance.bootstrap(database, settings)
        with database.reading() as session:
            lines = _getting_started(session, f"http://{'localhost' if host in _LOCAL else host}:{port}")
    supervisor.become(_listen(host, port), workers, ["--access-log"] if access_log else [], "\n".join(lines))


def _getting_started(session: Session, address: str) -> list[str]:
    """URLs to open first, depending on what has been published."""
    lines = ["Masthead is serving. Start with:"]
    latest = select(ArchivedIssue.number, ArchivedIssue.slug).order_by(ArchivedIssue.number.desc()).limit(1)
    issue = session.execute(latest).first()
    if issue is None:
        lines.append(f"  overview          {address}/")
    else:
        lines.append(f"  issue {issue.number:<11} {address}/issues/{issue.number}")
        tags = select(ArchivedIssueTag.tag).where(ArchivedIssueTag.issue_number == issue.number)
        preferred = tags.order_by(ArchivedIssueTag.tag != "research", ArchivedIssueTag.count.desc()).limit(1)
        tag = session.scalars(preferred).first()
        if tag is not None:
            lines.append(f"  its {tag:<13} {address}/items?issue={issue.number}&tag={tag}")
        words = "+".join(issue.slug.split("-")[-2:])
        lines.append(f"  search            {address}/search?q={words}")
    lines.append(f"  documentation     {address}/docs")
    if not users.list_all(session):
        lines.append(f"  first user        {program()} users add ada --role admin")
    return lines


def _listen(host: str, port: int) -> socket.socket:
    """A socket at the address, on which the workers will listen. Exits with an error if the port is in use."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            fail(f"Port {port} is in use. Choose another: PORT={port + 1} make serve, or --port {port + 1}.")
        fail(f"The server cannot listen on {host}:{port}: {error.strerror}.")
    return listening
