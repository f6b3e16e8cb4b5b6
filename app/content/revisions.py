"""Revisions: the stored documents of an issue at earlier versions.

The writes of one caller within a minute are combined into one revision, the last one; the version numbers in between
have no revision. Nothing is combined with a revision that was published, is pinned by a preview, or was replaced by a
restore, nor with the first one, from which the changes since any version can be computed.
"""

import zlib
from datetime import datetime, timedelta

from sqlalchemy import Select, bindparam, insert, select, update
from sqlalchemy.orm import Session

from app.auth.callers import Caller
from app.content.models import Issue, Revision
from app.db.base import now
from app.problems import NotFound

COMBINED_WITHIN = timedelta(minutes=1)

_revisions = Revision.__table__
_insert = insert(_revisions)
_newest = (
    select(Revision.version, Revision.began_at, Revision.caller, Revision.kept)
    .where(Revision.issue_id == bindparam("issue"))
    .order_by(Revision.version.desc())
    .limit(1)
)
_one = update(_revisions).where(_revisions.c.issue_id == bindparam("issue"), _revisions.c.version == bindparam("of"))


def record(session: Session, issue: Issue, document: bytes, caller: Caller, *, combine: bool = False) -> None:
    """Record the document, as JSON, of an issue at its current version, which is new. Does not commit.

    With `combine`, it replaces the last revision if that is recent enough, by the same caller and not kept.
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
    last = session.execute(_newest, {"issue": issue.id}).first() if combine and issue.version > 1 else None
    if last and not last.kept and last.caller == caller.id and at - last.began_at <= COMBINED_WITHIN:
        session.execute(_one, {"issue": issue.id, "of": last.version, **columns})
    else:
        session.execute(_insert, {"issue_id": issue.id, "caller": caller.id, "began_at": at, **columns})


def pin(session: Session, issue: Issue, version: int) -> None:
    """Keep a revision: later writes are not combined with it."""
    session.execute(_one, {"issue": issue.id, "of": version, "kept": True})


def require(session: Session, issue: Issue, version: int) -> None:
    """Raises NotFound, which names the next revision, if this version has none."""
    one = select(Revision.version).where(Revision.issue_id == issue.id, Revision.version == version)
    if session.scalar(one) is None:
        after = session.scalar(
            select(Revision.version)
            .where(Revision.issue_id == issue.id, Revision.version > version)
            .order_by(Revision.version)
            .limit(1)
        )
        into = f", because this version was combined into revision {after}" if after else ""
        raise NotFound(
            f"Issue {issue.number} has no revision {version}{into}. "
            f"GET /issues/{issue.number}/revisions lists its revisions."
        )


def document(session: Session, issue: Issue, version: int) -> bytes:
    """The document of a revision, as JSON. Raises NotFound."""
    require(session, issue, version)
    one = Revision.issue_id == issue.id, Revision.version == version
    return zlib.decompress(session.scalars(select(Revision.document).where(*one)).one())


def nearest(session: Session, issue: Issue, version: int) -> int | None:
    """The newest revision at or before a version."""
    until = select(Revision.version).where(Revision.issue_id == issue.id, Revision.version <= version)
    return session.scalar(until.order_by(Revision.version.desc()).limit(1))


def select_all(issue: Issue) -> Select[int, datetime, str, str]:
    """Selects the revisions of an issue without their documents, newest first."""
    columns = select(Revision.version, Revision.created_at, Revision.name, Revision.request)
    return columns.where(Revision.issue_id == issue.id).order_by(Revision.version.desc())
