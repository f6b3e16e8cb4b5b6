"""`masthead import`."""

import gc
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import DatabaseError

from app.auth.callers import OPERATOR
from app.cli.database_context import open_database
from app.cli.output import discard_output, fail
from app.cli.reporting import Totals, print_json, print_progress, print_trees
from app.importing.importer import Importer
from app.importing.labels import LARGEST_MAP, UnreadableMap, read_map
from app.importing.options import Options
from app.newsletters.files import LARGEST_FILE, content_of
from app.newsletters.formats.detection import Format
from app.newsletters.left_out import Unreadable
from app.newsletters.sandbox.reader import ReaderDied, read_paths
from app.problems import UnknownTag
from app.settings import Settings
from app.validation import LARGEST_NUMBER


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise typer.BadParameter("write a day as in 2025-01-31") from None


def import_issues(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Files, folders and zips; - is standard input.")
    ],
    format: Annotated[Format | None, typer.Option(help="The format of the files; default: detected.")] = None,
    publish: Annotated[bool, typer.Option("--publish", help="Publish the issues; default: they stay drafts.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be imported, and write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    overwrite: Annotated[
        bool,
        typer.Option(
            "--overwrite", help="Also replace issues that were edited since they were imported, or were not imported."
        ),
    ] = False,
    since: Annotated[
        date | None, typer.Option(parser=_day, metavar="DATE", help="Import only issues dated on or after this day.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, max=LARGEST_NUMBER, help="Import at most this many issues.")
    ] = None,
    default_date: Annotated[
        date | None,
        typer.Option("--date", parser=_day, metavar="DATE", help="The date of issues that have none."),
    ] = None,
    map: Annotated[
        Path | None, typer.Option(help="A file of section titles and their tags: lines 'Title = tag', JSON or YAML.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also import the podcasts, threads and pages of an export.")
    ] = False,
) -> None:
    """Import issues from files. Importing a file again updates its issue."""
    options = Options(
        publish=publish,
        overwrite=overwrite,
        since=since,
        limit=limit,
        default_date=default_date,
        labels=_labels(map),
    )
    totals = Totals()
    with open_database(Settings()) as database:
        try:
            importer = Importer(database, options, OPERATOR)
        except UnknownTag as unknown:
            raise typer.BadParameter(unknown.detail, param_hint="'--map'") from None
        sources = read_paths(paths, _standard_input(paths), format=format, everything=everything)
        outcomes = importer.dry_run(sources) if dry_run else importer.run(sources)
        if not dry_run:
            # What is loaded by now stays, and an issue leaves few reference cycles behind.
            gc.freeze()
            gc.set_threshold(20_000, 20, 50)
        try:
            if as_json:
                print_json(outcomes, totals, documents=dry_run)
            elif dry_run:
                print_trees(outcomes, totals, importer.labels.resolve)
            else:
                print_progress(outcomes, totals)
            sys.stdout.flush()
        except KeyboardInterrupt:
            _print_interrupted(totals)
            raise typer.Exit(130) from None
        except DatabaseError:  # main prints the reason after this
            _print_interrupted(totals)
            raise
        except BrokenPipeError:  # standard output was closed, as by `| head`
            raise
        except OSError as error:
            discard_output()
            _print_interrupted(totals)
            fail(f"{error.strerror or error}.")
        except ReaderDied as died:
            fail(str(died))
    if importer.skipped_by_date:
        issues = "1 issue" if importer.skipped_by_date == 1 else f"{importer.skipped_by_date:,} issues"
        print(f"masthead: --since skipped {issues}.", file=sys.stderr)
    elif not totals.statuses:
        fail(f"No newsletters found in {', '.join(paths)}: no text, Markdown, HTML, e-mail, feed or zip.")
    if totals.failed:
        raise typer.Exit(1)


def _labels(file: Path | None) -> dict[str, str]:
    if file is None:
        return {}
    try:
        return read_map(content_of(file, LARGEST_MAP).decode("utf-8-sig"))
    except Unreadable as problem:
        raise typer.BadParameter(f"{file} cannot be read: {problem}.", param_hint="'--map'") from None
    except (UnicodeDecodeError, UnreadableMap):
        hint = "write a line for each title, as in: Papers of the week = research"
        raise typer.BadParameter(f"{file} is not a file of titles and tags: {hint}", param_hint="'--map'") from None


def _standard_input(paths: list[str]) -> bytes | None:
    """At most one byte more than a file may have."""
    if "-" not in paths:
        return None
    stream = getattr(sys.stdin, "buffer", None)
    return stream.read(LARGEST_FILE + 1) if stream is not None else sys.stdin.read(LARGEST_FILE + 1).encode()


def _print_interrupted(totals: Totals) -> None:
    done = totals.statuses.total() - totals.failed
    issues = "1 issue" if done == 1 else f"{done:,} issues"
    print(f"masthead: Interrupted after {issues}. Run the command again to import the rest.", file=sys.stderr)
