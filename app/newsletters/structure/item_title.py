"""Finding the title and link at the beginning of an item."""

import re
from dataclasses import dataclass

from app.newsletters.blocks import Mark
from app.newsletters.structure import dates
from app.newsletters.structure.boilerplate import without_sponsored_label
from app.newsletters.structure.lines import READING_TIME, Line, count_words, plain

LONGEST_TITLE = 300
"""Characters."""
LONGEST_DAY = 30
"""Characters of bold text that can be a day."""
_LABELS = re.compile(r"\s*(?:\(?\d{1,2}(?:、|[.)](?=\s)))?\s*(?:\[[^\W_][\w /&+-]{0,24}\]\s*)+")
_DAY = re.compile(r"\W{0,3}([^:|\n]{2,30}?)\s*(?:[:|]|\s[–—-]\s)\s*")
"""Text before a title that could be a day: '9 avril : ', '**May 12–14**: '."""
_DATED = re.compile(r"[\W\d_]*")
_RUN_IN = re.compile(r"(?P<title>[^\n]{2,110}?)(?P<mark>:\s+|\s+[—–]\s+|\s+-\s+)(?=\S)")
_PARTS = re.compile(r"\s*(?:[.:;,|·•→]|[—–-](?=\s)|[—–])\s*|\s*(?=[(\[])|\s*\n\s*")
_SENTENCE = re.compile(r"[.!?。！？][\"'”’»)]*\s+(?=\S)|[。！？]")
_SIGN = re.compile(r"[(\[]([^()\[\]]{2,30})[)\]]")
_ENUMERATED = re.compile(r"^\(?\d{1,2}(?:、\s*|[.)]\s+)(?=\S)")
_CREDIT = re.compile(r"\s*(?:(?:via|by|from|von|par|por|bei)\s|[(\[|]|[–—-]\s)")
_QUOTES = "\"'“”„‘’«»「」『』"
_DONE = re.compile(r"\s*[?!]+")


@dataclass(slots=True)
class ItemTitle:
    title: str | None = None
    url: str | None = None
    rest: int | None = None
    """The index in the line's text where the remark begins; None if there is no remark."""
    label: str | None = None
    """In brackets before the title: [video]."""
    sponsored: bool = False
    reading_time: str | None = None
    """As written: '5 min read'."""


def _without_reading_time(title: str) -> tuple[str, str | None]:
    found = READING_TIME.search(title)
    return (title[: found.start()], found[1]) if found and found.start() else (title, None)


def run_in_title(line: Line) -> tuple[str, int] | None:
    """The title of a line 'Title: remark', and the index where the remark begins."""
    match = _RUN_IN.match(line.text)
    if match is None or match["mark"].strip() != ":" or _SENTENCE.search(match["title"]):
        return None
    title, end = match["title"], match.end()
    if count_words(title) > 14 or count_words(line.text[end:]) < 3 or not any(char.isalpha() for char in title):
        return None
    if title.rstrip()[-1:].isdigit() and line.text[end : end + 1].isdigit():
        return None  # a time of day
    return title.strip(), end


def opens_with_title(line: Line) -> bool:
    """Whether a paragraph begins with a title: a link, or bold text that is set off from the rest."""
    if line.shape == "link":
        return False
    start = _start(line)
    first = _at(line, "link", start)
    if first is not None:
        named = count_words(line.text[first.start : first.end]) >= 2 or _PARTS.match(line.text, first.end) is not None
        return named or line.is_linked
    bold = _at(line, "bold", start)
    if bold is not None and _ends_title(line.text, bold):
        return True
    return (
        len(line.links) == 1
        and _is_bare(line.text, line.links[0])
        and _with_address(line, line.links[0], False).title is not None
    )


