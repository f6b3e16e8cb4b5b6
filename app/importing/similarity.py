"""How similar two newsletters are in content, whatever their titles."""

from collections.abc import Iterator, Sequence, Set
from typing import Any

from app.authoring.schemas import IssueInput, SectionInput
from app.content.models import Issue, Section
from app.links.canonical import canonical

MOST = 0.5
"""The similarity from which two are taken for the same newsletter."""

_Sections = Sequence[Section] | Sequence[SectionInput]


def similarity(issue: Issue, given: IssueInput) -> float | None:
    """From 0 to 1 (Dice's coefficient): of the links of their items or, where one of them has none, of their text.

    Text is compared by trigrams of words. None when one of them has no text either.
    """
    sections = list(all_sections(given.sections))
    old, new = _links(issue.sections), _links(sections)
    if not old or not new:
        old, new = _trigrams(issue, issue.sections), _trigrams(given, sections)
    return 2 * len(old & new) / (len(old) + len(new)) if old and new else None


def _links(sections: _Sections) -> Set[Any]:
    return {canonical(item.url) for section in sections for item in section.items if item.url}


def _trigrams(issue: Issue | IssueInput, sections: _Sections) -> Set[Any]:
    texts = [issue.intro, *(text for section in sections for text in _texts(section)), issue.outro]
    words = [word for text in texts if text for word in text.casefold().split()]
    return {tuple(words[start : start + 3]) for start in range(max(len(words) - 2, min(len(words), 1)))}


def _texts(section: Section | SectionInput) -> Iterator[str | None]:
    yield section.intro
    for item in section.items:
        yield item.title
        yield item.body


def all_sections(sections: Sequence[SectionInput]) -> Iterator[SectionInput]:
    """Sections at whatever depth."""
    for section in sections:
        yield section
        yield from all_sections(section.sections)
