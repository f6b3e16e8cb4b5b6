"""Parsing a manuscript into the body of `PUT /issues/{number}`."""

from dataclasses import dataclass
from typing import Any

from app.content.document import DEEPEST
from app.manuscripts import attributes, escaping, front_matter, syntax
from app.manuscripts.errors import ManuscriptError, shown

Line = tuple[int, str]


@dataclass(frozen=True)
class Manuscript:
    document: dict[str, Any]
    """The body of `PUT /issues/{number}`."""
    lines: dict[str, int]
    """By JSON pointer, the line where a field of the front matter, a section or an item begins."""

    def line_of(self, pointer: str) -> int:
        """The line that a problem's pointer leads to, or that of the nearest thing around it."""
        while pointer and pointer not in self.lines:
            pointer = pointer.rpartition("/")[0]
        return self.lines.get(pointer, 1)


def read(text: str) -> dict[str, Any]:
    """The body of `PUT /issues/{number}`. Raises ManuscriptError with the line of the first error."""
    return parse(text).document


def parse(text: str) -> Manuscript:
    """The same with the line of each part, to show where the problems are that the server finds."""
    # A manuscript is written with LF; editors and git may have changed that.
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((place for place, line in enumerate(lines) if not syntax.is_blank(line)), 0)
    if lines[first].rstrip(" \t") != "---":
        way_out = 'begin with a line of ---, lines such as "title: What are world models?", and another ---'
        raise ManuscriptError(first + 1, f"a manuscript begins with its front matter; {way_out}")
    end = next((place for place in range(first + 1, len(lines)) if lines[place].rstrip(" \t") == "---"), None)
    if end is None:
        raise ManuscriptError(first + 1, "the front matter that begins here does not end; write a line of --- after it")
    fields, places = front_matter.read("\n".join(lines[first + 1 : end]), first + 2)
    if fields.get("title") is None:
        raise ManuscriptError(
            first + 1, 'an issue needs a title; write "title: What are world models?" into the front matter'
        )
    reader = _Reader(fields, {f"/{name}": line for name, line in places.items()})
    reader.take(list(enumerate(lines[end + 1 :], end + 2)))
    return Manuscript(reader.document, reader.lines)


