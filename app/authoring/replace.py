"""Replacing an issue with a document in the shape that GET returns: `PUT /issues/{number}`, and restoring revisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.callers import Caller
from app.authoring import issues
from app.authoring.diffs import changes_since
from app.authoring.reconcile import Matches, reconcile
from app.authoring.saving import load, require_may_change, save
from app.authoring.schemas import IssueDocumentInput, SectionDocumentInput
from app.content import revisions, versions
from app.content.models import Issue, Item, Section
from app.content.versions import Expected
from app.problems import AlreadyExists, Invalid, NumberTaken, PreconditionFailed


def put(
    session: Session,
    number: int,
    given: IssueDocumentInput,
    caller: Caller,
    *,
    expect: Expected = None,
    must_exist: bool = False,
    must_not_exist: bool = False,
) -> tuple[Issue, bool]:
    """Replace or create an issue. Returns the issue, and whether it was created.

    An issue in the bin is restored. `version` in the document is a precondition like `expect`. Raises
    PreconditionFailed, Invalid, SlugTaken, UnknownTag and Forbidden.
    """
    if given.number is not None and given.number != number:
        raise Invalid.at("/number", f"it must be {number}, as in the URL, or omitted")
    ids = _Ids.of(given)
    issue = issues.lock(session, number)
    if issue is None:
        if must_exist or given.version is not None:
            raise PreconditionFailed(
                f"Issue {number} does not exist, but If-Match, or version in the document, expects a version. "
                "Omit it to create the issue."
            )
        ids.require_among(number, {}, {})
        if given.status == "scheduled":
            raise Invalid.at("/status", f"create it as a draft, then send POST /issues/{number}/schedule")
        new = given.model_copy(update={"number": number, "status": given.status or "draft"})
        try:
            return issues.create(session, new, caller), True
        except NumberTaken:  # somebody else has created it since
            if must_not_exist:
                # Without a lock: it would be taken in the wrong order, after the one of the publication.
                raise _already_exists(session.scalars(select(Issue).where(Issue.number == number)).one()) from None
            raise
    if must_not_exist:
        raise _already_exists(issue)
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


def _already_exists(issue: Issue) -> AlreadyExists:
    where = " in the bin" if issue.deleted_at is not None else ""
    return AlreadyExists(
        f"Issue {issue.number} exists{where}, and If-None-Match: * was sent, so it was not replaced. "
        "Omit the header to replace it.",
        current=issue.version,
    )


def restore(session: Session, issue: Issue, version: int, caller: Caller) -> None:
    """Restore a revision of an issue, as a new revision. The status does not change; neither does the publication time
    if the revision has none, nor the slug if another issue has that of the revision.

    Sections and items that were deleted since get their ids back. Those that are in another issue now, or in the inbox,
    stay there, and are copied. Raises NotFound, and UnknownTag for a tag that does not exist any more.
    """
    require_may_change(issue, caller)
    given = IssueDocumentInput.model_validate_json(revisions.document(session, issue, version))
    taken = session.scalar(select(Issue.id).where(Issue.slug == given.slug, Issue.id != issue.id)) is not None
    given = given.model_copy(
        update={
            "slug": issue.slug if taken else given.slug,
            "published_at": given.published_at or issue.published_at,
        }
    )
    # Somebody may want to restore the current state later.
    revisions.pin(session, issue, issue.version)
    slug = issues.new_slug(session, issue, given.slug, given.title)
    load(session, issue)
    ids = _Ids.of(given)
    matches = ids.matches(*_parts(issue))
    sections, items = _deleted(session, ids.sections, Section), _deleted(session, ids.items, Item)
    slugs = {pointer: ids.slugs[pointer] for pointer in sections}
    restoring = Matches(matches.sections, matches.items, {**sections, **items}, slugs)
    reconcile(session, issue, given, restoring, caller, slug)


def _require_expected(session: Session, issue: Issue, given: IssueDocumentInput, expect: Expected = None) -> None:
    for each in (expect, given.version):
        versions.require(issue.version, each, lambda version: changes_since(session, issue, version))
    if given.status not in (None, issue.status):
        solution = "change it with /publish, /unpublish, /schedule or /unschedule"
        raise Invalid.at("/status", f"it must be {issue.status}, the current status of the issue; {solution}")


def _parts(issue: Issue) -> tuple[dict[int, Section], dict[int, Item]]:
    sections = {section.id: section for section in issue.sections}
    return sections, {item.id: item for section in issue.sections for item in section.items}


def _deleted(session: Session, ids: Mapping[str, int], table: type[Section] | type[Item]) -> dict[str, int]:
    """The ids that do not exist any more, in any issue or the inbox."""
    existing = set(session.scalars(select(table.id).where(table.id.in_(ids.values()))))
    return {pointer: identifier for pointer, identifier in ids.items() if identifier not in existing}


@dataclass
class _Ids:
    """The ids in a document, by JSON pointers to their sections and items."""

    sections: dict[str, int] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)
    slugs: dict[str, Any] = field(default_factory=dict)
    """The slugs of these sections in a stored document. In a request they may be anything, and are ignored."""

    @classmethod
    def of(cls, given: IssueDocumentInput) -> Self:
        ids = cls()
        ids._gather(given, "")
        return ids

    def _gather(self, given: IssueDocumentInput | SectionDocumentInput, above: str) -> None:
        for index, section in enumerate(given.sections):
            pointer = f"{above}/sections/{index}"
            if section.id is not None:
                self.sections[pointer] = section.id
                self.slugs[pointer] = section.slug
            for position, item in enumerate(section.items):
                if item.id is not None:
                    self.items[f"{pointer}/items/{position}"] = item.id
            self._gather(section, pointer)

    def require_among(self, number: int, sections: Mapping[int, Section], items: Mapping[int, Item]) -> None:
        """Raises Invalid if the document has an id that is not in the issue, or an id twice."""
        for kind, named, known in (("section", self.sections, sections), ("item", self.items, items)):
            seen: set[int] = set()
            for pointer, identifier in named.items():
                if identifier in seen:
                    raise Invalid.at(f"{pointer}/id", f"the document contains {kind} {identifier} twice")
                seen.add(identifier)
                if identifier not in known:
                    solution = f"omit id to create a new {kind}"
                    raise Invalid.at(f"{pointer}/id", f"issue {number} has no {kind} {identifier}; {solution}")

    def matches(self, sections: Mapping[int, Section], items: Mapping[int, Item]) -> Matches:
        return Matches(
            sections={pointer: sections[key] for pointer, key in self.sections.items() if key in sections},
            items={pointer: items[key] for pointer, key in self.items.items() if key in items},
        )
