"""Inserting a new issue with all its sections and items at once.

`tree.add_section` would do the same. But for a large issue, the session's bookkeeping of single objects takes longer
than the rest of publishing. Here all items are inserted with one statement, and all their tags with another.
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


class _NewItem(NamedTuple):
    section: Section
    fields: dict[str, Any]
    tags: list[Tag]


def insert_issue(session: Session, issue: Issue, given: Sequence[SectionInput], vocabulary: Vocabulary) -> None:
    """Insert an issue with all its sections and items.

    Raises UnknownTag and Invalid, with pointers into the input.
    """
    new: list[_NewItem] = []
    _gather(issue, given, vocabulary, None, "", new)
    session.add(issue)
    session.flush()
    items = _insert_items(session, new)
    _insert_tags(session, new, items)
    in_sections: dict[Section, list[Item]] = defaultdict(list)
    for each, item in zip(new, items, strict=True):
        set_committed_value(item, "section", each.section)
        in_sections[each.section].append(item)
    for section in issue.sections:
        set_committed_value(section, "items", in_sections[section])


def _gather(
    issue: Issue,
    given: Sequence[SectionInput],
    vocabulary: Vocabulary,
    parent: Section | None,
    above: str,
    new: list[_NewItem],
) -> None:
    for index, each in enumerate(given):
        pointer = f"{above}/sections/{index}"
        section = tree.add_empty_section(issue, each, vocabulary, parent, index, pointer)
        for position, item in enumerate(each.items):
            here = f"{pointer}/items/{position}"
            tags = tree.tags_in(section, item, vocabulary, here)
            new.append(_NewItem(section, {**tree.fields_of(item, here), "position": position}, tags))
        _gather(issue, each.sections, vocabulary, section, pointer, new)


def _insert_items(session: Session, new: Sequence[_NewItem]) -> Sequence[Item]:
    if not new:
        return []
    # RETURNING in the order of the rows would make SQLAlchemy insert them one by one on SQLite.
    issue = new[0].section.issue
    written = {"created_at": issue.created_at, "updated_at": issue.updated_at}
    rows = [{"section_id": each.section.id, **each.fields, **written} for each in new]
    inserted = {(item.section_id, item.position): item for item in session.scalars(_insert_item, rows)}
    return [inserted[row["section_id"], row["position"]] for row in rows]


def _insert_tags(session: Session, new: Sequence[_NewItem], items: Sequence[Item]) -> None:
    rows = [
        {"item_id": item.id, "tag_id": tag.id, "position": position}
        for each, item in zip(new, items, strict=True)
        for position, tag in enumerate(each.tags)
    ]
    links: dict[int, list[ItemTag]] = defaultdict(list)
    if rows:
        for link in session.scalars(_insert_tag, rows):
            links[link.item_id].append(link)
    for item in items:
        set_committed_value(item, "tag_links", sorted(links[item.id], key=lambda link: link.position))
