"""The differences between two versions of an issue, as text: `+` added, `-` removed, `>` moved, `~` changed."""

import re

from masthead_client import Changed, Differences, Named, Place, Word
from rich.console import Group, RenderableType
from rich.text import Text

_CONTROL_CHARACTERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

MAX_UNCHANGED = 200
"""Characters that are shown of an unchanged part of a text."""


def render(differences: Differences) -> RenderableType:
    lines = [
        _line(sign, style, f"{placed.kind} {_name(placed)}", f" in {_place(placed.place)}")
        for sign, style, parts in (("+", "green", differences.added), ("-", "red", differences.removed))
        for placed in parts
    ]
    for moved in differences.moved:
        way = f" from {_place(moved.before)} to {_place(moved.after)}"
        lines.append(_line(">", "cyan", f"{moved.kind} {_name(moved)}", way))
    for changed in differences.changed:
        about = "" if changed.kind == "issue" else f"{changed.kind} {_name(changed)}, "
        lines.append(_line("~", "yellow", f"{about}{changed.field}: ", _change(changed)))
    return Group(*lines) if lines else Text("Nothing has changed.")


def _plain(text: str) -> str:
    """Escape characters that control a terminal or the direction of text."""
    return _CONTROL_CHARACTERS.sub(lambda found: f"\\u{ord(found[0]):04x}", text).replace("\n", "⏎")


def _line(sign: str, style: str, what: str, rest: str | Text) -> Text:
    return Text.assemble((f"{sign} ", style), what, rest)


def _name(named: Named) -> str:
    title = "without a title" if named.title is None else repr(named.title)
    return f"{title} ({named.id})"


def _place(place: Place) -> str:
    where = f"{place.section!r}" if place.section is not None else "the issue"
    return f"{where} at {place.position}"


def _change(changed: Changed) -> Text:
    if changed.words is None:
        return Text.assemble((_value(changed.before), "red"), " → ", (_value(changed.after), "green"))
    return Text.assemble(*(_word(word) for word in changed.words))


def _word(word: Word) -> str | tuple[str, str]:
    text = _plain(word.text)
    if word.op == "delete":
        return f"[-{text}-]", "red"
    if word.op == "insert":
        return f"{{+{text}+}}", "green"
    half = MAX_UNCHANGED // 2
    return text if len(text) <= MAX_UNCHANGED else f"{text[:half]} … {text[-half:]}"


def _value(value: object) -> str:
    return "nothing" if value is None else _plain(f"{value}")
