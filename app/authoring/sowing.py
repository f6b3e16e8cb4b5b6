"""The whole tree of a new issue at once.

`tree.plant` would do the same. But in a large issue the session's care for each object of its own takes longer than
all else that publishing does; here items and their tags go in by the table, two statements for all of them.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import insert
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.authoring import tree
from app.authoring.schemas import SectionInput
from app.content.models import Issue, Item, ItemTag, Section, Tag
from app.content.tags import Vocabulary

_insert_item = insert(Item).returning(Item)
_insert_tag = insert(ItemTag).returning(ItemTag)


class Seed(NamedTuple):
    """An item that is to be."""

    section: Section
    fields: dict[str, Any]
    tags: list[Tag]


def sow(session: Session, issue: Issue, given: Sequence[SectionInput], vocabulary: Vocabulary) -> None:
    """Put an issue that is new into the database, with all its sections and items, as `tree.plant` would.

    Raises UnknownTag and Invalid, with the place in the input.
    """
    seeds: list[Seed] = []
    _gather(issue, given, vocabulary, None, "", seeds)
    tree.require_room(len(issue.sections), len(seeds))
    session.add(issue)
    session.flush()
    items = _insert_items(session, seeds)
    _insert_tags(session, seeds, items)
    in_sections: dict[Section, list[Item]] = defaultdict(list)
    for seed, item in zip(seeds, items, strict=True):
        set_committed_value(item, "section", seed.section)
        in_sections[seed.section].append(item)
    for section in issue.sections:
        set_committed_value(section, "items", in_sections[section])


def _gather(
    issue: Issue,
    given: Sequence[SectionInput],
    vocabulary: Vocabulary,
    parent: Section | None,
    above: str,
    seeds: list[Seed],
) -> None:
    for index, each in enumerate(given):
        pointer = f"{above}/sections/{index}"
        section = tree.plant_empty_section(issue, each, vocabulary, parent, pointer)
        for place, item in enumerate(each.items):
            here = f"{pointer}/items/{place}"
            tags = tree.tags_in(section, item, vocabulary, here)
            seeds.append(Seed(section, {**tree.fields_of(item, here), "position": place}, tags))
        _gather(issue, each.sections, vocabulary, section, pointer, seeds)


def _insert_items(session: Session, seeds: Sequence[Seed]) -> Sequence[Item]:
    if not seeds:
        return []
    # In whatever order the database answers: to be told in that of the rows, SQLite would insert them one by one.
    rows = [{"section_id": seed.section.id, **seed.fields} for seed in seeds]
    made = {(item.section_id, item.position): item for item in session.scalars(_insert_item, rows)}
    return [made[row["section_id"], row["position"]] for row in rows]


def _insert_tags(session: Session, seeds: Sequence[Seed], items: Sequence[Item]) -> None:
    rows = [
        {"item_id": item.id, "tag_id": tag.id, "position": position}
        for seed, item in zip(seeds, items, strict=True)
        for position, tag in enumerate(seed.tags)
    ]
    links: dict[int, list[ItemTag]] = defaultdict(list)
    if rows:
        for link in session.scalars(_insert_tag, rows):
            links[link.item_id].append(link)
    for item in items:
        set_committed_value(item, "tag_links", sorted(links[item.id], key=lambda link: link.position))
