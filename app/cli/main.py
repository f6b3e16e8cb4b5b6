"""The command `masthead`."""

import sys
from typing import NoReturn

import typer
from pydantic import ValidationError
from sqlalchemy.exc import DatabaseError

from app.auth.signing_keys import SigningKeyError
from app.cli import database, importing, issues, items, keys, serving, users
from app.cli.output import discard_output, fail, replace_unencodable
from app.db import errors
from app.db.engine import InvalidDatabaseURL
from app.db.migrations import WrongVersion
from app.settings import sentences

app = typer.Typer(
    name="masthead",
    help="Masthead, a headless content API for curated newsletters.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(serving.serve)
app.command()(database.migrate)
app.command()(database.demo)
app.command("import")(importing.import_issues)
app.command()(items.post)
app.command()(items.inbox)
app.command()(items.search)
app.add_typer(issues.app, name="issue")
app.add_typer(users.app, name="users")
app.add_typer(keys.app, name="keys")


def run() -> NoReturn:
    """Run the command line. Errors in settings or the database are reported in a sentence, with exit code 1."""
    replace_unencodable()
    try:
        app()
    except (InvalidDatabaseURL, WrongVersion, SigningKeyError) as error:
        fail(str(error))
    except ValidationError as error:
        for sentence in sentences(error):
            print(f"masthead: {sentence}", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        discard_output()
        fail(f"The output cannot be written: {error.strerror}.")
    except DatabaseError as error:
        fail(errors.sentence(error))
    sys.exit(0)
