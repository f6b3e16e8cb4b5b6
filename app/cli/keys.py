"""Commands on API keys: `keys add`, `keys list`, `keys revoke`."""

import sys
from datetime import timedelta
from typing import Annotated, cast

import typer
from rich.table import Column, Table

from app.auth import api_keys
from app.auth.callers import ALL_SCOPES, OPERATOR
from app.auth.models import ApiKey, Scope
from app.cli.opened import the_database
from app.cli.output import as_typed, console, fail
from app.db.base import now
from app.problems import Problem
from app.settings import Settings


def _known(scopes: list[str]) -> list[str]:
    for scope in scopes:
        if scope not in ALL_SCOPES:
            raise typer.BadParameter(f"there is no scope {scope!r}; there are {', '.join(ALL_SCOPES)}")
    return scopes


app = typer.Typer(help="API keys: what programs call with.", no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    scope: Annotated[
        list[str],
        typer.Option(callback=_known, help=f"What it may do; again for another: {', '.join(ALL_SCOPES)}."),
    ],
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="How long it is good; for ever unless said.")
    ] = None,
) -> None:
    """Make a key. It is printed once, alone on standard output, and kept nowhere."""
    try:
        name = api_keys.normalize_name(name)
    except ValueError as error:
        fail(f"No key was made: {error}.")
    expires = now() + timedelta(days=days) if days else None
    with the_database(Settings()) as database, database.writing() as session:
        key, secret = api_keys.add(session, name, cast("list[Scope]", scope), expires, OPERATOR.name)
    print(secret)
    print(f"This is key {key.id}, {key.name}. Keep it: it is not shown again.", file=sys.stderr)


@app.command("list")
def list_keys() -> None:
    """Show all keys."""
    with the_database(Settings()) as database, database.reading() as session:
        columns = ("Id", "Key", Column("Name", overflow="fold"), Column("Scopes", overflow="fold"), "Last used", "")
        table = Table(*columns, box=None, pad_edge=False)
        for key in api_keys.list_all(session):
            used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
            table.add_row(str(key.id), f"{key.start}…", key.name, " ".join(key.scopes), used, _state(key))
    if table.row_count:
        console(160).print(table)
    else:
        print(as_typed("There are no keys yet. Make one by: masthead keys add NAME --scope content:write"))


@app.command()
def revoke(key: Annotated[int, typer.Argument(min=1, help="Its id, as `keys list` shows it.")]) -> None:
    """End a key, at once."""
    try:
        with the_database(Settings()) as database, database.writing() as session:
            name = api_keys.revoke(session, key).name
    except Problem:
        fail(f"There is no key {key}. To see them all, type: masthead keys list")
    print(f"The key {key}, {name}, is revoked.")


def _state(key: ApiKey) -> str:
    if key.revoked_at:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    if key.expires_at is None:
        return ""
    return f"{'expired' if key.expires_at <= now() else 'until'} {key.expires_at:%Y-%m-%d}"
