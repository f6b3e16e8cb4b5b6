"""Sections: adding them to an issue, and finding the one that an author means."""

from sqlalchemy.orm import Session

from app.auth.callers import Caller
from app.authoring import tree
from app.authoring.issues import require_may_change, touch
from app.authoring.schemas import PlacedSectionInput
from app.content.models import Issue, Section, Tag
from app.content.tags import Vocabulary
from app.problems import AmbiguousSection, Fault, Invalid, SectionNeeded, UnknownSection
from app.publishing import gate


def add(session: Session, issue: Issue, given: PlacedSectionInput, caller: Caller) -> Section:
    """Add a section with all that is in it to an issue that is locked."""
    require_may_change(issue, caller)
    parent = None if given.parent is None else find(issue, given.parent, "/parent")
    siblings = tree.children(issue, parent)
    position = require_position(given.position, len(siblings))
    section = tree.plant_section(issue, given, Vocabulary.load(session), parent, "")
    siblings.insert(position, section)
    for place, sibling in enumerate(siblings):
        sibling.position = place
    touch(issue)
    tree.require_room_in(session, issue)
    gate.recompile(session, issue)
    return section


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


def for_tags(issue: Issue, tags: list[Tag]) -> Section:
    """The outermost section whose own tag is one of these, the first in order among equals.

    Raises SectionNeeded when there is none.
    """
    found = [section for section in issue.sections if section.tag in tags and section.tag is not None]
    if not found:
        detail = f"Say which section by its id or slug, or give a tag that a section has. {_those(issue)}"
        raise SectionNeeded(detail, errors=[Fault("/section", SectionNeeded.code, detail)])
    return min(found, key=_rank)


def _rank(section: Section) -> tuple[int, list[int]]:
    """Its depth, then its place among those as deep."""
    path = tree.path_to(section)
    return len(path), [above.position for above in reversed(path)]


def require_position(position: int | None, last: int) -> int:
    """The position, or the last. Raises Invalid beyond it."""
    if position is None:
        return last
    if position > last:
        detail = f"position must be 0 to {last} here; you sent {position}"
        raise Invalid(detail, errors=[Fault("/position", "out-of-range", detail)])
    return position


def _those(issue: Issue) -> str:
    if not issue.sections:
        return f"It has none yet: add one by POST /issues/{issue.number}/sections."
    shown = ", ".join(f"{section.slug!r} ({section.id})" for section in sorted(issue.sections, key=_rank)[:20])
    return f"Its sections, with their ids: {shown}."
