"""Writing the publication and the vocabulary to the archive, for the gate. None of these functions commits."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from app.archive.models import ArchivedIssueTag, ArchivedPublication, ArchivedTag, ArchivedTagLabel
from app.content.document import PublicationDocument

_insert_tag = insert(ArchivedTag.__table__)
_insert_label = insert(ArchivedTagLabel.__table__)


def put_publication(session: Session, publication: PublicationDocument) -> bool:
    """Replace the publication of the archive. Returns whether anything has changed."""
    document = publication.freeze()
    current = session.get(ArchivedPublication, 1)
    if current is not None and current.document == document:
        return False
    session.merge(ArchivedPublication(id=1, document=document, language=publication.language))
    session.flush()
    return True


def put_vocabulary(session: Session, tags: Sequence[Mapping[str, Any]], labels: Mapping[str, str]) -> bool:
    """Replace the tags of the archive (rows without counts), and their labels (slugs of tags by key).

    Returns whether anything has changed.
    """
    found = session.execute(
        select(ArchivedIssueTag.tag, func.sum(ArchivedIssueTag.count), func.count()).group_by(ArchivedIssueTag.tag)
    )
    counts = {tag: {"count": int(items), "issue_count": issues} for tag, items, issues in found}
    rows = [{**tag, **counts.get(tag["slug"], {"count": 0, "issue_count": 0})} for tag in tags]
    current = session.execute(select(ArchivedTag.__table__).order_by(ArchivedTag.slug)).mappings()
    current_labels = session.execute(select(ArchivedTagLabel.key, ArchivedTagLabel.tag)).all()
    if [dict(row) for row in current] == rows and dict(current_labels) == labels:
        return False
    session.execute(delete(ArchivedTagLabel))
    session.execute(delete(ArchivedTag))
    if rows:
        session.execute(_insert_tag, rows)
        session.execute(_insert_label, [{"key": key, "tag": tag} for key, tag in labels.items()])
    return True
