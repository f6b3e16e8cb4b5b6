"""The publication: its title, description, author and language."""

from sqlalchemy.orm import Session

from app.archive import issues as archive
from app.authoring.diffs import current_state
from app.authoring.saving import touch
from app.authoring.schemas import PublicationPatch
from app.content import versions
from app.content.document import DraftPublication
from app.content.models import Publication
from app.content.versions import Expected
from app.publishing import gate


def get(session: Session, expect: Expected = None) -> Publication:
    """The publication, locked until the transaction ends. Raises Stale."""
    publication = session.get_one(Publication, 1, with_for_update=True, populate_existing=True)
    versions.require(publication.version, expect, lambda _: current_state(document(publication)))
    return publication


def change(session: Session, publication: Publication, given: PublicationPatch) -> None:
    """Update the given fields.

    Words are stemmed differently in each language, so a change of the language compiles all published issues again,
    which takes seconds per 100 issues.
    """
    language = publication.language
    for name in given.model_fields_set:
        setattr(publication, name, getattr(given, name))
    touch(publication)
    gate.put_publication(session)
    if publication.language != language:
        gate.recompile(session, archive.numbers(session))


def document(publication: Publication) -> DraftPublication:
    return DraftPublication(
        title=publication.title,
        description=publication.description,
        author=publication.author,
        language=publication.language,
        version=publication.version,
        updated_at=publication.updated_at,
    )
