"""The lines that a newsletter begins with: its title, number, date, subtitle, and who writes it."""

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from app.newsletters.blocks import Source
from app.newsletters.left_out import LeftOut
from app.newsletters.structure import dates, issue_title
from app.newsletters.structure.dates import Order
from app.newsletters.structure.lines import Line, plain
from app.newsletters.structure.report import Report

MOST = 8
"""Lines that are looked at."""
LONGEST_LINE = 400
"""Characters of one of these lines."""
LONGEST_AROUND = 16
"""Words of a boilerplate line that has the date."""
LONGEST_FIRST_LINE = 200
"""Characters of a first line that can be the title."""
_NAME = re.compile(
    r"^\W*(?:(?:by|von|par|por|di|door|av)\s+)?[A-ZÀ-Þ][\w’'.-]{0,40}(?:\s[A-ZÀ-Þ][\w’'.-]{0,40}){1,3}\s?$"
)

_BETWEEN = re.compile(r"\s[•|·]\s")
_NUMBER = re.compile(r"(?:\D*(?:[^\W\d][.-]|[^\d.,-]))?0*([1-9]\d{0,5})\D*")
"""One whole number with words or signs around it: '#12', 'Issue 12', not '-1', '1.5', or one too long for an issue."""


@dataclass(slots=True)
class MastheadBlock:
    title: str
    number: int | None = None
    published_at: datetime | None = None
    subtitle: str | None = None
    publication: str | None = None


def extract(lines: list[Line], source: Source, order: Order, report: Report, around: Sequence[Line]) -> MastheadBlock:
    """What the beginning says; its lines are taken from `lines`. `around`: what was taken off above it."""
    title_text, title_line = _title(lines, source)
    found = MastheadBlock(title=title_text, publication=source.publication, subtitle=_one_line(source.subtitle))
    _from_source(found, source, order, report)
    named = issue_title.parse(title_text, source.publication)
    if dates.is_date(named.title) or (
        len(named.title) < len(title_text) and dates.is_date(title_text.replace(named.title, ""))
    ):
        named = named._replace(title=title_text)
    first = next(iter(dates.find(named.title, order)), None)
    if first is not None and first.start == 0 and len(named.title) < len(title_text):
        named = named._replace(title=named.title[first.end :].strip(" \t-–—:|·,.") or named.title)
    found.title = named.title
    found.number = found.number or named.number or (issue_title.parse(source.title).number if source.title else None)
    if named.number is not None and not named.certain and source.number is None:
        reason = f"{named.number} was taken for the issue's number"
        report.doubt(reason, title_line, 0.7, text=title_text, pointer="/number")
    found.publication = found.publication or named.publication
    found_dates = dates.find(title_text, order)
    if found.published_at is None and found_dates:
        found.published_at = _noon_of(found_dates[-1], order, report, title_text)
    if title_line is not None:
        lines.remove(title_line)
        if plain(title_line.text) != found.title:
            report.leave_out(title_line.block, "the title's line, with the publication, the number or the date")
    elif title_text != found.title:
        report.add(LeftOut(title_text, "the title as its source has it"))
    _take_lines_below(lines, found, source, order, report)
    _from_boilerplate(around, found, order, report)
    _from_file_name(found, source, report)
    return found


def _title(lines: list[Line], source: Source) -> tuple[str, Line | None]:
    """The title, and its line if it is one of these."""
    heading_lines = [line for line in lines[:MOST] if line.shape == "heading"]
    headings = [line for line in lines if line.style[0] == "level"]
    highest = min((line.style[1] for line in headings), default=0)
    tops = [line for line in headings if line.style[1] == highest]
    if len(tops) == 1 and _is_dated_underline(tops[0], lines):
        tops = []
    if source.title:
        given = _one_line(source.title) or source.name
        for line in (*tops[:1], *heading_lines):
            own = plain(line.text)
            if _same(own, given):
                return given, line
            # The page's title is 'Title | Site', and its heading is the title.
            if (
                len(tops) == 1
                and line is tops[0]
                and own
                and own.casefold() in given.casefold()
                and lines.index(line) < MOST
            ):
                return own, line
        return given, None
    pictured = next(
        (line for line in lines[:MOST] if line.shape == "image" and issue_title.is_periodical(line.text)), None
    )
    if pictured is not None and not any(line.style[0] == "level" for line in lines[:MOST]):
        return plain(pictured.text), pictured
    first = next(
        (
            line
            for line in lines
            if line.shape not in ("divider", "image")
            and not (dates.find(line.text, "month") and _is_only_date_or_number(line.text, "month"))
        ),
        None,
    )
    if len(tops) == 1 and tops[0] in lines[:MOST] and tops[0].style[1] <= 2:
        above = lines[: lines.index(tops[0])]
        if all(line.words <= 12 for line in above):
            return plain(tops[0].text), tops[0]
    if first is not None and not first.links and (first.shape == "heading" or _could_be_title(first, lines)):
        return plain(first.text), first
    return _of_file(source.name), None


