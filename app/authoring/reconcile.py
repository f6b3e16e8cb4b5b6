"""Reconciling an issue with a document: it becomes what that says, and whatever stays keeps its id and its address."""

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


@dataclass(frozen=True)
class Matches:
    """The sections and items of an issue that match those of a document, by the JSON pointers of these.

    Each is there once at most.
    """

    sections: Mapping[str, Section]
    items: Mapping[str, Item]
    restored_ids: Mapping[str, int] = field(default_factory=dict)
    """Of what matches nothing, the ids that it had before it was deleted."""
    slugs: Mapping[str, str] = field(default_factory=dict)
    """Of sections among that, their slugs."""


def reconcile(
    session: Session, issue: Issue, given: IssueInput, matches: Matches, caller: Caller, slug: str | None = None
) -> bool:
    """Make an issue that is loaded (`saving.load`) what a document says, and tell whether anything was to be changed.

    What matches nothing is created, what nothing matches is deleted, and what stands elsewhere moves. Language and time
    of publication stay unless given; the status stays, and so does a section's slug; the issue's is `slug`, where that
    is given. Of what stays, a section or item that is as it was keeps its version, also where others before it are
    added or removed. A write ends here: see `saving`.

    Raises UnknownTag, Invalid, and Forbidden when a change would reach the public and may not.
    """
    require_may_change(issue, caller)
    changed = _Reconciliation(session, issue, matches).carry_out(given, slug or issue.slug)
    if changed:
        save(session, caller, issue)
    return changed


class _Reconciliation:
    def __init__(self, session: Session, issue: Issue, matches: Matches) -> None:
        self._session = session
        self._issue = issue
        self._matches = matches
        self._vocabulary = Vocabulary.when_needed(session)
        self._changed = False
        self._detached: set[Section] = set()
        self._contents: dict[Section, list[Item]] = {}
        """The items of each section that will be, in order."""

    def carry_out(self, given: IssueInput, slug: str) -> bool:
        tree.require_room(*tree.size_of(given.sections))
        self._put_fields(given, slug)
        self._detach_sections()
        before = [item for section in self._issue.sections for item in section.items]
        self._put_sections(given.sections, None, "")
        for section, items in self._contents.items():
            if section.items != items:
                self._changed = True
                section.items = items
        # What stays has moved away before what goes is deleted, with all that the database has beneath it.
        self._session.flush()
        stay = {item for items in self._contents.values() for item in items}
        for item in before:
            if item not in stay:
                self._session.delete(item)
        for section in [section for section in self._issue.sections if section not in self._contents]:
            self._changed = True
            self._issue.sections.remove(section)
        return self._changed

    def _put_fields(self, given: IssueInput, slug: str) -> None:
        issue = self._issue
        self._changed |= _put(
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
            raise issues.undated()
        return given.published_at

    def _detach_sections(self) -> None:
        """Take sections that get another parent out of theirs first: the new one may have been in them until now."""
        for pointer, section in self._matches.sections.items():
            above = self._matches.sections.get(pointer.rpartition("/sections/")[0])
            if section.parent is not above:
                section.parent = None
                self._detached.add(section)
        self._session.flush()

    def _put_sections(self, given: Sequence[SectionInput], parent: Section | None, pointer: str) -> None:
        for position, each in enumerate(given):
            here = f"{pointer}/sections/{position}"
            section = self._section(each, parent, here)
            self._changed |= _put(section, position=position)
            # Before its items: they take its tag.
            self._contents[section] = [
                self._item(item, section, f"{here}/items/{index}") for index, item in enumerate(each.items)
            ]
            self._put_sections(each.sections, section, here)

    def _section(self, given: SectionInput, parent: Section | None, pointer: str) -> Section:
        section = self._matches.sections.get(pointer)
        if section is None:
            self._changed = True
            section = tree.add_empty_section(self._issue, given, self._vocabulary, parent, pointer)
            self._restore_id(section, pointer)
            return section
        tag = tree.own_tag(given, self._vocabulary, pointer)
        changed = _put(section, title=given.title, tag=tag, intro=given.intro, extra=given.extra, parent=parent)
        if changed or section in self._detached:
            self._note(section)
        tree.require_depth(section, pointer)
        return section

    def _item(self, given: ItemInput, section: Section, pointer: str) -> Item:
        tags = tree.tags_in(section, given, self._vocabulary, pointer)
        fields = tree.fields_of(given, pointer)
        item = self._matches.items.get(pointer)
        if item is None:
            item = Item(**fields, tag_links=tree.link(tags))
            self._restore_id(item, pointer)
            return item
        changed = _put(item, **fields)
        if item.tags != tags:
            present = {link.tag: link for link in item.tag_links}
            links = [present.get(link.tag, link) for link in tree.link(tags)]
            for position, link in enumerate(links):
                link.position = position
            item.tag_links = links
            changed = True
        if changed or item.section is not section:
            self._note(item)
        return item

    def _restore_id(self, made: Section | Item, pointer: str) -> None:
        """Let what was deleted have its id again, at a version that nobody has read of it."""
        if pointer in self._matches.restored_ids:
            made.id = self._matches.restored_ids[pointer]
            made.version = self._issue.version + 1
        if isinstance(made, Section) and pointer in self._matches.slugs:
            made.slug = self._matches.slugs[pointer]

    def _note(self, written: Section | Item) -> None:
        self._changed = True
        touch(written)


def _put(target: Issue | Section | Item, **fields: Any) -> bool:
    """Set those fields that are otherwise; whether there were any."""
    differing = {name: value for name, value in fields.items() if getattr(target, name) != value}
    for name, value in differing.items():
        setattr(target, name, value)
    return bool(differing)
