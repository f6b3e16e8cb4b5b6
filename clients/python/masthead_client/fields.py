"""What may be sent, and how it becomes a body.

All are plain dictionaries, so that a field can be absent, which leaves it to the server, or None, which takes it
away. The server is the one to judge: fields that are not listed here are sent too.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypedDict

from masthead_client.models import Issue, Item, Model, Section


class ImageFields(TypedDict, total=False):
    url: str
    alt: str | None


class ItemFields(TypedDict, total=False):
    """What can be said of an item."""

    title: str | None
    """Without one it is made from the body's first sentence, and follows it."""
    url: str | None
    source: str | None
    """Who published what `url` leads to, as readers know them."""
    body: str | None
    """Markdown."""
    image: ImageFields | Mapping[str, Any] | None
    sponsored: bool
    tags: Sequence[str]
    """Slugs, names or aliases. Absent from a new item, it takes the tag of the nearest section above that has one."""
    extra: Mapping[str, Any]
    """Your own fields: strings, numbers, booleans; 4 KB as JSON."""


class PlacedItemFields(ItemFields, total=False):
    """An item, and where in the issue it goes."""

    section: int | str | None
    """A section's id or slug; without it, the outermost section whose own tag the item bears."""
    position: int | None
    """Place in the section, from 0; last unless said."""


class CollectedItemFields(PlacedItemFields, total=False):
    """An item for the inbox, or, with `issue`, for an issue."""

    issue: int | None


class ItemPlace(TypedDict, total=False):
    """Where an item goes; what is absent stays as it is."""

    issue: int | None
    """An issue's number; None for the inbox."""
    section: int | str | None
    """A section's id or slug; without it, in another issue, the outermost section whose own tag the item bears."""
    position: int | None
    """Place in the section, from 0; last unless said."""


class SectionPlace(TypedDict, total=False):
    """Where a section goes; what is absent stays as it is."""

    parent: int | str | None
    """The id or slug of the section that it goes beneath; None for the outermost."""
    position: int | None
    """Place among its siblings, from 0; last unless said."""


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
    """BCP 47; search stems words by it."""


class SectionFields(TypedDict, total=False):
    """A section with all that is in it."""

    title: str | None
    """None for items under no heading."""
    tag: str | None
    """The tag of its items unless they say otherwise; absent: the tag that the title names; None: none."""
    intro: str | None
    """Markdown."""
    extra: Mapping[str, Any]
    items: Sequence[ItemFields | Mapping[str, Any]]
    sections: "Sequence[SectionFields | Mapping[str, Any]]"


class PlacedSectionFields(SectionFields, total=False):
    """A section with all that is in it, and where in the issue it goes."""

    parent: int | str | None
    """The id or slug of the section that it goes beneath; none for the outermost."""
    position: int | None
    """Place among its siblings, from 0; last unless said."""


class IssueFields(TypedDict, total=False):
    """What can be said of an issue itself."""

    title: str
    slug: str
    """Made from the title unless given."""
    subtitle: str | None
    language: str
    """BCP 47; the publication's unless given."""
    published_at: date | str | None
    """A date (noon in UTC), or a time with its offset; the first publication unless given."""
    intro: str | None
    """Markdown."""
    outro: str | None
    """Markdown."""
    image: ImageFields | Mapping[str, Any] | None
    extra: Mapping[str, Any]
    """Your own fields: strings, numbers, booleans; 4 KB as JSON."""


class NewIssueFields(IssueFields, total=False):
    """An issue, with as much of its tree as there is. It needs a title."""

    number: int | None
    """The next one unless given."""
    status: str
    """`published` publishes it at once."""
    sections: Sequence[SectionFields | Mapping[str, Any]]


def body_of(given: Issue | Section | Item | Mapping[str, Any] | None, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The body that sends what is given, with the fields in place of its own."""
    match given:
        case Issue():
            given = _issue(given)
        case Section():
            given = _section(given)
        case Item():
            given = _item(given)
    return {**(given or {}), **fields}


def _issue(issue: Issue) -> dict[str, Any]:
    # Without its status: a copy begins as a draft, and whoever wants it published at once says so.
    own = ("number", "slug", "title", "subtitle", "language", "published_at", "intro", "outro", "image", "extra")
    return {**_only(issue, own), "sections": [_section(section) for section in issue.sections]}


def _section(section: Section) -> dict[str, Any]:
    return {
        **_only(section, ("title", "tag", "intro", "extra")),
        "items": [_item(item) for item in section.items],
        "sections": [_section(beneath) for beneath in section.sections],
    }


def _item(item: Item) -> dict[str, Any]:
    own = ("url", "source", "body", "image", "sponsored", "tags", "extra")
    return _only(item, own if item.title_source == "body" else ("title", *own))


def _only(model: Model, names: Sequence[str]) -> dict[str, Any]:
    return model.model_dump(include=set(names))
