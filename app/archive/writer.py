"""Writing the publication and the vocabulary to the archive, for the gate. None of these functions commits."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from app.archive.models import ArchivedIssueTag, ArchivedPublication, ArchivedTag, ArchivedTagLabel
from app.content.document import PublicationDocument

_insert_label = insert(ArchivedTagLabel.__table__)


def put_publication(session: Session, publication: PublicationDocument) -> None:
    session.merge(ArchivedPublication(id=1, document=publication.freeze(), language=publication.language))
    session.flush()


def put_vocabulary(session: Session, tags: Sequence[ArchivedTag], labels: Mapping[str, str]) -> None:
    """Replace the tags of the archive, and their labels (slugs of tags by key), and count the items and issues."""
    session.execute(delete(ArchivedTagLabel))
    session.execute(delete(ArchivedTag))
    found = session.execute(
        select(ArchivedIssueTag.tag, func.sum(ArchivedIssueTag.count), func.count()).group_by(ArchivedIssueTag.tag)
    )
    counts = {tag: (int(items), issues) for tag, items, issues in found}
    for tag in tags:
        tag.count, tag.issue_count = counts.get(tag.slug, (0, 0))
    session.add_all(tags)
    session.flush()
    if labels:
        session.execute(_insert_label, [{"key": key, "tag": tag} for key, tag in labels.items()])
