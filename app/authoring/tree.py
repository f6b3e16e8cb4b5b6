"""The tree of an issue, built from what authors send: sections in sections, items in sections."""

from collections.abc import Sequence
from typing import Any

from app.authoring.schemas import ImageInput, ItemInput, SectionInput
from app.content import titles
from app.content.document import DEEPEST, TitleSource
from app.content.models import Issue, Item, ItemTag, Section, Tag
from app.content.slugs import slug_of
from app.content.tags import Vocabulary
from app.problems import Fault, Invalid

MOST_SECTIONS, MOST_ITEMS = 1_000, 2_000
"""In one issue."""


def add_sections(
    issue: Issue,
    given: Sequence[SectionInput],
    vocabulary: Vocabulary,
    parent: Section | None = None,
    pointer: str = "",
) -> None:
    """Add sections with all that is in them, beneath a section or at the top, behind those that are there.

    Raises UnknownTag and Invalid, with the place in the input (a JSON pointer that begins with `pointer`).
    """
    for index, section in enumerate(given):
        add_section(issue, section, vocabulary, parent, f"{pointer}/sections/{index}")


def add_section(
    issue: Issue, given: SectionInput, vocabulary: Vocabulary, parent: Section | None, pointer: str
) -> Section:
    """Add one section with all that is in it, behind its siblings."""
    section = add_empty_section(issue, given, vocabulary, parent, pointer)
    for index, item in enumerate(given.items):
        add_item(section, item, vocabulary, f"{pointer}/items/{index}")
    add_sections(issue, given.sections, vocabulary, section, pointer)
    return section


def add_empty_section(
    issue: Issue, given: SectionInput, vocabulary: Vocabulary, parent: Section | None, pointer: str
) -> Section:
    """Add a section without what is in it."""
    section = Section(
        position=len(children(issue, parent)),
        slug=slug_for(given, vocabulary),
        title=given.title,
        tag=own_tag(given, vocabulary, pointer),
        intro=given.intro,
        extra=given.extra,
        parent=parent,
        items=[],
    )
    issue.sections.append(section)
    require_depth(section, pointer)
    return section


def add_item(
    section: Section, given: ItemInput, vocabulary: Vocabulary, pointer: str, position: int | None = None
) -> Item:
    """Add an item to a section: at a position, or behind those that are there."""
    tags = tags_in(section, given, vocabulary, pointer)
    item = Item(**fields_of(given, pointer), tag_links=link(tags))
    if position is None:
        section.items.append(item)
    else:
        section.items.insert(position, item)
    return item


def slug_for(given: SectionInput, vocabulary: Vocabulary) -> str:
    """The slug that a section has from its creation on: that of the tag that its title names, else its title's."""
    named = vocabulary.find(given.title)
    return named.slug if named else slug_of(given.title or "items", "section")


def own_tag(given: SectionInput, vocabulary: Vocabulary, pointer: str) -> Tag | None:
    """The tag that a section is given, or that its title names. Raises UnknownTag."""
    if "tag" not in given.model_fields_set:
        return vocabulary.find(given.title)
    return None if given.tag is None else vocabulary.resolve(given.tag, f"{pointer}/tag")


def tags_in(section: Section, given: ItemInput, vocabulary: Vocabulary, pointer: str) -> list[Tag]:
    """The tags that an item is given, or that of the nearest section that has one. Raises UnknownTag."""
    if given.tags is not None:
        return resolve_tags(vocabulary, given.tags, pointer)
    nearest = inherited_tag(section)
    return [nearest] if nearest else []


def fields_of(given: ItemInput, pointer: str) -> dict[str, Any]:
    """All columns of an item that an author gives. Raises Invalid when there is nothing to make a title from."""
    title, source = title_of(given.title, given.body, pointer)
    return {
        "title": title,
        "title_source": source,
        "url": given.url,
        "source": given.source,
        "body": given.body,
        "sponsored": given.sponsored,
        "extra": given.extra,
        **image_columns(given.image),
    }


def image_columns(image: ImageInput | None) -> dict[str, str | None]:
    """The columns of an image, of an issue's or an item's."""
    return {"image_url": image.url if image else None, "image_alt": image.alt if image else None}


def children(issue: Issue, parent: Section | None) -> list[Section]:
    """The sections right beneath one, or at the top, in order."""
    found = [section for section in issue.sections if section.parent is parent]
    return sorted(found, key=lambda section: section.position)


def path_to(section: Section) -> list[Section]:
    """The section and those above it, itself first."""
    path = [section]
    while path[-1].parent is not None:
        path.append(path[-1].parent)
    return path


def inherited_tag(section: Section) -> Tag | None:
    """The tag of the nearest section, from this one upwards, that has one."""
    return next((above.tag for above in path_to(section) if above.tag is not None), None)


def resolve_tags(vocabulary: Vocabulary, labels: Sequence[str], pointer: str) -> list[Tag]:
    """The tags that the labels mean, each once, in their order. Raises UnknownTag."""
    found = [vocabulary.resolve(label, f"{pointer}/tags/{index}") for index, label in enumerate(labels)]
    return list(dict.fromkeys(found))


def link(tags: Sequence[Tag]) -> list[ItemTag]:
    return [ItemTag(tag=tag, position=position) for position, tag in enumerate(tags)]


def title_of(title: str | None, body: str | None, pointer: str) -> tuple[str, TitleSource]:
    """The title, or one made from the body. Raises Invalid when neither has any words."""
    if title is not None:
        return title, "author"
    made = titles.from_body(body or "")
    if not made:
        detail = "give a title, or a body from whose first sentence one is made"
        raise Invalid(f"An item needs a title: {detail}.", errors=[Fault(f"{pointer}/title", "needed", detail)])
    return made, "body"


def require_depth(section: Section, pointer: str) -> None:
    """Raises Invalid when a section is deeper than sections may be."""
    if len(path_to(section)) > DEEPEST:
        raise Invalid.at(pointer, f"sections may be {DEEPEST} deep", "too-many")


def require_room_in(issue: Issue, adding: int = 0) -> None:
    """Raises Invalid when an issue, which is loaded, has more than it may, with items to come."""
    require_room(len(issue.sections), sum(len(section.items) for section in issue.sections) + adding)


def size_of(given: Sequence[SectionInput]) -> tuple[int, int]:
    """How many sections, and items in them, there are all the way down."""
    sections = items = 0
    waiting = list(given)
    while waiting:
        section = waiting.pop()
        sections += 1
        items += len(section.items)
        waiting += section.sections
    return sections, items


def require_room(sections: int, items: int) -> None:
    """Raises Invalid when these are more than an issue may have."""
    for what, count, most in (("sections", sections, MOST_SECTIONS), ("items", items, MOST_ITEMS)):
        if count > most:
            detail = f"an issue may have {most:,} {what}; with this one would have {count:,}"
            raise Invalid(f"{detail}.", errors=[Fault("", "too-many", detail)])
