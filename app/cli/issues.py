"""The commands `issue …`, which work on any server."""

import sys
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from masthead_client import DraftIssue, Invalid, Issue, Masthead, Section
from rich.table import Column, Table
from rich.text import Text
from rich.tree import Tree

from app import manuscripts
from app.cli.differences import render
from app.cli.output import fail, print_utf_8, with_program_path
from app.cli.remote import (
    LOCAL,
    PLAIN_TABLE,
    Api,
    AsJson,
    Key,
    Limit,
    connect,
    parse_section,
    print_result,
    print_warnings,
)

app = typer.Typer(help="Work with issues on any server, given by --api and --key.", no_args_is_help=True)

ANY = "*"
"""`If-Match: *`: commands change the current version, also on servers that require `If-Match`."""
Number = Annotated[int, typer.Argument(min=1, help="The number of the issue.")]
Stage = Literal["draft", "scheduled", "published", "deleted"]


@app.command("list")
def list_issues(
    status: Annotated[Stage | None, typer.Option(help="Only issues with this status; `deleted` lists the bin.")] = None,
    limit: Limit = 20,
    api: Api = LOCAL,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """List issues: drafts first, then published ones. Without a key, only published ones."""
    with connect(api, key) as server:
        found = list(islice(_issues(server, status, bool(key)), limit))
    table = Table("Number", "Status", "Date", Column("Title", overflow="fold"), "Items", **PLAIN_TABLE)
    for issue in found:
        date = getattr(issue, "deleted_at", None) or getattr(issue, "scheduled_at", None) or issue.published_at
        stage = "deleted" if hasattr(issue, "deleted_at") else issue.status
        row = (str(issue.number), stage, f"{date:%Y-%m-%d}" if date else "", issue.title, str(issue.item_count))
        table.add_row(*row)
    print_result(found, as_json, table if found else Text("No issues were found."))


@app.command()
def show(
    number: Number,
    public: Annotated[bool, typer.Option("--public", help="Show the published version, even with a key.")] = False,
    api: Api = LOCAL,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Show an issue with its sections and items, and their ids."""
    with connect(api, key) as server:
        issue = server.issue(number) if public or not key else server.draft(number)
    print_result(issue, as_json, _tree(issue))


@app.command()
def new(
    title: str,
    number: Annotated[int | None, typer.Option(min=1, help="The number of the issue; default: the next one.")] = None,
    section: Annotated[list[str], typer.Option(help="The title of a section; may be repeated.")] = [],  # noqa: B006
    api: Api = LOCAL,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Create an issue as a draft."""
    fields: dict[str, Any] = {"title": title, "sections": [{"title": each} for each in section]}
    if number is not None:
        fields["number"] = number
    with connect(api, key) as server:
        issue = server.create_issue(fields)
    print_result(issue, as_json, Text(f"Issue {issue.number}, {issue.title!r}, is a draft."))


@app.command()
def add(
    number: Number,
    items: Annotated[list[int], typer.Argument(metavar="ITEM...", help="Ids of items, as shown by `masthead inbox`.")],
    section: Annotated[
        str | None, typer.Option(help="The id or slug of the section; default: the section with the item's tag.")
    ] = None,
    api: Api = LOCAL,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Move items from the inbox, or from other issues, to an issue, in the given order."""
    where: dict[str, Any] = {"issue": number, **({} if section is None else {"section": parse_section(section)})}
    moved = []
    with connect(api, key) as server:
        for identifier in items:
            item = server.move_item(identifier, if_match=ANY, **where)
            moved.append(item)
            if not as_json:  # at once: the next one may fail
                place = f"in {item.section}, at position {item.position}"
                print_result(item, as_json, Text(f"Item {item.id}, {item.title!r}, is {place}."))
    if as_json:
        print_result(moved, as_json, Text())


@app.command()
def publish(number: Number, api: Api = LOCAL, key: Key = "", as_json: AsJson = False) -> None:
    """Publish an issue now."""
    with connect(api, key) as server:
        issue = server.publish(number, if_match=ANY)
    address = f"{api.rstrip('/')}/issues/{number}"
    print_result(issue, as_json, Text(f"Issue {number}, {issue.title!r}, is published: {address}"))


@app.command()
def unpublish(number: Number, api: Api = LOCAL, key: Key = "", as_json: AsJson = False) -> None:
    """Unpublish an issue: it becomes a draft again."""
    with connect(api, key) as server:
        issue = server.unpublish(number, if_match=ANY)
    print_result(issue, as_json, Text(f"Issue {number} is a draft again."))


@app.command()
def schedule(
    number: Number,
    at: Annotated[
        str, typer.Argument(help="For example 2026-12-01T09:00+01:00, or without an offset and with --zone.")
    ],
    zone: Annotated[str | None, typer.Option(help="A time zone, for example Europe/Berlin.")] = None,
    api: Api = LOCAL,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Schedule an issue to be published automatically at a later time."""
    with connect(api, key) as server:
        issue = server.schedule(number, at, zone=zone, if_match=ANY)
    when = f"{issue.scheduled_at:%Y-%m-%d %H:%M:%S} UTC"
    print_result(issue, as_json, Text(f"Issue {number} will be published at {when}."))


@app.command()
def unschedule(number: Number, api: Api = LOCAL, key: Key = "", as_json: AsJson = False) -> None:
    """Cancel the schedule of an issue: it becomes a draft again."""
    with connect(api, key) as server:
        issue = server.unschedule(number, if_match=ANY)
    print_result(issue, as_json, Text(f"Issue {number} is a draft again."))


@app.command()
def preview(
    number: Number,
    version: Annotated[
        int | None, typer.Option(min=1, help="Show this revision; default: always the current draft.")
    ] = None,
    days: Annotated[float | None, typer.Option(help="Days until the link expires; default: 7.")] = None,
    api: Api = LOCAL,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Print a link with which people without an account can read an issue."""
    if days is not None and not 0 < days <= 90:
        raise typer.BadParameter("--days must be more than 0 and at most 90")
    with connect(api, key) as server:
        made = server.create_preview(number, version=version, days=days)
    print_result(made, as_json, Text(made.frontend_url or f"{api.rstrip('/')}/previews/{made.token}"))


@app.command()
def revisions(number: Number, limit: Limit = 20, api: Api = LOCAL, key: Key = "", as_json: AsJson = False) -> None:
    """List the revisions of an issue, newest first."""
    with connect(api, key) as server:
        found = list(islice(server.revisions(number, limit=min(limit, 100)), limit))
    table = Table("Version", "Saved", "By", Column("Request", overflow="fold"), **PLAIN_TABLE)
    for revision in found:
        written = f"{revision.created_at:%Y-%m-%d %H:%M:%S}"
        table.add_row(str(revision.version), written, revision.name, revision.request)
    print_result(found, as_json, table)


@app.command()
def diff(
    number: Number,
    version: Annotated[
        int | None, typer.Argument(min=1, help="The revision to compare from; default: the previous one.")
    ] = None,
    to: Annotated[
        int | None, typer.Option(min=1, help="The revision to compare to; default: the current draft.")
    ] = None,
    api: Api = LOCAL,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Show what has changed in an issue between two revisions."""
    with connect(api, key) as server:
        if version is None:
            newest = [revision.version for revision in islice(server.revisions(number, limit=2), 2)]
            version = newest[-1]
        differences = server.diff(number, version, to=to)
    print_result(differences, as_json, render(differences))


@app.command()
def restore(
    number: Number,
    version: Annotated[
        int | None,
        typer.Argument(min=1, help="The revision to restore. If omitted, the issue is restored from the bin."),
    ] = None,
    api: Api = LOCAL,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Restore an issue to a revision, or restore a deleted issue from the bin."""
    with connect(api, key) as server:
        if version is None:
            issue = server.restore_issue(number, if_match=ANY)
            result = f"is restored from the bin; it is now a {issue.status} at version {issue.version}"
        else:
            issue = server.restore_revision(number, version, if_match=ANY)
            result = f"is restored to version {version}; it is now at version {issue.version}"
    print_result(issue, as_json, Text(f"Issue {number} {result}."))


@app.command()
def delete(number: Number, api: Api = LOCAL, key: Key = "") -> None:
    """Move an issue to the bin."""
    with connect(api, key) as server:
        server.delete_issue(number, if_match=ANY)
    print(with_program_path(f"Issue {number} is in the bin. Restore it with: masthead issue restore {number}"))


@app.command()
def pull(number: Number, api: Api = LOCAL, key: Key = "") -> None:
    """Print an issue as a manuscript: a Markdown file with YAML front matter."""
    with connect(api, key) as server:
        issue = server.draft(number)
    print_utf_8(_manuscript(issue).encode())
    print_warnings(issue)


@app.command()
def push(
    file: Annotated[
        Path, typer.Argument(help="A manuscript, as printed by `pull`; - is standard input.", allow_dash=True)
    ],
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite changes that others have made in the meantime.")
    ] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Do not write new ids and the new version to the file.")] = False,
    api: Api = LOCAL,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Create or replace an issue from a manuscript.

    The ids of new sections and items, and the new version, are written to the file, so that it can be pushed again.
    """
    from_input = str(file) == "-"
    try:
        text = sys.stdin.read() if from_input else file.read_text(encoding="utf-8")
        manuscript = manuscripts.parse(text)
    except manuscripts.ManuscriptError as error:
        fail(f"{file}: {error}")
    except UnicodeDecodeError:
        fail(f"{file} is not UTF-8.")
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}.")
    document = dict(manuscript.document)
    number = document.get("number")
    if not isinstance(number, int) or number < 1:
        fail(f"{file}: the front matter needs the number of the issue, for example number: 76.")
    if force:
        document = {name: value for name, value in document.items() if name not in ("version", "status")}
    with connect(api, key) as server:
        try:
            issue = server.put_issue(number, document)
        except Invalid as problem:
            lines = [f"Line {manuscript.line_of(fault.pointer)}: {fault.detail}." for fault in problem.errors]
            fail(f"{file}: " + ("\n".join(lines) or problem.detail))
    if not (from_input or keep):
        _rewrite(file, issue)
    result = "is unchanged" if issue.version == document.get("version") else f"is now at version {issue.version}"
    print_result(issue, as_json, Text(f"Issue {number}, {issue.title!r}, {result}."))


def _issues(server: Masthead, status: Stage | None, known: bool) -> Any:
    if status == "deleted":
        yield from server.deleted_issues()
        return
    if status in ("draft", "scheduled") or (status is None and known):
        yield from server.drafts(status=status)
    if status in ("published", None):
        yield from server.issues()


def _manuscript(issue: DraftIssue) -> str:
    return manuscripts.write(issue.model_dump(mode="json"))


def _rewrite(file: Path, issue: DraftIssue) -> None:
    """Replace the file atomically with the manuscript of the saved issue."""
    temporary = file.with_name(f".{file.name}.new")
    try:
        temporary.write_text(_manuscript(issue), encoding="utf-8", newline="\n")
        temporary.replace(file)
    except OSError as error:
        fail(
            f"Issue {issue.number} was pushed and is now at version {issue.version}, but {file} cannot be written "
            f"({error.strerror}). Pull the issue again before the next push."
        )


def _tree(issue: Issue) -> Tree:
    date = getattr(issue, "scheduled_at", None) or issue.published_at
    about = [issue.status, f"{date:%Y-%m-%d}" if date else "", f"{issue.item_count} items", f"version {issue.version}"]
    tree = Tree(Text.assemble((f"{issue.number}  ", "bold cyan"), (issue.title, "bold")))
    tree.add(Text(" · ".join(part for part in about if part), "dim"))
    for section in issue.sections:
        _branch(tree, section)
    return tree


def _branch(tree: Tree, section: Section) -> None:
    branch = tree.add(
        Text.assemble((section.title or "(no title)", "bold"), (f"  {section.id}", "dim"), (f"  {section.slug}", "dim"))
    )
    for item in section.items:
        paid = "  sponsored" if item.sponsored else ""
        tags = f"  {', '.join(item.tags)}" if item.tags else ""
        branch.add(Text.assemble((f"{item.id}  ", "cyan"), item.title, (tags, "green"), (paid, "magenta")))
    for subsection in section.sections:
        _branch(branch, subsection)
