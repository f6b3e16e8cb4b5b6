"""Publishing scheduled issues at their time, each once, regardless of the number of server processes."""

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
"""The delay in seconds that is logged as a warning: the server or its database was not running."""


def publish_due(database: Database) -> list[int]:
    """Publish all issues that are due, earliest first. Returns the numbers of those that this call has published."""
    return list(_published(database))


def _published(database: Database) -> Iterator[int]:
    due = select(Issue.number).where(Issue.scheduled_at <= now()).order_by(Issue.scheduled_at, Issue.number)
    with database.reading() as session:
        numbers = session.scalars(due).all()
    for number in numbers:
        try:
            if _publish(database, number):
                yield number
        except Exception:  # an error in one issue must not delay the others
            log.exception("issue %d is due, but could not be published", number)


def _publish(database: Database, number: int) -> bool:
    """Publish an issue in a transaction of its own. Returns False if another process has done so."""
    with database.writing() as session:
        statement = select(Issue).where(Issue.number == number).with_for_update(skip_locked=True)
        issue = session.scalars(statement).one_or_none()
        if issue is None or issue.scheduled_at is None or issue.scheduled_at > now():
            return False
        due = issue.scheduled_at
        workflow.publish(session, issue, SCHEDULE, at=due)
    late = (now() - due).total_seconds()
    if late > LATE:
        log.warning("published issue %d, %d s late: no server was running at its scheduled time", number, late)
    else:
        log.info("published issue %d on schedule", number)
    return True
