"""The vocabulary: adding, changing, merging and deleting tags.

The documents of published issues contain their tags, so each of these functions requires `content:publish`, and
compiles the affected issues again in the same transaction. Issues are locked before tags (see `publishing.gate`).
"""

from collections.abc import Sequence

from sqlalchemy import ScalarSelect, Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.authoring.diffs import current_state
from app.authoring.saving import touch
from app.authoring.schemas import TagInput, TagPatch
from app.content import versions
from app.content.document import DraftTag
from app.content.models import Issue, Item, ItemTag, Section, Tag, TagAlias
from app.content.slugs import key_of, slug_of
from app.content.tags import Vocabulary
from app.content.versions import Expected
from app.problems import Conflict, Invalid, NotFound, TagTaken
from app.publishing import gate


def get(session: Session, slug: str, expect: Expected = None) -> Tag:
    """The tag. All tags are locked until the transaction ends.

    Raises NotFound, and Stale if its version is not the expected one.
    """
    vocabulary = _lock(session)
    tag = next((tag for tag in vocabulary.tags if tag.slug == slug), None)
    if tag is None:
        raise _not_found(slug, vocabulary)
    versions.require(tag.version, expect, lambda _: current_state(document(session, tag)))
    return tag


def working_copy(session: Session, slug: str) -> DraftTag:
    """The working copy of a tag. Raises NotFound."""
    tag = session.scalars(select(Tag).where(Tag.slug == slug)).one_or_none()
    if tag is None:
        raise _not_found(slug, Vocabulary.load(session))
    return document(session, tag)


def document(session: Session, tag: Tag) -> DraftTag:
    items, sections = _count_uses(session, tag)
    return DraftTag(
        slug=tag.slug,
        name=tag.name,
        description=tag.description,
        aliases=[alias.label for alias in tag.aliases],
        item_count=items,
        section_count=sections,
        version=tag.version,
        updated_at=tag.updated_at,
    )


def add(session: Session, given: TagInput) -> Tag:
    """Add a tag. Raises TagTaken if another tag has its slug, its name or an alias as a label."""
    vocabulary = _lock(session)
    slug = given.slug or slug_of(given.name, "")
    if not slug:
        raise Invalid.at("/slug", "no slug can be generated from a name without letters or digits; send slug", "needed")
    tag = Tag(slug=slug, name=given.name, description=given.description)
    _require_free(vocabulary, tag, {"/slug": slug, "/name": given.name})
    _set_aliases(session, vocabulary, tag, given.aliases)
    session.add(tag)
    gate.put_vocabulary(session)
    return tag


def change(session: Session, tag: Tag, given: TagPatch) -> None:
    """Update the given fields. A replaced slug becomes an alias, so that its URL redirects."""
    fields = given.model_fields_set
    vocabulary = Vocabulary.load(session)
    named = {f"/{name}": getattr(given, name) for name in ("slug", "name") if name in fields}
    _require_free(vocabulary, tag, named)
    shown = tag.slug, tag.name
    aliases = given.aliases if "aliases" in fields else [alias.label for alias in tag.aliases]
    if "slug" in fields and given.slug != tag.slug:
        aliases = [*aliases, tag.slug]
        tag.slug = given.slug
    if "name" in fields:
        tag.name = given.name
    if "description" in fields:
        tag.description = given.description
    _set_aliases(session, vocabulary, tag, aliases)
    touch(tag)
    gate.put_vocabulary(session)
    if (tag.slug, tag.name) != shown:
        _recompile(session, tag)


