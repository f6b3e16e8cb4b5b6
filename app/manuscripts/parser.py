"""A manuscript as what `PUT /issues/{number}` takes."""

from dataclasses import dataclass
from typing import Any

from app.content.document import DEEPEST
from app.manuscripts import attributes, front_matter, syntax
from app.manuscripts.errors import ManuscriptError, shown

__all__ = ["Manuscript", "ManuscriptError", "parse", "read"]

Line = tuple[int, str]


@dataclass(frozen=True)
class Manuscript:
    document: dict[str, Any]
    """The body of `PUT /issues/{number}`."""
    lines: dict[str, int]
    """Where what a JSON pointer leads to begins: fields of the head, sections, items."""

    def line_of(self, pointer: str) -> int:
        """The line of what a pointer of a problem leads to, or of the nearest thing around it."""
        while pointer and pointer not in self.lines:
            pointer = pointer.rpartition("/")[0]
        return self.lines.get(pointer, 1)


def read(text: str) -> dict[str, Any]:
    """The body for `PUT /issues/{number}`. Raises ManuscriptError with the line of the first fault."""
    return parse(text).document


def parse(text: str) -> Manuscript:
    """The same with the lines where things stand, for problems that the server finds."""
    # A manuscript's own lines end with LF; editors and git may have made others of them.
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((place for place, line in enumerate(lines) if not syntax.is_blank(line)), 0)
    if lines[first].rstrip(" \t") != "---":
        way_out = 'begin with a line of ---, lines such as "title: What are world models?", and another ---'
        raise ManuscriptError(first + 1, f"a manuscript begins with its head; {way_out}")
    end = next((place for place in range(first + 1, len(lines)) if lines[place].rstrip(" \t") == "---"), None)
    if end is None:
        raise ManuscriptError(first + 1, "the head that begins here does not end; write a line of --- behind it")
    fields, places = front_matter.read("\n".join(lines[first + 1 : end]), first + 2)
    if fields.get("title") is None:
        raise ManuscriptError(first + 1, 'an issue needs a title; write "title: What are world models?" into the head')
    reader = _Reader(fields, {f"/{name}": line for name, line in places.items()})
    reader.take(list(enumerate(lines[end + 1 :], end + 2)))
    return Manuscript(reader.document, reader.lines)


