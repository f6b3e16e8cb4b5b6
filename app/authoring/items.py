"""Items: adding, changing, moving and deleting them, in issues and in the inbox.

Changes of items in published issues are public as soon as they are committed.
"""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.auth.callers import Caller
from app.authoring import issues, sections, tree
from app.authoring.diffs import current_state
from app.authoring.saving import load, require_may_change, save, touch
from app.authoring.schemas import CollectedItemInput, ItemMove, ItemPatch, PlacedItemInput
from app.content import compile, versions
from app.content.document import DraftItem
from app.content.models import Issue, Item, Section
from app.content.tags import Vocabulary
from app.content.versions import Expected
from app.problems import Conflict, Invalid, NotFound

_location = (
    select(Item.id, Issue.number).outerjoin(Item.section).outerjoin(Section.issue).where(Item.id == bindparam("id"))
)
_in_inbox = select(Item).where(Item.id == bindparam("id"), Item.section_id.is_(None)).with_for_update()


def get(session: Session, identifier: int, expect: Expected = None, destination: int | None = None) -> Item:
    """The item. Its issue and the issue with the number `destination`, if any, are loaded, and locked until the
    transaction ends; an item in the inbox is locked itself.

    Raises NotFound, Conflict if it is being moved at the same time, and Stale if its version is not the expected one.
    """
    found = session.execute(_location, {"id": identifier}).first()
    if found is None:
        raise _not_found(identifier)
    # Issues are locked in the order of their numbers, to avoid deadlocks.
    numbers = sorted({number for number in (found.number, destination) if number is not None})
    locked = {number: issues.get(session, number) for number in numbers}
    item: Item | None
    if found.number is None:
        item = session.scalars(_in_inbox, {"id": identifier}).one_or_none()
        load(session, *locked.values())
    else:
        load(session, *locked.values())
        items = (item for section in locked[found.number].sections for item in section.items)
        item = next((item for item in items if item.id == identifier), None)
    if item is None:  # it was moved or deleted while this transaction waited for the lock
        if session.execute(_location, {"id": identifier}).first() is None:
            raise _not_found(identifier)
        raise Conflict(f"Item {identifier} was moved at the same time, and nothing was changed. Try again.")
    versions.require(item.version, expect, lambda _: current_state(compile.working_item(item)))
    return item


def add(session: Session, issue: Issue, given: PlacedItemInput, caller: Caller) -> Item:
    """Add an item to an issue that is locked: to the given section, or to the section of one of its tags."""
    require_may_change(issue, caller)
    load(session, issue)
    tree.require_room(issue, items=1)
    item = insert(session, issue, given, caller, Vocabulary.lazy(session))
    save(session, caller, issue)
    return item


def insert(
    session: Session, issue: Issue, given: PlacedItemInput, caller: Caller, vocabulary: Vocabulary, pointer: str = ""
) -> Item:
    """The same for an issue that is loaded, without saving it."""
    require_may_change(issue, caller)
    if given.section is not None:
        section = sections.find(issue, given.section, f"{pointer}/section")
    else:
        section = sections.find_by_tags(issue, tree.resolve_tags(vocabulary, given.tags or [], pointer), pointer)
    position = sections.require_position(given.position, len(section.items), pointer)
    return tree.add_item(section, given, vocabulary, pointer, position)


def add_to_inbox(session: Session, given: CollectedItemInput, vocabulary: Vocabulary, pointer: str = "") -> Item:
    """Add an item to the inbox. Raises Invalid if it has a section or a position."""
    _require_no_position(given, pointer)
    item = Item(
        **tree.fields_of(given, pointer),
        tag_links=tree.tag_links(tree.resolve_tags(vocabulary, given.tags or [], pointer)),
        takes_tag=given.tags is None,
        position=0,
    )
    session.add(item)
    session.flush()
    return item


