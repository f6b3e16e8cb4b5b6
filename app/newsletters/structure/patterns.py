"""The pattern of a section's items, by which its lines are split into items."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from app.newsletters.structure import boilerplate, item_title
from app.newsletters.structure.lines import Line
from app.newsletters.structure.outline import Group
from app.newsletters.structure.report import Report

Pattern = Literal["listed", "titled", "linked", "opened", "plain", "none"]
"""What items are: list items, titles with text below, text that ends in a URL or a button, paragraphs that begin with
their title, or any paragraphs."""


@dataclass(eq=False)
class Context:
    """What is known from the whole newsletter."""

    titles: set[Line]
    doubts: dict[Line, str]
    """Why a line could be something else."""
    report: Report
    links: int = 0
    """The number of links to other pages."""
    linked_entries: int = 0
    short_titles: bool = True
    """Whether a short line can be a title although the outline did not find it."""
    run_ins: int = 0
    """The number of paragraphs that begin with 'Title: '."""
    patterns: dict[Group, Pattern] = field(default_factory=dict)

    usual: Pattern = "none"
    """The pattern that most sections with items have."""


def detect(groups: Iterable[Group], context: Context) -> None:
    """Find the pattern of each group; where a group alone does not show it, the others decide."""
    all_groups = list(_all_groups(groups))
    for group in all_groups:
        context.patterns[group] = _pattern(group, context)
    counts = Counter(context.patterns.values())
    del counts["none"]
    if counts:
        context.usual = max(counts, key=lambda pattern: (counts[pattern], pattern))
    for group in all_groups:
        if context.patterns[group] == "none" and _could_be_plain(group, context, context.usual):
            context.patterns[group] = "plain"


def split(group: Group, context: Context) -> tuple[list[Line], list[list[Line]]]:
    """The lines of a group's text, and the lines of each item."""
    lines = group.lines
    match context.patterns[group]:
        case "listed":
            return _listed(lines, context)
        case "titled":
            return _led(lines, [_is_title(line, context) for line in lines])
        case "linked":
            return _linked(lines)
        case "opened":
            has_run_ins = sum(item_title.run_in_title(line) is not None for line in lines if line.shape == "prose") >= 2
            starts = [
                line.shape in ("prose", "heading")
                and not line.block.quoted
                and (item_title.opens_with_title(line) or (has_run_ins and item_title.run_in_title(line) is not None))
                for line in lines
            ]
            return _led(lines, starts)
        case "plain":
            return _led(lines, [line.shape in ("prose", "heading") and not line.block.quoted for line in lines])
    return list(lines), []


def _all_groups(groups: Iterable[Group]) -> Iterable[Group]:
    for group in groups:
        yield group
        yield from _all_groups(group.groups)


def _pattern(group: Group, context: Context) -> Pattern:
    lines = group.lines
    entries = [line for line in lines if line.shape == "entry" and line.block.depth == 1]
    linked = [line for line in entries if line.leads]
    titled = sum(line in context.titles for line in lines)
    if titled and titled >= len(linked):
        return "titled"
    prose = [
        line for line in lines if line.shape in ("prose", "heading") and not line.block.quoted and not line.block.depth
    ]
    headings = [line for line in lines if _is_title(line, context)]
    link_lines = [line for line in lines if line.shape == "link" and not boilerplate.is_asking(line)]
    opened = [line for line in prose if item_title.opens_with_title(line)]
    run_ins = [line for line in prose if item_title.run_in_title(line) is not None]
    if lines and lines[0].block.quoted and not entries:
        return "none"  # a quotation and its source
    if len(opened) >= 2 and not any(line.links for line in lines) and all(_asks(line) for line in opened):
        return "none"  # a conversation
    if linked and len(linked) >= max(1, len(opened)) and (len(linked) * 2 >= len(entries)):
        return "listed"
    if link_lines and prose and not entries and (len(link_lines) >= 2 or headings or len(prose) <= 2):
        return "linked"
    # A line that is only a title, with a remark below it, is an item even if it is the only one.
    if opened and opened[0] is prose[0] and opened[0].is_linked and len(prose) <= 3:
        return "opened"
    if (
        opened
        and (len(opened) >= 2 or len(prose) == 1 or (prose and prose[0] is opened[0] and not context.linked_entries))
        and len(opened) * (2 if context.linked_entries >= 3 else 4) >= len(prose)
    ):
        return "opened"
    if len(run_ins) >= 2 and len(run_ins) * 3 >= len(prose) * 2:
        return "opened"
    followed = sum(_is_title(line, context) and after.shape == "prose" for line, after in pairwise(lines))
    if len(headings) >= 2 and len(prose) > len(headings) and followed * 3 >= len(headings) * 2:
        return "titled"
    if (
        len(entries) >= 2
        and not context.linked_entries
        and not (prose and prose[-1].text.rstrip().endswith((":", "：")))
    ):
        return "listed"
    return "none"