class _Reader:
    """What has been read so far, and whose the text is that is being read."""

    def __init__(self, fields: dict[str, Any], lines: dict[str, int]) -> None:
        self.document: dict[str, Any] = {**fields, "sections": []}
        self.lines = lines
        self._path: list[tuple[dict[str, Any], str]] = []
        """The open section with those around it, and their pointers."""
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
        """The place of the next mark, looked for from a place on."""
        fence, opened = None, 0
        for index in range(place, len(lines)):
            number, line = lines[index]
            if fence is not None:
                if syntax.has_id(line):
                    raise _endless(opened, fence, f"before line {number}, which has an id")
                fence = None if syntax.closes(line, fence) else fence
            elif syntax.heading(line) or (line.startswith("{") and syntax.OUTRO.fullmatch(line)):
                return index
            else:
                fence, opened = syntax.opens(line), number
        if fence is not None:
            raise _endless(opened, fence)
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
            way_out = "move this above it, or write \\# if it is a heading of the outro's own"
            raise ManuscriptError(number, f"the outro comes last, and began on line {self._outro}; {way_out}")
        if words.startswith("["):
            self._take_item(number, words, text)
        else:
            self._take_section(number, depth, words, text)

    def _take_section(self, number: int, depth: int, words: str, text: list[Line]) -> None:
        around = len(self._path)
        if depth > around + 1:
            most = f"at most {around + 1} # may stand here"
            way_out = "an item's title stands in brackets, and \\# begins a heading of a text's own"
            raise ManuscriptError(number, f"a section is one deeper than the one around it: {most}; {way_out}")
        if depth > DEEPEST:
            raise ManuscriptError(number, f"sections may be {DEEPEST} deep; write fewer #")
        del self._path[depth - 1 :]
        parent, above = self._path[-1] if self._path else (self.document, "")
        section: dict[str, Any] = {"title": syntax.section_title(words)}
        said, text = self._attributes(text, "section")
        if "id" in said:
            section["id"] = said["id"]
            self._note_id("section", said["id"], number)
        if "tag" in said or said.get("untagged") or "id" in said:
            section["tag"] = said.get("tag")
        if "extra" in said:
            section["extra"] = said["extra"]
        self._put_text(section, "intro", text, crlf="crlf" in said, given=said.get("intro"))
        section["items"], section["sections"] = [], []
        pointer = f"{above}/sections/{len(parent['sections'])}"
        self.lines[pointer] = number
        parent["sections"].append(section)
        self._path.append((section, pointer))

    def _take_item(self, number: int, words: str, text: list[Line]) -> None:
        try:
            title, url = syntax.item_title(words)
        except syntax.NotAnItem:
            way_out = "## [Title](https://…), or ## [Title] without an address"
            otherwise = "\\[ begins a section's title, and \\] is a bracket before ( in an item's"
            raise ManuscriptError(number, f"an item's heading is {way_out}; {otherwise}") from None
        if not self._path:
            way_out = "write a section's heading above it, such as # Research, or # alone for one without a title"
            raise ManuscriptError(number, f"this item is in no section; {way_out}")
        said, text = self._attributes(text, "item")
        item: dict[str, Any] = {}
        if "id" in said:
            item["id"] = said["id"]
            self._note_id("item", said["id"], number)
        item.update(title=title, url=url)
        if "tags" in said or said.get("untagged") or "id" in said:
            item["tags"] = said.get("tags", [])
        if "alt" in said and "image" not in said:
            raise ManuscriptError(number, "this item has alt without image; write image=https://… beside it")
        if "image" in said:
            item["image"] = {"url": said["image"], "alt": said.get("alt")}
        item.update({name: said[name] for name in ("source", "sponsored", "extra") if name in said})
        self._put_text(item, "body", text, crlf="crlf" in said, given=said.get("body"))
        section, above = self._path[-1]
        self.lines[f"{above}/items/{len(section['items'])}"] = number
        section["items"].append(item)

    def _attributes(self, lines: list[Line], kind: attributes.Kind) -> tuple[dict[str, Any], list[Line]]:
        """What the lines of attributes say that a text begins with, and the rest of it."""
        said: dict[str, Any] = {}
        rest = 0
        for index, (number, line) in enumerate(lines):
            if line.startswith("{"):
                attributes.read_line(line, number, kind, said)
                rest = index + 1
            elif not syntax.is_blank(line):
                break
        if "untagged" in said and ("tag" in said or "tags" in said):
            name = "tag" if kind == "section" else "tags"
            raise ManuscriptError(lines[0][0], f"untagged and {name} contradict each other; leave one of them")
        return said, lines[rest:]

    def _note_id(self, kind: str, identifier: int, number: int) -> None:
        before = self._ids.setdefault((kind, identifier), number)
        if before != number:
            way_out = "leave it out where a copy is to be a new one"
            raise ManuscriptError(number, f"{kind} #{identifier} is on line {before} already; {way_out}")

    def _put_text(
        self, target: dict[str, Any], name: str, lines: list[Line], *, crlf: bool, given: str | None = None
    ) -> None:
        given = target.pop(name, None) if given is None else given
        lines = list(syntax.without_blank_edges(lines))
        if lines and given is not None:
            shape = f"{name} is given as {shown(given, 20)} already"
            raise ManuscriptError(lines[0][0], f"{shape}; take that away, or the text that begins here")
        text = _unescaped(lines) if lines else given
        if text is not None:
            target[name] = text.replace("\n", "\r\n") if crlf and lines else text


def _endless(opened: int, fence: str, where: str = "") -> ManuscriptError:
    told = f"the code that begins here does not end {where}".rstrip()
    return ManuscriptError(opened, f"{told}; write {fence[:20]} beneath it, or a backslash before this line")


def _unescaped(lines: list[Line]) -> str:
    written: list[str] = []
    fence = None
    for _, line in lines:
        if fence is None:
            fence = syntax.opens(line)
            written.append(line if fence else syntax.unescape(line))
        else:
            fence = None if syntax.closes(line, fence) else fence
            written.append(line)
    return "\n".join(written)