def change(session: Session, item: Item, given: ItemPatch, caller: Caller) -> None:
    """Update the given fields. A title that was generated from the body changes with the body."""
    issue = _require_may_change(item, caller)
    fields = given.model_fields_set
    for name in ("url", "source", "body", "sponsored", "extra"):
        if name in fields:
            setattr(item, name, getattr(given, name))
    if "title" in fields or item.title_source == "body":
        item.title, item.title_source = tree.title_of(given.title, item.body, "")
    if "image" in fields:
        for name, value in tree.image_columns(given.image).items():
            setattr(item, name, value)
    if "tags" in fields:
        item.tag_links.clear()
        session.flush()
        item.tag_links = tree.tag_links(tree.resolve_tags(Vocabulary.load(session), given.tags, ""))
        item.takes_tag = False
    _save(session, caller, item, issue)


def move(session: Session, item: Item, given: ItemMove, caller: Caller) -> None:
    """Move an item within its section, or to another section, another issue or the inbox.

    Both issues must be locked and loaded by `get`. Raises UnknownSection, SectionNeeded, AmbiguousSection, and Invalid
    for a position that does not exist.
    """
    before = _require_may_change(item, caller)
    after = issues.find(session, given.issue) if given.issue is not None else before
    if "issue" in given.model_fields_set and given.issue is None:
        after = None
    if after is None:
        _require_no_position(given)
        if before is None:
            return
        _remove_from_section(item)
        item.section, item.position = None, 0
        _save(session, caller, item, before)
        return
    require_may_change(after, caller)
    if after is not before:
        tree.require_room(after, items=1)
    section = _target_section(item, after, given)
    stays = item.section is section
    position = sections.require_position(given.position, len(section.items) - stays)
    if item.section is not None:
        _remove_from_section(item)
    section.items.insert(position, item)
    if item.takes_tag:
        nearest = tree.inherited_tag(section)
        item.tag_links = tree.tag_links([nearest] if nearest else [])
        item.takes_tag = False
    _save(session, caller, item, before, *([after] if after is not before else []))


def remove(session: Session, item: Item, caller: Caller) -> None:
    """Delete an item. The items after it move up."""
    issue = _require_may_change(item, caller)
    if item.section is not None:
        _remove_from_section(item)
    session.delete(item)
    session.flush()
    if issue is not None:
        save(session, caller, issue)


def working_copy(session: Session, identifier: int) -> DraftItem:
    """The working copy of an item. Raises NotFound."""
    item = session.get(Item, identifier)
    if item is None:
        raise _not_found(identifier)
    if item.section is not None and item.section.issue.deleted_at is not None:
        raise issues.not_found(item.section.issue.number, item.section.issue)
    return compile.working_item(item)


def _require_may_change(item: Item, caller: Caller) -> Issue | None:
    """Its issue, or None for an item in the inbox. Raises Forbidden."""
    if item.section is None:
        return None
    require_may_change(item.section.issue, caller)
    return item.section.issue


def _target_section(item: Item, issue: Issue, given: ItemMove) -> Section:
    if given.section is not None:
        return sections.find(issue, given.section, "/section")
    if item.section is not None and item.section.issue is issue:
        return item.section
    return sections.find_by_tags(issue, item.tags)


def _require_no_position(given: CollectedItemInput | ItemMove, pointer: str = "") -> None:
    for name in ("section", "position"):
        if getattr(given, name) is not None:
            detail = "the inbox has no sections and no positions; send issue too, or omit this field"
            raise Invalid.at(f"{pointer}/{name}", detail, "needs-issue")


def _remove_from_section(item: Item) -> None:
    assert item.section is not None
    item.section.items.remove(item)


def _save(session: Session, caller: Caller, item: Item, *touched: Issue | None) -> None:
    touch(item)
    session.flush()
    written = [issue for issue in touched if issue is not None]
    if written:
        save(session, caller, *written)


def _not_found(identifier: int) -> NotFound:
    return NotFound(f"Item {identifier} does not exist. GET /inbox and the working copies of issues have the item ids.")