def _asks(line: Line) -> bool:
    """Whether a line begins with a bold question."""
    return line.bold is not None and line.text[: line.bold.end].rstrip().endswith(("?", "？"))


def _could_be_plain(group: Group, context: Context, usual: Pattern) -> bool:
    """Whether plain paragraphs are items here, since other sections of this newsletter have items of prose."""
    lines = [line for line in group.lines if line.shape not in ("divider", "image")]
    prose = [line for line in lines if line.shape in ("prose", "heading") and not line.block.quoted]
    if group.heading is None or len(prose) < len(lines) or not prose or usual in ("none", "listed") or group.groups:
        return False
    if any(line.text.rstrip().endswith((":", "：")) for line in prose[:1]):
        return False
    if not context.links:
        return True
    return all(line.links for line in prose)


def _is_title(line: Line, context: Context) -> bool:
    if line in context.titles:
        return True
    return context.short_titles and line.shape == "heading" and line.style[0] == "short"


def _listed(lines: Sequence[Line], context: Context) -> tuple[list[Line], list[list[Line]]]:
    """Each item of the outer list is an item, with what is in it; one without a link among linked ones is text."""
    texts: list[Line] = []
    items: list[list[Line]] = []
    within = False
    outermost = min(line.block.depth for line in lines if line.shape == "entry")
    any_linked = any(line.leads for line in lines if line.shape == "entry")
    for line in lines:
        if line.shape == "entry" and line.block.depth <= outermost:
            within = line.leads or not any_linked or not context.linked_entries or _begins_bold(line)
            if within:
                items.append([line])
            else:
                reason = "an entry without a link, in a list of linked ones: kept as the section's text"
                context.report.doubt(reason, line, 0.7)
                texts.append(line)
        elif (within and line.block.depth >= outermost) or (line.shape == "image" and items and within):
            items[-1].append(line)
        elif line.shape != "divider":
            within = False
            texts.append(line)
    return texts, items


def _begins_bold(line: Line) -> bool:
    return any(mark.kind == "bold" and mark.start <= 2 for mark in line.block.marks)


def _led(lines: Sequence[Line], starts: Sequence[bool]) -> tuple[list[Line], list[list[Line]]]:
    """An item begins where `starts` is true and ends before the next. An image directly before its title is its own."""
    texts: list[Line] = []
    items: list[list[Line]] = []
    leading = _images_lead(lines, starts)
    held: list[Line] = []
    for line, begins in zip(lines, starts, strict=True):
        if begins:
            items.append([*held, line])
            held = []
        elif line.shape == "image" and leading:
            held.append(line)
        elif line.shape == "divider":
            continue
        elif items:
            items[-1].extend([*held, line])
            held = []
        else:
            texts.extend([*held, line])
            held = []
    (items[-1] if items else texts).extend(held)
    return texts, items


def _images_lead(lines: Sequence[Line], starts: Sequence[bool]) -> bool:
    """Whether images stand before the titles that they belong to, not after."""
    shown = [
        (line.shape == "image", begins) for line, begins in zip(lines, starts, strict=True) if line.shape != "divider"
    ]
    before = sum(image and after[1] for (image, _), after in pairwise(shown))
    behind = sum(begins and after[0] for (_, begins), after in pairwise(shown))
    return before > behind


def _linked(lines: Sequence[Line]) -> tuple[list[Line], list[list[Line]]]:
    """Items end in a URL or a button, or begin with one; dividers separate them."""
    parts: list[list[Line]] = [[]]
    for line in lines:
        if line.shape == "divider":
            parts.append([])
        else:
            parts[-1].append(line)
    texts: list[Line] = []
    items: list[list[Line]] = []
    first = next((line for line in lines if line.shape != "divider"), None)
    leads = first is not None and first.shape == "link"
    for part in parts:
        current: list[Line] = []
        for line in part:
            if leads and line.shape == "link" and current:
                items.append(current)
                current = []
            current.append(line)
            if not leads and line.shape == "link" and not boilerplate.is_asking(line):
                items.append(current)
                current = []
        if leads and current:
            items.append(current)
        elif current and items and any(line.shape == "link" for line in part):
            # A line directly below the URL still belongs to the item.
            its = len(current) == 1 < len(part) and current[0].shape == "prose" and current[0].block.gap == 0
            (items[-1] if its else texts).extend(current)
        else:
            texts.extend(current)
    return _with_intro(texts, items)


def _with_intro(texts: list[Line], items: list[list[Line]]) -> tuple[list[Line], list[list[Line]]]:
    """Paragraphs before the title of the first item are the section's text."""
    if items:
        first = items[0]
        headings = [index for index, line in enumerate(first) if line.shape == "heading"]
        if headings and headings[-1] > 0 and any(line.shape == "prose" for line in first[: headings[-1]]):
            return [*first[: headings[-1]], *texts], [first[headings[-1] :], *items[1:]]
    return texts, items
