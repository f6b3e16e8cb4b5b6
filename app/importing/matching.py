"""Which sections and items of an issue those of its source are, when that is read again."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from app.authoring import tree
from app.authoring.reconcile import Matches
from app.authoring.schemas import IssueInput, ItemInput, SectionInput
from app.content.models import Issue, Item, Section
from app.content.slugs import key_of
from app.content.tags import Vocabulary
from app.links.canonical import canonical

There = TypeVar("There", Section, Item)
Free = dict[There, None]
"""Those that nothing is known to be yet, in the order in which they are read."""


def matches(issue: Issue, given: IssueInput, vocabulary: Vocabulary) -> Matches:
    """Items are known by their link, then by their title, then by their place; sections by their slug.

    Of several with the same link, title or slug, the first is the first. An item at the same place is another one
    when both have a link. A section's slug is fixed, so one that would have another slug now is another section.

    Raises Invalid when an item has nothing to make a title from.
    """
    wanted = dict(_walk(given.sections))
    sections = _sections(issue, {pointer: tree.slug_for(section, vocabulary) for pointer, section in wanted.items()})
    new = {
        f"{pointer}/items/{place}": item for pointer, each in wanted.items() for place, item in enumerate(each.items)
    }
    free: Free[Item] = dict.fromkeys(item for section in _in_order(issue) for item in section.items)
    found: dict[str, Item] = {}
    _pair(found, {pointer: _link(item) for pointer, item in new.items()}, free, _link)
    titles = {pointer: tree.title_of(item.title, item.body, pointer)[0] for pointer, item in new.items()}
    _pair(found, {pointer: key_of(title) for pointer, title in titles.items()}, free, lambda item: key_of(item.title))
    for pointer in new.keys() - found.keys():
        there = _at(sections, pointer)
        if there in free and not (there.url and new[pointer].url):
            found[pointer] = there
            del free[there]
    return Matches(sections=sections, items=found)


def _sections(issue: Issue, slugs: Mapping[str, str]) -> dict[str, Section]:
    """The sections that are known again, by their pointers: beneath the same parent first, else wherever they were."""
    found: dict[str, Section] = {}
    free: Free[Section] = dict.fromkeys(_in_order(issue))
    for pointer, slug in slugs.items():
        above = pointer.rpartition("/sections/")[0]
        if above and above not in found:
            continue
        siblings = (section for section in free if section.parent is found.get(above))
        same = next((section for section in siblings if section.slug == slug), None)
        if same is not None:
            found[pointer] = same
            del free[same]
    _pair(found, slugs, free, lambda section: section.slug)
    return found


def _pair(
    found: dict[str, There], keys: Mapping[str, str | None], free: Free[There], key: Callable[[There], str | None]
) -> None:
    """Find what is new, by the key of its pointer, among what is free and has the same."""
    present: dict[str | None, list[There]] = defaultdict(list)
    for each in free:
        present[key(each)].append(each)
    for pointer, wanted in keys.items():
        if wanted and pointer not in found and present[wanted]:
            found[pointer] = present[wanted].pop(0)
            del free[found[pointer]]


def _at(sections: Mapping[str, Section], pointer: str) -> Item | None:
    """The item at the same place in the same section."""
    above, _, place = pointer.rpartition("/items/")
    items = sections[above].items if above in sections else []
    return items[int(place)] if int(place) < len(items) else None


def _walk(sections: Sequence[SectionInput], above: str = "") -> Iterator[tuple[str, SectionInput]]:
    """Each section as it is read, by its pointer."""
    for place, section in enumerate(sections):
        pointer = f"{above}/sections/{place}"
        yield pointer, section
        yield from _walk(section.sections, pointer)


def _in_order(issue: Issue, parent: Section | None = None) -> Iterator[Section]:
    for section in tree.children(issue, parent):
        yield section
        yield from _in_order(issue, section)


def _link(item: Item | ItemInput) -> str | None:
    return canonical(item.url) if item.url else None
