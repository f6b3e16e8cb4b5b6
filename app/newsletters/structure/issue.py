"""Interpreting one edition: from its blocks to an issue."""

import re
from collections.abc import Sequence

from app.content.lengths import LONGEST_TEXT, LONGEST_TITLE
from app.newsletters.blocks import Source
from app.newsletters.document import IssueRead
from app.newsletters.left_out import LeftOut, Unreadable
from app.newsletters.markdown_writer import markdown_of
from app.newsletters.structure import boilerplate, entries, masthead_block, patterns, sign_off
from app.newsletters.structure.dates import Votes
from app.newsletters.structure.item_title import opens_with_title, run_in_title
from app.newsletters.structure.item_title import parse as parse_item_title
from app.newsletters.structure.lines import Line, lines_of
from app.newsletters.structure.outline import Group, Outline, outline
from app.newsletters.structure.report import Report
from app.newsletters.structure.series import Series

MOST_BLOCKS = 10_000


def interpret(source: Source, series: Series) -> IssueRead:
    """The issue in an edition. Every line of the edition is in the issue or in its notes.

    1. Boilerplate around the newsletter is taken off (`boilerplate`).
    2. The masthead block gives title, number, date and subtitle (`masthead_block`).
    3. The outline says which lines are headings of sections and titles of items (`outline`).
    4. Closing lines become the outro (`sign_off`).
    5. Each section's pattern says where its items begin (`patterns`), and sections and items are made (`entries`).
    6. Whatever is not in the issue is noted (`report`).

    Raises Unreadable if there is more than an issue can hold.
    """
    if len(source.blocks) > MOST_BLOCKS:
        raise Unreadable(
            f"this has {len(source.blocks):,} paragraphs and list items, and the limit of an issue is {MOST_BLOCKS:,}: "
            "import its issues one by one"
        )
    longest = max((len(block.text) for block in source.blocks), default=0)
    if longest > LONGEST_TEXT:
        raise Unreadable(f"this has a paragraph of {longest:,} characters, and the limit is {LONGEST_TEXT:,}")
    report = Report()
    for left_out in source.left_out:
        report.add(left_out)
    votes = Votes()
    for block in source.blocks:
        votes.count(block.text)
    all_lines = lines_of(source.blocks)
    lines = boilerplate.without_boilerplate(all_lines, report)
    kept = set(lines)
    around = [line for line in all_lines[: masthead_block.MOST] if line not in kept and line.block.role != "hidden"]
    order = series.order(votes, source.language)
    series.learn(votes)
    beginning = masthead_block.extract(lines, source, order, report, around)
    found = outline(lines)
    _unwrap(found, source)
    closing = _take_closing_sections(found)
    footer = [*_take_end(found, report), *closing]
    entries_linked = sum(line.shape == "entry" and line.leads for line in lines)
    context = patterns.Context(
        titles=found.titles,
        doubts=found.doubts,
        report=report,
        links=sum(len(line.links) for line in lines),
        linked_entries=entries_linked,
        short_titles=not found.by_length and not found.titles and entries_linked < 3,
        run_ins=sum(run_in_title(line) is not None for line in lines),
    )
    _items_of_preface(found)
    patterns.detect(found.groups, context)
    outro = _outro(found, context)
    groups = [group for group in found.groups if not _is_sponsors(group, report)]
    if context.usual != "none":
        groups = _filled(groups, report)
    sections = [entries.section(group, context) for group in groups]
    issue = IssueRead(
        key=source.key or source.name,
        key_kind="id" if source.identified else "name",
        title=_brief(beginning.title, report) or beginning.title[:LONGEST_TITLE],
        number=beginning.number,
        published_at=beginning.published_at,
        subtitle=_brief(beginning.subtitle, report),
        language=_language(source.language),
        image={"url": source.image} if source.image and entries.usable(source.image) else None,
        intro=markdown_of(line.block for line in found.preface),
        outro=markdown_of(line.block for line in (*outro, *footer)),
        sections=sections,
        draft=source.draft,
        publication=beginning.publication,
    )
    report.place(sections)
    report.account_for(source.blocks, issue.document())
    report.note_what_is_not_rendered(issue)
    issue.notes = report.notes
    issue.confidence = report.confidence()
    return issue


