"""The command `serve`."""

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
from app.cli.database_context import open_database
from app.cli.output import fail, program
from app.publishing import maintenance
from app.settings import Settings

APPLICATION = "app.main:create_app"
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
    settings = Settings()
    with open_database(settings) as database:
        load_signing_keys(settings, database)
        maintenance.bootstrap(database, settings)
        with database.reading() as session:
            lines = _getting_started(session, f"http://{'localhost' if host in _LOCAL else host}:{port}")
    _require_free_port(host, port)
    options: dict[str, Any] = {
        "factory": True,
        "host": host,
        "port": port,
        "log_level": "info" if access_log else "warning",
        "access_log": access_log,
        # Trusted proxies are a setting of Masthead: see web.addresses.
        "proxy_headers": False,
    }
    if workers > 1:
        print("\n".join(lines), flush=True)
        uvicorn.run(APPLICATION, workers=workers, **options)
        return
    server = _AnnouncingServer(uvicorn.Config(APPLICATION, **options), lines)
    # After its shutdown uvicorn raises the signal again; Ctrl-C is not an error.
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise typer.Exit(1)


class _AnnouncingServer(uvicorn.Server):
    """Prints the given lines once the server is ready."""

    def __init__(self, config: uvicorn.Config, lines: list[str]) -> None:
        super().__init__(config)
        self._lines = lines

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print("\n".join(self._lines), flush=True)


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


def _require_free_port(host: str, port: int) -> None:
    """Exit with an error if the port is in use."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                fail(f"Port {port} is in use. Choose another: PORT={port + 1} make serve, or --port {port + 1}.")
            fail(f"The server cannot listen on {host}:{port}: {error.strerror}.")
