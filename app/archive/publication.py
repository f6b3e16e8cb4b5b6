"""Reading the publication: what `GET /` says."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.archive.issues import latest_number
from app.archive.models import ArchivedPublication
from app.content.document import FrontDocument, FrontLinks, PublicationDocument

_language = select(ArchivedPublication.language)


def front(session: Session) -> FrontDocument:
    """What is here: the publication, and where to go on."""
    number = latest_number(session)
    frozen = session.scalars(select(ArchivedPublication.document)).one()
    return FrontDocument(
        publication=PublicationDocument.model_validate_json(frozen),
        links=FrontLinks(latest="/issues/latest" if number is not None else None),
    )


def language(session: Session) -> str:
    """The publication's language, as BCP 47 has it."""
    return session.scalars(_language).one()
