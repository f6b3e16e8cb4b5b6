"""Titles for items without one, generated from the first sentence of the body."""

import re

from app.content.markdown import first_block

LONGEST = 120

_ABBREVIATIONS = frozenset(
    [
        "adm",
        "al",
        "approx",
        "bros",
        "ca",
        "capt",
        "cf",
        "co",
        "corp",
        "dept",
        "dr",
        "e.g",
        "ed",
        "eds",
        "esp",
        "est",
        "etc",
        "gen",
        "gov",
        "hon",
        "i.e",
        "inc",
        "jr",
        "lt",
        "ltd",
        "maj",
        "mr",
        "mrs",
        "ms",
        "mt",
        "prof",
        "rep",
        "rev",
        "sen",
        "sgt",
        "sr",
        "st",
        "univ",
        "viz",
        "vs",
        "bzw",
        "d.h",
        "z.b",
    ]
)
_BEFORE_NUMBERS = frozenset(["art", "ch", "fig", "figs", "no", "nos", "nr", "op", "p", "pp", "sec", "vol", "vols"])
"""Abbreviations only before a number: 'No. 7', but 'No. It is not.'"""
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？]+[」』”）]*")


def from_body(body: str) -> str:
    """The first sentence of the body without Markdown and final full stop, truncated at a word to 120 characters.

    Empty if the body has no text, for example if it is only an image.
    """
    sentence = _first_sentence(first_block(body))
    if len(sentence) > LONGEST:
        return _truncate(sentence)
    return sentence[:-1].rstrip() if sentence.endswith((".", "。")) and not sentence.endswith("..") else sentence


def _first_sentence(text: str) -> str:
    # The rest would be truncated anyway, and a text of many full stops would take minutes.
    beginning = text[: 2 * LONGEST]
    for end in _END.finditer(beginning):
        if not _continues(beginning, end):
            return beginning[: end.end()]
    return text


def _continues(text: str, end: re.Match[str]) -> bool:
    """Whether the sentence continues after the punctuation at `end`, as after an abbreviation."""
    following = text[end.end() :].lstrip()[:1]
    if not end.group().startswith((".", "…")):
        return following.islower() and end.group()[0] in "!?"
    written = re.split(r"[\s(\[\"“‘'@]", text[: end.start()])[-1]
    word = written.lower()
    # 'J. R. R. Tolkien', 'U.S.', 'p.m.'; but 'greater than x.'
    initials = written.isupper() if len(word) == 1 else re.fullmatch(r"([^\W\d]\.)+[^\W\d]", word) is not None
    return (
        word in _ABBREVIATIONS or (word in _BEFORE_NUMBERS and following.isdigit()) or initials or following.islower()
    )


def _truncate(sentence: str) -> str:
    head = sentence[: LONGEST - 1]
    at_a_word = head.rsplit(" ", 1)[0] if " " in head and not sentence[LONGEST - 1].isspace() else head
    return at_a_word.rstrip(" ,;:.–—-") + "…"
