"""Items: adding, changing, moving and removing them, in issues and in the inbox.

What is done to an item of a published issue is live at the commit.
"""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.auth.callers import Caller
from app.authoring import issues, sections, tree
from app.authoring.comparing import what_is_now
from app.authoring.saving import require_may_change, save, touch
from app.authoring.schemas import CollectedItemInput, ItemMove, ItemPatch, PlacedItemInput
from app.content import compile, versions
from app.content.document import DraftItem
from app.content.models import Issue, Item, Section
from app.content.tags import Vocabulary
from app.content.versions import Expected
from app.problems import Conflict, Invalid, NotFound

_where = (
    select(Item.id, Issue.number).outerjoin(Item.section).outerjoin(Section.issue).where(Item.id == bindparam("id"))
)
_locked = select(Item).where(Item.id == bindparam("id")).with_for_update().execution_options(populate_existing=True)


def get(session: Session, identifier: int, expect: Expected = None, towards: int | None = None) -> Item:
    """The item, locked until the transaction ends with the issue that it is in, and with that it is to go `towards`.

    Raises NotFound, and Stale when it is not at the version that the caller expects.
    """
    found = session.execute(_where, {"id": identifier}).first()
    if found is None:
        raise _unknown(identifier)
    # Issues are locked by their numbers, so that of two who move things to and fro none waits for the other for ever.
    for number in sorted({number for number in (found.number, towards) if number is not None}):
        issues.get(session, number)
    item = session.scalars(_locked, {"id": identifier}).one_or_none()
    if item is None:  # it went while the lock was waited for
        raise _unknown(identifier)
    # Not by a join to the item: what PostgreSQL joins to a row that it waits for is as it was before.
    if (item.section.issue.number if item.section else None) != found.number:
        raise Conflict(f"Somebody moved item {identifier} at the same moment, and nothing was written. Try again.")
    versions.require(item.version, expect, lambda _: what_is_now(compile.working_item(item)))
    return item


def add(session: Session, issue: Issue, given: PlacedItemInput, caller: Caller) -> Item:
    """Add an item to an issue that is locked: to the section named, else to that of one of its tags."""
    item = place(session, issue, given, caller, Vocabulary.load(session))
    tree.require_room_in(session, issue)
    save(session, caller, issue)
    return item


def place(
    session: Session, issue: Issue, given: PlacedItemInput, caller: Caller, vocabulary: Vocabulary, pointer: str = ""
) -> Item:
    """The same, without what ends a write."""
    require_may_change(issue, caller)
    if given.section is not None:
        section = sections.find(issue, given.section, f"{pointer}/section")
    else:
        section = sections.for_tags(issue, tree.resolve_tags(vocabulary, given.tags or [], pointer), pointer)
    position = sections.require_position(given.position, len(section.items), pointer)
    return tree.plant_item(section, given, vocabulary, pointer, position)


def collect(session: Session, given: CollectedItemInput, vocabulary: Vocabulary, pointer: str = "") -> Item:
    """Put an item into the inbox. Raises Invalid when it is to have a place there."""
    _require_no_place(given, pointer)
    item = Item(
        **tree.fields_of(given, pointer),
        tag_links=tree.link(tree.resolve_tags(vocabulary, given.tags or [], pointer)),
        takes_tag=given.tags is None,
        position=0,
    )
    session.add(item)
    session.flush()
    return item


def change(session: Session, item: Item, given: ItemPatch, caller: Caller) -> Item:
    """Put the given fields in place of what is there. A title made from the body follows it."""
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
        item.tag_links = tree.link(tree.resolve_tags(Vocabulary.load(session), given.tags, ""))
        item.takes_tag = False
    _save(session, caller, item, issue)
    return item


def move(session: Session, item: Item, given: ItemMove, caller: Caller) -> None:
    """Put an item elsewhere: in its section, in another one, in another issue, or into the inbox and out of it.

    `get` has locked both issues. Raises UnknownSection, SectionNeeded, AmbiguousSection, and Invalid for a place that
    there is not.
    """
    before = _require_may_change(item, caller)
    after = issues.get(session, given.issue) if given.issue is not None else before
    if "issue" in given.model_fields_set and given.issue is None:
        after = None
    if after is None:
        _require_no_place(given)
        if before is None:
            return
        _take_out(item)
        item.section, item.position = None, 0
        _save(session, caller, item, before)
        return
    require_may_change(after, caller)
    section = _destination(item, after, given)
    stays = item.section is section
    position = sections.require_position(given.position, len(section.items) - stays)
    if item.section is not None:
        _take_out(item)
    section.items.insert(position, item)
    if item.takes_tag:
        nearest = tree.inherited_tag(section)
        item.tag_links = tree.link([nearest] if nearest else [])
        item.takes_tag = False
    tree.require_room_in(session, after)
    _save(session, caller, item, before, *([after] if after is not before else []))


def remove(session: Session, item: Item, caller: Caller) -> None:
    """Delete an item; those behind it move up."""
    issue = _require_may_change(item, caller)
    if item.section is not None:
        _take_out(item)
    session.delete(item)
    session.flush()
    if issue is not None:
        save(session, caller, issue)


def working_copy(session: Session, identifier: int) -> DraftItem:
    """The item as its authors have it. Raises NotFound."""
    item = session.get(Item, identifier)
    if item is None:
        raise _unknown(identifier)
    if item.section is not None and item.section.issue.deleted_at is not None:
        raise issues.unknown(item.section.issue.number, item.section.issue)
    return compile.working_item(item)


def _require_may_change(item: Item, caller: Caller) -> Issue | None:
    """The issue that it is in. Raises Forbidden."""
    if item.section is None:
        return None
    require_may_change(item.section.issue, caller)
    return item.section.issue


def _destination(item: Item, issue: Issue, given: ItemMove) -> Section:
    if given.section is not None:
        return sections.find(issue, given.section, "/section")
    if item.section is not None and item.section.issue is issue:
        return item.section
    return sections.for_tags(issue, item.tags)


def _require_no_place(given: CollectedItemInput | ItemMove, pointer: str = "") -> None:
    for name in ("section", "position"):
        if getattr(given, name) is not None:
            detail = "the inbox has no sections and no order; give an issue too, or leave this out"
            raise Invalid.at(f"{pointer}/{name}", detail, "needs-issue")


def _take_out(item: Item) -> None:
    assert item.section is not None
    item.section.items.remove(item)


def _save(session: Session, caller: Caller, item: Item, *touched: Issue | None) -> None:
    touch(item)
    session.flush()
    written = [issue for issue in touched if issue is not None]
    if written:
        save(session, caller, *written)


def _unknown(identifier: int) -> NotFound:
    return NotFound(
        f"There is no item {identifier}; GET /inbox and its issue's working copy have the ids of those there are."
    )