def merge(session: Session, slug: str, into: str, expect: Expected = None) -> Tag:
    """Replace a tag with another one everywhere, and delete it. Its labels become aliases of the other tag.

    Raises NotFound, UnknownTag, Stale, Conflict if the affected issues change at the same time, and Invalid for a merge
    of a tag into itself.
    """
    affected = _issues_with(select(Tag.id).where(Tag.slug == slug).scalar_subquery())
    locked = session.scalars(affected.with_for_update()).all()
    merged = get(session, slug, expect)
    tag = Vocabulary.load(session).resolve(into, "/into")
    if tag is merged:
        raise Invalid.at("/into", f"it must be another tag; {into!r} is this tag itself", "itself")
    if session.scalars(affected).all() != locked:
        raise Conflict("This tag was added to or removed from an issue at the same time. Try again.")
    has_both = select(ItemTag.item_id).where(ItemTag.tag_id == tag.id)
    session.execute(delete(ItemTag).where(ItemTag.tag_id == merged.id, ItemTag.item_id.in_(has_both)))
    session.execute(update(ItemTag).where(ItemTag.tag_id == merged.id).values(tag_id=tag.id))
    session.execute(update(Section).where(Section.tag_id == merged.id).values(tag_id=tag.id))
    labels = [alias.label for alias in tag.aliases]
    inherited = [merged.slug, merged.name, *(alias.label for alias in merged.aliases)]
    session.delete(merged)
    session.flush()
    _set_aliases(session, Vocabulary.load(session), tag, [*labels, *inherited])
    touch(tag)
    gate.put_vocabulary(session)
    _recompile(session, tag)
    return tag


def remove(session: Session, tag: Tag) -> None:
    """Delete a tag that is not in use. Raises Conflict if it is."""
    items, sections = _count_uses(session, tag)
    if items or sections:
        raise Conflict(
            f"{items:,} items and {sections:,} sections have the tag {tag.slug!r}, including those in drafts, the "
            f"inbox and the bin. POST /tags/{tag.slug}/merge replaces it with another tag and deletes it."
        )
    session.delete(tag)
    gate.put_vocabulary(session)


def _lock(session: Session) -> Vocabulary:
    """All tags, locked, so that two transactions cannot give the same label to different tags.

    They are locked in one order, and in a mode that does not block transactions that give a tag to an item, to avoid
    deadlocks. For the same reason the content clock is locked before any tag is changed: its holder may refer to a tag.
    """
    session.scalars(select(Tag.id).order_by(Tag.id).with_for_update(key_share=True)).all()
    gate.lock(session)
    return Vocabulary.load(session)


def _require_free(vocabulary: Vocabulary, tag: Tag, labels: dict[str, str]) -> None:
    for pointer, label in labels.items():
        owner = vocabulary.find(label)
        if owner is not None and owner is not tag:
            raise TagTaken.at(pointer, f"the tag {owner.name!r} ({owner.slug}) already has the label {label!r}")


def _set_aliases(session: Session, vocabulary: Vocabulary, tag: Tag, labels: Sequence[str]) -> None:
    """Set the aliases of a tag, without duplicates and without those that are equal to its slug or its name."""
    own = {key_of(tag.slug), key_of(tag.name)}
    wanted: dict[str, str] = {}
    for index, label in enumerate(labels):
        key = key_of(label)
        pointer = f"/aliases/{index}"
        if not key:
            raise Invalid.at(pointer, f"an alias must have a letter or a digit; you sent {label!r}")
        _require_free(vocabulary, tag, {pointer: label})
        if key not in own:
            wanted.setdefault(key, label)
    tag.aliases.clear()
    session.flush()
    tag.aliases = [TagAlias(slug=key, label=label) for key, label in sorted(wanted.items())]


def _count_uses(session: Session, tag: Tag) -> tuple[int, int]:
    """The numbers of items and sections that have the tag, including those in drafts, the inbox and the bin."""
    items = session.scalar(select(func.count()).select_from(ItemTag).where(ItemTag.tag_id == tag.id))
    sections = session.scalar(select(func.count()).select_from(Section).where(Section.tag_id == tag.id))
    return items or 0, sections or 0


def _issues_with(tag: int | ScalarSelect[int]) -> Select[int]:
    """Selects the numbers of issues with sections or items that have a tag, lowest first."""
    with_items = select(Item.section_id).join(ItemTag).where(ItemTag.tag_id == tag)
    sections = select(Section.issue_id).where(or_(Section.tag_id == tag, Section.id.in_(with_items)))
    return select(Issue.number).where(Issue.id.in_(sections)).order_by(Issue.number)


def _recompile(session: Session, tag: Tag) -> None:
    gate.recompile(session, session.scalars(_issues_with(tag.id).where(Issue.status == "published")).all())


def _not_found(slug: str, vocabulary: Vocabulary) -> NotFound:
    tag = vocabulary.find(slug)
    if tag is not None:
        return NotFound(f"{slug!r} is an alias of the tag {tag.slug!r}. Use the slug of the tag.")
    return NotFound(f"The tag {slug!r} does not exist. GET /tags lists all tags.")
