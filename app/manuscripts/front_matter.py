"""The front matter of a manuscript: the issue's own fields as YAML.

Values are strings as they are written: `no` is the language Norwegian, `2025-12-23` and `007` are strings. Only
`number`, `version` and the values of `extra` may be numbers or booleans, unless they are quoted.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from app.manuscripts.attributes import quoted
from app.manuscripts.errors import ManuscriptError, has_lone_surrogate, shown, unknown

LONGEST = 2_000_000
"""Characters; YAML is slow to read."""

FIELDS = (
    *("number", "title", "subtitle", "slug", "status", "scheduled_at", "version", "language", "published_at"),
    *("image", "extra", "intro", "outro"),
)
_NUMBERS = ("number", "version")
_IN_IMAGE = ("url", "alt")
_NOTHING = ("", "~", "null")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(?P<fraction>\.[0-9]+)?(?P<power>[eE][+-]?[0-9]+)?")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")
_WORDS = frozenset(["null", "true", "false", "yes", "no", "on", "off", "y", "n"])
_DEFAULT_TAG = "tag:yaml.org,2002:"


def write(fields: Mapping[str, Any]) -> list[str]:
    """Lines of YAML, without the `---` around them. Empty fields are left out."""
    lines: list[str] = []
    for name in FIELDS:
        value = fields.get(name)
        if isinstance(value, dict):
            pairs = [f"  {_scalar(key)}: {_scalar(each)}" for key, each in value.items() if each is not None]
            lines += [f"{name}:", *pairs] if pairs else []
        elif value is not None:
            lines.append(f"{name}: {_scalar(value)}")
    return lines


def _scalar(value: Any) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    plain = (
        value[:1].isalpha()
        and value[-1].isalnum()
        and value.isprintable()
        and ": " not in value
        and " #" not in value
        and value.lower() not in _WORDS
    )
    return value if plain or _TIME.fullmatch(value) else quoted(value)


def read(text: str, first: int) -> tuple[dict[str, Any], dict[str, int]]:
    """The fields, and the line of each. `first` is the line where the YAML begins. Raises ManuscriptError."""
    if len(text) > LONGEST:
        raise ManuscriptError(first, f"the front matter may have {LONGEST:,} characters; end it with a line of ---")
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = _line_of(mark, text, first) if mark else first
        way_out = 'write "name: value" on each line, and a value with : or # in it in double quotes'
        raise ManuscriptError(line, f"this is not valid YAML ({error.problem or error.context}); {way_out}") from None
    except yaml.reader.ReaderError as error:
        line = first + text.count("\n", 0, max(error.position, 0))
        raise ManuscriptError(line, "YAML does not allow this control character; leave it out") from None
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
        raise ManuscriptError(first, 'this is not valid YAML; write "name: value" on each line') from None
    if root is None:
        return {}, {}
    return _FrontMatter(text, first).fields(root)


def _line_of(mark: yaml.Mark, text: str, first: int) -> int:
    # Not `mark.line`: YAML also counts characters such as U+2028 as line breaks.
    return first + text.count("\n", 0, mark.index)


class _FrontMatter:
    def __init__(self, text: str, first: int) -> None:
        self._yaml = text
        self._first = first

    def fields(self, root: yaml.Node) -> tuple[dict[str, Any], dict[str, int]]:
        if not isinstance(root, yaml.MappingNode):
            raise self._fault(root, 'the front matter is lines of "name: value", as in "title: What are world models?"')
        fields, lines = {}, {}
        for name, (key, node) in self._pairs(root).items():
            if name not in FIELDS:
                raise self._fault(key, unknown("a field of an issue", name, FIELDS))
            lines[name] = self._line(key)
            fields[name] = self._field(name, node)
        return fields, lines

    def _field(self, name: str, node: yaml.Node) -> Any:
        if name == "extra":
            if self._is_nothing(node):
                return {}
            if not isinstance(node, yaml.MappingNode):
                raise self._fault(node, 'extra is a map: a line "extra:", and below it "  colour: blue"')
            return {key: self._value(each) for key, (_, each) in self._pairs(node).items()}
        if name == "image":
            return self._image(node)
        text = self._text(node, name)
        if name in _NUMBERS and text is not None:
            if not re.fullmatch(r"[1-9][0-9]{0,17}", text):
                raise self._fault(node, f"{name} is a whole number from 1, as in 76; this is {shown(text)}")
            return int(text)
        return text

    def _image(self, node: yaml.Node) -> Any:
        if not isinstance(node, yaml.MappingNode):
            url = self._text(node, "image")
            return None if url is None else {"url": url}
        image = {}
        for name, (key, each) in self._pairs(node).items():
            if name not in _IN_IMAGE:
                raise self._fault(key, unknown("a field of an image", name, _IN_IMAGE))
            image[name] = self._text(each, name)
        if not image.get("url"):
            raise self._fault(node, 'an image needs a URL: write "  url: https://…"')
        return image

    def _value(self, node: yaml.Node) -> Any:
        """A value of `extra`: a number, a boolean or, if it is neither or is quoted, a string."""
        text = self._text(node, "a value of extra", nothing=False) or ""
        if node.style is not None:
            return text
        if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
            return text.lower() == "true"
        found = _NUMBER.fullmatch(text)
        if found is None:
            return text
        number = float(text) if found["fraction"] or found["power"] or len(text) > 300 else int(text)
        if number in (float("inf"), float("-inf")):
            raise self._fault(node, "this number is too large; put it in quotes to make it a string")
        return number

    def _text(self, node: yaml.Node, what: str, *, nothing: bool = True) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            raise self._fault(
                node, f"{what} is a single value, not a list or a map; put it in double quotes if it is a string"
            )
        if not node.tag.startswith(_DEFAULT_TAG + "str"):
            raise self._fault(node, f"leave the YAML tag {shown(node.tag.removeprefix(_DEFAULT_TAG), 20)} off")
        text = str(node.value)
        if has_lone_surrogate(text):
            raise self._fault(
                node, f"{what} has half of a surrogate pair (\\ud800 to \\udfff); write the character itself"
            )
        return None if nothing and self._is_nothing(node) else text

    @staticmethod
    def _is_nothing(node: yaml.Node) -> bool:
        return isinstance(node, yaml.ScalarNode) and node.style is None and node.value in _NOTHING

    def _pairs(self, node: yaml.MappingNode) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        pairs: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in node.value:
            name = self._text(key, "a name", nothing=False) or ""
            if name in pairs:
                raise self._fault(key, f"{shown(name)} is given twice; leave one of them")
            pairs[name] = key, value
        return pairs

    def _line(self, node: yaml.Node) -> int:
        return _line_of(node.start_mark, self._yaml, self._first)

    def _fault(self, node: yaml.Node, detail: str) -> ManuscriptError:
        return ManuscriptError(self._line(node), detail)
