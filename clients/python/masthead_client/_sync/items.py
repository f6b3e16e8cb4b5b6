# Generated from _async/items.py by unasync.py: edit that file instead.
"""Methods for sections and items, and for the inbox."""

from collections.abc import Iterable, Mapping
from typing import Any, Unpack

from masthead_client._sync.connection import Connection
from masthead_client._sync.pagination import Pages
from masthead_client.fields import (
    CollectedItemFields,
    ItemFields,
    ItemPlace,
    PlacedItemFields,
    PlacedSectionFields,
    SectionChanges,
    SectionPlace,
    request_body,
)
from masthead_client.models.drafts import BatchResults, DraftItem, DraftSection
from masthead_client.models.public import Item, Section
from masthead_client.pages import Page
from masthead_client.wire import IfMatch, parse, path


class ItemMethods:
    """Work on sections and items, in issues and in the inbox. Permissions are those of their issue."""

    _connection: Connection

    def add_section(
        self,
        number: int,
        section: Section | Mapping[str, Any] | None = None,
        /,
        *,
        if_match: IfMatch | None = None,
        **fields: Unpack[PlacedSectionFields],
    ) -> DraftSection:
        """Add a section, with its items and sections, to an issue. `if_match` is the issue's version."""
        address, body = path("issues", number, "sections"), request_body(section, fields)
        return parse(DraftSection, self._connection.write("POST", address, body, if_match))

    def change_section(
        self, id: int, /, *, if_match: IfMatch | None = None, **changes: Unpack[SectionChanges]
    ) -> DraftSection:
        """Change the given fields. The section's slug and the tags of its items stay as they are."""
        return parse(DraftSection, self._connection.write("PATCH", path("sections", id), changes, if_match))

    def move_section(
        self, id: int, /, *, if_match: IfMatch | None = None, **place: Unpack[SectionPlace]
    ) -> DraftSection:
        """Move a section, with all that is in it, to another parent or position."""
        return parse(DraftSection, self._connection.write("POST", path("sections", id, "move"), place, if_match))

    def delete_section(self, id: int, *, if_match: IfMatch | None = None) -> None:
        """Delete a section. What is in it moves to its parent; without a parent, its items move to the inbox."""
        self._connection.write("DELETE", path("sections", id), None, if_match)

    def inbox(self, *, limit: int | None = None) -> Pages[DraftItem]:
        """Items that belong to no issue yet, newest first."""
        return Pages(self._connection.get_private, "/inbox", {"limit": limit}, Page[DraftItem])

    def draft_item(self, id: int) -> DraftItem:
        """The working copy of an item. Raises NotFound."""
        return parse(DraftItem, self._connection.get_private(path("items", id, "draft")))

    def collect_item(
        self, item: Item | Mapping[str, Any] | None = None, /, **fields: Unpack[CollectedItemFields]
    ) -> DraftItem:
        """Create an item in the inbox, or in an issue if `issue` is given."""
        return parse(DraftItem, self._connection.write("POST", "/items", request_body(item, fields)))

    def collect_items(self, items: Iterable[Item | Mapping[str, Any]], *, all_or_nothing: bool = True) -> BatchResults:
        """Create up to 200 items, in the inbox or in issues.

        With `all_or_nothing`, one invalid item raises an error and none is created. Otherwise each has its own result.
        """
        body = {"items": [request_body(item, {}) for item in items], "all_or_nothing": all_or_nothing}
        return parse(BatchResults, self._connection.write("POST", "/items/batch", body))

    def add_item(
        self,
        number: int,
        item: Item | Mapping[str, Any] | None = None,
        /,
        *,
        if_match: IfMatch | None = None,
        **fields: Unpack[PlacedItemFields],
    ) -> DraftItem:
        """Add an item to a section of an issue; default: the outermost section whose own tag the item has.

        In a published issue the item is public when this returns. `if_match` is the issue's version.
        """
        address, body = path("issues", number, "items"), request_body(item, fields)
        return parse(DraftItem, self._connection.write("POST", address, body, if_match))

    def change_item(self, id: int, /, *, if_match: IfMatch | None = None, **changes: Unpack[ItemFields]) -> DraftItem:
        """Change the given fields. A title that was made from the body changes with the body."""
        return parse(DraftItem, self._connection.write("PATCH", path("items", id), changes, if_match))

    def delete_item(self, id: int, *, if_match: IfMatch | None = None) -> None:
        """Delete an item. Those after it move up."""
        self._connection.write("DELETE", path("items", id), None, if_match)

    def move_item(self, id: int, /, *, if_match: IfMatch | None = None, **place: Unpack[ItemPlace]) -> DraftItem:
        """Move an item to another position, section or issue, or to the inbox with `issue=None`."""
        return parse(DraftItem, self._connection.write("POST", path("items", id, "move"), place, if_match))
