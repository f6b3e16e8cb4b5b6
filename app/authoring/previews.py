"""Previews: links that show an issue to people without an account."""

import re
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.archive import issues as archive
from app.auth.callers import Caller
from app.auth.tokens import Tokens
from app.authoring.schemas import PreviewInput
from app.content import compile, revisions
from app.content.document import with_links
from app.content.models import Issue, Preview
from app.db.base import now
from app.problems import NotFound, PreviewOver

KEPT = timedelta(days=30)
"""How long an expired link is still known as one."""

# 32 bytes end in base 64 with two bits to spare, which decoders pass over: each link is to have one spelling.
_SPELT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]", re.ASCII)


def make(session: Session, issue: Issue, given: PreviewInput, caller: Caller) -> Preview:
    """A link to an issue that is locked. Raises NotFound when it is to be pinned to a revision that there is not."""
    if given.version is not None:
        revisions.require(session, issue, given.version)
        revisions.pin(session, issue, given.version)
    expires = now() + timedelta(days=given.days)
    preview = Preview(issue_id=issue.id, version=given.version, name=caller.name, expires_at=expires)
    session.add(preview)
    session.flush()
    return preview


def show(session: Session, tokens: Tokens, token: str) -> bytes:
    """The issue as the link shows it, in the shape that GET gives. Raises NotFound and PreviewOver."""
    preview, issue = _find(session, tokens, token)
    neighbours = archive.neighbours(session, issue.number)
    if preview.version is None:
        (issue,) = compile.load(session, issue.number)
        frozen = compile.issue(issue, neighbours).freeze()
    else:
        frozen = revisions.document(session, issue, preview.version)
    return with_links(frozen, neighbours.links(f"/previews/{token}"))


def revoke(session: Session, tokens: Tokens, token: str) -> None:
    """End a link; one that is over already stays so. Raises NotFound."""
    identifier = _id_of(tokens, token)
    session.execute(
        update(Preview).where(Preview.id == identifier, Preview.revoked_at.is_(None)).values(revoked_at=now())
    )


def purge_expired(session: Session) -> None:
    """Delete links some time after their end; until then whoever opens one is told that it has expired."""
    session.execute(delete(Preview).where(Preview.expires_at < now() - KEPT))


def revoke_all(session: Session, issue: Issue) -> None:
    """End every link to an issue."""
    of_issue = Preview.issue_id == issue.id, Preview.revoked_at.is_(None)
    session.execute(update(Preview).where(*of_issue).values(revoked_at=now()))


def _find(session: Session, tokens: Tokens, token: str) -> tuple[Preview, Issue]:
    identifier = _id_of(tokens, token)
    found = session.execute(
        select(Preview, Issue).join(Issue, Issue.id == Preview.issue_id).where(Preview.id == identifier)
    ).first()
    if found is None:
        raise _no_preview()
    preview, issue = found
    if preview.revoked_at is not None or preview.expires_at <= now() or issue.deleted_at is not None:
        why = "was revoked" if preview.revoked_at else "has expired"
        if issue.deleted_at is not None:
            why = "leads to an issue that was deleted"
        raise PreviewOver(f"This preview {why}. Ask whoever sent it for a new link.")
    return preview, issue


def _id_of(tokens: Tokens, token: str) -> int:
    identifier = tokens.preview_of(token) if _SPELT.fullmatch(token) else None
    if identifier is None:
        raise _no_preview()
    return identifier


def _no_preview() -> NotFound:
    return NotFound("This is no preview's address, or not all of it: ask whoever sent it for the whole link.")
