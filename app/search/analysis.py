"""From text to terms, the same for both databases, for what is indexed and for what is asked.

A word is folded (case, accents, width), then stemmed by Snowball in the publication's language. Runs of Chinese,
Japanese and Korean characters, which have no spaces, become pairs of neighbours.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

VERSION = 1
"""Rises when the same text gives other terms: the index is then made anew."""

LONGEST = 64
"""Characters of a word that count."""

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
# Python's \w leaves out the marks that many scripts write their vowels with.
_MARKS = "".join(char for char in map(chr, range(0x300, 0x10000)) if unicodedata.category(char)[0] == "M")
_WORD = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+(?:[{_MARKS}]+[^\W_{_CJK}]*)*")
_IS_CJK = re.compile(rf"[{_CJK}]")

_LANGUAGES = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "da": "danish", "nl": "dutch",
    "en": "english", "eo": "esperanto", "et": "estonian", "fi": "finnish", "fr": "french", "de": "german",
    "el": "greek", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian",
    "lt": "lithuanian", "ne": "nepali", "nb": "norwegian", "nn": "norwegian", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "es": "spanish", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


class Term(NamedTuple):
    """What is looked for, and where in the text it stands (character offsets)."""

    text: str
    start: int
    end: int


def terms(text: str, language: str, *, indexing: bool = False) -> Iterator[Term]:
    """The terms of a text, in order. `language` is a BCP 47 tag; an unknown one is not stemmed.

    For the index each character of a run is a term too, so that a query of a single one finds it.
    """
    algorithm = _LANGUAGES.get(language.split("-")[0].lower())
    for word in _WORD.finditer(text):
        found, start, end = word.group(), word.start(), word.end()
        if _IS_CJK.match(found):
            yield from (Term(pair, start + at, start + at + len(pair)) for at, pair in _pairs(found))
            if indexing and len(found) > 1:
                yield from (Term(single, start + at, start + at + 1) for at, single in enumerate(found))
        else:
            term = _stem(found, algorithm)
            if term:
                yield Term(term, start, end)


def terms_to_index(text: str, language: str) -> list[str]:
    """The same terms for the index, without their places: there are thousands in an issue."""
    algorithm = _LANGUAGES.get(language.split("-")[0].lower())
    found: list[str] = []
    for word in _WORD.findall(text):
        if word.isascii() or not _IS_CJK.match(word):
            found.append(_stem(word, algorithm))
        else:
            found += [pair for _, pair in _pairs(word)]
            found += word if len(word) > 1 else ""
    return list(filter(None, found))


def _pairs(run: str) -> Iterator[tuple[int, str]]:
    """Neighbouring characters two by two; a character that stands alone, alone."""
    if len(run) == 1:
        yield 0, run
    for at in range(len(run) - 1):
        yield at, run[at : at + 2]


@lru_cache(maxsize=50_000)
def _stem(word: str, algorithm: str | None) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    folded = "".join(letter for letter in decomposed if not unicodedata.combining(letter))[:LONGEST]
    if algorithm is None or not folded.isalpha():
        return folded
    # A stemmer keeps state while it works, so each call has its own; this is called once a word.
    return str(snowballstemmer.stemmer(algorithm).stemWord(folded))
