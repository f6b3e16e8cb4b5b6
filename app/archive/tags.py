"""Reading tags."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.archive.lists import page_by_slug
from app.archive.models import ArchivedTag, ArchivedTagLabel
from app.content.document import ListLinks, TagDocument
from app.content.slugs import key_of
from app.db.pages import Page, PageRequest
from app.problems import NotFound


def find(session: Session, slug: str) -> TagDocument:
    """The tag with this slug, or with this name or alias: then its own `slug` is different. Raises NotFound."""
    tag = session.get(ArchivedTag, resolve(session, [slug]).get(slug, slug))
    if tag is None:
        raise NotFound(f"The tag {slug!r} does not exist. GET /tags lists all tags.")
    return _document(tag)


def page(session: Session, request: PageRequest) -> Page[bytes]:
    return page_by_slug(session, request, ArchivedTag, _document)


def resolve(session: Session, labels: Collection[str]) -> dict[str, str]:
    """The slugs of the tags with these labels (slugs, names or aliases), by label, without unknown labels."""
    keys = {label: key_of(label) for label in labels}
    if not keys:
        return {}
    statement = select(ArchivedTagLabel.key, ArchivedTagLabel.tag).where(ArchivedTagLabel.key.in_(set(keys.values())))
    tags = dict(session.execute(statement).all())
    return {label: tags[key] for label, key in keys.items() if key in tags}


def _document(tag: ArchivedTag) -> TagDocument:
    return TagDocument(
        slug=tag.slug,
        name=tag.name,
        description=tag.description,
        aliases=tag.aliases,
        count=tag.count,
        issue_count=tag.issue_count,
        links=ListLinks(self=f"/tags/{tag.slug}", items=f"/tags/{tag.slug}/items"),
    )
