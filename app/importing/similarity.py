"""How much of what two newsletters say is the same, whatever they are called."""

from collections.abc import Iterator, Sequence, Set
from typing import Any

from app.authoring.schemas import IssueInput, SectionInput
from app.content.models import Issue, Section
from app.links.canonical import canonical

MOST = 0.5
"""From which on most of it is the same."""

_Sections = Sequence[Section] | Sequence[SectionInput]


def likeness(issue: Issue, given: IssueInput) -> float | None:
    """From 0 to 1 (Dice's coefficient): of their items' links or, where one of them has none, of their words.

    Words count by threes, as they follow each other. None where one has no words either.
    """
    new = list(every_section(given.sections))
    there, here = _links(issue.sections), _links(new)
    if not there or not here:
        there, here = _threes(issue, issue.sections), _threes(given, new)
    return 2 * len(there & here) / (len(there) + len(here)) if there and here else None


def _links(sections: _Sections) -> Set[Any]:
    return {canonical(item.url) for section in sections for item in section.items if item.url}


def _threes(issue: Issue | IssueInput, sections: _Sections) -> Set[Any]:
    texts = [issue.intro, *(text for section in sections for text in _texts(section)), issue.outro]
    words = [word for text in texts if text for word in text.casefold().split()]
    return {tuple(words[start : start + 3]) for start in range(max(len(words) - 2, min(len(words), 1)))}


def _texts(section: Section | SectionInput) -> Iterator[str | None]:
    yield section.intro
    for item in section.items:
        yield item.title
        yield item.body


def every_section(sections: Sequence[SectionInput]) -> Iterator[SectionInput]:
    """Sections at whatever depth."""
    for section in sections:
        yield section
        yield from every_section(section.sections)
