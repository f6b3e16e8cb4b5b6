"""Publishing the sample issues in a database that has never had an issue."""

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

    Changes nothing and returns an empty list if the database has ever had an issue, whatever its status.
    """
    with database.writing() as session:
        # Creating an issue locks this row, so an author's first issue cannot be created between check and write.
        session.get_one(Publication, 1, with_for_update=True)
        if has_ever_had_issues(session):
            return []
        return [issues.create(session, sample, OPERATOR).number for sample in samples()]


def samples() -> Iterator[IssueInput]:
    """The sample issues, as bodies of `POST /issues`, in ascending order of number."""
    for file in sorted(resources.files("app.demo").joinpath("issues").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".json"):
            yield IssueInput.model_validate_json(file.read_bytes())


def has_ever_had_issues(session: Session) -> bool:
    """Whether an issue id has ever been assigned. Ids are never reused, so the sequence remembers deleted issues."""
    if session.get_bind().dialect.name == "sqlite":
        given = session.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = 'issues'"))
    else:
        given = session.scalar(text("SELECT pg_sequence_last_value(pg_get_serial_sequence('issues', 'id'))"))
    return bool(given)
