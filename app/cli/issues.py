"""`masthead issue`: issues, on any server."""

import sys
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from masthead_client import DraftIssue, Invalid, Issue, Masthead, Section
from rich.table import Column, Table
from rich.text import Text
from rich.tree import Tree

from app.cli.differences import shown
from app.cli.output import fail, print_utf_8
from app.cli.remote import LOCAL, PLAIN, Api, AsJson, Key, Limit, connected, print_result, section_of
from app.transfer.manuscript import reading, writing

app = typer.Typer(help="Issues, on any server, by --api and --key.", no_args_is_help=True)

ANY = "*"
"""Whatever version there is: who types a command means the issue as it is now, also where a version must be said."""
Number = Annotated[int, typer.Argument(min=1, help="The issue's number.")]
Stage = Literal["draft", "scheduled", "published", "deleted"]


@app.command("list")
def list_issues(
    status: Annotated[Stage | None, typer.Option(help="Only those; `deleted` is the bin.")] = None,
    limit: Limit = 20,
    api: Api = LOCAL,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Show issues, drafts first, then what is published; without a key that alone."""
    with connected(api, key) as server:
        found = list(islice(_issues(server, status, bool(key)), limit))
    table = Table("Number", "Status", "Date", Column("Title", overflow="fold"), "Items", **PLAIN)
    for issue in found:
        date = getattr(issue, "deleted_at", None) or getattr(issue, "scheduled_at", None) or issue.published_at
        stage = "deleted" if hasattr(issue, "deleted_at") else issue.status
        row = (str(issue.number), stage, f"{date:%Y-%m-%d}" if date else "", issue.title, str(issue.item_count))
        table.add_row(*row)
    print_result(found, as_json, table if found else Text("There are none."))


@app.command()
def show(
    number: Number,
    public: Annotated[bool, typer.Option("--public", help="As the public has it, also when there is a key.")] = False,
    api: Api = LOCAL,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Show an issue with its sections and items, and their ids."""
    with connected(api, key) as server:
        issue = server.issue(number) if public or not key else server.draft(number)
    print_result(issue, as_json, _tree(issue))


@app.command()
def new(
    title: str,
    number: Annotated[int | None, typer.Option(min=1, help="The next one unless said.")] = None,
    section: Annotated[list[str], typer.Option(help="A section's title; again for another.")] = [],  # noqa: B006
    api: Api = LOCAL,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Make an issue, as a draft."""
    fields: dict[str, Any] = {"title": title, "sections": [{"title": each} for each in section]}
    if number is not None:
        fields["number"] = number
    with connected(api, key) as server:
        issue = server.create_issue(fields)
    print_result(issue, as_json, Text(f"Issue {issue.number}, {issue.title!r}, is a draft."))


@app.command()
def add(
    number: Number,
    items: Annotated[list[int], typer.Argument(metavar="ITEM...", help="Ids of items, as `masthead inbox` shows.")],
    section: Annotated[
        str | None, typer.Option(help="The section's id or slug; else that which has the item's tag.")
    ] = None,
    api: Api = LOCAL,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Put items, from the inbox or from elsewhere, into an issue, in this order."""
    where: dict[str, Any] = {"issue": number, **({} if section is None else {"section": section_of(section)})}
    moved = []
    with connected(api, key) as server:
        for identifier in items:
            item = server.move_item(identifier, if_match=ANY, **where)
            moved.append(item)
            if not as_json:  # at once: the next one may fail
                print(f"Item {item.id}, {item.title!r}, is in {item.section}, at {item.position}.")
    if as_json:
        print_result(moved, as_json, Text())


@app.command()
def publish(number: Number, api: Api = LOCAL, key: Key = "", as_json: AsJson = False) -> None:
    """Publish an issue, at once."""
    with connected(api, key) as server:
        issue = server.publish(number, if_match=ANY)
    address = f"{api.rstrip('/')}/issues/{number}"
    print_result(issue, as_json, Text(f"Issue {number}, {issue.title!r}, is published: {address}"))


@app.command()
def unpublish(number: Number, api: Api = LOCAL, key: Key = "", as_json: AsJson = False) -> None:
    """Take an issue back from the public."""
    with connected(api, key) as server:
        issue = server.unpublish(number, if_match=ANY)
    print_result(issue, as_json, Text(f"Issue {number} is a draft again."))


@app.command()
def schedule(
    number: Number,
    at: Annotated[str, typer.Argument(help="As 2026-12-01T09:00+01:00, or without an offset and with --zone.")],
    zone: Annotated[str | None, typer.Option(help="A time zone, as in Europe/Berlin.")] = None,
    api: Api = LOCAL,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Let an issue be published by itself at a time to come."""
    with connected(api, key) as server:
        issue = server.schedule(number, at, zone=zone, if_match=ANY)
    when = f"{issue.scheduled_at:%Y-%m-%d %H:%M:%S} UTC"
    print_result(issue, as_json, Text(f"Issue {number} will be published at {when}."))


@app.command()
def unschedule(number: Number, api: Api = LOCAL, key: Key = "", as_json: AsJson = False) -> None:
    """Make a scheduled issue a draft again."""
    with connected(api, key) as server:
        issue = server.unschedule(number, if_match=ANY)
    print_result(issue, as_json, Text(f"Issue {number} is a draft again."))


@app.command()
def preview(
    number: Number,
    version: Annotated[int | None, typer.Option(min=1, help="Pin it to this revision; else it follows.")] = None,
    days: Annotated[float | None, typer.Option(help="How long it is good; 7 unless said.")] = None,
    api: Api = LOCAL,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Make a link that shows an issue to people without an account, and print it."""
    if days is not None and not 0 < days <= 90:
        raise typer.BadParameter("--days is more than 0 and 90 at most")
    with connected(api, key) as server:
        made = server.create_preview(number, version=version, days=days)
    print_result(made, as_json, Text(made.frontend_url or f"{api.rstrip('/')}{made.url}"))


@app.command()
def revisions(number: Number, limit: Limit = 20, api: Api = LOCAL, key: Key = "", as_json: AsJson = False) -> None:
    """Show what an issue was, the newest first."""
    with connected(api, key) as server:
        found = list(islice(server.revisions(number, limit=min(limit, 100)), limit))
    table = Table("Version", "Written", "By", Column("By what", overflow="fold"), **PLAIN)
    for revision in found:
        written = f"{revision.created_at:%Y-%m-%d %H:%M:%S}"
        table.add_row(str(revision.version), written, revision.name, revision.request)
    print_result(found, as_json, table)


@app.command()
def diff(
    number: Number,
    version: Annotated[int | None, typer.Argument(min=1, help="Since when; the revision before, unless said.")] = None,
    to: Annotated[int | None, typer.Option(min=1, help="Until when; until now, unless said.")] = None,
    api: Api = LOCAL,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Show what has changed in an issue."""
    with connected(api, key) as server:
        if version is None:
            newest = [revision.version for revision in islice(server.revisions(number, limit=2), 2)]
            version = newest[-1]
        differences = server.diff(number, version, to=to)
    print_result(differences, as_json, shown(differences))


@app.command()
def restore(
    number: Number,
    version: Annotated[
        int | None, typer.Argument(min=1, help="The revision; without it the issue comes back from the bin.")
    ] = None,
    api: Api = LOCAL,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Make an issue what it was at a revision, or bring it back from the bin."""
    with connected(api, key) as server:
        if version is None:
            issue = server.restore_issue(number, if_match=ANY)
            said = f"is {issue.status}, at version {issue.version}"
        else:
            issue = server.restore_revision(number, version, if_match=ANY)
            said = f"is back, as it was at version {version}, at version {issue.version} now"
    print_result(issue, as_json, Text(f"Issue {number} {said}."))


@app.command()
def delete(number: Number, api: Api = LOCAL, key: Key = "") -> None:
    """Put an issue into the bin."""
    with connected(api, key) as server:
        server.delete_issue(number, if_match=ANY)
    print(f"Issue {number} is in the bin; masthead issue restore {number} brings it back.")


@app.command()
def pull(number: Number, api: Api = LOCAL, key: Key = "") -> None:
    """Print an issue as a manuscript: Markdown with a YAML head, for your editor."""
    with connected(api, key) as server:
        print_utf_8(_manuscript(server.draft(number)).encode())


@app.command()
def push(
    file: Annotated[Path, typer.Argument(help="A manuscript, as `pull` prints; - is standard input.", allow_dash=True)],
    force: Annotated[bool, typer.Option("--force", help="Also over what somebody has written meanwhile.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the file as it is, without new ids and version.")] = False,
    api: Api = LOCAL,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Make an issue what a manuscript says.

    The file then has the ids of what is new, and the new version, so that it can be pushed again.
    """
    from_input = str(file) == "-"
    try:
        text = sys.stdin.read() if from_input else file.read_text(encoding="utf-8")
        manuscript = reading.parse(text)
    except reading.ManuscriptError as error:
        fail(f"{file}: {error}")
    except UnicodeDecodeError:
        fail(f"{file} is not UTF-8.")
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}.")
    document = dict(manuscript.document)
    number = document.get("number")
    if not isinstance(number, int) or number < 1:
        fail(f"{file}: the head needs the issue's number, as in number: 76.")
    if force:
        document = {name: value for name, value in document.items() if name not in ("version", "status")}
    with connected(api, key) as server:
        try:
            issue = server.put_issue(number, document)
        except Invalid as problem:
            lines = [f"Line {manuscript.line_of(fault.pointer)}: {fault.detail}." for fault in problem.errors]
            fail(f"{file}: " + ("\n".join(lines) or problem.detail))
    if not (from_input or keep):
        _rewrite(file, issue)
    said = "is as it was" if issue.version == document.get("version") else f"is at version {issue.version} now"
    print_result(issue, as_json, Text(f"Issue {number}, {issue.title!r}, {said}."))


def _issues(server: Masthead, status: Stage | None, known: bool) -> Any:
    if status == "deleted":
        yield from server.deleted_issues()
        return
    if status in ("draft", "scheduled") or (status is None and known):
        yield from server.drafts(status=status)
    if status in ("published", None):
        yield from server.issues()


def _manuscript(issue: DraftIssue) -> str:
    return writing.write(issue.model_dump(mode="json"))


def _rewrite(file: Path, issue: DraftIssue) -> None:
    """Put the manuscript as it is now in place of the file, whole or not at all."""
    draft = file.with_name(f".{file.name}.new")
    try:
        draft.write_text(_manuscript(issue), encoding="utf-8", newline="\n")
        draft.replace(file)
    except OSError as error:
        fail(
            f"Issue {issue.number} was pushed and is at version {issue.version} now, but {file} cannot be written "
            f"({error.strerror}): pull it again before the next push."
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
    for beneath in section.sections:
        _branch(branch, beneath)
