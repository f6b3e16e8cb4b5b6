"""Which lines of a newsletter are its sections, and which are titles of items.

Headings are grouped by style (heading level, font size, bold, capitals, or just being short). What most headings of a
style have below them decides what all of them are: lists and other headings make a section, a few sentences and a link
make an item.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import sqrt
from statistics import median

from app.newsletters.structure import boilerplate, sign_off
from app.newsletters.structure.item_title import opens_with_title, run_in_title
from app.newsletters.structure.lines import Line

_STYLES = ("level", "size", "capital", "numbered", "parted", "bold", "linked", "leading", "short")
_RANK = {style: rank for rank, style in enumerate(_STYLES)}
"""The rank of each style: a heading level is highest, a line that is just short is lowest."""

DEEPEST = 12
"""Levels of headings that know of one below them."""


@dataclass(eq=False)
class Group:
    """A section before it is read: its heading, the lines directly below it, and its subsections."""

    heading: Line | None = None
    lines: list[Line] = field(default_factory=list)
    groups: list["Group"] = field(default_factory=list)


@dataclass(eq=False)
class Outline:
    preface: list[Line]
    """Lines before the first section."""
    groups: list[Group]
    titles: set[Line] = field(default_factory=set)
    """Lines that are titles of items."""
    doubts: dict[Line, str] = field(default_factory=dict)
    """Lines that could be something else, and why."""
    by_length: bool = False
    """Whether short lines were classified by their length, so that all titles are known."""


@dataclass(eq=False)
class _Heading:
    line: Line
    rank: tuple[int, float]
    own: list[Line] = field(default_factory=list)
    """Lines between it and the next heading."""
    below: list["_Heading"] = field(default_factory=list)
    """Headings of lower rank, up to the next one of its own rank or higher."""
    role: str = "section"


def outline(lines: Sequence[Line]) -> Outline:
    _mark_bare_titles(lines)
    headings = _strong_headings(lines)
    _lead_ins(lines, headings)
    headings = _strong_headings(lines)
    _decide(headings, lines)
    if any(heading.role == "section" for heading in headings):
        return _tree(lines, headings)
    labels, titles, doubts = _labels(lines) if not headings else (set(), set(), {})
    if labels:
        return _tree_of_labels(lines, labels, titles, doubts)
    titles |= {heading.line for heading in headings if heading.role == "item"}
    first = next((index for index, line in enumerate(lines) if line in titles), len(lines))
    while 0 < first < len(lines) and lines[first - 1].shape == "image":
        first -= 1
    group = Group(None, list(lines[first:]))
    return Outline(list(lines[:first]), [group] if group.lines else [], titles, doubts)


def _strong_headings(lines: Sequence[Line]) -> list[_Heading]:
    """Headings that are more than just short, each with what is below it."""
    capitals = [line for line in lines if line.shape == "heading" and line.style[0] == "capital"]
    if len(capitals) == 1 or all(len(line.text) <= 4 for line in capitals):
        for line in capitals:  # an abbreviation is always in capitals
            line.style = ("short", 0)
    if not any(line.shape == "heading" and line.style[0] not in ("short", "linked") for line in lines):
        _mark_headings_after_dividers(lines)
    has_headings = any(line.shape == "heading" and line.style[0] == "level" for line in lines)
    weak = ("short", "linked") if has_headings else ("short",)  # then a link is at most an item
    headings: list[_Heading] = []
    for line in lines:
        if line.shape == "heading" and line.style[0] not in weak:
            kind, value = line.style
            headings.append(_Heading(line, (_RANK[kind], -value if kind == "size" else value)))
        elif headings:
            headings[-1].own.append(line)
    above: list[_Heading] = []
    for heading in headings:
        while above and above[-1].rank >= heading.rank:
            above.pop()
        for other in above[-DEEPEST:]:
            other.below.append(heading)
        above.append(heading)
    return headings


def _mark_bare_titles(lines: Sequence[Line]) -> None:
    """A bold link alone is an item without a remark, not a heading, if others are followed by remarks."""
    linked = [
        line
        for line in lines
        if line.shape in ("prose", "heading")
        and not line.block.depth
        and line.style[0] in ("", "bold")
        and all(any(mark.kind == kind and mark.start <= 2 for mark in line.block.marks) for kind in ("bold", "link"))
    ]
    bare = [line for line in linked if line.style[0] == "bold" and line.is_linked]
    if len(linked) - len(bare) >= max(3, 2 * len(bare)):
        for line in bare:
            line.shape, line.style = "prose", ("", 0)


def _mark_headings_after_dividers(lines: Sequence[Line]) -> None:
    """Short lines after dividers are headings, if most dividers have one after them."""
    beneath = [after for line, after in pairwise(lines) if line.shape == "divider" and after.shape != "divider"]
    headings = [line for line in beneath if line.shape == "heading" and line.style[0] == "short"]
    if len(headings) >= 3 and len(headings) * 3 >= len(beneath) * 2:
        for line in headings:
            line.style = ("parted", 0)


def _lead_ins(lines: Sequence[Line], headings: list[_Heading]) -> None:
    """Lines that end in a colon before a list are headings, if no other heading has a list of its own."""
    outer = [line for line in lines if not line.block.depth or (line.shape == "entry" and line.block.depth == 1)]
    labels: list[Line] = []
    sure: list[Line] = []  # those before several list items, except at the beginning
    several = entries = 0
    for line, *following in zip(outer, outer[1:], [*outer[2:], None], strict=False):
        entries += line.shape == "entry" and line.leads
        listed = [other is not None and other.shape == "entry" and other.leads for other in following]
        label = line.shape in ("prose", "heading") and line.words <= 8 and line.text.rstrip().endswith((":", "："))
        if label and listed[0] and not line.block.depth:
            labels.append(line)
            several += listed[1]
            if listed[1] and (entries >= 2 or headings):
                sure.append(line)
    candidates = labels if several >= 2 else sure  # if two lead several list items, those that lead one count too
    for heading in headings:
        led = next((line for line in heading.own if line.shape == "entry" or line in candidates), None)
        if led is not None and led.shape == "entry" and led.leads:
            return
    for line in candidates:
        line.shape, line.style = "heading", ("leading", 0)


def _decide(headings: list[_Heading], lines: Sequence[Line]) -> None:
    """Decide what the headings of each style are, the lowest style first, since higher ones depend on lower ones."""
    linked_entries = sum(line.shape == "entry" and line.leads for line in lines)
    has_headings = any(heading.line.style[0] == "level" for heading in headings)
    lists = linked_entries >= 3
    for rank in sorted({heading.rank for heading in headings}, reverse=True):
        alike = [heading for heading in headings if heading.rank == rank]
        votes = [_vote(heading, lists) for heading in alike]
        strong, sections, texts = votes.count("item"), votes.count("section"), votes.count("text")
        items = strong + votes.count("perhaps")
        higher = any(heading.rank < rank for heading in headings)
        enough = strong * 2 >= len(alike) or items * 4 >= len(alike) * 3
        is_item = (
            enough
            and items >= sections
            and (items >= 2 or (items == 1 and higher and alike[0].line.style[0] == "level"))
        )
        if not is_item and not sections and higher and texts >= 3 and not lists:
            is_item = median(heading.line.words for heading in alike) >= 4
        filled = sum(any(line.shape in ("prose", "link", "entry") for line in heading.own) for heading in alike)
        for heading, vote in zip(alike, votes, strict=True):
            # An empty heading, if the others are items, is the label of those that follow.
            empty = (
                not any(line.shape in ("prose", "link", "entry") for line in heading.own)
                and heading is not headings[-1]
            )
            labels = is_item and (vote == "section" or (empty and (vote == "text" or filled * 3 >= len(alike) * 2)))
            closing = sign_off.is_closing_heading(heading.line.text) and not heading.line.is_linked
            heading.role = "item" if is_item and not labels and not closing else "section"
        if not is_item and alike[0].line.style[0] in ("bold", "linked"):
            _demote(alike, has_headings)


def _demote(alike: list[_Heading], has_headings: bool) -> None:
    """Bold lines and links are not sections in a text with headings, unless they are labels of lists."""
    if not has_headings:
        if alike[0].line.style[0] == "linked":
            for heading in alike:
                heading.role = "text" if heading.own and heading.own[0].shape == "entry" else "item"
        return
    several = sum(
        sum(line.shape == "entry" and line.block.depth == 1 for line in heading.own) >= 2 for heading in alike
    )
    labels = several >= 2 and several * 2 >= len(alike) and alike[0].line.style[0] == "bold"
    for heading in alike:
        if not labels or heading.line.text.rstrip().endswith((":", ".")):
            heading.role = "text"


def _vote(heading: _Heading, lists: bool) -> str:
    """What a heading is, by what is below it: item, section, text, or perhaps an item."""
    entries = [line for line in heading.own if line.shape == "entry" and line.block.depth <= 1]
    linked = [line for line in entries if line.leads]
    below_items = [other for other in heading.below if other.role == "item"]
    if below_items or any(other.role == "section" for other in heading.below):
        return "section"
    if len(linked) >= 2 or (entries and (lists or len(linked) == len(entries)) and not heading.line.is_linked):
        return "section"
    if boilerplate.is_sponsor(heading.line.text):
        return "section"
    if sign_off.is_closing_heading(heading.line.text):
        return "text"
    prose = [line for line in heading.own if line.shape in ("prose", "heading")]
    if heading.line.is_mostly_linked and not linked:
        return "item"
    link_lines = [line for line in heading.own if line.shape == "link" and not boilerplate.is_asking(line)]
    opened = sum(opens_with_title(line) for line in prose)
    if opened >= 2 or (opened == 1 and len(prose) == 1 and heading.line.words <= 4):
        return "section"
    if sum(line.shape == "heading" and line.style[0] == "short" for line in heading.own) >= 2 and len(link_lines) >= 2:
        return "section"
    run_ins = sum(run_in_title(line) is not None for line in prose)
    if len(link_lines) >= 3 or (run_ins >= 3 and run_ins * 5 >= len(prose) * 4 and not link_lines):
        return "section"
    quoted = any(line.block.quoted for line in heading.own)
    brief = len(prose) <= 2 and sum(line.words for line in prose) <= 120
    links = sum(len(line.links) for line in heading.own)
    if prose and not quoted and (link_lines or (heading.line.links and not entries)) and len(prose) <= 8:
        return "item"
    if prose and not quoted and links and brief:
        return "perhaps"
    if link_lines and not prose and heading.line.words >= 3:
        return "item"
    return "text"


def _tree(lines: Sequence[Line], headings: list[_Heading]) -> Outline:
    """The sections, nested by the ranks of their headings."""
    sections = [heading for heading in headings if heading.role == "section"]
    top = min(heading.rank for heading in sections)
    if sum(heading.rank == top for heading in sections) >= 2:
        # A lower heading before the first of the highest rank is part of the greeting, unless it has a list.
        for heading in sections:
            listed = [heading, *heading.below]
            if heading.rank == top or any(
                each.role == "item" or any(line.shape == "entry" for line in each.own) for each in listed
            ):
                break
            heading.role = "text"
    if all(heading.line.style[0] == "leading" for heading in sections):
        first = next((index for index, line in enumerate(lines) if line.shape == "entry" and line.leads), len(lines))
        if first < lines.index(sections[0].line):
            rest = _tree(lines[lines.index(sections[0].line) :], headings)
            return Outline(
                list(lines[:first]),
                [Group(None, list(lines[first : lines.index(sections[0].line)])), *rest.groups],
                rest.titles,
            )
    roles = {heading.line: heading for heading in headings}
    result = Outline([], [], {heading.line for heading in headings if heading.role == "item"})
    stack: list[tuple[tuple[int, float], Group]] = []
    started = False
    for line in lines:
        its = roles.get(line)
        if its is not None and its.role == "section":
            while stack and stack[-1][0] >= its.rank:
                stack.pop()
            group = Group(line)
            (stack[-1][1].groups if stack else result.groups).append(group)
            stack.append((its.rank, group))
        elif stack:
            stack[-1][1].lines.append(line)
        else:
            started = started or line in result.titles
            if started and not result.groups:
                result.groups.append(Group(None))
            (result.groups[-1].lines if started else result.preface).append(line)
    return result


def _labels(lines: Sequence[Line]) -> tuple[set[Line], set[Line], dict[Line, str]]:
    """In a text whose only headings are short lines: which are sections, which are titles of items, and the doubts.

    Of two in a row, the first is the parent. Labels are shorter than titles, and a title is followed by prose.
    """
    runs = _consecutive_headings(lines)
    labels = [line for run, _ in runs for line in run[:-1]]
    lasts = [(run[-1], following, len(run)) for run, following in runs]
    usual = median(len(line.text) for line in labels) if labels else 12
    long = [len(line.text) for line, _, _ in lasts if len(line.text) > 2 * usual]
    parting = sqrt(usual * median(long)) if long else max(2 * usual, 26)
    sections, titles, doubts = set(labels), set(), {}
    for line, following, length in lasts:
        if not following or (line.text.rstrip().endswith(("!", "！")) and line.words > 4 and length == 1):
            continue
        prose = [each for each in following if each.shape == "prose"]
        entries = [each for each in following if each.shape == "entry"]
        link_lines = [each for each in following if each.shape == "link"]
        if (
            len(entries) >= 2
            or (
                len(prose) >= 3
                and sum(run_in_title(each) is not None or opens_with_title(each) for each in prose) * 2 > len(prose)
            )
            or len(link_lines) >= 2
            or (len(prose) >= 2 and all(opens_with_title(each) for each in prose))
        ):
            sections.add(line)
        elif (link_lines and following[0].shape == "link") or (
            len(link_lines) == 1 and len(lasts) > 2 and length == 1 and not labels
        ):
            titles.add(line)
        else:
            size = len(line.text) * (
                1.25 if line.text.split()[0].lower() in ("the", "a", "an", "how", "why", "what") else 1
            )
            (sections if size <= parting else titles).add(line)
            if 0.8 < size / parting < 1.25:
                doubts[line] = "a short line: it could be a section's label or an item's title"
    if not titles and not any(following for _, following, _ in lasts):
        return set(), set(), {}
    return sections, titles, doubts


def _consecutive_headings(lines: Sequence[Line]) -> list[tuple[list[Line], list[Line]]]:
    """Consecutive headings, and the lines that follow them up to the next ones."""
    runs: list[tuple[list[Line], list[Line]]] = []
    for line in lines:
        if line.shape == "heading":
            if not runs or runs[-1][1]:
                runs.append(([], []))
            runs[-1][0].append(line)
        elif runs and line.shape not in ("divider", "image"):
            runs[-1][1].append(line)
    return runs


def _tree_of_labels(lines: Sequence[Line], labels: set[Line], titles: set[Line], doubts: dict[Line, str]) -> Outline:
    """The sections of labels: of two in a row, the second and those that follow are in the first."""
    result = Outline([], [], titles, doubts, by_length=True)
    parent: Group | None = None
    current: Group | None = None
    for index, line in enumerate(lines):
        if line in labels:
            following = lines[index + 1] if index + 1 < len(lines) else None
            group = Group(line)
            if following is not None and following in labels:
                parent = group
                result.groups.append(group)
            else:
                (parent.groups if parent else result.groups).append(group)
            current = group
        elif current is not None:
            current.lines.append(line)
        elif line in titles or result.groups:
            current = Group(None, [line])
            result.groups.append(current)
        else:
            result.preface.append(line)
    return result