def parse(line: Line, whole: bool = False, titled: bool = False) -> ItemTitle:
    """The title, link and other parts of an item's first line.

    `whole`: the line is only a title. `titled`: other items have titles as in 'Title: remark'.
    """
    text = line.text
    start = _start(line)
    before = re.sub(r"[\[\]|]", " ", re.sub(r"^\s*\(?\d{1,2}(?:、|[.)](?=\s))", "", text[:start]))
    label = " ".join(before.split()).strip(" :–—-") if any(char.isalnum() for char in before) else None
    opening = _whole(line) if whole else _opened(line, start, titled)
    if opening.title is not None:
        opening.title, opening.sponsored = without_sponsored_label(opening.title)
        opening.title, opening.reading_time = _without_reading_time(_ENUMERATED.sub("", plain(opening.title)))
        if not any(char.isalnum() for char in opening.title) or len(opening.title) > LONGEST_TITLE:
            return ItemTitle(None, opening.url, 0)
    if label and opening.rest != 0:
        opening.label = label
    if opening.title is not None and opening.rest:
        _take_signs(line.text, opening)
    return opening


def _take_signs(text: str, opening: ItemTitle) -> None:
    """Take '(5 min read)' and '(Sponsor)' between a title and its remark."""
    while opening.rest is not None and (sign := _SIGN.match(text, opening.rest)):
        if not READING_TIME.match(sign.group()) and not without_sponsored_label(f"x {sign.group()}")[1]:
            return
        if READING_TIME.match(sign.group()):
            opening.reading_time = opening.reading_time or sign[1]
        else:
            opening.sponsored = True
        opening.rest = _rest(text, sign.end())


def _whole(line: Line) -> ItemTitle:
    lead = _at(line, "link", _start(line))
    if lead is not None and _CREDIT.match(line.text, lead.end) and not _is_bare(line.text, lead):
        return ItemTitle(line.text[lead.start : lead.end], lead.url, _rest(line.text, lead.end))
    title = line.text
    for link in reversed([link for link in line.links if _is_bare(line.text, link)]):
        title = title[: link.start] + title[link.end :]
    title = re.sub(r"(?<!\s)\s*+(?:\(\s*\)|<\s*>|\[\s*\])", "", title).rstrip(" -–—:|→") or line.text
    return ItemTitle(title, line.links[0].url if line.links else None, None if len(line.links) <= 1 else 0)


def _opened(line: Line, start: int, titled: bool) -> ItemTitle:
    text, links = line.text, line.links
    first = links[0] if links else None
    link, bold = _at(line, "link", start), _at(line, "bold", start)
    if link is not None and link.url and not _is_bare(text, link):
        return _linked(line, link)
    if bold is not None and _ends_title(text, bold):
        url = first.url if first else None
        return ItemTitle(text[bold.start : bold.end].rstrip(" .:—–-|"), url, _rest(text, bold.end))
    found = run_in_title(line) if titled else None
    if found is not None:
        return ItemTitle(found[0], first.url if first else None, found[1])
    if first is not None and _is_bare(text, first):
        return _with_address(line, first, titled)
    source = text.rfind("(", 0, first.start) if first is not None else -1
    if first is not None and source > 0 and _is_source(text, source, links):
        return ItemTitle(text[:source].rstrip(" .–—-"), first.url, source)
    short = len(text) <= 110 and count_words(text) <= 20 and not _SENTENCE.search(text)
    if short and len(links) <= 1:
        return ItemTitle(text.rstrip(" .。:"), first.url if first else None)
    return ItemTitle(None, first.url if first else None, 0)


def _is_source(text: str, start: int, links: list[Mark]) -> bool:
    """Whether all links are in the parentheses that start there and end the line: 'Title (Post by Ann)'."""
    title, bracket = text[:start].strip(), text[start:].rstrip(" .")
    whole = bracket.endswith(")") and bracket.count("(") == bracket.count(")") == 1 and len(bracket) <= 120
    brief = 2 <= count_words(title) <= 20 and len(title) <= 110 and _SENTENCE.search(title) is None
    return whole and brief and all(link.start > start for link in links)


