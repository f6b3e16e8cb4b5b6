"""`masthead serve`."""

import errno
import socket
from contextlib import suppress
from typing import Annotated, Any

import typer
import uvicorn
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.archive.models import ArchivedIssue, ArchivedIssueTag
from app.auth import users
from app.auth.signing_keys import load_signing_keys
from app.cli.opened import the_database
from app.cli.output import fail, program
from app.publishing import maintenance
from app.settings import Settings

APPLICATION = "app.main:create_app"
_LOCAL = ("127.0.0.1", "localhost", "::1", "0.0.0.0")


def serve(
    host: Annotated[
        str, typer.Option(help="The address to listen at; 0.0.0.0 is all of this machine's.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer.")] = 1,
    access_log: Annotated[bool, typer.Option("--access-log", help="Log each request.")] = False,
) -> None:
    """Serve the API."""
    settings = Settings()
    with the_database(settings) as database:
        load_signing_keys(settings, database)
        maintenance.bootstrap(database, settings)
        with database.reading() as session:
            lines = _where_to_start(session, f"http://{'localhost' if host in _LOCAL else host}:{port}")
    _require_free(host, port)
    options: dict[str, Any] = {
        "factory": True,
        "host": host,
        "port": port,
        "log_level": "info" if access_log else "warning",
        "access_log": access_log,
        # Whom a forwarded address is believed of is a setting of ours: see web.addresses.
        "proxy_headers": False,
    }
    if workers > 1:
        print("\n".join(lines), flush=True)
        uvicorn.run(APPLICATION, workers=workers, **options)
        return
    server = _AnnouncingServer(uvicorn.Config(APPLICATION, **options), lines)
    # uvicorn raises the signal that ended it once more; a person's Ctrl-C is no failure.
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise typer.Exit(1)


class _AnnouncingServer(uvicorn.Server):
    """Says where to start once it answers there."""

    def __init__(self, config: uvicorn.Config, lines: list[str]) -> None:
        super().__init__(config)
        self._lines = lines

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print("\n".join(self._lines), flush=True)


def _where_to_start(session: Session, address: str) -> list[str]:
    """Addresses to open, of what there is."""
    lines = ["Masthead is serving. To start from:"]
    latest = select(ArchivedIssue.number, ArchivedIssue.slug).order_by(ArchivedIssue.number.desc()).limit(1)
    issue = session.execute(latest).first()
    if issue is None:
        lines.append(f"  what is here      {address}/")
    else:
        lines.append(f"  issue {issue.number:<11} {address}/issues/{issue.number}")
        tags = select(ArchivedIssueTag.tag).where(ArchivedIssueTag.issue_number == issue.number)
        preferred = tags.order_by(ArchivedIssueTag.tag != "research", ArchivedIssueTag.count.desc()).limit(1)
        tag = session.scalars(preferred).first()
        if tag is not None:
            lines.append(f"  its {tag:<13} {address}/items?issue={issue.number}&tag={tag}")
        words = "+".join(issue.slug.split("-")[-2:])
        lines.append(f"  a search          {address}/search?q={words}")
    lines.append(f"  the API's docs    {address}/docs")
    if not users.list_all(session):
        lines.append(f"  a first user      {program()} users add ada --role admin")
    return lines


def _require_free(host: str, port: int) -> None:
    """Say so in a sentence when something else listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                fail(f"Port {port} is taken. Choose another: PORT={port + 1} make serve, or --port {port + 1}.")
            fail(f"The server cannot listen at {host}:{port}: {error.strerror}.")
