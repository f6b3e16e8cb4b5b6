"""The fields of requests, and how request bodies are made of them.

All are plain dictionaries, so that a field can be absent (the server's default, or no change) or None (cleared). The
server validates them: fields that are not listed here are sent too.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypedDict

from masthead_client.models import Model
from masthead_client.models.public import Issue, Item, Section


class ImageFields(TypedDict, total=False):
    url: str
    alt: str | None


class ItemFields(TypedDict, total=False):
    """The fields of an item."""

    title: str | None
    """Default: made from the body's first sentence, and changes with it."""
    url: str | None
    source: str | None
    """The name of who published the page at `url`."""
    body: str | None
    """Markdown."""
    image: ImageFields | Mapping[str, Any] | None
    sponsored: bool
    tags: Sequence[str]
    """Slugs, names or aliases. Default for a new item: the tag of the nearest section above that has one."""
    extra: Mapping[str, Any]
    """Custom fields: strings, numbers, booleans; at most 4 KB as JSON."""


class PlacedItemFields(ItemFields, total=False):
    """An item and its place in an issue."""

    section: int | str | None
    """A section's id or slug. Default: the outermost section whose own tag the item has."""
    position: int | None
    """Position in the section, from 0. Default: last."""


class CollectedItemFields(PlacedItemFields, total=False):
    """An item for the inbox, or for an issue."""

    issue: int | None
    """An issue's number. Default: the inbox."""


class ItemPlace(TypedDict, total=False):
    """Where to move an item. Fields that are absent stay as they are."""

    issue: int | None
    """An issue's number; None for the inbox."""
    section: int | str | None
    """A section's id or slug. Default in another issue: the outermost section whose own tag the item has."""
    position: int | None
    """Position in the section, from 0. Default: last."""


class SectionPlace(TypedDict, total=False):
    """Where to move a section. Fields that are absent stay as they are."""

    parent: int | str | None
    """The id or slug of the parent section; None for the top of the issue."""
    position: int | None
    """Position among its siblings, from 0. Default: last."""


class SectionChanges(TypedDict, total=False):
    title: str | None
    tag: str | None
    intro: str | None
    extra: Mapping[str, Any]


class TagFields(TypedDict, total=False):
    slug: str
    name: str
    description: str | None
    aliases: Sequence[str]


class PublicationFields(TypedDict, total=False):
    title: str
    description: str
    author: str
    language: str
    """A BCP 47 tag. Search stems words accordingly."""


class SectionFields(TypedDict, total=False):
    """A section with its items and sections."""

    title: str | None
    """None for items under no heading."""
    tag: str | None
    """The tag of new items in it that have no `tags`. Default: the tag that the title names."""
    intro: str | None
    """Markdown."""
    extra: Mapping[str, Any]
    items: Sequence[ItemFields | Mapping[str, Any]]
    sections: "Sequence[SectionFields | Mapping[str, Any]]"


class PlacedSectionFields(SectionFields, total=False):
    """A section with its items and sections, and its place in an issue."""

    parent: int | str | None
    """The id or slug of the parent section. Default: the top of the issue."""
    position: int | None
    """Position among its siblings, from 0. Default: last."""


class IssueFields(TypedDict, total=False):
    """The fields of an issue, without its sections."""

    title: str
    slug: str
    """Default: made from the title."""
    subtitle: str | None
    language: str
    """A BCP 47 tag. Default: the publication's language."""
    published_at: date | str | None
    """A date (meaning 12:00 UTC) or a time with its UTC offset. Default: when it is first published."""
    intro: str | None
    """Markdown."""
    outro: str | None
    """Markdown."""
    image: ImageFields | Mapping[str, Any] | None
    extra: Mapping[str, Any]
    """Custom fields: strings, numbers, booleans; at most 4 KB as JSON."""


class NewIssueFields(IssueFields, total=False):
    """An issue with its sections and items. `title` is required."""

    number: int | None
    """Default: the next one."""
    status: str
    """`published` publishes it at once. Default: `draft`."""
    sections: Sequence[SectionFields | Mapping[str, Any]]


def request_body(given: Issue | Section | Item | Mapping[str, Any] | None, fields: Mapping[str, Any]) -> dict[str, Any]:
    """A request body with what is given, overridden by the fields."""
    match given:
        case Issue():
            given = _issue(given)
        case Section():
            given = _section(given)
        case Item():
            given = _item(given)
    return {**(given or {}), **fields}


def _issue(issue: Issue) -> dict[str, Any]:
    # Without `status`: a copy is a draft unless the caller says otherwise.
    names = ("number", "slug", "title", "subtitle", "language", "published_at", "intro", "outro", "image", "extra")
    return {**_dump(issue, names), "sections": [_section(section) for section in issue.sections]}


def _section(section: Section) -> dict[str, Any]:
    return {
        **_dump(section, ("title", "tag", "intro", "extra")),
        "items": [_item(item) for item in section.items],
        "sections": [_section(child) for child in section.sections],
    }


def _item(item: Item) -> dict[str, Any]:
    names = ("url", "source", "body", "image", "sponsored", "tags", "extra")
    return _dump(item, names if item.title_source == "body" else ("title", *names))


def _dump(model: Model, names: Sequence[str]) -> dict[str, Any]:
    return model.model_dump(include=set(names))
