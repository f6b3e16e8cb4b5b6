"""Sections: adding, changing, moving and deleting them, and finding the one that an author means."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.callers import Caller
from app.authoring import issues, tree
from app.authoring.comparing import what_is_now
from app.authoring.saving import load, require_may_change, save, touch
from app.authoring.schemas import PlacedSectionInput, SectionMove, SectionPatch
from app.content import compile, versions
from app.content.models import Issue, Section, Tag
from app.content.tags import Vocabulary
from app.content.versions import Expected
from app.problems import AmbiguousSection, Fault, Invalid, NotFound, SectionNeeded, UnknownSection


def get(session: Session, identifier: int, expect: Expected = None) -> Section:
    """The section with all of its issue, which is locked until the transaction ends.

    Raises NotFound, and Stale when it is not at the version that the caller expects.
    """
    number = session.scalar(select(Issue.number).join(Section).where(Section.id == identifier))
    if number is None:
        raise _unknown(identifier)
    issue = issues.get(session, number)
    load(session, issue)
    section = next((each for each in issue.sections if each.id == identifier), None)
    if section is None:  # it went while the lock was waited for
        raise _unknown(identifier)
    versions.require(section.version, expect, lambda _: what_is_now(compile.working_section(section)))
    return section


def add(session: Session, issue: Issue, given: PlacedSectionInput, caller: Caller) -> Section:
    """Add a section with all that is in it to an issue that is locked."""
    require_may_change(issue, caller)
    load(session, issue)
    parent = None if given.parent is None else find(issue, given.parent, "/parent")
    siblings = tree.children(issue, parent)
    position = require_position(given.position, len(siblings))
    section = tree.add_section(issue, given, Vocabulary.when_needed(session), parent, "")
    siblings.insert(position, section)
    _number(siblings)
    tree.require_room_in(issue)
    save(session, caller, issue)
    return section


def change(session: Session, section: Section, given: SectionPatch, caller: Caller) -> None:
    """Put the given fields in place of what is there. The slug stays; a new title names no new tag."""
    require_may_change(section.issue, caller)
    fields = given.model_fields_set
    for name in ("title", "intro", "extra"):
        if name in fields:
            setattr(section, name, getattr(given, name))
    if "tag" in fields:
        section.tag = None if given.tag is None else Vocabulary.load(session).resolve(given.tag, "/tag")
    touch(section)
    save(session, caller, section.issue)


def move(session: Session, section: Section, given: SectionMove, caller: Caller) -> None:
    """Put a section, with all that is in it, beneath another one of its issue, or elsewhere among its siblings.

    Raises Invalid for a place that there is not, and beneath itself.
    """
    issue = section.issue
    require_may_change(issue, caller)
    parent = section.parent
    if "parent" in given.model_fields_set:
        parent = None if given.parent is None else find(issue, given.parent, "/parent")
    if parent is not None and section in tree.path_to(parent):
        raise Invalid.at("/parent", "a section cannot go beneath itself, or what is in it", "beneath-itself")
    left = [each for each in tree.children(issue, section.parent) if each is not section]
    siblings = [each for each in tree.children(issue, parent) if each is not section]
    position = require_position(given.position, len(siblings))
    if section.parent is not parent:
        section.parent = parent
        _number(left)
    siblings.insert(position, section)
    _number(siblings)
    for each in issue.sections:
        tree.require_depth(each, "/parent")
    touch(section)
    save(session, caller, issue)


def remove(session: Session, section: Section, caller: Caller) -> None:
    """Delete a section alone. The sections in it take its place; its items go behind those of the one above it, or,
    where there is none, into the inbox."""
    issue = section.issue
    require_may_change(issue, caller)
    siblings = tree.children(issue, section.parent)
    beneath = tree.children(issue, section)
    place = siblings.index(section)
    items = list(section.items)
    section.items.clear()
    for item in items:
        if section.parent is not None:
            section.parent.items.append(item)
        else:
            item.section, item.position = None, 0
        touch(item)
    for each in beneath:
        each.parent = section.parent
        touch(each)
    _number([*siblings[:place], *beneath, *siblings[place + 1 :]])
    session.flush()  # before the section goes, with what the database has beneath it
    issue.sections.remove(section)
    save(session, caller, issue)


def _number(siblings: Sequence[Section]) -> None:
    for place, sibling in enumerate(siblings):
        sibling.position = place


def find(issue: Issue, wanted: int | str, pointer: str) -> Section:
    """The section of an issue that an id or a slug means.

    Raises UnknownSection, and AmbiguousSection when several have the slug.
    """
    found = [section for section in issue.sections if wanted in (section.id, section.slug)]
    if not found:
        detail = f"Issue {issue.number} has no section {wanted!r}. {_those(issue)}"
        raise UnknownSection(detail, errors=[Fault(pointer, UnknownSection.code, detail)])
    if len(found) > 1:
        ids = ", ".join(str(section.id) for section in found)
        raise AmbiguousSection(
            f"Issue {issue.number} has {len(found)} sections {wanted!r}. Name one by its id: {ids}.",
            errors=[Fault(pointer, AmbiguousSection.code, f"several sections have this slug; their ids are {ids}")],
        )
    return found[0]


def for_tags(issue: Issue, tags: Sequence[Tag], pointer: str = "") -> Section:
    """The outermost section whose own tag is one of these, the first in order among equals.

    Raises SectionNeeded when there is none.
    """
    found = [section for section in issue.sections if section.tag in tags and section.tag is not None]
    if not found:
        detail = f"Say which section by its id or slug, or give a tag that a section has. {_those(issue)}"
        raise SectionNeeded(detail, errors=[Fault(f"{pointer}/section", SectionNeeded.code, detail)])
    return min(found, key=_rank)


def _rank(section: Section) -> tuple[int, list[int]]:
    """Its depth, then its place among those as deep."""
    path = tree.path_to(section)
    return len(path), [above.position for above in reversed(path)]


def require_position(position: int | None, last: int, pointer: str = "") -> int:
    """The position, or the last. Raises Invalid beyond it."""
    if position is None:
        return last
    if position > last:
        detail = f"position must be 0 to {last} here; you sent {position}"
        raise Invalid(f"{detail}.", errors=[Fault(f"{pointer}/position", "out-of-range", detail)])
    return position


def _unknown(identifier: int) -> NotFound:
    return NotFound(f"There is no section {identifier}; its issue's working copy has the ids of those there are.")


def _those(issue: Issue) -> str:
    if not issue.sections:
        return f"It has none yet: add one by POST /issues/{issue.number}/sections."
    shown = ", ".join(f"{section.slug!r} ({section.id})" for section in sorted(issue.sections, key=_rank)[:20])
    return f"Its sections, with their ids: {shown}."
