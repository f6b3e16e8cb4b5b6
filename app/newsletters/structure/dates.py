"""Finding dates in text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from itertools import chain
from typing import Literal, NamedTuple

from babel.dates import get_month_names

LANGUAGES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "ru", "uk", "tr", "ca", "hu", "ro",
    "id", "el",
)  # fmt: skip
"""Languages whose month names are known, from Unicode's CLDR."""

Order = Literal["day", "month"]
"""What comes first in 03/04/2025."""

_ISO = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)")
_NUMERIC = re.compile(
    r"(?<![\d/.-])(?P<one>\d{1,2})(?P<mark>[/.-])\s?(?P<two>\d{1,2})(?P=mark)\s?(?P<year>(?:19|20)\d\d|\d\d)(?![\d/-]|\.\d)"
)
_FIGURES = re.compile(r"\d[/.-]")
"""A quick check before those two, which are slower."""
_EAST_ASIAN = re.compile(r"(?P<year>(?:19|20)\d\d)\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]")


class FoundDate(NamedTuple):
    day: date
    start: int
    end: int
    ambiguous: bool = False
    """Whether day and month could be swapped."""


@dataclass(slots=True)
class Votes:
    """Counts of the numeric dates that can be read in one order only."""

    day: int = 0
    month: int = 0

    def count(self, text: str) -> None:
        for match in _in_figures(_NUMERIC, text):
            one, two = int(match["one"]), int(match["two"])
            self.day += 12 < one <= 31 and two <= 12
            self.month += 12 < two <= 31 and one <= 12

    def order(self) -> Order | None:
        if self.day == self.month:
            return None
        return "day" if self.day > self.month else "month"


def find(text: str, order: Order) -> list[FoundDate]:
    """The dates in a text that have a year, in reading order. `order` is that of ambiguous numeric dates."""
    found = sorted(_all_dates(text, order), key=lambda one: (one.start, -one.end))
    kept: list[FoundDate] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def is_date(text: str) -> bool:
    """Whether a text is only a date, a month or a year."""
    words = re.findall(r"[^\W\d_]+", text)
    return any(char.isdigit() for char in text) and all(word.lower() in _months() or len(word) <= 2 for word in words)


def is_day(text: str) -> bool:
    """Whether a text is only a day or a range of days, with or without a year: 'May 12–14', '9 avril', '24.10.'."""
    words = re.findall(r"[^\W\d_]+", text)
    months = sum(word.lower() in _months() for word in words)
    return months == 1 and len(words) <= 2 and any(char.isdigit() for char in text)


def noon(day: date) -> datetime:
    """12:00 UTC of a day, the time of publication of issues that have only a date."""
    return datetime.combine(day, time(12), UTC)


def _all_dates(text: str, order: Order) -> Iterator[FoundDate]:
    for match in chain(_in_figures(_ISO, text), _EAST_ASIAN.finditer(text)):
        yield from _one(match, match["year"], match["month"], match["day"])
    for match in _in_figures(_NUMERIC, text):
        one, two = int(match["one"]), int(match["two"])
        # In dates with full stops the day always comes first.
        first: Order = "day" if match["mark"] == "." or one > 12 else "month" if two > 12 else order
        day, month = (one, two) if first == "day" else (two, one)
        ambiguous = match["mark"] != "." and one <= 12 and two <= 12 and one != two
        yield from _one(match, match["year"], month, day, ambiguous)
    for match in _worded().finditer(text) if "19" in text or "20" in text else ():
        name = match["before"] or match["after"]
        month = _months()[name.lower().rstrip(".")]
        yield from _one(match, match["year"], month, match["day_before"] or match["day_after"])


def _in_figures(pattern: re.Pattern[str], text: str) -> Iterable[re.Match[str]]:
    return pattern.finditer(text) if _FIGURES.search(text) else ()


def _one(
    match: re.Match[str], year: str, month: str | int, day: str | int, ambiguous: bool = False
) -> Iterator[FoundDate]:
    try:
        full = int(year) + (2000 if len(year) == 2 else 0)
        yield FoundDate(date(full, int(month), int(day)), match.start(), match.end(), ambiguous)
    except ValueError:
        return  # 2025-02-31 does not exist


@cache
def _months() -> dict[str, int]:
    """Month numbers by name, in lower case without a full stop."""
    names: dict[str, int] = {"sept": 9, "sep": 9}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    if not name.isdigit():
                        names.setdefault(name.lower().rstrip("."), number)
    return names


@cache
def _worded() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, _months()), key=len, reverse=True))
    of = r"\s*+(?:(?:de|of|di|d[’'])\s*+)?"
    return re.compile(
        rf"(?<!\w)(?:(?P<day_before>\d{{1,2}})(?:st|nd|rd|th|er|º|ª|°|\.)?{of}(?P<after>{names})\.?,?\s*(?:de\s|del\s)?"
        rf"|(?P<before>{names})\.?\s+(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?,?\s+)(?P<year>(?:19|20)\d\d)(?!\d)",
        re.IGNORECASE,
    )
