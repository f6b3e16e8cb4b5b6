"""Making sections and items from their lines."""

from collections.abc import Sequence
from dataclasses import replace

from app.content import titles
from app.content.urls import domain_of, web_address
from app.newsletters.blocks import Block, Mark
from app.newsletters.document import ItemRead, SectionRead
from app.newsletters.left_out import LeftOut
from app.newsletters.markdown_writer import markdown_of
from app.newsletters.structure import boilerplate, item_title, patterns
from app.newsletters.structure.lines import Line, plain
from app.newsletters.structure.outline import Group
from app.newsletters.structure.patterns import Context, Pattern


def section(group: Group, context: Context) -> SectionRead:
    """A section with its items and subsections. Lines that are not of an item are its intro."""
    read = SectionRead()
    if group.heading is not None:
        read.title = plain(group.heading.block.text)
        if group.heading.links:
            read.extra["url"] = group.heading.links[0].url or ""
        if group.heading in context.doubts:
            context.report.doubt(context.doubts[group.heading], group.heading, 0.6, about=read)
    lines_of_group = [line for line in group.lines if line.shape != "divider"]
    texts, items = patterns.split(group, context)
    subsections, items = _sublists(items, context)
    read.items = [item(each, context, context.patterns[group]) for each in items]
    if not lines_of_group and len(group.groups) == 1 and _is_text(group.groups[0], context):
        below = group.groups[0]
        texts = [*([below.heading] if below.heading else []), *below.lines]
    else:
        read.sections = subsections + [section(below, context) for below in group.groups]
    read.intro = markdown_of(line.block for line in texts)
    return read


def _is_text(group: Group, context: Context) -> bool:
    """Whether an only subsection has no items, so that its heading and text belong to the outer section's intro."""
    return not group.groups and context.patterns[group] == "none" and context.usual != "none"


def item(lines: Sequence[Line], context: Context, pattern: Pattern) -> ItemRead:
    """An item made from its lines."""
    images = []
    lines = list(lines)
    while lines and lines[0].shape == "image" and len(lines) > 1:
        images.append(lines.pop(0))
    first, rest = lines[0], lines[1:]
    if (
        pattern == "linked"
        and rest
        and first.shape in ("prose", "heading")
        and not first.links
        and rest[0].block.gap == 0
        and first.words <= 20
        and not first.is_sentence
    ):
        whole = True
    else:
        whole = first in context.titles or (first.shape == "heading" and pattern in ("titled", "linked"))
    opening = item_title.parse(first, whole=whole, titled=pattern == "opened" or context.run_ins >= 3)
    read = ItemRead(title=opening.title, url=opening.url, sponsored=opening.sponsored)
    if first in context.doubts:
        context.report.doubt(context.doubts[first], first, 0.6, about=read)
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
        context.report.add(LeftOut(read.url, "not the URL of a web page", first.block.place))
        read.url = None
    read.body = markdown_of(body)
    if read.title is None and not titles.from_body(read.body or ""):
        read.body = markdown_of([replace(first.block, depth=0, kind="paragraph"), *body])
        if not titles.from_body(read.body or ""):
            read.title = domain_of(read.url) or "Untitled"
    return read


def usable(url: str | None) -> str | None:
    """The URL, if it is of a web page."""
    try:
        return web_address(url) if url else None
    except ValueError:
        return None


def _sublists(items: list[list[Line]], context: Context) -> tuple[list[SectionRead], list[list[Line]]]:
    """Items that are labels of the lists in them, as subsections; and the remaining items."""
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
        context.patterns[group] = "listed"
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
    """The link of an item whose title has none: that of a button or a bare URL, of an image, or the first."""
    link_lines = [line for line in rest if line.shape == "link" and not boilerplate.is_asking(line)]
    for line in (*link_lines, *images, *rest):
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
    """The rest of a block from an index in its text on."""
    marks = tuple(
        Mark(mark.kind, max(mark.start - start, 0), mark.end - start, mark.url)
        for mark in block.marks
        if mark.end > start
    )
    return replace(block, text=block.text[start:], marks=marks)
