"""`masthead post`, `masthead inbox`, `masthead search`: items, on any server."""

import sys
from itertools import islice
from typing import Annotated, Any

import click
import typer
from rich.table import Column, Table
from rich.text import Text

from app.cli.output import fail
from app.cli.remote import LOCAL, PLAIN, Api, AsJson, Key, Limit, connected, print_result, section_of


def post(
    title: Annotated[str | None, typer.Argument(help="Without one, it is made from the body.")] = None,
    url: Annotated[str | None, typer.Option(help="Where it leads.")] = None,
    body: Annotated[str | None, typer.Option(help="What you say of it, in Markdown; - reads standard input.")] = None,
    edit: Annotated[bool, typer.Option("--edit", help="Write the body in your editor ($EDITOR).")] = False,
    tag: Annotated[list[str], typer.Option(help="A tag's slug, name or alias; again for another.")] = [],  # noqa: B006
    source: Annotated[str | None, typer.Option(help="Who published it.")] = None,
    sponsored: Annotated[bool, typer.Option("--sponsored", help="It is paid for.")] = False,
    issue: Annotated[int | None, typer.Option(help="The issue it goes to; else it goes to the inbox.")] = None,
    section: Annotated[
        str | None, typer.Option(help="The section's id or slug; else that which has the item's tag.")
    ] = None,
    position: Annotated[int | None, typer.Option(min=0, help="Its place in the section; else the last.")] = None,
    api: Api = LOCAL,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Put an item into the inbox, or into an issue."""
    given: dict[str, Any] = {"title": title, "url": url, "source": source, "issue": issue, "position": position}
    given |= {"body": _body(body, edit), "section": section_of(section)}
    fields = {name: value for name, value in given.items() if value is not None}
    if tag:
        fields["tags"] = tag
    if sponsored:
        fields["sponsored"] = True
    if not fields.keys() & {"title", "body", "url"}:
        raise typer.BadParameter("give a title, a --url or a --body")
    with connected(api, key) as server:
        item = server.collect_item(fields)
    where = f"issue {item.issue}, {item.section}, at {item.position}" if item.issue else "the inbox"
    print_result(item, as_json, Text(f"Item {item.id}, {item.title!r}, is in {where}."))


def inbox(limit: Limit = 50, api: Api = LOCAL, key: Key = "", as_json: AsJson = False) -> None:
    """Show the items that belong to no issue yet, the newest first."""
    with connected(api, key) as server:
        items = list(islice(server.inbox(limit=min(limit, 100)), limit))
    table = Table("Id", Column("Title", overflow="fold"), "Tags", Column("Leads to", overflow="fold"), **PLAIN)
    for item in items:
        table.add_row(str(item.id), item.title, ", ".join(item.tags), item.domain or "")
    print_result(items, as_json, table if items else Text("The inbox is empty."))


def search(
    words: Annotated[str, typer.Argument(help="All of them must be found.")],
    tag: Annotated[list[str], typer.Option(help="Only what has this tag.")] = [],  # noqa: B006
    limit: Limit = 20,
    api: Api = LOCAL,
    as_json: AsJson = False,
) -> None:
    """Search what is published."""
    with connected(api, "") as server:
        hits = list(islice(server.search(words, tag=tag, limit=min(limit, 100)), limit))
    table = Table("Issue", "Kind", Column("Title", overflow="fold"), Column("Leads to", overflow="fold"), **PLAIN)
    for hit in hits:
        number, leads_to = (hit.number, "") if hit.type == "issue" else (hit.issue, hit.url or "")
        table.add_row(str(number), hit.type, hit.title, leads_to)
    print_result(hits, as_json, table if hits else Text("Nothing was found."))


def _body(given: str | None, edit: bool) -> str | None:
    try:
        text = sys.stdin.read() if given == "-" else given
        (text or "").encode()
    except UnicodeError:
        fail("The body is not UTF-8.")
    if edit:
        if not sys.stdin.isatty():
            fail("There is no terminal for an editor. Give the body by --body.")
        text = click.edit(text or "", extension=".md") or text
    return text.strip("\n") or None if text is not None else None
