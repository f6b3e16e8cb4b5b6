"""Reconciling an issue with a document: the issue gets the content of the document, and what matches keeps its id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.auth.callers import Caller
from app.authoring import issues, tree
from app.authoring.saving import require_may_change, save, touch
from app.authoring.schemas import IssueInput, ItemInput, SectionInput
from app.content.models import Issue, Item, Section
from app.content.tags import Vocabulary
from app.db.base import is_same


@dataclass(frozen=True)
class Matches:
    """The sections and items of an issue that match those of a document, by the JSON pointers into the document.

    Each occurs at most once.
    """

    sections: Mapping[str, Section]
    items: Mapping[str, Item]
    restored_ids: Mapping[str, int] = field(default_factory=dict)
    """The former ids of sections and items that were deleted, and are created again with the same ids."""
    slugs: Mapping[str, str] = field(default_factory=dict)
    """The former slugs of such sections."""


def reconcile(
    session: Session, issue: Issue, given: IssueInput, matches: Matches, caller: Caller, slug: str | None = None
) -> bool:
    """Give an issue that is loaded (`saving.load`) the content of a document, and save it. Returns whether that changed
    anything.

    Sections and items without a match are created, those of the issue that nothing matches are deleted, and the others
    are updated and moved. The status of the issue and the slugs of its sections do not change; neither do the language,
    the publication time and the slug if they are not given. Sections and items with the same content keep their
    versions, even if others before them are added or deleted.

    Raises UnknownTag, Invalid, and Forbidden if the caller may not change published or scheduled issues.
    """
    require_may_change(issue, caller)
    changed = _Reconciliation(session, issue, matches).run(given, slug or issue.slug)
    if changed:
        save(session, caller, issue)
    return changed


class _Reconciliation:
    def __init__(self, session: Session, issue: Issue, matches: Matches) -> None:
        self._session = session
        self._issue = issue
        self._matches = matches
        self._vocabulary = Vocabulary.lazy(session)
        self._changed = False
        self._detached: set[Section] = set()
        self._contents: dict[Section, list[Item]] = {}
        """The new items of each section, in order."""

    def run(self, given: IssueInput, slug: str) -> bool:
        self._set_fields(given, slug)
        self._detach_sections()
        before = [item for section in self._issue.sections for item in section.items]
        self._set_sections(given.sections, None, "")
        for section, items in self._contents.items():
            if section.items != items:
                self._changed = True
                section.items = items
        # Sections and items are moved before anything is deleted, because the database deletes the contents too.
        self._session.flush()
        stay = {item for items in self._contents.values() for item in items}
        for item in before:
            if item not in stay:
                self._session.delete(item)
        for section in [section for section in self._issue.sections if section not in self._contents]:
            self._changed = True
            self._issue.sections.remove(section)
        return self._changed

    def _set_fields(self, given: IssueInput, slug: str) -> None:
        issue = self._issue
        self._changed |= _set(
            issue,
            slug=slug,
            title=given.title,
            subtitle=given.subtitle,
            language=given.language or issue.language,
            published_at=self._published_at(given),
            intro=given.intro,
            outro=given.outro,
            extra=given.extra,
            **tree.image_columns(given.image),
        )

    def _published_at(self, given: IssueInput) -> datetime | None:
        if "published_at" not in given.model_fields_set:
            return self._issue.published_at
        if given.published_at is None and self._issue.status == "published":
            raise issues.publication_time_required()
        return given.published_at

    def _detach_sections(self) -> None:
        """Detach sections that get another parent, because the new parent may be a descendant of the section now."""
        for pointer, section in self._matches.sections.items():
            above = self._matches.sections.get(pointer.rpartition("/sections/")[0])
            if section.parent is not above:
                section.parent = None
                self._detached.add(section)
        self._session.flush()

    def _set_sections(self, given: Sequence[SectionInput], parent: Section | None, pointer: str) -> None:
        for position, each in enumerate(given):
            here = f"{pointer}/sections/{position}"
            section = self._section(each, parent, position, here)
            # The section is set before its items, because they may inherit its tag.
            self._contents[section] = [
                self._item(item, section, f"{here}/items/{index}") for index, item in enumerate(each.items)
            ]
            self._set_sections(each.sections, section, here)

    def _section(self, given: SectionInput, parent: Section | None, position: int, pointer: str) -> Section:
        section = self._matches.sections.get(pointer)
        if section is None:
            self._changed = True
            section = tree.add_empty_section(self._issue, given, self._vocabulary, parent, position, pointer)
            self._restore_id(section, pointer)
            return section
        tag = tree.own_tag(given, self._vocabulary, pointer)
        changed = _set(section, title=given.title, tag=tag, intro=given.intro, extra=given.extra, parent=parent)
        self._changed |= _set(section, position=position)
        if changed or section in self._detached:
            self._touch(section)
        return section

    def _item(self, given: ItemInput, section: Section, pointer: str) -> Item:
        tags = tree.tags_in(section, given, self._vocabulary, pointer)
        fields = tree.fields_of(given, pointer)
        item = self._matches.items.get(pointer)
        if item is None:
            item = Item(**fields, tag_links=tree.tag_links(tags))
            self._restore_id(item, pointer)
            return item
        changed = _set(item, **fields)
        if item.tags != tags:
            present = {link.tag: link for link in item.tag_links}
            links = [present.get(link.tag, link) for link in tree.tag_links(tags)]
            for position, link in enumerate(links):
                link.position = position
            item.tag_links = links
            changed = True
        if changed or item.section is not section:
            self._touch(item)
        return item

    def _restore_id(self, part: Section | Item, pointer: str) -> None:
        """Give a section or item that was deleted its former id, with a version that no client can have read."""
        if pointer in self._matches.restored_ids:
            part.id = self._matches.restored_ids[pointer]
            part.version = self._issue.version + 1
        if isinstance(part, Section) and pointer in self._matches.slugs:
            part.slug = self._matches.slugs[pointer]

    def _touch(self, written: Section | Item) -> None:
        self._changed = True
        touch(written)


def _set(target: Issue | Section | Item, **fields: Any) -> bool:
    """Set the fields that differ. Returns whether any did."""
    differing = {name: value for name, value in fields.items() if not is_same(getattr(target, name), value)}
    for name, value in differing.items():
        setattr(target, name, value)
    return bool(differing)
