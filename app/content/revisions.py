"""Revisions: an issue's document as it stood at each version that is kept.

What one person writes within a minute is one revision, the last of it: documents are folded together, and the version
numbers between are gone. What was published is kept whole, and so is what somebody may want to come back to, and what
an issue began as: from there, whoever has read any version can be told what was done since.
"""

import zlib
from datetime import datetime, timedelta

from sqlalchemy import Select, bindparam, insert, select, update
from sqlalchemy.orm import Session

from app.auth.callers import Caller
from app.content.models import Issue, Revision
from app.db.base import now
from app.problems import NotFound

FOLDED_WITHIN = timedelta(minutes=1)

_revisions = Revision.__table__
_insert = insert(_revisions)
_newest = (
    select(Revision.version, Revision.began_at, Revision.caller, Revision.kept)
    .where(Revision.issue_id == bindparam("issue"))
    .order_by(Revision.version.desc())
    .limit(1)
)
_one = update(_revisions).where(_revisions.c.issue_id == bindparam("issue"), _revisions.c.version == bindparam("of"))


def record(session: Session, issue: Issue, document: bytes, caller: Caller, *, folds: bool = False) -> None:
    """Record the document, as JSON, that an issue has at its present version, which is a new one. It does not commit.

    `folds`: the last revision may be one that this takes the place of; that of a published issue never is.
    """
    at = now()
    columns = {
        "version": issue.version,
        "created_at": at,
        "name": caller.name,
        "request": caller.request,
        "kept": issue.status == "published" or issue.version == 1,
        "document": zlib.compress(document, 1),
    }
    last = session.execute(_newest, {"issue": issue.id}).first() if folds and issue.version > 1 else None
    if last and not last.kept and last.caller == caller.id and at - last.began_at <= FOLDED_WITHIN:
        session.execute(_one, {"issue": issue.id, "of": last.version, **columns})
    else:
        session.execute(_insert, {"issue_id": issue.id, "caller": caller.id, "began_at": at, **columns})


def pin(session: Session, issue: Issue, version: int) -> None:
    """Let nothing be folded into a revision from now on."""
    session.execute(_one, {"issue": issue.id, "of": version, "kept": True})


def require(session: Session, issue: Issue, version: int) -> None:
    """Raises NotFound, and names the next one, when that version is not kept."""
    one = select(Revision.version).where(Revision.issue_id == issue.id, Revision.version == version)
    if session.scalar(one) is None:
        after = session.scalar(
            select(Revision.version)
            .where(Revision.issue_id == issue.id, Revision.version > version)
            .order_by(Revision.version)
            .limit(1)
        )
        into = f"; what was written then is part of revision {after}" if after else ""
        raise NotFound(
            f"Issue {issue.number} has no revision {version}{into}. "
            f"GET /issues/{issue.number}/revisions lists those there are."
        )


def document(session: Session, issue: Issue, version: int) -> bytes:
    """The document as it stood, as JSON. Raises NotFound."""
    require(session, issue, version)
    one = Revision.issue_id == issue.id, Revision.version == version
    return zlib.decompress(session.scalars(select(Revision.document).where(*one)).one())


def nearest(session: Session, issue: Issue, version: int) -> int | None:
    """The newest revision that is not after a version."""
    until = select(Revision.version).where(Revision.issue_id == issue.id, Revision.version <= version)
    return session.scalar(until.order_by(Revision.version.desc()).limit(1))


def of(issue: Issue) -> Select[int, datetime, str, str]:
    """Selects an issue's revisions, the newest first, without their documents."""
    columns = select(Revision.version, Revision.created_at, Revision.name, Revision.request)
    return columns.where(Revision.issue_id == issue.id).order_by(Revision.version.desc())
