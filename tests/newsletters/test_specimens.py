"""Newsletters in the manners that real ones have, read as their hand-written answers say: `specimens/README.md`."""

import html
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.newsletters.document import IssueRead, SectionRead
from app.newsletters.files import File
from app.newsletters.left_out import LeftOut
from app.newsletters.loading import load_files

SPECIMENS = Path(__file__).parent / "specimens"


def issues_of(folder: Path) -> list[IssueRead]:
    (file,) = folder.glob("input.*")
    issues = list(load_files([File(file.name, file.read_bytes())]))
    assert all(isinstance(issue, IssueRead) for issue in issues), issues
    return [issue for issue in issues if isinstance(issue, IssueRead)]


def plain(text: str | None) -> str:
    """A Markdown text's words, as far as they are needed to tell one beginning from another."""
    shown = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"<[^>]+>", "", html.unescape(text or "")))
    return " ".join(re.sub(r"[*_`>\\#]|^[-•]\s", "", shown).split()).casefold()


def beginning(text: str | None) -> str:
    return plain(text)[:38]


def starts(said: str | None, wanted: str | None) -> bool:
    return plain(said).startswith(beginning(wanted)) if wanted else not plain(said)


def same(said: Any, wanted: Any) -> bool:
    if isinstance(said, str) and isinstance(wanted, str):
        return re.sub(r"\W+", "", plain(said)) == re.sub(r"\W+", "", plain(wanted))
    return bool(said == wanted)


def wrong(
    what: str, said: Any, answer: dict[str, Any], key: str, alike: Callable[[Any, Any], bool] = same
) -> Iterator[str]:
    """A sentence when what is said is none of the right answers."""
    right = [answer[key], *answer.get(f"{key}_ok", [])] if key in answer else []
    if right and not any(alike(said, each) for each in right):
        yield f"{what}: {said!r}, but right would be {right[0]!r}"


def wrong_sections(said: list[SectionRead], answers: list[dict[str, Any]], place: str) -> Iterator[str]:
    if len(said) != len(answers):
        yield f"{place} has sections {[section.title for section in said]}, not {[one['title'] for one in answers]}"
    for section, answer in zip(said, answers, strict=False):
        at = f"{place} / {section.title}"
        yield from wrong(at, section.title, answer, "title")
        yield from wrong(f"{at}'s intro", section.intro, answer, "intro_starts", starts)
        if len(section.items) != len(answer["items"]):
            yield f"{at} has {len(section.items)} items, not {len(answer['items'])}"
        for item, wanted in zip(section.items, answer["items"], strict=False):
            yield from wrong(f"{at}: title", item.title, wanted, "title")
            yield from wrong(f"{at}: {item.title}'s url", item.url, wanted, "url")
            yield from wrong(f"{at}: {item.title}'s body", item.body, wanted, "body_starts", starts)
        yield from wrong_sections(section.sections, answer["sections"], at)


def wrong_issue(issue: IssueRead, answer: dict[str, Any]) -> Iterator[str]:
    yield from wrong("title", issue.title, answer, "title")
    yield from wrong("number", issue.number, answer, "number")
    yield from wrong("date", issue.published_at and f"{issue.published_at:%Y-%m-%d}", answer, "date")
    yield from wrong("subtitle", issue.subtitle, answer, "subtitle")
    yield from wrong("intro", issue.intro, answer, "intro_starts", starts)
    yield from wrong("outro", issue.outro, answer, "outro_starts", starts)
    yield from wrong_sections(issue.sections, answer["sections"], "the issue")
    left_out = plain(" ".join(note.what for note in issue.notes if isinstance(note, LeftOut)))
    yield from (f"{words!r} is not said to be left out" for words in answer["left_out"] if plain(words) not in left_out)


@pytest.mark.parametrize("name", sorted(folder.name for folder in SPECIMENS.iterdir() if folder.is_dir()))
def test_it_reads_as_a_careful_editor_does(name: str) -> None:
    answer = json.loads((SPECIMENS / name / "answer.json").read_text())
    answers = answer.get("issues", [answer])
    issues = issues_of(SPECIMENS / name)
    assert len(issues) == len(answers)
    assert [wrong for issue, its in zip(issues, answers, strict=True) for wrong in wrong_issue(issue, its)] == []
