"""Previews: links with which people without an account can read an issue."""

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

RETENTION = timedelta(days=30)
"""How long expired links are kept, so that the response says that the link has expired."""

# The last character of 32 bytes in Base64 has two unused bits, which decoders ignore. They must be 0, so that every
# link has exactly one spelling.
_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]", re.ASCII)


def create(session: Session, issue: Issue, given: PreviewInput, caller: Caller) -> Preview:
    """Create a link to an issue that is locked. Raises NotFound if the requested revision does not exist."""
    if given.version is not None:
        revisions.require(session, issue, given.version)
        revisions.pin(session, issue, given.version)
    expires = now() + timedelta(days=given.days)
    preview = Preview(issue_id=issue.id, version=given.version, name=caller.name, expires_at=expires)
    session.add(preview)
    session.flush()
    return preview


def show(session: Session, tokens: Tokens, token: str) -> bytes:
    """The frozen document of the issue of a link. Raises NotFound and PreviewOver."""
    preview, issue = _find(session, tokens, token)
    neighbours = archive.neighbours(session, issue.number)
    if preview.version is None:
        (issue,) = compile.load(session, issue.number)
        frozen = compile.issue(issue, neighbours).freeze()
    else:
        frozen = revisions.document(session, issue, preview.version)
    return with_links(frozen, neighbours.links(f"/previews/{token}"))


def revoke(session: Session, tokens: Tokens, token: str) -> None:
    """Revoke a link. Has no effect on a link that is revoked or expired. Raises NotFound."""
    identifier = _id_of(tokens, token)
    session.execute(
        update(Preview).where(Preview.id == identifier, Preview.revoked_at.is_(None)).values(revoked_at=now())
    )


def purge_expired(session: Session) -> None:
    """Delete the links that expired more than RETENTION ago."""
    session.execute(delete(Preview).where(Preview.expires_at < now() - RETENTION))


def revoke_all(session: Session, issue: Issue) -> None:
    """Revoke all links to an issue."""
    of_issue = Preview.issue_id == issue.id, Preview.revoked_at.is_(None)
    session.execute(update(Preview).where(*of_issue).values(revoked_at=now()))


def _find(session: Session, tokens: Tokens, token: str) -> tuple[Preview, Issue]:
    identifier = _id_of(tokens, token)
    found = session.execute(
        select(Preview, Issue).join(Issue, Issue.id == Preview.issue_id).where(Preview.id == identifier)
    ).first()
    if found is None:
        raise _not_found()
    preview, issue = found
    if preview.revoked_at is not None or preview.expires_at <= now() or issue.deleted_at is not None:
        reason = "The preview link was revoked" if preview.revoked_at else "The preview link has expired"
        if issue.deleted_at is not None:
            reason = "The issue of this preview link was deleted"
        raise PreviewOver(f"{reason}. Ask the person who sent it for a new one.")
    return preview, issue


def _id_of(tokens: Tokens, token: str) -> int:
    identifier = tokens.preview_of(token) if _TOKEN.fullmatch(token) else None
    if identifier is None:
        raise _not_found()
    return identifier


def _not_found() -> NotFound:
    return NotFound("The preview link is invalid or incomplete. Ask the person who sent it for the complete link.")
