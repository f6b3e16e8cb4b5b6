"""Tables: in e-mail most of them are layout, and some are data."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.newsletters.blocks import Block
from app.newsletters.formats.html.elements import Element
from app.newsletters.markdown_writer import inline

LONGEST_CELL = 60
"""Characters of a cell in a data table without a header."""
LONGEST_NAMED_CELL = 300
LONGEST_ENTRY = 20
"""Blocks in the cell beside a bullet."""

_MARKER = re.compile(r"[•·∙●○◦▪▫■□‣►▶✓✔–-]|[0-9]{1,2}[.)]")
_NUMBER = re.compile(r"[0-9]{1,3}")


@dataclass(slots=True)
class Cell:
    begin: int
    end: int
    """Its blocks are `blocks[begin:end]`."""
    is_name: bool


@dataclass(slots=True)
class Table:
    """A table whose cells are being read."""

    element: Element
    rows: list[list[Cell]] = field(default_factory=list)
    is_layout: bool = False

    def begin_row(self) -> None:
        self.rows.append([])

    def begin_cell(self, element: Element, place: int) -> None:
        spans = {element.attributes.get(name, "1").strip() for name in ("colspan", "rowspan")}
        self.is_layout |= spans != {"1"}
        if not self.rows:
            self.begin_row()
        self.rows[-1].append(Cell(place, place, element.name == "th"))

    def end_cell(self, place: int) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1].end = place

    def end_row(self, blocks: list[Block]) -> None:
        """Turn a row of a bullet and a text into an item of a list, as Outlook writes lists."""
        cells = self.rows[-1] if self.rows else []
        if len(cells) != 2 or cells[0].end != cells[0].begin + 1 or cells[1].end > cells[1].begin + LONGEST_ENTRY:
            return
        marker, text = blocks[cells[0].begin], blocks[cells[1].begin : cells[1].end]
        if not text or text[0].kind != "paragraph":
            return
        if not (_MARKER.fullmatch(marker.text) or (len(text) > 1 and _NUMBER.fullmatch(marker.text))):
            return
        self.is_layout = True
        ordered = marker.text[0].isdecimal()
        entry = [replace(block, depth=block.depth + 1, ordered=ordered) for block in text]
        entry[0] = replace(entry[0], kind="item", place=marker.place)
        blocks[cells[0].begin : cells[1].end] = entry
        cells[0].end = cells[1].begin = cells[0].begin
        cells[1].end -= 1

    def end(self, blocks: list[Block]) -> None:
        """Replace the blocks of its cells by one, if it is a data table."""
        if data := _data(self, blocks):
            begin = next(row[0].begin for row in self.rows if row)
            blocks[begin:] = [data]


def _data(table: Table, blocks: Sequence[Block]) -> Block | None:
    """The table as one block, if it is a data table: two rows or more, with the same number of short texts each."""
    rows = [row for row in table.rows if row]
    cells = [cell for row in rows for cell in row]
    role = table.element.attributes.get("role", "").lower()
    if table.is_layout or role in ("presentation", "none") or len(rows) < 2 or len({len(row) for row in rows}) != 1:
        return None
    if len(rows[0]) < 2:
        return None
    # The number of blocks is checked before the blocks themselves: tables may be nested a thousand deep.
    sizes = [cell.end - cell.begin for cell in cells]
    if max(sizes) > 1 or sum(sizes) != len(blocks) - cells[0].begin or 2 * sum(sizes) < len(cells):
        return None
    longest = LONGEST_NAMED_CELL if any(cell.is_name for cell in cells) else LONGEST_CELL
    inside = blocks[cells[0].begin :]
    if len({(block.role, block.depth, block.quoted) for block in inside}) != 1:
        return None
    if not all(_is_plain(block, longest) for block in inside):
        return None
    texts = [[" ".join(block.text for block in blocks[cell.begin : cell.end]) for cell in row] for row in rows]
    written = [["".join(_written(block) for block in blocks[cell.begin : cell.end]) for cell in row] for row in rows]
    if not all(cell.is_name for cell in rows[0]):
        written.insert(0, [""] * len(rows[0]))
    written.insert(1, ["---"] * len(rows[0]))
    return Block(
        "verbatim",
        "\n".join(" | ".join(row) for row in texts),
        place=inside[0].place,
        depth=inside[0].depth,
        ordered=inside[0].ordered,
        quoted=inside[0].quoted,
        role=inside[0].role,
        size=0.0,
        raw="\n".join(f"| {' | '.join(row)} |" for row in written),
    )


def _is_plain(block: Block, longest: int) -> bool:
    """Whether it is a short paragraph of text."""
    is_text = block.kind == "paragraph" and block.role != "button" and "\n" not in block.text
    return is_text and len(block.text) <= longest and not any(mark.kind == "image" for mark in block.marks)


def _written(block: Block) -> str:
    return inline(block.text, block.marks).replace("|", "\\|")
