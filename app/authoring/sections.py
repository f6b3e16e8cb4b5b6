"""Sections: adding, changing, moving, deleting and finding them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.callers import Caller
from app.authoring import issues, tree
from app.authoring.diffs import current_state
from app.authoring.saving import load, require_may_change, save, touch
from app.authoring.schemas import PlacedSectionInput, SectionMove, SectionPatch
from app.authoring.sizes import require_depth
from app.content import compile, versions
from app.content.models import Issue, Section, Tag
from app.content.tags import Vocabulary
from app.content.versions import Expected
from app.problems import AmbiguousSection, Fault, Invalid, NotFound, SectionNeeded, UnknownSection


def get(session: Session, identifier: int, expect: Expected = None) -> Section:
    """The section. Its issue is loaded, and locked until the transaction ends.

    Raises NotFound, and Stale if its version is not the expected one.
    """
    number = session.scalar(select(Issue.number).join(Section).where(Section.id == identifier))
    if number is None:
        raise _not_found(identifier)
    issue = issues.get(session, number)
    load(session, issue)
    section = next((each for each in issue.sections if each.id == identifier), None)
    if section is None:  # it was deleted while this transaction waited for the lock
        raise _not_found(identifier)
    versions.require(section.version, expect, lambda _: current_state(compile.working_section(section)))
    return section


def add(session: Session, issue: Issue, given: PlacedSectionInput, caller: Caller) -> Section:
    """Add a section with its subsections and items to an issue that is locked."""
    require_may_change(issue, caller)
    load(session, issue)
    parent = None if given.parent is None else find(issue, given.parent, "/parent")
    siblings = tree.children(issue, parent)
    position = require_position(given.position, len(siblings))
    tree.require_room(issue, *tree.size_of(given))
    section = tree.add_section(issue, given, Vocabulary.lazy(session), parent, position, "")
    siblings.insert(position, section)
    _renumber(siblings)
    save(session, caller, issue)
    return section


def change(session: Session, section: Section, given: SectionPatch, caller: Caller) -> None:
    """Update the given fields. The slug does not change, and a new title does not change the tag."""
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
    """Move a section with its contents into another section of its issue, or to another position.

    Raises Invalid for a position that does not exist, and for a move into itself.
    """
    issue = section.issue
    require_may_change(issue, caller)
    parent = section.parent
    if "parent" in given.model_fields_set:
        parent = None if given.parent is None else find(issue, given.parent, "/parent")
    if parent is not None and section in tree.path_to(parent):
        raise Invalid.at("/parent", "a section cannot be moved into itself or its subsections", "beneath-itself")
    left = [each for each in tree.children(issue, section.parent) if each is not section]
    siblings = [each for each in tree.children(issue, parent) if each is not section]
    position = require_position(given.position, len(siblings))
    if section.parent is not parent:
        section.parent = parent
        _renumber(left)
    siblings.insert(position, section)
    _renumber(siblings)
    for each in issue.sections:
        require_depth(len(tree.path_to(each)), "/parent")
    touch(section)
    save(session, caller, issue)


def remove(session: Session, section: Section, caller: Caller) -> None:
    """Delete a section, but not its contents. Its subsections take its place. Its items are appended to those of its
    parent, or moved to the inbox if it has no parent."""
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
    _renumber([*siblings[:place], *beneath, *siblings[place + 1 :]])
    session.flush()  # before the database deletes the section with its contents
    issue.sections.remove(section)
    save(session, caller, issue)


def _renumber(siblings: Sequence[Section]) -> None:
    for position, sibling in enumerate(siblings):
        sibling.position = position


def find(issue: Issue, wanted: int | str, pointer: str) -> Section:
    """The section of an issue with this id or slug.

    Raises UnknownSection, and AmbiguousSection if several sections have the slug.
    """
    found = [section for section in issue.sections if wanted in (section.id, section.slug)]
    if not found:
        detail = f"Issue {issue.number} has no section {wanted!r}. {_available(issue)}"
        raise UnknownSection(detail, errors=[Fault(pointer, UnknownSection.code, detail)])
    if len(found) > 1:
        ids = ", ".join(str(section.id) for section in found)
        raise AmbiguousSection(
            f"Issue {issue.number} has {len(found)} sections {wanted!r}. Use one of their ids: {ids}.",
            errors=[
                Fault(pointer, AmbiguousSection.code, f"several sections have this slug; use one of the ids {ids}")
            ],
        )
    return found[0]


def find_by_tags(issue: Issue, tags: Sequence[Tag], pointer: str = "") -> Section:
    """The outermost section whose tag is one of these; the first of several.

    Raises SectionNeeded if there is none.
    """
    found = [section for section in issue.sections if section.tag in tags and section.tag is not None]
    if not found:
        detail = f"Send section, an id or a slug, or tags with the tag of a section. {_available(issue)}"
        raise SectionNeeded(detail, errors=[Fault(f"{pointer}/section", SectionNeeded.code, detail)])
    return min(found, key=_rank)


def _rank(section: Section) -> tuple[int, list[int]]:
    """Its depth, then its position among the sections of this depth."""
    path = tree.path_to(section)
    return len(path), [above.position for above in reversed(path)]


def require_position(position: int | None, last: int, pointer: str = "") -> int:
    """The position; by default the last one. Raises Invalid for a higher one."""
    if position is None:
        return last
    if position > last:
        detail = f"position must be 0 to {last} here; you sent {position}"
        raise Invalid(f"{detail}.", errors=[Fault(f"{pointer}/position", "out-of-range", detail)])
    return position


def _not_found(identifier: int) -> NotFound:
    return NotFound(f"Section {identifier} does not exist. The working copies of issues have the section ids.")


def _available(issue: Issue) -> str:
    if not issue.sections:
        return f"The issue has no sections yet: add one with POST /issues/{issue.number}/sections."
    shown = ", ".join(f"{section.slug!r} ({section.id})" for section in sorted(issue.sections, key=_rank)[:20])
    return f"Its sections and their ids: {shown}."
