"""Items: adding, changing and removing them. What is done to an item of a published issue is live at the commit."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.callers import Caller
from app.authoring import issues, sections, tree
from app.authoring.schemas import ItemPatch, PlacedItemInput
from app.content import compile
from app.content.document import DraftItem
from app.content.models import Issue, Item, Section
from app.content.tags import Vocabulary
from app.db.base import now
from app.problems import NotFound
from app.publishing import gate
from app.web.preconditions import Precondition


def get(session: Session, identifier: int, expect: Precondition | None = None) -> Item:
    """The item, its issue locked until the transaction ends.

    Raises NotFound, and Stale when it is not at the version that the caller expects.
    """
    number = session.scalar(select(Issue.number).join(Section).join(Item).where(Item.id == identifier))
    if number is None:
        raise _unknown(identifier)
    issue = issues.get(session, number)
    of_issue = select(Item).join(Section).where(Item.id == identifier, Section.issue_id == issue.id)
    item = session.scalars(of_issue).one_or_none()
    if item is None:  # it went while the lock was waited for
        raise _unknown(identifier)
    if expect is not None:
        expect.check(item.version)
    return item


def add(session: Session, issue: Issue, given: PlacedItemInput, caller: Caller) -> Item:
    """Add an item to an issue that is locked: to the section named, else to that of one of its tags."""
    issues.require_may_change(issue, caller)
    vocabulary = Vocabulary.load(session)
    if given.section is not None:
        section = sections.find(issue, given.section, "/section")
    else:
        section = sections.for_tags(issue, tree.resolve_tags(vocabulary, given.tags or [], ""))
    position = sections.require_position(given.position, len(section.items))
    item = tree.plant_item(section, given, vocabulary, "", position)
    issues.touch(issue)
    tree.require_room_in(session, issue)
    gate.recompile(session, issue)
    return item


def change(session: Session, item: Item, given: ItemPatch, caller: Caller) -> Item:
    """Put the given fields in place of what is there. A title made from the body follows it."""
    issue = item.section.issue
    issues.require_may_change(issue, caller)
    fields = given.model_fields_set
    for name in ("url", "source", "body", "sponsored", "extra"):
        if name in fields:
            setattr(item, name, getattr(given, name))
    if "title" in fields or item.title_source == "body":
        item.title, item.title_source = tree.title_of(given.title, item.body, "")
    if "image" in fields:
        item.image_url = given.image.url if given.image else None
        item.image_alt = given.image.alt if given.image else None
    if "tags" in fields:
        item.tag_links.clear()
        session.flush()
        item.tag_links = tree.link(tree.resolve_tags(Vocabulary.load(session), given.tags, ""))
    item.version += 1
    item.updated_at = now()
    issues.touch(issue)
    gate.recompile(session, issue)
    return item


def remove(session: Session, item: Item, caller: Caller) -> None:
    """Delete an item; those behind it move up."""
    issue = item.section.issue
    issues.require_may_change(issue, caller)
    item.section.items.remove(item)
    issues.touch(issue)
    gate.recompile(session, issue)


def working_copy(session: Session, identifier: int) -> DraftItem:
    """The item as its authors have it. Raises NotFound."""
    item = session.get(Item, identifier)
    if item is None:
        raise _unknown(identifier)
    return compile.working_item(item)


def _unknown(identifier: int) -> NotFound:
    return NotFound(f"There is no item {identifier}; its issue's working copy has the ids of those there are.")
