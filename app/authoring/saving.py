"""The start and the end of every write to issues: loading them once, then recording a new version and revision, and
publishing what is public.

Every change of an issue, its sections or its items locks the issue (`issues.get`), then calls `load`, then makes its
changes, then calls `save`.
"""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.archive import issues as archive
from app.auth.callers import Caller
from app.authoring.sizes import require_text
from app.content import compile, revisions
from app.content.models import Issue, Item, Publication, Section, Tag
from app.db.base import now
from app.publishing import gate

_TEXTS = "texts_before"
"""In `Session.info`: the texts of each loaded issue, by its id, as they were."""


def load(session: Session, *issues: Issue) -> None:
    """Load the sections and items of issues that are locked. No other rows may be locked after this."""
    if any(issue.status == "published" for issue in issues):
        gate.lock(session)
    compile.load_sections(session, *issues)
    # The session itself has only weak references to what it has loaded.
    session.info.setdefault("loaded_issues", []).extend(issues)
    for issue in issues:
        session.info.setdefault(_TEXTS, {}).setdefault(issue.id, list(_texts(issue)))


def save(session: Session, caller: Caller, *issues: Issue) -> None:
    """Save the changes of issues that are loaded: new versions, revisions and, for published issues, the projections.
    Raises Invalid for too much text.

    If an item is moved from one issue to another, the one that it leaves must come first.
    """
    for issue in issues:
        texts, before = list(_texts(issue)), session.info.get(_TEXTS, {}).get(issue.id, [])
        if texts != before:
            require_text(texts, before=before)
        touch(issue)
    published = [issue for issue in issues if issue.status == "published"]
    compiled = gate.publish(session, *published) if published else {}
    for issue in issues:
        if issue.number in compiled:
            revisions.record(session, issue, compiled[issue.number].frozen, caller)
        else:
            record_draft(session, issue, caller)


def _texts(issue: Issue) -> Iterator[str | None]:
    # Not `content.texts.rendered_texts`, which walks through nested sections: those of a row are side by side.
    yield from (issue.intro, issue.outro)
    for section in issue.sections:
        yield section.intro
        yield from (item.body for item in section.items)


def record_draft(session: Session, issue: Issue, caller: Caller) -> None:
    """Record the revision of an unpublished, loaded issue at its new version."""
    session.flush()
    document = compile.issue(issue, archive.neighbours(session, issue.number))
    revisions.record(session, issue, document.freeze(), caller, combine=True)


def touch(written: Issue | Section | Item | Tag | Publication) -> None:
    """Set a new version and time of change."""
    written.version += 1
    written.updated_at = now()


def require_may_change(issue: Issue, caller: Caller) -> None:
    """Raises Forbidden if the issue is published or scheduled, and the caller may not change public content."""
    if issue.status != "draft":
        caller.require("content:publish", f"change issue {issue.number}, which is {issue.status}")
