"""The items of a section: which lines begin one, and what belongs to it."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from app.content import titles
from app.content.urls import domain_of, web_address
from app.transfer.blocks import Block, LeftOut, Mark
from app.transfer.reading import frame, openings
from app.transfer.reading.outline import Group
from app.transfer.reading.report import Report
from app.transfer.reading.result import ItemRead, SectionRead
from app.transfer.reading.shapes import Line, plain
from app.transfer.writing import markdown_of

Pattern = Literal["listed", "titled", "linked", "opened", "plain", "none"]
"""What items are: entries of a list, lines of their own with text beneath, text that ends in an address or a button,
paragraphs that begin with their title, or just paragraphs."""


@dataclass(eq=False)
class Context:
    """What the whole newsletter tells about its sections."""

    titles: set[int]
    doubts: dict[int, str]
    """Why a line could be something else, by its `id()`."""
    report: Report
    links: int = 0
    """Links to other pages in all of it."""
    linked_entries: int = 0
    short_titles: bool = True
    """Whether a short line can be a title though the outline has not said so."""
    run_ins: int = 0
    """Paragraphs that begin with 'Title: ' in all of it."""
    patterns: dict[int, Pattern] = field(default_factory=dict)
    """By `id()` of a group."""

    @property
    def usual(self) -> Pattern:
        """The pattern that most sections with items have."""
        told = [pattern for pattern in self.patterns.values() if pattern not in ("none", "plain")]
        return max(set(told), key=lambda one: (told.count(one), one)) if told else "none"


def survey(groups: Iterable[Group], context: Context) -> None:
    """Find each group's pattern; what a group alone does not tell, the others do."""
    every = list(_every(groups))
    for group in every:
        context.patterns[id(group)] = _pattern(group, context)
    usual = context.usual
    for group in every:
        if context.patterns[id(group)] == "none" and _could_be_plain(group, context, usual):
            context.patterns[id(group)] = "plain"


def section(group: Group, context: Context) -> SectionRead:
    """A section with its items and the sections in it. What is no item is its intro."""
    read = SectionRead()
    if group.head is not None:
        read.title = plain(group.head.block.text)
        if group.head.links:
            read.extra["url"] = group.head.links[0].url or ""
        if id(group.head) in context.doubts:
            context.report.doubt(context.doubts[id(group.head)], group.head, 0.6, about=read)
    lines_of_group = [line for line in group.lines if line.shape != "divider"]
    texts, items = split(group, context)
    subsections, items = _sublists(items, context)
    read.items = [item(each, context, context.patterns[id(group)]) for each in items]
    if not lines_of_group and len(group.groups) == 1 and _is_text(group.groups[0], context):
        below = group.groups[0]
        texts = [*([below.head] if below.head else []), *below.lines]
    else:
        read.sections = subsections + [section(below, context) for below in group.groups]
    read.intro = markdown_of(line.block for line in texts)
    return read


def _is_text(group: Group, context: Context) -> bool:
    """Whether an only section within another has no items: then its head is one more line of the outer one's text."""
    return not group.groups and context.patterns[id(group)] == "none" and context.usual != "none"


def split(group: Group, context: Context) -> tuple[list[Line], list[list[Line]]]:
    """The lines of a group that are its text, and those of each item."""
    lines = group.lines
    match context.patterns[id(group)]:
        case "listed":
            return _listed(lines, context)
        case "titled":
            return _led(lines, [id(line) in context.titles or _is_title(line, context) for line in lines])
        case "linked":
            return _linked(lines)
        case "opened":
            told = sum(openings.run_in(line) is not None for line in lines if line.shape == "prose") >= 2
            starts = [
                line.shape in ("prose", "head")
                and not line.block.quoted
                and (openings.opens_with_title(line) or (told and openings.run_in(line) is not None))
                for line in lines
            ]
            return _led(lines, starts)
        case "plain":
            return _led(lines, [line.shape in ("prose", "head") and not line.block.quoted for line in lines])
    return list(lines), []