def _brief(line: str | None, report: Report) -> str | None:
    """A line, unless it is longer than a title may be."""
    if line is not None and len(line) > LONGEST_TITLE:
        report.add(LeftOut(line, f"a title or subtitle of more than {LONGEST_TITLE} characters"))
        return None
    return line


def _language(written: str | None) -> str | None:
    """A language as a BCP 47 tag; None if it is not one."""
    tag = (written or "").strip().replace("_", "-")
    return tag if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag) and len(tag) <= 35 else None


def _items_of_preface(found: Outline) -> None:
    """Move items out of the preface: a newsletter without sections has them there."""
    lines = found.preface
    if found.groups and any(group.heading is not None for group in found.groups):
        _stories_of_preface(found)
        return
    first = _first_item(lines)
    if first is None:
        return
    if first and lines[first - 1].shape in ("heading", "image") and lines[first].shape in ("link", "prose"):
        first -= 1
    rest = [*lines[first:], *(line for group in found.groups for line in group.lines)]
    found.preface = list(lines[:first])
    found.groups = [Group(None, rest)]


def _stories_of_preface(found: Outline) -> None:
    """Move stories before the first section, paragraphs that begin with a linked title, into a group of their own."""
    is_story = [
        opens_with_title(line) and (line.is_linked or parse_item_title(line).rest is not None) for line in found.preface
    ]
    first = next((index for index, opened in enumerate(is_story) if opened), 0)
    prose = sum(line.shape == "prose" for line in found.preface[first:])
    if sum(is_story) >= 2 and sum(is_story) * 2 >= prose:
        while first and found.preface[first - 1].shape == "image":
            first -= 1
        found.groups.insert(0, Group(None, found.preface[first:]))
        found.preface = found.preface[:first]


def _first_item(lines: Sequence[Line]) -> int | None:
    """The index of the first item in a newsletter without sections; None if it has no items either."""
    opened = [line.shape == "prose" and opens_with_title(line) for line in lines]
    is_run_in = [line.shape == "prose" and run_in_title(line) is not None for line in lines]
    entries = sum(line.shape == "entry" and line.leads for line in lines) >= 2
    has_links = sum(line.shape == "link" for line in lines) >= 2
    for index, line in enumerate(lines):
        titled = line.shape == "heading" and (has_links or line.is_linked)
        if titled or (line.shape == "entry" and entries) or (opened[index] and sum(opened) >= 3):
            return index
        if is_run_in[index] and sum(is_run_in) >= 3 and sum(is_run_in) * 2 > len(lines):
            return index
    return None


def _last(groups: Sequence[Group]) -> Group | None:
    group = groups[-1] if groups else None
    while group is not None and group.groups:
        group = group.groups[-1]
    return group


def _unwrap(found: Outline, source: Source) -> None:
    """If one section contains all others and the title is known, its heading is the page's: move it to the preface."""
    only = found.groups[0] if len(found.groups) == 1 else None
    if only is None or only.heading is None or len(only.groups) < 2 or not source.title:
        return
    if any(line.shape == "entry" or line in found.titles for line in only.lines):
        return
    found.preface += [only.heading, *only.lines]
    found.groups = only.groups


def _take_closing_sections(found: Outline) -> list[Line]:
    """Take off last sections whose headings say goodbye or ask for something, as lines of the outro."""
    return _closing_of(found.groups, found) if len(found.groups) >= 2 else []


def _closing_of(groups: list[Group], found: Outline) -> list[Line]:
    taken: list[Line] = []
    while groups:
        last = groups[-1]
        if last.groups:
            taken = [*_closing_of(last.groups, found), *taken]
            break
        says_so = last.heading is not None and (sign_off.is_closing_heading(last.heading.text) or _is_afterword(last))
        listed = sum(line.shape == "entry" and line.leads for line in last.lines) > 2
        if not says_so or listed or len(last.lines) > 8 or any(line in found.titles for line in last.lines):
            break
        taken = [*_lines_in(Group(groups=[groups.pop()])), *taken]
    return taken


