"""A parser of HTML that works in one pass and knows the line of each word."""

import html
import re

from app.newsletters.formats.html.elements import Markup, names
from app.newsletters.formats.html.nesting import Nesting
from app.newsletters.left_out import LeftOut, Unreadable

MOST_CHARACTERS = 20_000_000

_RAW = names("iframe noembed noframes script style textarea title xmp")
_TOKEN = re.compile(
    r"""<(?:
      !--(?:-?>|(?P<comment>.*?)(?:--!?>|\Z))
      |!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)
      |[!?](?P<declaration>[^>]*)(?:>|\Z)
      |(?P<closes>/?)(?P<name>[a-zA-Z][^\s/>]*)
       (?P<attributes>(?:[^>=]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+)*+)(?P<finished>>|\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([^\s/=][^\s/=]*)(?:\s*+=\s*+(?:"([^"]*)"?|'([^']*)'?|(\S*)))?""")
_HUGE_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{9,}+;?")
_MARKUP = re.compile(r"(?is)<(?P<raw>style|script)\b.*?(?:</(?P=raw)>|\Z)|<[^<>]*>|\[(?:if\s[^\[\]]*|endif)\]>?|<!")


def parse(source: str) -> Markup:
    """The events of a page. Raises Unreadable beyond MOST_CHARACTERS and nesting.MOST_TAGS."""
    if len(source) > MOST_CHARACTERS:
        raise Unreadable(f"This HTML has more than {MOST_CHARACTERS:,} characters: import its issues one by one.")
    nesting = Nesting()
    endless: set[str] = set()
    place, line, counted = 0, 1, 0
    while place < len(source):
        token = _TOKEN.search(source, place)
        start = token.start() if token else len(source)
        if start > place:
            line, counted = line + source.count("\n", counted, place), place
            nesting.words(reference(source[place:start]), line)
        if not token:
            break
        line, counted = line + source.count("\n", counted, start), start
        place = token.end()
        name = (token["name"] or "").lower()
        if not name:
            nesting.markup.left_out += _aside(token, line)
        elif not token["finished"]:
            nesting.markup.left_out.append(LeftOut(token.group(), "a tag that does not end", line))
        elif token["closes"]:
            nesting.close(name)
        elif name in _RAW and name not in endless:
            attributes = _attributes(token["attributes"])
            end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(source, place)
            if end:
                raw = source[place : end.start()]
                nesting.open(name, attributes, line)
                nesting.words(reference(raw) if name in ("title", "textarea") else raw, line)
                place = end.start()
            elif name in ("script", "style"):
                nesting.markup.left_out.append(LeftOut(source[place:], f"a {name} that does not end", line))
                place = len(source)
            else:
                endless.add(name)
        elif name not in endless:
            nesting.open(name, _attributes(token["attributes"]), line, selfclosing=token["attributes"].endswith("/"))
    return nesting.finished()


def reference(text: str) -> str:
    """Text with its character references resolved. Huge ones are replaced, since Python refuses to read them."""
    return html.unescape(_HUGE_REFERENCE.sub("\ufffd", text)) if "&" in text else text


def without_markup(text: str) -> str:
    """The words of a comment, which may itself be markup."""
    return " ".join(reference(_MARKUP.sub(" ", text)).split())


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text):
        found.setdefault(name.lower(), reference(double or single or bare))
    return found


def _aside(token: re.Match[str], line: int) -> list[LeftOut]:
    """The text of a comment or a CDATA section, as left out."""
    text = token["comment"] or token["cdata"] or ""
    reason = "shown by Outlook alone" if text.lstrip().startswith("[if") else "a comment"
    words = without_markup(text)
    return [LeftOut(words, reason, line)] if words else []