def _could_be_title(line: Line, lines: list[Line]) -> bool:
    """Whether the first line is the title, although it is too long for a heading."""
    if line.shape != "prose" or len(line.text) > LONGEST_FIRST_LINE or line.is_sentence:
        return False
    return line is lines[0] or line.block.gap > 0 or issue_title.parse(line.text).number is not None


def _is_dated_underline(line: Line, lines: list[Line]) -> bool:
    """Whether a heading is only a date, directly below the title."""
    index = lines.index(line)
    dated = bool(dates.find(line.text[:LONGEST_LINE], "month")) and _is_only_date_or_number(line.text, "month")
    return dated and index > 0 and line.block.gap == 0 and lines[index - 1].shape in ("heading", "prose")


def _from_source(found: MastheadBlock, source: Source, order: Order, report: Report) -> None:
    """The date and number from the format's metadata."""
    if isinstance(source.date, datetime):
        try:
            found.published_at = _in_utc(source.date)
        except OverflowError:
            report.add(LeftOut(str(source.date), "a date that could not be read"))
    elif source.date:
        found.published_at = _parsed(source.date, order, report)
    if source.number:
        digits = _NUMBER.fullmatch(source.number.strip())
        if digits is None:
            report.add(LeftOut(source.number, "a number that could not be read"))
        found.number = int(digits[1]) if digits else None


def _in_utc(moment: datetime) -> datetime:
    """In UTC. Midnight without a time zone is a date only. Raises OverflowError at the ends of the calendar."""
    if moment.tzinfo:
        return moment.astimezone(UTC)
    return dates.noon(moment.date()) if moment.time() == datetime.min.time() else moment.replace(tzinfo=UTC)


def _parsed(written: str, order: Order, report: Report) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written.strip())
        return moment.astimezone(UTC) if moment.tzinfo else dates.noon(moment.date())
    except (ValueError, OverflowError):
        pass
    found_dates = dates.find(written, order)
    if not found_dates:
        report.add(LeftOut(written, "a date that could not be read"))
        return None
    return _noon_of(found_dates[0], order, report, written)


def _noon_of(one: dates.FoundDate, order: Order, report: Report, text: str) -> datetime:
    if one.ambiguous:
        reason = f"the date was read with the {order} first: {one.day}"
        report.doubt(reason, None, 0.6, text=text, pointer="/published_at")
    return dates.noon(one.day)


def _take_lines_below(lines: list[Line], found: MastheadBlock, source: Source, order: Order, report: Report) -> None:
    """The short lines below the title, up to the first line of the text."""
    first: Line | None = None
    for line in list(lines[:MOST]):
        text = plain(line.text)
        found_dates = dates.find(text[:LONGEST_LINE], order)
        if line.shape == "divider":
            lines.remove(line)
        elif line.shape == "image":
            named = any(other.shape == "heading" and _same(text, other.text) for other in lines[:MOST])
            if named or _repeats(text, found, source) or not line.text:
                _take(lines, line, report, "a picture at the head of the page")
        elif _says_more(line):
            break
        elif _repeats(text, found, source):
            _take(lines, line, report, "the title or the publication's name once more")
        elif found_dates and (_is_only_date_or_number(text, order) or _has_date_as_part(line, text, order)):
            found.published_at = found.published_at or _noon_of(found_dates[0], order, report, text)
            found.number = found.number or issue_title.number_in(text)
            _take(lines, line, report, "the line with the issue's date")
        elif issue_title.number_in(text) and _is_only_date_or_number(text, order):
            found.number = found.number or issue_title.number_in(text)
            _take(lines, line, report, "the line with the issue's number")
        elif _NAME.match(text) and not line.links and (_is_byline(text) or _date_beneath(lines, line, order)):
            _take(lines, line, report, "the line with its author's name")
        elif source.title and line.style[0] in ("level", "size") and _is_motto(line, lines):
            _take(lines, line, report, "a line at the head of the page")
        elif first is None and line.style[0] not in ("level", "capital") and not _recurs(line, lines):
            first = line
        else:
            break
    if first is not None and found.subtitle is None and _is_subtitle(first, lines):
        found.subtitle = plain(first.text)
        lines.remove(first)
        found_dates = dates.find(found.subtitle, order)
        if found_dates and found.published_at is None:
            found.published_at = _noon_of(found_dates[0], order, report, found.subtitle)
        found.number = found.number or issue_title.number_in(found.subtitle)


def _says_more(line: Line) -> bool:
    """Whether a line belongs to the text, not to the masthead block."""
    could_be_masthead = line.shape in ("heading", "prose") and not line.block.depth and not line.block.quoted
    return not could_be_masthead or line.words > 30 or len(line.text) > LONGEST_LINE


def _take(lines: list[Line], line: Line, report: Report, reason: str) -> None:
    lines.remove(line)
    report.leave_out(line.block, reason)


