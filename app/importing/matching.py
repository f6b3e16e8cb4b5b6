"""Which sections and items of an issue are those of its source, when that is imported again."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from app.authoring import tree
from app.authoring.reconcile import Matches
from app.authoring.schemas import IssueInput, ItemInput, SectionInput
from app.content.models import Issue, Item, Section
from app.content.slugs import key_of
from app.content.tags import Vocabulary
from app.links.canonical import canonical

Existing = TypeVar("Existing", Section, Item)
Unmatched = dict[Existing, None]
"""In reading order."""


def match(issue: Issue, given: IssueInput, vocabulary: Vocabulary) -> Matches:
    """Items match by their link, then by their title, then by their position; sections by their slug.

    Of several with the same link, title or slug, the first matches the first, and so on. Items at the same position
    do not match when both have a link. A section's slug never changes, so one that would get another is a new section.

    Raises Invalid when an item has neither a title nor a text to make one from.
    """
    wanted = dict(_walk(given.sections))
    sections = _sections(issue, {pointer: tree.slug_for(section, vocabulary) for pointer, section in wanted.items()})
    new = {
        f"{pointer}/items/{index}": item for pointer, each in wanted.items() for index, item in enumerate(each.items)
    }
    unmatched: Unmatched[Item] = dict.fromkeys(item for section in _in_order(issue) for item in section.items)
    found: dict[str, Item] = {}
    _pair(found, {pointer: _link(item) for pointer, item in new.items()}, unmatched, _link)
    titles = {pointer: tree.title_of(item.title, item.body, pointer)[0] for pointer, item in new.items()}
    _pair(
        found, {pointer: key_of(title) for pointer, title in titles.items()}, unmatched, lambda item: key_of(item.title)
    )
    for pointer in new.keys() - found.keys():
        existing = _at(sections, pointer)
        if existing in unmatched and not (existing.url and new[pointer].url):
            found[pointer] = existing
            del unmatched[existing]
    return Matches(sections=sections, items=found)


def _sections(issue: Issue, slugs: Mapping[str, str]) -> dict[str, Section]:
    """The matching sections, by their pointers: in the same parent first, else anywhere."""
    found: dict[str, Section] = {}
    unmatched: Unmatched[Section] = dict.fromkeys(_in_order(issue))
    siblings: dict[tuple[Section | None, str], deque[Section]] = defaultdict(deque)
    for section in unmatched:
        siblings[section.parent, section.slug].append(section)
    for pointer, slug in slugs.items():
        parent = pointer.rpartition("/sections/")[0]
        if parent and parent not in found:
            continue
        if same := siblings[found.get(parent), slug]:
            found[pointer] = same.popleft()
            del unmatched[found[pointer]]
    _pair(found, slugs, unmatched, lambda section: section.slug)
    return found


def _pair(
    found: dict[str, Existing],
    keys: Mapping[str, str | None],
    unmatched: Unmatched[Existing],
    key: Callable[[Existing], str | None],
) -> None:
    """Match pointers with unmatched sections or items that have the same key."""
    present: dict[str | None, deque[Existing]] = defaultdict(deque)
    for each in unmatched:
        present[key(each)].append(each)
    for pointer, wanted in keys.items():
        if wanted and pointer not in found and present[wanted]:
            found[pointer] = present[wanted].popleft()
            del unmatched[found[pointer]]


def _at(sections: Mapping[str, Section], pointer: str) -> Item | None:
    """The item at the same position in the same section."""
    parent, _, index = pointer.rpartition("/items/")
    items = sections[parent].items if parent in sections else []
    return items[int(index)] if int(index) < len(items) else None


def _walk(sections: Sequence[SectionInput], parent: str = "") -> Iterator[tuple[str, SectionInput]]:
    """Each section with its pointer, in reading order."""
    for index, section in enumerate(sections):
        pointer = f"{parent}/sections/{index}"
        yield pointer, section
        yield from _walk(section.sections, pointer)


def _in_order(issue: Issue) -> list[Section]:
    """The sections of an issue in reading order."""
    beneath = tree.by_parent(issue)
    ordered: list[Section] = []
    remaining = [*reversed(beneath.get(None, ()))]
    while remaining:
        ordered.append(remaining.pop())
        remaining += reversed(beneath.get(ordered[-1], ()))
    return ordered


def _link(item: Item | ItemInput) -> str | None:
    return canonical(item.url) if item.url else None
