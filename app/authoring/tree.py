"""Building the tree of an issue from the input: nested sections with their items."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from app.authoring.schemas import ImageInput, ItemInput, SectionInput
from app.authoring.sizes import require_depth, require_size
from app.content import titles
from app.content.document import TitleSource
from app.content.models import Issue, Item, ItemTag, Section, Tag
from app.content.slugs import slug_of
from app.content.tags import Vocabulary
from app.problems import Fault, Invalid


def add_section(
    issue: Issue, given: SectionInput, vocabulary: Vocabulary, parent: Section | None, position: int, pointer: str
) -> Section:
    """Add a section with its contents at a position among its siblings, which the caller renumbers.

    Raises UnknownTag and Invalid, with JSON pointers that start with `pointer`.
    """
    section = add_empty_section(issue, given, vocabulary, parent, position, pointer)
    for index, item in enumerate(given.items):
        add_item(section, item, vocabulary, f"{pointer}/items/{index}")
    for index, subsection in enumerate(given.sections):
        add_section(issue, subsection, vocabulary, section, index, f"{pointer}/sections/{index}")
    return section


def add_empty_section(
    issue: Issue, given: SectionInput, vocabulary: Vocabulary, parent: Section | None, position: int, pointer: str
) -> Section:
    """The same without its contents."""
    section = Section(
        position=position,
        slug=slug_for(given, vocabulary),
        title=given.title,
        tag=own_tag(given, vocabulary, pointer),
        intro=given.intro,
        extra=given.extra,
        parent=parent,
        items=[],
    )
    issue.sections.append(section)
    require_depth(len(path_to(section)), pointer)
    return section


def add_item(
    section: Section, given: ItemInput, vocabulary: Vocabulary, pointer: str, position: int | None = None
) -> Item:
    """Insert an item into a section at a position, or append it."""
    tags = tags_in(section, given, vocabulary, pointer)
    item = Item(**fields_of(given, pointer), tag_links=tag_links(tags))
    if position is None:
        section.items.append(item)
    else:
        section.items.insert(position, item)
    return item


def slug_for(given: SectionInput, vocabulary: Vocabulary) -> str:
    """The slug of a new section: that of the tag whose label is its title, or one generated from the title."""
    named = vocabulary.find(given.title)
    return named.slug if named else slug_of(given.title or "items", "section")


def own_tag(given: SectionInput, vocabulary: Vocabulary, pointer: str) -> Tag | None:
    """The tag of a new section: the given one, or the tag whose label is its title. Raises UnknownTag."""
    if "tag" not in given.model_fields_set:
        return vocabulary.find(given.title)
    return None if given.tag is None else vocabulary.resolve(given.tag, f"{pointer}/tag")


def tags_in(section: Section, given: ItemInput, vocabulary: Vocabulary, pointer: str) -> list[Tag]:
    """The tags of a new item: the given ones, or that of the nearest section that has one. Raises UnknownTag."""
    if given.tags is not None:
        return resolve_tags(vocabulary, given.tags, pointer)
    nearest = inherited_tag(section)
    return [nearest] if nearest else []


def fields_of(given: ItemInput, pointer: str) -> dict[str, Any]:
    """The columns of an item that come from the input. Raises Invalid if there is no title."""
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
    """The columns of an image of an issue or an item."""
    return {"image_url": image.url if image else None, "image_alt": image.alt if image else None}


def children(issue: Issue, parent: Section | None) -> list[Section]:
    """The subsections of a section, or the top-level sections, in order."""
    found = [section for section in issue.sections if section.parent is parent]
    return sorted(found, key=lambda section: section.position)


def by_parent(issue: Issue) -> Mapping[Section | None, Sequence[Section]]:
    """All sections of an issue in order, by their parents."""
    found: dict[Section | None, list[Section]] = defaultdict(list)
    for section in sorted(issue.sections, key=lambda section: section.position):
        found[section.parent].append(section)
    return found


def path_to(section: Section) -> list[Section]:
    """The section and its ancestors, starting with itself."""
    path = [section]
    while path[-1].parent is not None:
        path.append(path[-1].parent)
    return path


def inherited_tag(section: Section) -> Tag | None:
    """The tag of this section, or of its nearest ancestor that has one."""
    return next((above.tag for above in path_to(section) if above.tag is not None), None)


def resolve_tags(vocabulary: Vocabulary, labels: Sequence[str], pointer: str) -> list[Tag]:
    """The tags with these labels, without duplicates, in this order. Raises UnknownTag."""
    found = [vocabulary.resolve(label, f"{pointer}/tags/{index}") for index, label in enumerate(labels)]
    return list(dict.fromkeys(found))


def tag_links(tags: Sequence[Tag]) -> list[ItemTag]:
    return [ItemTag(tag=tag, position=position) for position, tag in enumerate(tags)]


def title_of(title: str | None, body: str | None, pointer: str) -> tuple[str, TitleSource]:
    """The title, or one generated from the body. Raises Invalid if there is neither a title nor text in the body."""
    if title is not None:
        return title, "author"
    generated = titles.from_body(body or "")
    if not generated:
        detail = "send a title, or a body from whose first sentence one can be generated"
        raise Invalid(f"An item must have a title: {detail}.", errors=[Fault(f"{pointer}/title", "needed", detail)])
    return generated, "body"


def require_room(issue: Issue, sections: int = 0, items: int = 0) -> None:
    """Raises Invalid if a loaded issue would have too many, with so many more."""
    present = sum(len(section.items) for section in issue.sections)
    require_size(len(issue.sections) + sections, present + items)


def size_of(section: SectionInput) -> tuple[int, int]:
    """The numbers of sections, with this one, and of items at all depths."""
    sections = items = 0
    remaining = [section]
    while remaining:
        each = remaining.pop()
        sections += 1
        items += len(each.items)
        remaining += each.sections
    return sections, items
