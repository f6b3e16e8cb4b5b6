"""Publishing what is due: each issue once, whatever number of processes looks for it."""

import logging
from collections.abc import Iterator

from sqlalchemy import select

from app.auth.callers import SCHEDULE
from app.authoring import workflow
from app.content.models import Issue
from app.db.base import now
from app.db.engine import Database

log = logging.getLogger("masthead")

LATE = 10
"""Seconds after its time, from which on an issue was waited for: the server was down, or its database."""


def publish_due(database: Database) -> list[int]:
    """Publish every issue whose time has come, the earliest first; the numbers of those that this has published."""
    return list(_published(database))


def _published(database: Database) -> Iterator[int]:
    due = select(Issue.number).where(Issue.scheduled_at <= now()).order_by(Issue.scheduled_at, Issue.number)
    with database.reading() as session:
        numbers = session.scalars(due).all()
    for number in numbers:
        try:
            if _publish(database, number):
                yield number
        except Exception:  # what is wrong with one issue must not keep the others from their time
            log.exception("issue %d is due and could not be published", number)


def _publish(database: Database, number: int) -> bool:
    """One transaction an issue. Whether it was this one that has published it: another process may have."""
    with database.writing() as session:
        statement = select(Issue).where(Issue.number == number).with_for_update(skip_locked=True)
        issue = session.scalars(statement).one_or_none()
        if issue is None or issue.scheduled_at is None or issue.scheduled_at > now():
            return False
        due = issue.scheduled_at
        workflow.publish(session, issue, SCHEDULE, at=due)
    late = (now() - due).total_seconds()
    if late > LATE:
        log.warning("published issue %d, %d s after its time: no server was there for it then", number, late)
    else:
        log.info("published issue %d in time", number)
    return True
