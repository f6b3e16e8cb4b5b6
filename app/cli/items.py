"""The commands `post`, `inbox` and `search`, which work on any server."""

import sys
from itertools import islice
from typing import Annotated, Any

import click
import typer
from rich.table import Column, Table
from rich.text import Text

from app.cli.output import fail
from app.cli.remote import LOCAL, PLAIN_TABLE, Api, AsJson, Key, Limit, connect, parse_section, print_result


def post(
    title: Annotated[str | None, typer.Argument(help="Default: generated from the body.")] = None,
    url: Annotated[str | None, typer.Option(help="The URL of the linked page.")] = None,
    body: Annotated[str | None, typer.Option(help="The text in Markdown; - reads it from standard input.")] = None,
    edit: Annotated[bool, typer.Option("--edit", help="Edit the body in your editor ($EDITOR).")] = False,
    tag: Annotated[list[str], typer.Option(help="The slug, name or alias of a tag; may be repeated.")] = [],  # noqa: B006
    source: Annotated[str | None, typer.Option(help="The name of the publisher of the page.")] = None,
    sponsored: Annotated[bool, typer.Option("--sponsored", help="Mark the item as sponsored.")] = False,
    issue: Annotated[int | None, typer.Option(help="The number of the issue; default: the inbox.")] = None,
    section: Annotated[
        str | None, typer.Option(help="The id or slug of the section; default: the section with the item's tag.")
    ] = None,
    position: Annotated[
        int | None, typer.Option(min=0, help="The position in the section, from 0; default: last.")
    ] = None,
    api: Api = LOCAL,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Add an item to the inbox, or to an issue."""
    given: dict[str, Any] = {"title": title, "url": url, "source": source, "issue": issue, "position": position}
    given |= {"body": _body(body, edit), "section": parse_section(section)}
    fields = {name: value for name, value in given.items() if value is not None}
    if tag:
        fields["tags"] = tag
    if sponsored:
        fields["sponsored"] = True
    if not fields.keys() & {"title", "body", "url"}:
        raise typer.BadParameter("give a title, --url or --body")
    with connect(api, key) as server:
        item = server.collect_item(fields)
    where = f"issue {item.issue}, {item.section}, at position {item.position}" if item.issue else "the inbox"
    print_result(item, as_json, Text(f"Item {item.id}, {item.title!r}, is in {where}."))


def inbox(limit: Limit = 50, api: Api = LOCAL, key: Key = "", as_json: AsJson = False) -> None:
    """List the items in the inbox, newest first."""
    with connect(api, key) as server:
        items = list(islice(server.inbox(limit=min(limit, 100)), limit))
    table = Table("Id", Column("Title", overflow="fold"), "Tags", Column("Domain", overflow="fold"), **PLAIN_TABLE)
    for item in items:
        table.add_row(str(item.id), item.title, ", ".join(item.tags), item.domain or "")
    print_result(items, as_json, table if items else Text("The inbox is empty."))


def search(
    words: Annotated[str, typer.Argument(help="The words to search for; results contain all of them.")],
    tag: Annotated[list[str], typer.Option(help="Only results with this tag; may be repeated.")] = [],  # noqa: B006
    limit: Limit = 20,
    api: Api = LOCAL,
    as_json: AsJson = False,
) -> None:
    """Search published issues and items."""
    with connect(api, "") as server:
        hits = list(islice(server.search(words, tag=tag, limit=min(limit, 100)), limit))
    table = Table("Issue", "Type", Column("Title", overflow="fold"), Column("URL", overflow="fold"), **PLAIN_TABLE)
    for hit in hits:
        number, url = (hit.number, "") if hit.type == "issue" else (hit.issue, hit.url or "")
        table.add_row(str(number), hit.type, hit.title, url)
    print_result(hits, as_json, table if hits else Text("Nothing was found."))


def _body(given: str | None, edit: bool) -> str | None:
    try:
        text = sys.stdin.read() if given == "-" else given
        (text or "").encode()
    except UnicodeError:
        fail("The body is not UTF-8.")
    if edit:
        if not sys.stdin.isatty():
            fail("The editor needs a terminal. Use --body instead.")
        text = click.edit(text or "", extension=".md") or text
    return text.strip("\n") or None if text is not None else None
