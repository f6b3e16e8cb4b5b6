"""The vocabulary: adding, changing, merging and deleting tags.

What the public reads of a tag is in every issue that has it, so each of these takes `content:publish`, and compiles
those issues anew in the same transaction. Issues are locked before tags (see `publishing.gate`).
"""

from collections.abc import Sequence

from sqlalchemy import ScalarSelect, Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.authoring.comparing import what_is_now
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
    """The tag, locked with all others until the transaction ends.

    Raises NotFound, and Stale when it is not at the version that the caller expects.
    """
    vocabulary = _lock(session)
    tag = next((tag for tag in vocabulary.tags if tag.slug == slug), None)
    if tag is None:
        raise _unknown(slug, vocabulary)
    versions.require(tag.version, expect, lambda _: what_is_now(document(session, tag)))
    return tag


def working_copy(session: Session, slug: str) -> DraftTag:
    """The tag as its authors have it, with how much has it. Raises NotFound."""
    tag = session.scalars(select(Tag).where(Tag.slug == slug)).one_or_none()
    if tag is None:
        raise _unknown(slug, Vocabulary.load(session))
    return document(session, tag)


def document(session: Session, tag: Tag) -> DraftTag:
    items, sections = _uses(session, tag)
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
    """Add a tag. Raises TagTaken when another one is called by its slug, its name or an alias."""
    vocabulary = _lock(session)
    slug = given.slug or slug_of(given.name, "")
    if not slug:
        raise Invalid.at("/slug", "the name has no letter or digit to make a slug of; give slug too", "needed")
    tag = Tag(slug=slug, name=given.name, description=given.description)
    _require_free(vocabulary, tag, {"/slug": slug, "/name": given.name})
    _put_aliases(session, vocabulary, tag, given.aliases)
    session.add(tag)
    gate.put_vocabulary(session)
    return tag


def change(session: Session, tag: Tag, given: TagPatch) -> None:
    """Put the given fields in place of what is there. A slug that goes becomes an alias, and still leads here."""
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
    _put_aliases(session, vocabulary, tag, aliases)
    touch(tag)
    gate.put_vocabulary(session)
    if (tag.slug, tag.name) != shown:
        _recompile(session, tag)


def merge(session: Session, slug: str, into: str, expect: Expected = None) -> Tag:
    """Give all that has a tag another one instead, and delete the first: its labels become aliases of the other.

    Raises NotFound, UnknownTag, Stale, and Invalid for a merge of a tag into itself.
    """
    having = _having(select(Tag.id).where(Tag.slug == slug).scalar_subquery())
    locked = session.scalars(having.with_for_update()).all()
    gone = get(session, slug, expect)
    tag = Vocabulary.load(session).resolve(into, "/into")
    if tag is gone:
        raise Invalid.at("/into", f"{into!r} is this tag itself; name another one", "itself")
    if session.scalars(having).all() != locked:
        raise Conflict("Somebody gave an issue this tag, or took it from one, at the same moment. Try again.")
    has_both = select(ItemTag.item_id).where(ItemTag.tag_id == tag.id)
    session.execute(delete(ItemTag).where(ItemTag.tag_id == gone.id, ItemTag.item_id.in_(has_both)))
    session.execute(update(ItemTag).where(ItemTag.tag_id == gone.id).values(tag_id=tag.id))
    session.execute(update(Section).where(Section.tag_id == gone.id).values(tag_id=tag.id))
    labels = [alias.label for alias in tag.aliases]
    inherited = [gone.slug, gone.name, *(alias.label for alias in gone.aliases)]
    session.delete(gone)
    session.flush()
    _put_aliases(session, Vocabulary.load(session), tag, [*labels, *inherited])
    touch(tag)
    gate.put_vocabulary(session)
    _recompile(session, tag)
    return tag


def remove(session: Session, tag: Tag) -> None:
    """Delete a tag that nothing has. Raises Conflict when something has it."""
    items, sections = _uses(session, tag)
    if items or sections:
        raise Conflict(
            f"{items:,} items and {sections:,} sections have the tag {tag.slug!r}, those in the inbox and in the bin "
            f"included. Give them another one by POST /tags/{tag.slug}/merge, and this one goes with that."
        )
    session.delete(tag)
    gate.put_vocabulary(session)


def _lock(session: Session) -> Vocabulary:
    """All tags, locked in one order: two who give the same label at once must not both find it free.

    Not for those who give a tag to an item meanwhile: each would wait for tags that the other has. The clock is held
    before a tag is changed: whoever holds it may refer to a tag, and would wait for one that is.
    """
    session.scalars(select(Tag.id).order_by(Tag.id).with_for_update(key_share=True)).all()
    gate.hold(session)
    return Vocabulary.load(session)


def _require_free(vocabulary: Vocabulary, tag: Tag, labels: dict[str, str]) -> None:
    for pointer, label in labels.items():
        owner = vocabulary.find(label)
        if owner is not None and owner is not tag:
            raise TagTaken.at(pointer, f"the tag {owner.name!r} ({owner.slug}) is called {label!r} already")


def _put_aliases(session: Session, vocabulary: Vocabulary, tag: Tag, labels: Sequence[str]) -> None:
    """Make these a tag's aliases, each once, without those that its slug or its name says already."""
    own = {key_of(tag.slug), key_of(tag.name)}
    wanted: dict[str, str] = {}
    for index, label in enumerate(labels):
        key = key_of(label)
        pointer = f"/aliases/{index}"
        if not key:
            raise Invalid.at(pointer, f"{label!r} has no letter or digit")
        _require_free(vocabulary, tag, {pointer: label})
        if key not in own:
            wanted.setdefault(key, label)
    tag.aliases.clear()
    session.flush()
    tag.aliases = [TagAlias(slug=key, label=label) for key, label in sorted(wanted.items())]


def _uses(session: Session, tag: Tag) -> tuple[int, int]:
    """How many items and sections have the tag, wherever they are."""
    items = session.scalar(select(func.count()).select_from(ItemTag).where(ItemTag.tag_id == tag.id))
    sections = session.scalar(select(func.count()).select_from(Section).where(Section.tag_id == tag.id))
    return items or 0, sections or 0


def _having(tag: int | ScalarSelect[int]) -> Select[int]:
    """Selects the numbers of issues that have a tag somewhere, the lowest first."""
    with_items = select(Item.section_id).join(ItemTag).where(ItemTag.tag_id == tag)
    sections = select(Section.issue_id).where(or_(Section.tag_id == tag, Section.id.in_(with_items)))
    return select(Issue.number).where(Issue.id.in_(sections)).order_by(Issue.number)


def _recompile(session: Session, tag: Tag) -> None:
    gate.recompile(session, session.scalars(_having(tag.id).where(Issue.status == "published")).all())


def _unknown(slug: str, vocabulary: Vocabulary) -> NotFound:
    meant = vocabulary.find(slug)
    hint = f" It is an alias of {meant.slug!r}." if meant else " GET /tags lists them all."
    return NotFound(f"There is no tag {slug!r}.{hint}")
