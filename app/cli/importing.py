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
from app.importing.importer import Import
from app.importing.labels import LARGEST_MAP, UnreadableMap, read_map
from app.importing.outcomes import Wishes
from app.newsletters.files import LARGEST_FILE, content_of
from app.newsletters.formats.detection import Format
from app.newsletters.left_out import Unreadable
from app.newsletters.prefetch import ReaderDied, prefetch
from app.problems import UnknownTag
from app.settings import Settings
from app.validation import LARGEST_NUMBER


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise typer.BadParameter("write a day as in 2025-01-31") from None


def import_issues(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files and folders; - is standard input.")],
    format: Annotated[Format | None, typer.Option(help="What they are; left out, it is found out.")] = None,
    publish: Annotated[bool, typer.Option("--publish", help="Publish what comes in; else it comes as drafts.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what is understood, and write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Also issues that somebody has edited since, or has written.")
    ] = False,
    since: Annotated[
        date | None, typer.Option(parser=_day, metavar="DATE", help="Only issues of this day or later.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, max=LARGEST_NUMBER, help="At most so many issues.")] = None,
    day: Annotated[
        date | None,
        typer.Option("--date", parser=_day, metavar="DATE", help="The date of issues that have none."),
    ] = None,
    map: Annotated[
        Path | None, typer.Option(help="A file of labels and their tags: lines 'Label = tag', JSON or YAML.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what an export has beside issues: podcasts, threads, pages.")
    ] = False,
) -> None:
    """Bring issues in from files. What comes in twice changes its issue; it makes no second one."""
    wishes = Wishes(
        publish=publish,
        overwrite=overwrite,
        since=since,
        limit=limit,
        day=day,
        labels=_labels(map),
    )
    totals = Totals()
    with open_database(Settings()) as database:
        try:
            run = Import(database, wishes, OPERATOR)
        except UnknownTag as unknown:
            raise typer.BadParameter(unknown.detail, param_hint="'--map'") from None
        sources = prefetch(paths, _standard_input(paths), format=format, everything=everything)
        outcomes = run.rehearse(sources) if dry_run else run.bring_in(sources)
        if not dry_run:
            # What is loaded by now stays; of what an issue leaves behind, little is in circles.
            gc.freeze()
            gc.set_threshold(20_000, 20, 50)
        try:
            if as_json:
                print_json(outcomes, totals, documents=dry_run)
            elif dry_run:
                print_trees(outcomes, totals, run.labels.named_by)
            else:
                print_progress(outcomes, totals)
            sys.stdout.flush()
        except KeyboardInterrupt:
            _tell_broken_off(totals)
            raise typer.Exit(130) from None
        except DatabaseError:  # whose reason is told after this
            _tell_broken_off(totals)
            raise
        except BrokenPipeError:  # nobody reads on, as with `| head`
            raise
        except OSError as error:
            discard_output()
            _tell_broken_off(totals)
            fail(f"{error.strerror or error}.")
        except ReaderDied as died:
            fail(str(died))
    if run.passed_over:
        was = "was" if run.passed_over == 1 else "were"
        print(f"masthead: {run.passed_over:,} {was} passed over by --since.", file=sys.stderr)
    elif not totals.statuses:
        fail(f"There is nothing to import in {', '.join(paths)}: no text, Markdown, HTML, mail, feed or zip.")
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
        hint = "write a line for each label, as in: Papers of the week = research"
        raise typer.BadParameter(f"{file} is no file of labels: {hint}", param_hint="'--map'") from None


def _standard_input(paths: list[str]) -> bytes | None:
    """As much of it as tells whether it is too large."""
    if "-" not in paths:
        return None
    stream = getattr(sys.stdin, "buffer", None)
    return stream.read(LARGEST_FILE + 1) if stream is not None else sys.stdin.read(LARGEST_FILE + 1).encode()


def _tell_broken_off(totals: Totals) -> None:
    done = totals.statuses.total() - totals.failed
    issues = "1 issue" if done == 1 else f"{done:,} issues"
    print(f"masthead: Broken off after {issues}. Type it again, and the rest comes in.", file=sys.stderr)
