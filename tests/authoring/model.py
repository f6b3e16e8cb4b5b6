"""A model of the authoring side in plain Python: the state that the application must reach by the same calls."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

TITLES = ("Research", "Safety", "Things", None)
"""Of sections: two that are labels of tags, one that is not, and none."""


@dataclass(eq=False)
class Item:
    id: int
    title: str
    tags: list[str] | None
    """None for an item in the inbox that was created without tags."""


@dataclass(eq=False)
class Section:
    id: int
    slug: str
    title: str | None
    tag: str | None
    items: list[Item] = field(default_factory=list)
    sections: list["Section"] = field(default_factory=list)


@dataclass(eq=False)
class Issue:
    number: int
    title: str
    status: str = "draft"
    published_at: str | None = None
    version: int = 1
    deleted: bool = False
    sections: list[Section] = field(default_factory=list)
    kept: dict[int, "Issue"] = field(default_factory=dict)
    """Its state at each version."""

    def write(self) -> None:
        """Record a finished write."""
        self.version += 1
        self.keep()

    def keep(self) -> None:
        kept, self.kept = self.kept, {}
        kept[self.version] = deepcopy(self)
        self.kept = kept

    def paths(self) -> Iterator[tuple[Section, ...]]:
        """The paths of all sections in reading order, from the outermost to the section itself."""
        yield from _paths(self.sections, ())

    def all_sections(self) -> list[Section]:
        return [path[-1] for path in self.paths()]

    def all_items(self) -> list[Item]:
        return [item for section in self.all_sections() for item in section.items]

    def path_to(self, section: Section) -> tuple[Section, ...]:
        return next(path for path in self.paths() if path[-1] is section)

    def siblings_of(self, section: Section) -> list[Section]:
        """The list that contains it."""
        path = self.path_to(section)
        return path[-2].sections if len(path) > 1 else self.sections

    def tag_in(self, section: Section) -> list[str]:
        """The tags that an item without tags gets there."""
        return next(([above.tag] for above in reversed(self.path_to(section)) if above.tag is not None), [])

    def holder(self, item: Item) -> Section:
        return next(section for section in self.all_sections() if item in section.items)


def _paths(sections: list[Section], above: tuple[Section, ...]) -> Iterator[tuple[Section, ...]]:
    for section in sections:
        yield (*above, section)
        yield from _paths(section.sections, (*above, section))


class Newsletter:
    """All of it."""

    def __init__(self) -> None:
        self.issues: dict[int, Issue] = {}
        self.inbox: list[Item] = []
        self.tags = ["career", "news-trends", "product", "research", "safety"]
        self._became: dict[str, str] = {}
        """The current slugs of renamed and merged tags, by their old slugs."""

    def slug(self, label: str) -> str:
        while label in self._became:
            label = self._became[label]
        return label

    def resolved(self, labels: list[str]) -> list[str]:
        return list(dict.fromkeys(map(self.slug, labels)))

    def section(self, identifier: int, title: str | None) -> Section:
        """A new section."""
        key = (title or "items").lower()
        slug = self.slug(key)
        return Section(identifier, slug, title, slug if slug in self.tags else None)

    def replace_tag(self, gone: str, slug: str) -> None:
        """Rename a tag, or replace it with another one, which its items may have already."""
        self._became[gone] = slug
        self.tags = sorted({*self.tags, slug} - {gone})
        for issue in self.issues.values():
            for section in issue.all_sections():
                section.tag = slug if section.tag == gone else section.tag
        for item in [*self.inbox, *(item for issue in self.issues.values() for item in issue.all_items())]:
            if item.tags and gone in item.tags:
                others = [tag for tag in item.tags if tag != gone]
                item.tags = others if slug in others else [slug if tag == gone else tag for tag in item.tags]

    def restore(self, issue: Issue, version: int, document: dict[str, Any]) -> None:
        """Restore an issue. Items that are created again get the ids of the document."""
        before = deepcopy(issue)
        old = issue.kept[version]
        sections = {section.id: section for section in issue.all_sections()}
        items = {item.id: item for item in issue.all_items()}
        elsewhere = {item.id for other in self.issues.values() if other is not issue for item in other.all_items()}
        elsewhere |= {item.id for item in self.inbox}

        def item_of(was: Item) -> Item:
            item = items.get(was.id) or Item(0 if was.id in elsewhere else was.id, "", None)
            item.title, item.tags = was.title, self.resolved(was.tags or [])
            return item

        def section_of(was: Section) -> Section:
            section = sections.get(was.id) or Section(was.id, was.slug, None, None)
            section.title, section.tag = was.title, None if was.tag is None else self.slug(was.tag)
            section.items = [item_of(item) for item in was.items]
            section.sections = [section_of(beneath) for beneath in was.sections]
            return section

        issue.title = old.title
        if old.published_at is not None:
            issue.published_at = old.published_at
        issue.sections = [section_of(section) for section in old.sections]
        shown = [item["id"] for section in _flat(document["sections"]) for item in section["items"]]
        for item, identifier in zip(issue.all_items(), shown, strict=True):
            item.id = item.id or identifier
        if said(issue) != said(before):
            issue.write()


def said(issue: Issue) -> Any:
    """An issue, to compare with what is `shown`."""

    def of(section: Section) -> Any:
        items = [(item.id, item.title, item.tags) for item in section.items]
        return (section.id, section.slug, section.title, section.tag, items, [of(each) for each in section.sections])

    sections = [of(section) for section in issue.sections]
    return issue.number, issue.title, issue.status, issue.published_at, issue.version, sections


def shown(document: dict[str, Any]) -> Any:
    """A document of an issue in the same form. Fails where positions have gaps."""

    def of(place: int, section: Any) -> Any:
        assert section["position"] == place
        assert [item["position"] for item in section["items"]] == list(range(len(section["items"])))
        items = [(item["id"], item["title"], item["tags"]) for item in section["items"]]
        beneath = [of(*each) for each in enumerate(section["sections"])]
        return section["id"], section["slug"], section["title"], section["tag"], items, beneath

    sections = [of(*each) for each in enumerate(document["sections"])]
    return *(document[name] for name in ("number", "title", "status", "published_at", "version")), sections


def _flat(sections: list[Any]) -> Iterator[Any]:
    for section in sections:
        yield section
        yield from _flat(section["sections"])
