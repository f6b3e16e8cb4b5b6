"""Commands on users: `users add`, `users list`, `users disable`."""

import sys
from typing import Annotated

import typer
from rich.table import Column, Table

from app.auth import users
from app.auth.models import Role
from app.cli.opened import the_database
from app.cli.output import as_typed, console, fail
from app.problems import Problem
from app.settings import Settings

app = typer.Typer(help="Users: who may write.", no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="a to z, digits and . _ @ + -")],
    role: Annotated[Role, typer.Option(help="author: reads and writes drafts; editor: publishes too; admin: all")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input, one line.")
    ] = False,
) -> None:
    """Make a user; the password is asked for."""
    with the_database(Settings()) as database:
        if password_stdin:
            password = sys.stdin.readline().rstrip("\r\n")
        elif sys.stdin.isatty():
            password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        else:
            fail("There is no terminal to ask for the password. Send it by --password-stdin.")
        try:
            with database.writing() as session:
                user = users.add(session, name, role, password)
        except Problem as problem:
            fail(f"No user was made: {problem.detail}")
    print(f"Made the {user.role} {user.name}.")


@app.command("list")
def list_users() -> None:
    """Show all users."""
    with the_database(Settings()) as database, database.reading() as session:
        table = Table(Column("Name", overflow="fold"), "Role", "Made", "Disabled", box=None, pad_edge=False)
        for user in users.list_all(session):
            disabled = f"{user.disabled_at:%Y-%m-%d}" if user.disabled_at else ""
            table.add_row(user.name, user.role, f"{user.created_at:%Y-%m-%d}", disabled)
    if table.row_count:
        console(120).print(table)
    else:
        print(as_typed("There are no users yet. Make one by: masthead users add NAME --role admin"))


@app.command()
def disable(name: str) -> None:
    """End a user's access, at once."""
    try:
        with the_database(Settings()) as database, database.writing() as session:
            user = users.disable(session, name)
    except Problem as problem:
        fail(f"Nobody was disabled: {problem.detail}")
    print(f"{user.name} is disabled.")
