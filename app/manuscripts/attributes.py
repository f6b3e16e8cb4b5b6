"""Attributes of sections and items: `{#401 tags=research,safety sponsored source="Example Labs"}`.

`#` and an id, flags, and `name=value`; a value with white space, quotes or braces is a JSON string, `extra` a JSON
object.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from app.manuscripts.errors import ManuscriptError, has_lone_surrogate, shown, unknown

Kind = Literal["section", "item"]

LONGEST_LINE = 110
"""Characters of a line, unless a single attribute is longer."""

NAMES: dict[Kind, tuple[str, ...]] = {
    "section": ("tag", "untagged", "extra", "crlf", "intro"),
    "item": ("tags", "untagged", "sponsored", "source", "image", "alt", "extra", "crlf", "body"),
}
_FLAGS = frozenset(["untagged", "sponsored", "crlf"])

_SCALARS = (str, bool, int, float)

_ID = re.compile(r"#(?P<id>[^\s{}\"]*)")
_NAME = re.compile(r"[^\s{}\"=#]+")
_BARE = re.compile(r"[^\s{}\"]+")
# Line breaks for some editors and for YAML, and invisible characters.
_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def quoted(text: str) -> str:
    """A JSON string that is a double-quoted string of YAML too."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", json.dumps(text, ensure_ascii=False))


def lines_of(attributes: Mapping[str, Any]) -> list[str]:
    """Attributes as lines. Those that are None, False or empty are left out."""
    lines: list[str] = []
    for word in _words(attributes):
        if lines and len(lines[-1]) + len(word) + 2 <= LONGEST_LINE:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return [f"{{{line}}}" for line in lines]


def _words(attributes: Mapping[str, Any]) -> Iterable[str]:
    for name, value in attributes.items():
        if name == "id" and value is not None:
            yield f"#{value}"
        elif value is True:
            yield name
        elif isinstance(value, str):
            yield f"{name}={value if _BARE.fullmatch(value) and value.isprintable() else quoted(value)}"
        elif isinstance(value, list) and value:
            yield from _words({name: ",".join(value)})
        elif isinstance(value, dict) and value:
            pairs = ", ".join(f"{quoted(key)}: {_json(each)}" for key, each in value.items())
            yield f"{name}={{{pairs}}}"


def _json(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def read_line(line: str, number: int, kind: Kind, into: dict[str, Any]) -> None:
    """Add the attributes on a line to those of earlier lines. Raises ManuscriptError."""
    place = 1
    while True:
        while line[place : place + 1] in (" ", "\t"):
            place += 1
        if line[place : place + 1] == "}":
            break
        if place >= len(line):
            raise ManuscriptError(number, "the attributes do not end; write } after the last one")
        name, value, place = _read_one(line, place, number, kind)
        if name in into:
            said = "the id" if name == "id" else name
            raise ManuscriptError(number, f"{said} is given twice; leave one of them")
        into[name] = value
    if line[place + 1 :].strip(" \t"):
        raise ManuscriptError(
            number,
            f"only spaces may follow the }} of attributes, not {shown(line[place + 1 :].strip())}; begin a new line, "
            "or, for a text that begins with {, write \\{",
        )


def _read_one(line: str, place: int, number: int, kind: Kind) -> tuple[str, Any, int]:
    found = _ID.match(line, place)
    if found:
        if not re.fullmatch(r"[1-9][0-9]{0,18}", found["id"]):
            raise ManuscriptError(number, f"an id is a number, as in #401; this is {shown('#' + found['id'])}")
        return "id", int(found["id"]), found.end()
    found = _NAME.match(line, place)
    if found is None:
        raise ManuscriptError(
            number,
            f"attributes are written as in {{#401 tags=research sponsored}}, and {shown(line[place:], 20)} is not one; "
            "for a text that begins with {, write \\{",
        )
    name, end = found.group(), found.end()
    if name not in NAMES[kind]:
        article = "an" if kind == "item" else "a"
        raise ManuscriptError(number, unknown(f"an attribute of {article} {kind}", name, NAMES[kind]))
    if name in _FLAGS:
        if line[end : end + 1] == "=":
            raise ManuscriptError(number, f"{name} has no value; leave it out to turn it off")
        return name, True, end
    if line[end : end + 1] != "=":
        raise ManuscriptError(number, f"{name} needs a value: write {_example(name)}")
    value, end = _read_value(line, end + 1, number, name)
    return name, value, end


def _read_value(line: str, place: int, number: int, name: str) -> tuple[Any, int]:
    example = _example(name)
    if line[place : place + 1] in ('"', "{"):
        try:
            value, end = _decoder.raw_decode(line, place)
        except (ValueError, RecursionError):
            raise ManuscriptError(
                number, f'{name} is not valid JSON; write {example}, with \\" for a quote in it'
            ) from None
    else:
        bare = _BARE.match(line, place)
        if bare is None:
            raise ManuscriptError(number, f"{name} needs a value: write {example}")
        value, end = bare.group(), bare.end()
    if line[end : end + 1] not in (" ", "\t", "}", ""):
        raise ManuscriptError(
            number, f"leave a space after {name}; a value with white space or braces is written {example}"
        )
    if name == "extra":
        if not isinstance(value, dict) or not all(isinstance(each, _SCALARS) for each in value.values()):
            raise ManuscriptError(number, f"extra is a map of strings, numbers and booleans: write {example}")
        texts = [text for pair in value.items() for text in pair if isinstance(text, str)]
    elif isinstance(value, str):
        texts = [value]
    else:
        raise ManuscriptError(number, f"{name} is a string: write {example}")
    if any(has_lone_surrogate(text) for text in texts):
        raise ManuscriptError(
            number, f"{name} has half of a surrogate pair (\\ud800 to \\udfff); write the character itself"
        )
    if name == "tags":
        value = [label.strip() for label in value.split(",") if label.strip()]
    return value, end


def _example(name: str) -> str:
    return {
        "tag": "tag=research",
        "tags": "tags=research,safety",
        "image": "image=https://example.org/a.png",
        "extra": 'extra={"colour": "blue"}',
    }.get(name, f'{name}="…"')


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a name is given twice")
    return made


def _finite(written: str) -> float:
    number = float(written)
    if number in (float("inf"), float("-inf")):
        raise ValueError("too large")
    return number


def _constant(written: str) -> Any:
    raise ValueError(f"{written} is not valid JSON")


_decoder = json.JSONDecoder(strict=False, object_pairs_hook=_once, parse_float=_finite, parse_constant=_constant)