def item(lines: Sequence[Line], context: Context, pattern: Pattern) -> ItemRead:
    """An item of its lines, the first of which begins it."""
    images = []
    lines = list(lines)
    while lines and lines[0].shape == "image" and len(lines) > 1:
        images.append(lines.pop(0))
    first, rest = lines[0], lines[1:]
    if (
        pattern == "linked"
        and rest
        and first.shape in ("prose", "head")
        and not first.links
        and rest[0].block.gap == 0
        and first.words <= 20
        and not first.is_sentence
    ):
        whole = True
    else:
        whole = id(first) in context.titles or (first.shape == "head" and pattern in ("titled", "linked"))
    opening = openings.read(first, whole=whole, titled=pattern == "opened" or context.run_ins >= 3)
    read = ItemRead(title=opening.title, url=opening.url, sponsored=opening.sponsored)
    if id(first) in context.doubts:
        context.report.doubt(context.doubts[id(first)], first, 0.6, about=read)
    if opening.label:
        read.extra["label"] = opening.label
    if opening.reading_time:
        read.extra["reading_time"] = opening.reading_time
    read.url = read.url or _main_link(rest, images)
    body: list[Block] = []
    if opening.rest is not None:
        body.append(replace(_from(first.block, opening.rest), depth=0, kind="paragraph", level=0))
    depth = first.block.depth if first.shape == "entry" else 0
    for line in (*images, *rest):
        if line.shape == "image" and read.image is None and (image := _image(line)):
            read.image = image
            if line.links and line.links[0].url != read.url:
                body.append(line.block)
        elif line.shape == "link" and {link.url for link in line.links} <= {read.url}:
            if not read.url or read.url not in line.text:
                context.report.leave_out(line.block, "a button or a line that leads to the item's own address")
        elif line.shape != "divider":
            body.append(replace(line.block, depth=max(line.block.depth - depth, 0)))
    if read.url is not None and usable(read.url) is None:
        context.report.leave_out(LeftOut(read.url, "an address that is none of a web page", first.block.place))
        read.url = None
    read.body = markdown_of(body)
    if read.title is None and not titles.from_body(read.body or ""):
        read.body = markdown_of([replace(first.block, depth=0, kind="paragraph"), *body])
        if not titles.from_body(read.body or ""):
            read.title = domain_of(read.url) or "Untitled"
    return read


def usable(url: str | None) -> str | None:
    """The address, if it is a web page's."""
    try:
        return web_address(url) if url else None
    except ValueError:
        return None


def _every(groups: Iterable[Group]) -> Iterable[Group]:
    for group in groups:
        yield group
        yield from _every(group.groups)


def _pattern(group: Group, context: Context) -> Pattern:
    lines = group.lines
    entries = [line for line in lines if line.shape == "entry" and line.block.depth == 1]
    linked = [line for line in entries if line.leads]
    titled = sum(id(line) in context.titles for line in lines)
    if titled and titled >= len(linked):
        return "titled"
    prose = [
        line for line in lines if line.shape in ("prose", "head") and not line.block.quoted and not line.block.depth
    ]
    heads = [line for line in lines if _is_title(line, context)]
    ways = [line for line in lines if line.shape == "link" and not frame.is_asking(line)]
    opened = [line for line in prose if openings.opens_with_title(line)]
    told = [line for line in prose if openings.run_in(line) is not None]
    if lines and lines[0].block.quoted and not entries:
        return "none"  # a quotation, with who said it
    if linked and len(linked) >= max(1, len(opened)) and (len(linked) * 2 >= len(entries)):
        return "listed"
    if ways and prose and not entries and (len(ways) >= 2 or heads or len(prose) <= 2):
        return "linked"
    if (
        opened
        and (len(opened) >= 2 or len(prose) == 1 or (prose and prose[0] is opened[0] and not context.linked_entries))
        and len(opened) * (2 if context.linked_entries >= 3 else 4) >= len(prose)
    ):
        return "opened"
    if len(told) >= 2 and len(told) * 3 >= len(prose) * 2:
        return "opened"
    if len(heads) >= 2 and len(prose) > len(heads):
        return "titled"
    if (
        len(entries) >= 2
        and not context.linked_entries
        and not (prose and prose[-1].text.rstrip().endswith((":", "：")))
    ):
        return "listed"
    return "none"


def _could_be_plain(group: Group, context: Context, usual: Pattern) -> bool:
    """Whether bare paragraphs are items here, as others of the same newsletter have them."""
    lines = [line for line in group.lines if line.shape not in ("divider", "image")]
    prose = [line for line in lines if line.shape in ("prose", "head") and not line.block.quoted]
    if group.head is None or len(prose) < len(lines) or not prose or usual in ("none", "listed") or group.groups:
        return False
    if any(line.text.rstrip().endswith((":", "：")) for line in prose[:1]):
        return False
    if not context.links:
        return True
    return all(line.links for line in prose)


def _is_title(line: Line, context: Context) -> bool:
    if id(line) in context.titles:
        return True
    return context.short_titles and line.shape == "head" and line.style[0] == "short"


