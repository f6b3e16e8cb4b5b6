"""The commands `keys add`, `keys list` and `keys revoke`."""

import sys
from datetime import timedelta
from typing import Annotated, cast

import typer
from rich.table import Column, Table

from app.auth import api_keys
from app.auth.callers import ALL_SCOPES, OPERATOR
from app.auth.models import ApiKey, Scope
from app.cli.database_context import open_database
from app.cli.output import console, fail, with_program_path
from app.db.base import now
from app.problems import Problem
from app.settings import Settings


def _known(scopes: list[str]) -> list[str]:
    for scope in scopes:
        if scope not in ALL_SCOPES:
            raise typer.BadParameter(f"unknown scope {scope!r}; the scopes are {', '.join(ALL_SCOPES)}")
    return scopes


app = typer.Typer(help="Manage API keys, with which programs authenticate.", no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What the key is used for.")],
    scope: Annotated[
        list[str],
        typer.Option(callback=_known, help=f"What the key may do; may be repeated: {', '.join(ALL_SCOPES)}."),
    ],
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="Days until the key expires; default: never.")
    ] = None,
) -> None:
    """Create an API key. It is printed to standard output, and cannot be shown again."""
    try:
        name = api_keys.normalize_name(name)
    except ValueError as error:
        fail(f"No key was created: {error}.")
    expires = now() + timedelta(days=days) if days else None
    with open_database(Settings()) as database, database.writing() as session:
        key, secret = api_keys.add(session, name, cast("list[Scope]", scope), expires, OPERATOR.name)
    print(secret)
    print(f"Created the API key {key.name!r} (id {key.id}). Save it now: it cannot be shown again.", file=sys.stderr)


@app.command("list")
def list_keys() -> None:
    """List all API keys."""
    with open_database(Settings()) as database, database.reading() as session:
        columns = ("Id", "Key", Column("Name", overflow="fold"), Column("Scopes", overflow="fold"), "Last used", "")
        table = Table(*columns, box=None, pad_edge=False)
        for key in api_keys.list_all(session):
            used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
            table.add_row(str(key.id), f"{key.start}…", key.name, " ".join(key.scopes), used, _state(key))
    if table.row_count:
        console(160).print(table)
    else:
        print(with_program_path("There are no keys yet. Create one with: masthead keys add NAME --scope content:write"))


@app.command()
def revoke(key: Annotated[int, typer.Argument(min=1, help="The id of the key, as shown by `keys list`.")]) -> None:
    """Revoke an API key immediately."""
    try:
        with open_database(Settings()) as database, database.writing() as session:
            name = api_keys.revoke(session, key).name
    except Problem:
        fail(f"There is no key {key}. List all keys with: masthead keys list")
    print(f"Revoked key {key}, {name}.")


def _state(key: ApiKey) -> str:
    if key.revoked_at:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    if key.disabled_at:
        return f"disabled {key.disabled_at:%Y-%m-%d}"
    if key.expires_at is None:
        return ""
    return f"{'expired' if key.expires_at <= now() else 'until'} {key.expires_at:%Y-%m-%d}"
