"""The front matter of a text file: metadata before the text begins.

YAML between lines of `---` (Jekyll, Hugo and most others), TOML between lines of `+++` (Hugo), or lines of
`Key: value` with nothing around them (Pelican, MultiMarkdown, and saved e-mails).
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

import yaml

from app.newsletters.left_out import LeftOut

LONGEST = 20_000
"""Characters that are searched for the end of front matter."""

DEEPEST = 8
"""Levels of a nested value that are shown when it is left out."""

MOST_ALIASES = 10
"""YAML aliases: a few of them, nested, make gigabytes of one line."""

MOST_WORDS = 5_000
"""Values in a nested value that are shown when it is left out."""

_NAMES = {
    "title": ("title", "subject"),
    "subtitle": ("subtitle", "description", "summary", "excerpt", "deck", "tagline"),
    "number": ("number", "issue", "issue_number", "edition", "no", "episode"),
    "date": ("date", "published_at", "publishdate", "pubdate", "published_on", "sent"),
    "language": ("language", "lang", "locale"),
    "url": ("canonical_url", "canonical", "link", "url"),
    "image": ("image", "cover", "thumbnail", "cover_image", "feature_image", "og_image"),
    "publication": ("publication", "newsletter", "series"),
    "draft": ("draft", "status", "published"),
}
_MEANING = {name: meaning for meaning, names in _NAMES.items() for name in names}
_FENCED = re.compile(
    r"\A\s*(?P<fence>---|\+\+\+)[ \t]*\n(?P<content>.*?)^(?P=fence)[ \t]*$\n?", re.DOTALL | re.MULTILINE
)
_KEY = re.compile(r"(?P<key>[A-Za-z][A-Za-z_-]{1,30}):(?:[ \t]+(?P<value>.*))?$")


@dataclass(slots=True)
class FrontMatter:
    lines: int = 0
    """Its number of lines."""
    fields: dict[str, Any] = field(default_factory=dict)
    """Named as in `Source`: `draft` is a boolean, `date` a `datetime` or as written, the others are strings."""
    left_out: list[LeftOut] = field(default_factory=list)


class _TooManyAliases(yaml.YAMLError):  # type: ignore[misc]
    pass


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Loads YAML with a limit on aliases."""

    aliases = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            self.aliases += 1
            if self.aliases > MOST_ALIASES:
                raise _TooManyAliases
        return super().compose_node(parent, index)


def read(text: str) -> FrontMatter:
    """The front matter of a text; empty if it has none, or none that can be read."""
    beginning = text[:LONGEST]
    fenced = _FENCED.match(beginning)
    if fenced is None:
        return _plain(beginning)
    try:
        values = yaml.load(fenced["content"], _Loader) if fenced["fence"] == "---" else tomllib.loads(fenced["content"])
    except _TooManyAliases:
        reason = f"front matter is read with at most {MOST_ALIASES} YAML aliases"
        return FrontMatter(lines=fenced.group().count("\n"), left_out=[LeftOut(fenced["content"], reason, 1)])
    except Exception:  # PyYAML raises KeyError for `!!bool x`, AttributeError for `!!timestamp x`, and others
        return _plain(fenced["content"], fenced.group().count("\n"))
    if not isinstance(values, dict):
        return FrontMatter()
    front = FrontMatter(lines=fenced.group().count("\n"))
    for key, value in values.items():
        _take(front, str(key), value, 1)
    return front


def _plain(text: str, lines: int = 0) -> FrontMatter:
    """Lines of `Key: value`, at least one of them with a known key. An indented line continues the one before."""
    found: list[tuple[str, str, int]] = []
    end = 0
    skipped = len(text) - len(text.lstrip("\n"))
    for number, line in enumerate(text[skipped:].split("\n"), skipped + 1):
        match = _KEY.fullmatch(line.rstrip())
        if match:
            found.append((match["key"], match["value"] or "", number))
        elif found and line.strip() and line[0] in " \t":
            key, value, place = found[-1]
            found[-1] = (key, f"{value} {line.strip()}", place)
        elif not line.strip() or not found:
            break
        else:
            return FrontMatter()
        end = number
    known = {_MEANING.get(key.lower()) for key, _, _ in found}
    if not known & {"title", "date"} or (len(found) < 2 and "title" not in known):
        return FrontMatter()
    front = FrontMatter(lines=lines or end)
    for key, value, place in found:
        _take(front, key, value, place)
    return front


def _take(front: FrontMatter, key: str, value: Any, place: int) -> None:
    meaning = _MEANING.get(key.lower().replace("-", "_"))
    if isinstance(value, dict | list) and meaning != "image":
        meaning = None
    if meaning == "draft" and (isinstance(value, date) or re.match(r"\d{4}-\d\d-\d\d", str(value))):
        meaning = "date"  # `published: 2025-01-31` is a date
    taken = _as(meaning, key.lower(), value)
    if meaning is not None and taken is not None and meaning not in front.fields:
        front.fields[meaning] = taken
    elif value not in (None, "", [], {}):
        front.left_out.append(
            LeftOut(f"{key}: {_words(value)}", "a line of the file's head that an issue has no place for", place)
        )


def _as(meaning: str | None, key: str, value: Any) -> Any:
    if meaning == "draft":
        word = str(value).strip().lower()
        if key == "status":
            return word not in ("published", "publish", "sent", "public") if word else None
        return (word in ("true", "yes", "1")) is (key == "draft")
    if meaning == "date" and isinstance(value, datetime):
        return value
    if meaning == "image" and isinstance(value, dict):
        value = value.get("url") or value.get("src") or value.get("path")
    if isinstance(value, str | int | float | date) and not isinstance(value, bool):
        return " ".join(str(value).split()).strip("\"'") or None
    return None


def _words(value: Any) -> str:
    shown = list(islice(_pieces(value), MOST_WORDS + 1))
    return ", ".join(shown[:MOST_WORDS] + ["…"] * (len(shown) > MOST_WORDS))


def _pieces(value: Any, key: str = "", depth: int = 0) -> Iterator[str]:
    if depth > DEEPEST:
        yield f"{key}…"  # a list in YAML can contain itself
    elif value in ([], {}):
        yield key
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _pieces(each, f"{key}{name}: ", depth + 1)
            key = ""
    elif isinstance(value, list):
        for each in value:
            yield from _pieces(each, key, depth + 1)
            key = ""
    else:
        yield f"{key}{value}"