def _is_afterword(group: Group) -> bool:
    """Whether a section is only a sign-off of one to three lines."""
    lines = [line for line in group.lines if line.shape != "divider"]
    return 1 <= len(lines) <= 3 and sign_off.is_closing(lines[0]) and not any(line.links for line in lines)


def _take_end(found: Outline, report: Report) -> list[Line]:
    """Take off the lines after the last divider of the last section, if they are only prose."""
    last = _last(found.groups)
    if last is None:
        return []
    parted = max((index for index, line in enumerate(last.lines) if line.shape == "divider"), default=-1)
    behind = last.lines[parted + 1 :]
    if parted <= 0 or not behind or any(line in found.titles for line in behind):
        return []
    if any(line.shape in ("entry", "link") for line in behind) or sum(len(line.links) for line in behind) > len(behind):
        return []
    before = [line for line in last.lines[:parted] if line.shape != "divider"]
    if not before or (
        len(behind) >= 2
        and behind[0].shape == "heading"
        and behind[1].shape == "prose"
        and behind[1].words > 12
        and behind[0].style[0] == "short"
    ):
        return []
    last.lines = last.lines[:parted]
    return list(behind)


def _outro(found: Outline, context: patterns.Context) -> list[Line]:
    """Take off the sign-off after the last item: lines after a list or a link, or the last lines of a text."""
    last = _last(found.groups)
    if last is None or not last.lines:
        return []
    pattern = context.patterns.get(last, "none")
    end = len(last.lines)
    if pattern == "listed":
        while end and last.lines[end - 1].shape != "entry" and not last.lines[end - 1].block.depth:
            end -= 1
    elif pattern == "linked":
        while end and last.lines[end - 1].shape != "link":
            end -= 1
    elif pattern == "plain":
        usual = max(line.words for line in last.lines)
        end = next((index for index, line in enumerate(last.lines) if index and sign_off.is_closing(line)), end)
        while end > 1 and sign_off.can_be_sign_off(last.lines[end - 1]) and last.lines[end - 1].words * 2 < usual:
            end -= 1
    elif pattern in ("titled", "opened"):
        _, items = patterns.split(last, context)
        final = items[-1] if items else []
        ending = [lines[-1].shape == "link" for lines in items[:-1]]
        if ending and all(ending) and any(line.shape == "link" for line in final):
            while last.lines[end - 1].shape != "link":
                end -= 1
            final = []
        first = next((index for index, line in enumerate(final) if line.shape != "image"), 0)
        behind = list(final[first + 1 :])
        bodies = [sum(line.shape in ("prose", "heading") for line in lines[1:]) for lines in items[:-1]]
        begin = sign_off.start(behind, bodies)
        if begin < len(behind):
            end = next(index for index, line in enumerate(last.lines) if line is behind[begin])
    elif context.usual != "none":
        end = next((index for index, line in enumerate(last.lines) if index and sign_off.is_closing(line)), end)
    taken = [line for line in last.lines[end:] if line.shape != "divider"]
    last.lines = last.lines[:end]
    return taken


def _is_sponsors(group: Group, report: Report) -> bool:
    """Whether a section is a sponsor's. It is then left out with everything in it."""
    if group.heading is None or not boilerplate.is_sponsor(group.heading.text):
        group.groups = [below for below in group.groups if not _is_sponsors(below, report)]
        return False
    for line in (group.heading, *_lines_in(group)):
        report.leave_out(line.block, "a sponsor's box")
    return True


def _filled(groups: Sequence[Group], report: Report) -> list[Group]:
    """The sections that are not empty. Headings of empty ones are reported."""
    filled = []
    for group in groups:
        group.groups = _filled(group.groups, report)
        if group.groups or any(line.shape != "divider" for line in group.lines):
            filled.append(group)
        elif group.heading is not None:
            report.leave_out(group.heading.block, "a heading with nothing beneath it")
    return filled


def _lines_in(group: Group) -> list[Line]:
    found = list(group.lines)
    for below in group.groups:
        found += [*([below.heading] if below.heading else []), *_lines_in(below)]
    return found