def _recurs(line: Line, lines: list[Line]) -> bool:
    """Whether other lines have the same style, so that it is one of several headings."""
    return line.style[0] in ("size", "bold") and sum(other.style == line.style for other in lines) > 1


def _is_motto(line: Line, lines: list[Line]) -> bool:
    """Whether a heading with nothing below it is a motto: a sentence, or a name with a year."""
    after = next((other for other in lines[lines.index(line) + 1 :] if other.shape not in ("image", "divider")), None)
    return (
        after is not None
        and after.shape == "heading"
        and (line.words >= 8 or bool(re.search(r"(?:19|20)\d\d", line.text)))
    )


def _is_byline(text: str) -> bool:
    return bool(re.match(r"\W*(?:by|von|par|por|di|door|av)\s", text, re.IGNORECASE))


def _date_beneath(lines: list[Line], line: Line, order: Order) -> bool:
    index = lines.index(line)
    return any(
        _is_only_date_or_number(near.text, order) and dates.find(near.text, order)
        for near in lines[index + 1 : index + 2]
    )


def _is_only_date_or_number(text: str, order: Order) -> bool:
    """Whether a line is only a date or a number, with at most two more words."""
    for one in reversed(dates.find(text, order)):
        text = text[: one.start] + text[one.end :]
    text = re.sub(r"\b(?:by|von|par|por|di|door|av)\s+\w+(?:\s[A-ZÀ-Þ]\w+){0,2}", "", issue_title.without_number(text))
    return len(re.findall(r"[^\W\d_]{2,}", text)) <= 2


def _has_date_as_part(line: Line, text: str, order: Order) -> bool:
    """Whether one part of a separated line is a date: 'By Ann Lee • May 3, 2025 • Web'."""
    parts = _BETWEEN.split(text)
    about = bool(line.links) or _is_byline(text)
    if len(parts) < 2 or not about or line.words > LONGEST_AROUND or line.is_sentence:
        return False
    return any(
        (found_dates := dates.find(part, order)) and found_dates[0].end - found_dates[0].start == len(part)
        for part in parts
    )


def _is_subtitle(line: Line, lines: list[Line]) -> bool:
    """Whether a line below the title is a subtitle, not a label or the beginning of the text."""
    text = line.text.rstrip()
    if line.links or text.endswith((":", ",", "!", "：", "，", "！")):
        return False
    has_date_or_number = bool(dates.find(text, "month")) or issue_title.number_in(text) is not None
    if line.is_italic or (has_date_or_number and line.words <= 12 and not line.is_sentence):
        return True
    if line.shape != "heading" or line.is_sentence or (line.words < 5 and not any(char.isdigit() for char in text)):
        return False
    index = lines.index(line)
    after = next((other for other in lines[index + 1 :] if other.shape != "divider"), None)
    return after is not None and after.shape == "prose"


def _repeats(text: str, found: MastheadBlock, source: Source) -> bool:
    given = [found.title, found.publication, source.title, source.publication, source.subtitle]
    return any(each and (_same(text, each) or _same(text, _undated(each))) for each in given)


def _undated(text: str) -> str:
    """A title without its date and number."""
    for one in reversed(dates.find(text, "month")):
        text = text[: one.start] + text[one.end :]
    return issue_title.without_number(text)


def _same(one: str, other: str) -> bool:
    def letters(text: str) -> str:
        return re.sub(r"\W+", "", text.casefold())

    return bool(letters(one)) and letters(one) == letters(other)


def _from_boilerplate(around: Sequence[Line], found: MastheadBlock, order: Order, report: Report) -> None:
    """The date and number in boilerplate above the title: 'March 3, 2025 | View in browser'."""
    for line in around:
        if line.words > LONGEST_AROUND or len(line.text) > LONGEST_LINE:
            continue
        found_dates = dates.find(line.text, order)
        if found_dates and found.published_at is None:
            found.published_at = _noon_of(found_dates[0], order, report, line.text)
        found.number = found.number or issue_title.number_in(line.text)


def _from_file_name(found: MastheadBlock, source: Source, report: Report) -> None:
    """The date and number in the file's name, if they are not known yet."""
    name = source.name.replace("\\", "/").rsplit("/", 1)[-1]
    if found.published_at is None:
        match = re.search(r"(?<!\d)((?:19|20)\d\d)[-_.]?(\d\d)[-_.]?(\d\d)(?!\d)", name)
        if match:
            with contextlib.suppress(ValueError):
                found.published_at = dates.noon(date(*map(int, match.groups())))
    if found.number is None:
        found.number = issue_title.number_of_file(name)
        if found.number is not None:
            reason = f"the number {found.number} is from the file's name"
            report.doubt(reason, None, 0.8, text=name, pointer="/number")


def _of_file(name: str) -> str:
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem = re.sub(r"\.\w{1,5}$", "", last)
    return plain(re.sub(r"[-_]+", " ", stem)) or "Untitled"


def _one_line(text: str | None) -> str | None:
    return " ".join(text.split()) or None if text else None
