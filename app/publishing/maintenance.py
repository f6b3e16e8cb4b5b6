"""Preparing a database for this version of Masthead: its initial rows, and recompiling issues of other versions.

`masthead migrate` does this, and every server does it when it starts. It can be repeated safely.
"""

import logging

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.archive.models import ArchivedIssue
from app.content import tags
from app.content.models import Issue, Publication
from app.db.engine import Database
from app.publishing import gate
from app.settings import Settings

log = logging.getLogger("masthead")


def bootstrap(database: Database, settings: Settings) -> None:
    """Insert the publication and tags into a new database, and recompile issues that another version compiled."""
    with database.reading() as session:
        new = session.get(Publication, 1) is None
    if new:
        with database.writing() as session:
            _insert_first_rows(session, settings)
    with database.reading() as session:
        outdated = session.scalars(_outdated(session).order_by(ArchivedIssue.number)).all()
    for number in outdated:
        # One transaction per issue: recompiling a large archive must not block authors for minutes.
        with database.writing() as session:
            issue = session.scalars(select(Issue).where(Issue.number == number).with_for_update()).one_or_none()
            # Another server that starts at the same time may have compiled it already.
            still = session.scalar(_outdated(session).where(ArchivedIssue.number == number))
            if issue is not None and still is not None:
                gate.recompile(session, [number])
    if outdated:
        log.info("recompiled %d issues", len(outdated))


def _insert_first_rows(session: Session, settings: Settings) -> None:
    # The content clock is locked first, so that only one of several servers that start at once inserts the rows.
    gate.lock(session)
    if session.get(Publication, 1) is not None:
        return
    session.add(
        Publication(
            id=1,
            title=settings.publication_title,
            description=settings.publication_description,
            author=settings.publication_author,
            language=settings.publication_language,
        )
    )
    tags.insert_default_tags(session)
    gate.put_publication(session)
    gate.put_vocabulary(session)


def _outdated(session: Session) -> Select[int]:
    """Selects the numbers of issues that another version compiled."""
    return select(ArchivedIssue.number).where(ArchivedIssue.compiler != gate.compiler(session))