class _Reader:
    """The document so far, and the section that is open."""

    def __init__(self, fields: dict[str, Any], lines: dict[str, int]) -> None:
        self.document: dict[str, Any] = {**fields, "sections": []}
        self.lines = lines
        self._path: list[tuple[dict[str, Any], str]] = []
        """The open section and those around it, outermost first, with their pointers."""
        self._ids: dict[tuple[str, int], int] = {}
        self._outro: int | None = None

    def take(self, lines: list[Line]) -> None:
        place = self._take_intro(lines)
        while place < len(lines):
            number, line = lines[place]
            end = self._end_of_text(lines, place + 1)
            if syntax.OUTRO.fullmatch(line):
                self._take_outro(number, line, lines[place + 1 : end])
            else:
                self._take_heading(number, line, lines[place + 1 : end])
            place = end

    def _end_of_text(self, lines: list[Line], place: int) -> int:
        """The index of the next heading or outro, from an index on."""
        fence, opened = None, 0
        for index in range(place, len(lines)):
            number, line = lines[index]
            if fence is not None:
                if syntax.has_id(line):
                    raise _unclosed(opened, fence, f"before line {number}, which has an id")
                fence = None if syntax.closes(line, fence) else fence
            elif syntax.heading(line) or (line.startswith("{") and syntax.OUTRO.fullmatch(line)):
                return index
            else:
                fence, opened = syntax.opens(line), number
        if fence is not None:
            raise _unclosed(opened, fence)
        return len(lines)

    def _take_intro(self, lines: list[Line]) -> int:
        end = self._end_of_text(lines, 0)
        text = list(syntax.without_blank_edges(lines[:end]))
        mark = syntax.INTRO.fullmatch(text[0][1]) if text else None
        self._put_text(self.document, "intro", text[1:] if mark else text, crlf=bool(mark and mark["crlf"]))
        return end

    def _take_outro(self, number: int, line: str, text: list[Line]) -> None:
        if self._outro is not None:
            raise ManuscriptError(number, f"the outro began on line {self._outro}; put all of it there")
        self._outro = number
        mark = syntax.OUTRO.fullmatch(line)
        self._put_text(self.document, "outro", text, crlf=bool(mark and mark["crlf"]))
        self.lines["/outro"] = number

    def _take_heading(self, number: int, line: str, text: list[Line]) -> None:
        depth, words = syntax.heading(line) or (0, "")
        if self._outro is not None:
            way_out = "move this above it, or write \\# for a heading within the outro"
            raise ManuscriptError(number, f"the outro comes last, and began on line {self._outro}; {way_out}")
        if words.startswith("["):
            self._take_item(number, words, text)
        else:
            self._take_section(number, depth, words, text)

    def _take_section(self, number: int, depth: int, words: str, text: list[Line]) -> None:
        around = len(self._path)
        if depth > around + 1:
            most = f"at most {around + 1} # may stand here"
            way_out = "put an item's title in brackets, and write \\# for a heading within a text"
            raise ManuscriptError(
                number, f"a section is at most one level deeper than the one around it: {most}; {way_out}"
            )
        if depth > DEEPEST:
            raise ManuscriptError(number, f"sections may be {DEEPEST} deep; write fewer #")
        del self._path[depth - 1 :]
        parent, parent_pointer = self._path[-1] if self._path else (self.document, "")
        section: dict[str, Any] = {"title": syntax.section_title(words)}
        values, text = self._attributes(text, "section")
        if "id" in values:
            section["id"] = values["id"]
            self._note_id("section", values["id"], number)
        if "tag" in values or values.get("untagged") or "id" in values:
            section["tag"] = values.get("tag")
        if "extra" in values:
            section["extra"] = values["extra"]
        self._put_text(section, "intro", text, crlf="crlf" in values, given=values.get("intro"))
        section["items"], section["sections"] = [], []
        pointer = f"{parent_pointer}/sections/{len(parent['sections'])}"
        self.lines[pointer] = number
        parent["sections"].append(section)
        self._path.append((section, pointer))

    def _take_item(self, number: int, words: str, text: list[Line]) -> None:
        try:
            title, url = syntax.item_title(words)
        except syntax.NotAnItem:
            way_out = "## [Title](https://…), or ## [Title] without a URL"
            otherwise = "\\[ begins a section's title with a bracket, and \\]( is not the end of an item's title"
            raise ManuscriptError(number, f"write an item's heading as {way_out}; {otherwise}") from None
        if not self._path:
            way_out = "write a section's heading above it, such as # Research, or # alone for one without a title"
            raise ManuscriptError(number, f"this item is in no section; {way_out}")
        values, text = self._attributes(text, "item")
        item: dict[str, Any] = {}
        if "id" in values:
            item["id"] = values["id"]
            self._note_id("item", values["id"], number)
        item.update(title=title, url=url)
        if "tags" in values or values.get("untagged") or "id" in values:
            item["tags"] = values.get("tags", [])
        if "alt" in values and "image" not in values:
            raise ManuscriptError(number, "this item has alt without image; write image=https://… beside it")
        if "image" in values:
            item["image"] = {"url": values["image"], "alt": values.get("alt")}
        item.update({name: values[name] for name in ("source", "sponsored", "extra") if name in values})
        self._put_text(item, "body", text, crlf="crlf" in values, given=values.get("body"))
        section, parent_pointer = self._path[-1]
        self.lines[f"{parent_pointer}/items/{len(section['items'])}"] = number
        section["items"].append(item)

    def _attributes(self, lines: list[Line], kind: attributes.Kind) -> tuple[dict[str, Any], list[Line]]:
        """The attributes in a text's first lines, and the rest of it."""
        values: dict[str, Any] = {}
        rest = 0
        for index, (number, line) in enumerate(lines):
            if line.startswith("{"):
                attributes.read_line(line, number, kind, values)
                rest = index + 1
            elif not syntax.is_blank(line):
                break
        if "untagged" in values and ("tag" in values or "tags" in values):
            name = "tag" if kind == "section" else "tags"
            raise ManuscriptError(lines[0][0], f"untagged and {name} contradict each other; leave one of them")
        return values, lines[rest:]

    def _note_id(self, kind: str, identifier: int, number: int) -> None:
        before = self._ids.setdefault((kind, identifier), number)
        if before != number:
            way_out = "leave it out to make a copy"
            raise ManuscriptError(number, f"{kind} #{identifier} is on line {before} already; {way_out}")

    def _put_text(
        self, target: dict[str, Any], name: str, lines: list[Line], *, crlf: bool, given: str | None = None
    ) -> None:
        given = target.pop(name, None) if given is None else given
        lines = list(syntax.without_blank_edges(lines))
        if lines and given is not None:
            shape = f"{name} is given as {shown(given, 20)} already"
            raise ManuscriptError(lines[0][0], f"{shape}; delete that, or the text that begins here")
        text = _unescaped(lines) if lines else given
        if text is not None:
            target[name] = text.replace("\n", "\r\n") if crlf and lines else text


def _unclosed(opened: int, fence: str, where: str = "") -> ManuscriptError:
    detail = f"the code that begins here does not end {where}".rstrip()
    return ManuscriptError(opened, f"{detail}; write {fence[:20]} below it, or a backslash before this line")


def _unescaped(lines: list[Line]) -> str:
    written: list[str] = []
    fence = None
    for _, line in lines:
        if fence is None:
            fence = syntax.opens(line)
            written.append(line if fence else escaping.unescape(line))
        else:
            fence = None if syntax.closes(line, fence) else fence
            written.append(line)
    return "\n".join(written)
