"""Publishing the sample issues into a database that has never had any."""

from collections.abc import Iterator
from importlib import resources

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.auth.callers import OPERATOR
from app.authoring import issues
from app.authoring.schemas import IssueInput
from app.content.models import Publication
from app.db.engine import Database


def load(database: Database) -> list[int]:
    """Publish the sample issues, all or none, and return their numbers.

    Nothing is touched, and nothing returned, when any issue of any status has ever been in the database.
    """
    with database.writing() as session:
        # The row that whoever makes an issue locks: an author's first one must not slip in between.
        session.get_one(Publication, 1, with_for_update=True)
        if has_ever_had_issues(session):
            return []
        return [issues.create(session, sample, OPERATOR).number for sample in samples()]


def samples() -> Iterator[IssueInput]:
    """The sample issues, by number upwards, as bodies of `POST /issues`."""
    for file in sorted(resources.files("app.demo").joinpath("issues").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".json"):
            yield IssueInput.model_validate_json(file.read_bytes())


def has_ever_had_issues(session: Session) -> bool:
    """Whether an id of an issue has ever been given. Ids are not used again, so each database remembers."""
    if session.get_bind().dialect.name == "sqlite":
        given = session.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = 'issues'"))
    else:
        given = session.scalar(text("SELECT pg_sequence_last_value(pg_get_serial_sequence('issues', 'id'))"))
    return bool(given)
