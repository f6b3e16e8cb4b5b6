"""One issue at the door: it is made, changed, left alone or turned away."""

from typing import Literal

from sqlalchemy.orm import Session

from app.auth.callers import Caller
from app.authoring import issues, workflow
from app.authoring.reconcile import reconcile
from app.authoring.saving import load
from app.content.models import Issue
from app.content.tags import Vocabulary
from app.importing import records
from app.importing.candidate import Arrival, Met, Refused
from app.importing.matching import matches
from app.importing.models import ImportedIssue
from app.importing.tags import KnownTags

Written = Literal["created", "updated", "unchanged"]


def foretell(session: Session, arrival: Arrival, met: Met) -> tuple[Written, int | None]:
    """What `settle` would do, and to which issue; None for the next number. It writes nothing. Raises Refused."""
    met.require_new(arrival)
    issue, record = records.find(session, arrival, met.numbers, lock=False)
    if issue is None:
        return "created", arrival.given.number
    _require_free(issue, record, arrival)
    settled = _is_settled(issue, record, arrival) and not _publishes(issue, arrival)
    return "unchanged" if settled else "updated", issue.number


def settle(session: Session, arrival: Arrival, met: Met, tags: KnownTags, caller: Caller) -> tuple[Written, int]:
    """Make an issue of what was read, or bring the one that it is to that; and remember it. It does not commit.

    `met` has what this run has brought in before. Raises Refused, and what `issues.create` and `reconcile.reconcile`
    raise.
    """
    met.require_new(arrival)
    issue, record = records.find(session, arrival, met.numbers, lock=True)
    if issue is None:
        given = arrival.given.model_copy(update={"status": "published" if arrival.publish else "draft"})
        issue = issues.create(session, given, caller, tags.within)
        records.remember(session, issue, arrival, new=True)
        tags.leave(session, published=arrival.publish)
        return "created", issue.number
    _require_free(issue, record, arrival)
    written = False
    settled = _is_settled(issue, record, arrival)
    if not settled:
        slug = issues.new_slug(session, issue, arrival.given.slug, arrival.given.title)
        load(session, issue)
        known = matches(issue, arrival.given, Vocabulary.load(session))
        written = reconcile(session, issue, arrival.given, known, caller, slug)
    if _publishes(issue, arrival):
        caller.require("content:publish", "publish an issue")
        workflow.publish(session, issue, caller)
        written = True
    if written or not settled:
        records.remember(session, issue, arrival, new=record is None)
    return "updated" if written else "unchanged", issue.number


def _require_free(issue: Issue, record: ImportedIssue | None, arrival: Arrival) -> None:
    """Raises Refused when the issue is another source's, or has an author's work in it."""
    number = issue.number
    if issue.deleted_at is not None:
        raise Refused(number, f"Issue {number} is in the bin; restore it first, or give this one another number.")
    if arrival.wishes.overwrite:
        return
    way_out = f"{arrival.wishes.way_to_overwrite} puts this in its place."
    if record is None:
        raise Refused(number, f"There is an issue {number} that was not imported; {way_out}")
    if not records.is_same_source(issue, record, arrival):
        raise Refused(number, f"Issue {number} is {issue.title!r}, from another source; {way_out}")
    if issue.version != record.version and not (record.digest == arrival.digest and not _publishes(issue, arrival)):
        raise Refused(number, f"Issue {number} has been edited since it came in; {way_out}")


def _is_settled(issue: Issue, record: ImportedIssue | None, arrival: Arrival) -> bool:
    """Whether the source says what it said when it came in, and what was edited since is to stay."""
    if record is None or record.digest != arrival.digest:
        return False
    return issue.version == record.version or not arrival.wishes.overwrite


def _publishes(issue: Issue, arrival: Arrival) -> bool:
    return arrival.publish and issue.status != "published"
