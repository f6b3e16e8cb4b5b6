"""Replacing an issue by a document in the shape that GET gives: `PUT /issues/{number}`, and restoring revisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.callers import Caller
from app.authoring import issues
from app.authoring.comparing import changes_since
from app.authoring.reconcile import Matches, reconcile
from app.authoring.saving import load, require_may_change, save
from app.authoring.schemas import WholeIssue, WholeSection
from app.content import revisions, versions
from app.content.models import Issue, Item, Section
from app.content.versions import Expected
from app.problems import Invalid, Stale


def put(
    session: Session,
    number: int,
    given: WholeIssue,
    caller: Caller,
    *,
    expect: Expected = None,
    must_exist: bool = False,
) -> tuple[Issue, bool]:
    """Make an issue what the document says, or create it; with whether it was created.

    One in the bin is restored by that. `version` in the document is expected as `expect` is, and both only of what
    exists. Raises Invalid, Stale, SlugTaken, UnknownTag and Forbidden.
    """
    if given.number is not None and given.number != number:
        raise Invalid.at("/number", f"the address says {number}; leave number out, or write the same")
    ids = _Ids.of(given)
    issue = issues.lock(session, number)
    if issue is None:
        if must_exist or given.version is not None:
            raise Stale(
                f"A version was expected (If-Match, or version in the document), and there is no issue {number} yet. "
                "Leave it out to create the issue."
            )
        ids.require_among(number, {}, {})
        if given.status == "scheduled":
            raise Invalid.at("/status", f"make it a draft, then POST /issues/{number}/schedule")
        new = given.model_copy(update={"number": number, "status": given.status or "draft"})
        return issues.create(session, new, caller), True
    was_deleted = issue.deleted_at is not None
    _require_expected(session, issue, given, expect)
    require_may_change(issue, caller)
    slug = issues.new_slug(session, issue, given.slug, given.title)
    load(session, issue)
    sections, items = _parts(issue)
    ids.require_among(number, sections, items)
    issue.deleted_at = None
    if not reconcile(session, issue, given, ids.matches(sections, items), caller, slug) and was_deleted:
        save(session, caller, issue)
    return issue, False


def restore(session: Session, issue: Issue, version: int, caller: Caller) -> None:
    """Make an issue what it was at a revision, as a new one. Its status stays, and so does its time of publication
    when it had none then, and its slug when another issue has that of then.

    What was deleted since comes back with its id; what is in another issue now, or in the inbox, stays there, and a
    copy comes in its place. Raises NotFound, and UnknownTag for a tag that is gone.
    """
    require_may_change(issue, caller)
    given = WholeIssue.model_validate_json(revisions.document(session, issue, version))
    taken = session.scalar(select(Issue.id).where(Issue.slug == given.slug, Issue.id != issue.id)) is not None
    given = given.model_copy(
        update={
            "slug": issue.slug if taken else given.slug,
            "published_at": given.published_at or issue.published_at,
        }
    )
    # What is now is a revision that somebody may want to come back to.
    revisions.pin(session, issue, issue.version)
    slug = issues.new_slug(session, issue, given.slug, given.title)
    load(session, issue)
    ids = _Ids.of(given)
    matches = ids.matches(*_parts(issue))
    sections, items = _deleted(session, ids.sections, Section), _deleted(session, ids.items, Item)
    slugs = {pointer: ids.slugs[pointer] for pointer in sections}
    restoring = Matches(matches.sections, matches.items, {**sections, **items}, slugs)
    reconcile(session, issue, given, restoring, caller, slug)


def _require_expected(session: Session, issue: Issue, given: WholeIssue, expect: Expected = None) -> None:
    for each in (expect, given.version):
        versions.require(issue.version, each, lambda version: changes_since(session, issue, version))
    if given.status not in (None, issue.status):
        way_out = "/publish, /unpublish, /schedule and /unschedule change that"
        raise Invalid.at("/status", f"issue {issue.number} is {issue.status}; {way_out}")


def _parts(issue: Issue) -> tuple[dict[int, Section], dict[int, Item]]:
    sections = {section.id: section for section in issue.sections}
    return sections, {item.id: item for section in issue.sections for item in section.items}


def _deleted(session: Session, ids: Mapping[str, int], table: type[Section] | type[Item]) -> dict[str, int]:
    """Those that are nowhere any more."""
    there = set(session.scalars(select(table.id).where(table.id.in_(ids.values()))))
    return {pointer: identifier for pointer, identifier in ids.items() if identifier not in there}


@dataclass
class _Ids:
    """The ids in a document, by the pointers of what they are of."""

    sections: dict[str, int] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)
    slugs: dict[str, Any] = field(default_factory=dict)
    """Of those sections; in what authors send it may be anything, and is ignored."""

    @classmethod
    def of(cls, given: WholeIssue) -> Self:
        ids = cls()
        ids._gather(given, "")
        return ids

    def _gather(self, given: WholeIssue | WholeSection, above: str) -> None:
        for index, section in enumerate(given.sections):
            pointer = f"{above}/sections/{index}"
            if section.id is not None:
                self.sections[pointer] = section.id
                self.slugs[pointer] = section.slug
            for place, item in enumerate(section.items):
                if item.id is not None:
                    self.items[f"{pointer}/items/{place}"] = item.id
            self._gather(section, pointer)

    def require_among(self, number: int, sections: Mapping[int, Section], items: Mapping[int, Item]) -> None:
        """Raises Invalid when the document names what is not in the issue, or something twice."""
        for kind, named, known in (("section", self.sections, sections), ("item", self.items, items)):
            seen: set[int] = set()
            for pointer, identifier in named.items():
                if identifier in seen:
                    raise Invalid.at(f"{pointer}/id", f"{kind} {identifier} is in the document twice")
                seen.add(identifier)
                if identifier not in known:
                    way_out = "leave id out to make a new one"
                    raise Invalid.at(f"{pointer}/id", f"issue {number} has no {kind} {identifier}; {way_out}")

    def matches(self, sections: Mapping[int, Section], items: Mapping[int, Item]) -> Matches:
        return Matches(
            sections={pointer: sections[key] for pointer, key in self.sections.items() if key in sections},
            items={pointer: items[key] for pointer, key in self.items.items() if key in items},
        )