def _linked(line: Line, link: Mark) -> ItemTitle:
    """The line begins with a link, whose text is the title."""
    text, end = line.text, link.end
    title = text[link.start : end]
    done = _DONE.match(text, end)
    if done:
        title, end = text[link.start : done.end()], done.end()
    quoted = 0 < link.start <= end < len(text) and text[link.start - 1] in _QUOTES and text[end] in _QUOTES
    end += quoted  # the closing quotation mark
    rest = text[end:]
    if not any(char.isalnum() for char in rest):
        return ItemTitle(title, link.url)
    if quoted or _PARTS.match(rest) or rest.lstrip()[:1].isupper() or title.rstrip().endswith((".", ":", "!", "?")):
        return ItemTitle(title, link.url, _rest(text, end))
    if (
        len(line.links) == 1
        and count_words(text) <= 12
        and not (line.is_sentence or "\n" in text or _CREDIT.match(rest))
    ):
        return ItemTitle(text[link.start :], link.url)  # 'RFC on improving RFC' with one word linked
    return ItemTitle(title, link.url, end + len(rest) - len(rest.lstrip()))


def _with_address(line: Line, link: Mark, titled: bool) -> ItemTitle:
    """The line has a bare URL: 'Title (https://…)', perhaps with a remark after it."""
    text = line.text
    before, after = text[: link.start].rstrip(" (<[-–—:|→\n"), text[link.end :].lstrip(" )>]\n")
    brief = count_words(before) <= (
        12 if before.endswith((",", ":")) or text[: link.start].rstrip(" <(").endswith((",", ":")) else 22
    )
    bracketed = text[: link.start].endswith("(") and count_words(before) <= 16
    if count_words(before) and brief and (bracketed or not _SENTENCE.search(before)) and not before.endswith(","):
        parts = re.split(r"(?<!\s)\s++[—–]\s+|:\s+", before, maxsplit=1) if titled else [before]
        if not any(char.isalnum() for char in after):
            return ItemTitle(
                before.rstrip(" .") if len(parts) == 1 else parts[0],
                link.url,
                None if len(parts) == 1 else text.index(parts[1]),
            )
        return ItemTitle(before, link.url, _rest(text, len(text) - len(after)))
    return ItemTitle(None, link.url, 0)


def _start(line: Line) -> int:
    """The index where an item's words begin, after labels in brackets, signs, and digits (a date, a time)."""
    text = line.text
    labels = _LABELS.match(text)
    start = labels.end() if labels else 0
    day = _DAY.match(text, start)
    if day and dates.is_day(day[1]):
        start = day.end()
    bold = line.bold
    if bold and bold.start <= start < bold.end < min(len(text), bold.start + LONGEST_DAY):
        start = bold.end if dates.is_day(text[bold.start : bold.end]) else start
    signs = _DATED.match(text, start)
    return signs.end() if signs and signs.end() - start <= 16 else start


def _at(line: Line, kind: str, start: int) -> Mark | None:
    """The mark of this kind at an index."""
    for mark in line.block.marks:
        if mark.kind == kind and mark.start <= start < mark.end:
            return mark if kind != "link" or mark in line.links else None
    return None


def _ends_title(text: str, bold: Mark) -> bool:
    """Whether bold text at the beginning of a line is set off from the rest."""
    words = text[bold.start : bold.end].rstrip()
    rest = text[bold.end :]
    if count_words(words) > 20 or not rest.strip():
        return count_words(words) <= 20
    return words.endswith((".", ":", "!", "?", "。", "—", "–")) or (
        bool(_PARTS.match(rest)) and rest.strip()[:1] != ","
    )


def _is_bare(text: str, link: Mark) -> bool:
    """Whether a link's text cannot be a title: it is a URL or a footnote number."""
    words = text[link.start : link.end]
    return words.lower().startswith(("http://", "https://", "www.")) or bool(
        re.fullmatch(r"[\[(]?\d{1,3}[\])]?", words)
    )


def _rest(text: str, end: int) -> int | None:
    """The index where the remark after a title begins, without punctuation between them."""
    rest = text[end:]
    skipped = re.match(r"[\s.:;,|·•→]*(?:[—–-]\s+|[—–])?[\s:]*", rest)
    place = end + (skipped.end() if skipped else 0)
    return place if any(char.isalnum() for char in text[place:]) else None
