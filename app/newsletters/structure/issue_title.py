"""Parsing the title of an issue, which may have its number and the publication's name in it."""

import re
from typing import NamedTuple

from app.validation import LARGEST_NUMBER

LONGEST = 500
"""Characters of a title that is parsed."""

_WORD = (
    r"issue|issues|no|nr|num|number|edition|vol|volume|episode|ep|ausgabe|folge|numéro|n[º°]|número|núm|edición|edição|"
    r"edizione|numero|uitgave|editie|nummer|utgåva|nummer|numer|выпуск|№|číslo"
)
_NUMBER = re.compile(
    rf"(?<![\w.])(?P<before>\d{{1,6}})(?:st|nd|rd|th|-?й)?\s+(?:issue|edition|выпуск|ausgabe|numéro)\b"
    rf"|(?:(?<![\w.])(?:{_WORD})(?!\w)[.:]?\s*(?:\#|n[º°]\s*)?\s*|[#№]\s?)(?P<marked>\d{{1,6}})(?![\w.,]?\d)(?:\s*(?:of|/)\s*\d+)?"
    r"|第\s*(?P<east>\d{1,6})\s*[期号號回輯]|(?P<korean>\d{1,6})\s*호(?!\w)",
    re.IGNORECASE,
)
_BARE = re.compile(r"^(?P<name>.*[^\W\d].*?)[\s,]+(?P<bare>\d{1,5})(?P<rest>\s*$|\s*[:|–—]\s*|\s+-\s+|\.\s+)")
_FIRST = re.compile(r"^(?P<first>\d{1,5})\s*(?:[/|–—]|-\s)\s*(?=\D)")
_NOT_NUMBERED = re.compile(
    r"\b(?:top|week|kw|woche|semaine|semana|part|day|chapter|version|v|windows|ios|iphone|python|java|the|of|in|for|about|over|least|next|last|past|"
    r"january|february|march|april|may|june|july|august|september|october|november|december)\W*$",
    re.IGNORECASE,
)
_PERIODICAL = re.compile(
    r"\b(?:week(?:ly)?|dail(?:y|ies)|month(?:ly)?|news|digest|letters?|brief(?:ing)?|bulletin|gazette|journal|review|dispatch"
    r"|roundup|times|links|notes|report|updates?|edition|radar|newsletter|boletín|lettre|wochenbrief)\b"
    r"|weekly|newsletter|wochen|brief\b|週刊|周刊|通信",
    re.IGNORECASE,
)
_PART = re.compile(r"\s+[-–—|·•/]\s+|\s*[|–—·]\s+")
_BRACKETED = re.compile(r"^\s*\[(?P<name>[^\]]{2,60})\]\s*(?P<rest>.+)$")
_EDGES = " \t-–—:|·,.#：()[]"


class IssueTitle(NamedTuple):
    title: str
    number: int | None = None
    publication: str | None = None
    certain: bool = True
    """Whether a word or sign marks the number as the issue's."""


def parse(text: str, publication: str | None = None) -> IssueTitle:
    """'Foo Weekly 75: Bar' is 'Bar', number 75 of 'Foo Weekly'; 'Foo Weekly 75' keeps its title."""
    text = " ".join(text.split())
    if len(text) > LONGEST:
        return IssueTitle(text)
    bracketed = _BRACKETED.match(text)
    if bracketed:
        inner = parse(bracketed["rest"], bracketed["name"])
        of_itself = _NUMBER.fullmatch(bracketed["rest"].strip(_EDGES)) is not None
        if inner.number is not None or publication:
            return inner._replace(title=text if of_itself else inner.title, publication=bracketed["name"])
    match = _NUMBER.search(text)
    if match:
        number = _valid(match["before"] or match["marked"] or match["east"] or match["korean"])
        return _around(text, match.start(), match.end(), number, publication, certain=True)
    first = _FIRST.match(text)
    if first and not _is_year(first["first"]):
        return _around(text, 0, first.end("first"), _valid(first["first"]), publication, certain=False)
    bare = _BARE.match(text)
    if bare and not _is_year(bare["bare"]) and not _NOT_NUMBERED.search(bare["name"]):
        number = _valid(bare["bare"])
        known = bool(publication and _alike(bare["name"], publication)) or bool(_PERIODICAL.search(bare["name"]))
        if known or (bare["rest"].strip() and len(bare["name"].split()) >= 2) or not bare["rest"].strip():
            return _around(
                text,
                bare.start("bare"),
                bare.end("bare"),
                number,
                publication,
                certain=known or bare["rest"].strip() == ":",
            )
    return IssueTitle(text)


def number_in(text: str) -> int | None:
    """The issue's number in a line that is not its title."""
    match = _NUMBER.search(text[:LONGEST])
    return _valid(match["before"] or match["marked"] or match["east"] or match["korean"]) if match else None


def without_number(text: str) -> str:
    """The text without the issue's number and the word that marks it."""
    return _NUMBER.sub("", text)


def number_of_file(name: str) -> int | None:
    """The number in a file name such as `issue-75.md` or `075.txt`; None if it could be a date."""
    stem = re.sub(r"\.\w{1,5}$", "", name.replace("\\", "/").rsplit("/", 1)[-1])
    if re.search(r"(?:19|20)\d\d[-_.]?\d\d", stem):
        return None
    found = re.findall(r"(?<!\d)\d{1,5}(?!\d)", stem)
    return _valid(found[0]) if len(found) == 1 and not _is_year(found[0]) else None


def is_periodical(name: str) -> bool:
    return bool(_PERIODICAL.search(name))


def _around(text: str, start: int, end: int, number: int | None, publication: str | None, certain: bool) -> IssueTitle:
    """The title without its number and the publication's name, if anything else is left."""
    if number is None:
        return IssueTitle(text)
    before, after = text[:start].rstrip(), text[end:].lstrip()
    own = after.lstrip(" \t-–—:|·,.：)]/").strip()
    parted = (not before and text.startswith("#")) or re.match(r"\s*[^\w\s(]|\s+[\"“«„(]", text[end:])
    if own and parted:
        name = before.strip(_EDGES) or None
        return IssueTitle(own, number, name or publication, certain)
    parts = [part for part in _PART.split(before.rstrip(_EDGES)) if part.strip(_EDGES)]
    if len(parts) >= 2:
        last = parts[-1].strip(_EDGES)
        if last and _names(last, publication):
            return IssueTitle(before[: before.rindex(parts[-1])].strip(" \t-–—:|·,"), number, last, certain)
    set_off = before.endswith(("-", "–", "—", "|", "(", ",", "·", ":"))
    if len(parts) == 1 and set_off and not _names(parts[0], publication) and len(parts[0].split()) > 3:
        return IssueTitle(parts[0].strip(_EDGES), number, publication, certain)
    name = before.strip(_EDGES) or None
    return IssueTitle(text, number, name or publication, certain)


def _names(text: str, publication: str | None) -> bool:
    return bool(publication and _alike(text, publication)) or bool(_PERIODICAL.search(text))


def _alike(one: str, other: str) -> bool:
    def letters(text: str) -> str:
        return re.sub(r"\W+", "", text.lower())

    return bool(letters(one)) and (letters(one) in letters(other) or letters(other) in letters(one))


def _valid(digits: str) -> int | None:
    number = int(digits)
    return number if 1 <= number <= LARGEST_NUMBER else None


def _is_year(digits: str) -> bool:
    return len(digits) == 4 and 1900 <= int(digits) <= 2100