def _listed(lines: Sequence[Line], context: Context) -> tuple[list[Line], list[list[Line]]]:
    """Each entry of an outer list is an item, with what is in it; one without a link among linked ones is text."""
    texts: list[Line] = []
    items: list[list[Line]] = []
    within = False
    outermost = min(line.block.depth for line in lines if line.shape == "entry")
    any_linked = any(line.leads for line in lines if line.shape == "entry")
    for line in lines:
        if line.shape == "entry" and line.block.depth <= outermost:
            is_item = line.leads or not any_linked or not context.linked_entries or _like_others(line, lines)
            within = is_item
            if is_item:
                items.append([line])
            else:
                context.report.doubt(
                    "an entry without a link, in a list of linked ones: kept as the section's text", line, 0.7
                )
                texts.append(line)
        elif (
            within and line.block.depth >= outermost and not (line.shape == "entry" and line.block.depth <= outermost)
        ) or (line.shape == "image" and items and within):
            items[-1].append(line)
        elif line.shape != "divider":
            within = False
            texts.append(line)
    return texts, items


def _like_others(line: Line, lines: Sequence[Line]) -> bool:
    """Whether an entry without a link has a title as the linked ones around it have."""
    return any(mark.kind == "bold" and mark.start <= 2 for mark in line.block.marks)


def _led(lines: Sequence[Line], starts: Sequence[bool]) -> tuple[list[Line], list[list[Line]]]:
    """An item begins where `starts` says so, and goes on to the next. An image right before its title is its own."""
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
    """Whether images stand before the titles that they belong to, and not behind."""
    shown = [
        (line.shape == "image", begins) for line, begins in zip(lines, starts, strict=True) if line.shape != "divider"
    ]
    before = sum(image and after[1] for (image, _), after in itertools.pairwise(shown))
    behind = sum(begins and after[0] for (_, begins), after in itertools.pairwise(shown))
    return before > behind


def _linked(lines: Sequence[Line]) -> tuple[list[Line], list[list[Line]]]:
    """Items end in an address or a button, or begin with one; dividers part them where they stand between."""
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
            if not leads and line.shape == "link" and not frame.is_asking(line):
                items.append(current)
                current = []
        if leads and current:
            items.append(current)
        elif current and items and part and any(line.shape == "link" for line in part):
            items[-1].extend(current) if all(line.shape == "prose" for line in current) and len(current) == 1 and len(
                part
            ) > len(current) and _goes_with(current[0]) else texts.extend(current)
        else:
            texts.extend(current)
    return _with_intro(texts, items)


def _goes_with(line: Line) -> bool:
    return line.block.gap == 0


def _with_intro(texts: list[Line], items: list[list[Line]]) -> tuple[list[Line], list[list[Line]]]:
    """Of the first item, paragraphs before its title are the section's text."""
    if items:
        first = items[0]
        heads = [index for index, line in enumerate(first) if line.shape == "head"]
        if heads and heads[-1] > 0 and any(line.shape == "prose" for line in first[: heads[-1]]):
            return [*first[: heads[-1]], *texts], [first[heads[-1] :], *items[1:]]
    return texts, items


def _sublists(items: list[list[Line]], context: Context) -> tuple[list[SectionRead], list[list[Line]]]:
    """Entries that are labels of the lists in them, as sections; and the items that are left."""
    labels = [lines for lines in items if _is_label(lines)]
    if len(labels) * 2 < len(items):
        labels = [lines for lines in labels if lines[0].text.rstrip().endswith((":", "："))]
    sections = []
    for lines in labels:
        group = Group(
            lines[0],
            [
                Line(replace(line.block, depth=line.block.depth - 1), line.shape, line.style, line.leads)
                for line in lines[1:]
            ],
        )
        context.patterns[id(group)] = "listed"
        below = section(group, context)
        below.title = plain(lines[0].text).rstrip(":：")
        sections.append(below)
    return sections, [lines for lines in items if lines not in labels]


def _is_label(lines: list[Line]) -> bool:
    first = lines[0]
    entries = [line for line in lines[1:] if line.shape == "entry" and line.block.depth == first.block.depth + 1]
    linked = sum(line.leads for line in entries)
    return (
        first.shape == "entry" and not first.links and first.words <= 8 and linked >= 1 and linked * 2 >= len(entries)
    )


def _main_link(rest: Sequence[Line], images: Sequence[Line]) -> str | None:
    """The link of an item without one in its title: a button's or an address of its own, an image's, the first."""
    ways = [line for line in rest if line.shape == "link" and not frame.is_asking(line)]
    for line in (*ways, *images, *rest):
        if line.links:
            return line.links[0].url
    return None


def _image(line: Line) -> dict[str, str] | None:
    for mark in line.block.marks:
        if mark.kind == "image" and mark.url and usable(mark.url):
            described = " ".join(line.text[mark.start : mark.end].split())[:500]
            return {"url": mark.url, "alt": described} if described else {"url": mark.url}
    return None


def _from(block: Block, start: int) -> Block:
    """The block from a place in its text on."""
    marks = tuple(
        Mark(mark.kind, max(mark.start - start, 0), mark.end - start, mark.url)
        for mark in block.marks
        if mark.end > start
    )
    return replace(block, text=block.text[start:], marks=marks)
