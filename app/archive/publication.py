"""Reading the publication: `GET /`."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.archive.issues import latest_number
from app.archive.models import ArchivedPublication
from app.content.document import FrontDocument, FrontLinks, PublicationDocument

_language = select(ArchivedPublication.language)


def front(session: Session) -> FrontDocument:
    """The publication, and links to its resources."""
    number = latest_number(session)
    frozen = session.scalars(select(ArchivedPublication.document)).one()
    return FrontDocument(
        publication=PublicationDocument.model_validate_json(frozen),
        links=FrontLinks(latest="/issues/latest" if number is not None else None),
    )


def language(session: Session) -> str:
    """The language of the publication (BCP 47)."""
    return session.scalars(_language).one()
