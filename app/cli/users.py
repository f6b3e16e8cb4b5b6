"""The commands `users add`, `users list` and `users disable`."""

import sys
from typing import Annotated

import typer
from rich.table import Column, Table

from app.auth import api_keys, users
from app.auth.models import Role
from app.cli.database_context import open_database
from app.cli.output import console, fail, with_program_path
from app.problems import Problem
from app.settings import Settings

app = typer.Typer(help="Manage users, who can sign in and write.", no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="1 to 64 characters of a-z, 0-9 and . _ @ + -")],
    role: Annotated[Role, typer.Option(help="author: read and write drafts; editor: also publish; admin: everything")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from the first line of standard input.")
    ] = False,
) -> None:
    """Create a user, asking for a password."""
    with open_database(Settings()) as database:
        if password_stdin:
            password = sys.stdin.readline().rstrip("\r\n")
        elif sys.stdin.isatty():
            password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        else:
            fail("The password cannot be asked for without a terminal. Use --password-stdin.")
        try:
            with database.writing() as session:
                user = users.add(session, name, role, password)
        except Problem as problem:
            fail(f"No user was created: {problem.detail}")
    print(f"Created the user {user.name} with the role {user.role}.")


@app.command("list")
def list_users() -> None:
    """List all users."""
    with open_database(Settings()) as database, database.reading() as session:
        table = Table(Column("Name", overflow="fold"), "Role", "Created", "Disabled", box=None, pad_edge=False)
        for user in users.list_all(session):
            disabled = f"{user.disabled_at:%Y-%m-%d}" if user.disabled_at else ""
            table.add_row(user.name, user.role, f"{user.created_at:%Y-%m-%d}", disabled)
    if table.row_count:
        console(120).print(table)
    else:
        print(with_program_path("There are no users yet. Create one with: masthead users add NAME --role admin"))


@app.command()
def disable(name: str) -> None:
    """Disable a user immediately."""
    try:
        with open_database(Settings()) as database, database.writing() as session:
            user = users.disable(session, name)
            keys = api_keys.count_valid(session, user)
            others = api_keys.names_without_user(session)
    except Problem as problem:
        fail(f"No user was disabled: {problem.detail}")
    print(f"{user.name} is disabled.")
    if keys:
        them, work = ("API key", "works") if keys == 1 else ("API keys", "work")
        print(f"{keys} {them} that {user.name} created no longer {work}.")
    if others:
        print(
            with_program_path(
                "Keys that were created on the command line belong to nobody and still work: "
                f"{', '.join(others)}. Revoke them with: masthead keys revoke ID (masthead keys list shows the ids)"
            )
        )
