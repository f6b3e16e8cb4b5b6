"""Text analysis: splitting texts and queries into terms, in the same way for both databases.

Words are normalised (case, accents, width), then stemmed by Snowball in the language of the publication. Chinese,
Japanese and Korean text, which has no spaces, is split into bigrams: pairs of adjacent characters.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

VERSION = 1
"""The version of the analysis. Raise it when the same text gives other terms, so that issues are indexed again."""

LONGEST = 64
"""The maximum length of a term, in characters; longer words are truncated."""

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
# Python's \w does not match combining marks, with which many scripts write their vowels.
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
    """A term, with its offsets in the text, in characters."""

    text: str
    start: int
    end: int


def terms(text: str, language: str, *, indexing: bool = False) -> Iterator[Term]:
    """The terms of a text, in order. `language` is a BCP 47 tag; words of unknown languages are not stemmed.

    For the index, single characters of bigrams are terms too, so that a query of a single character finds them.
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
    """The same terms for the index, without offsets, which is faster: an issue has thousands of terms."""
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
    """The bigrams of a run of characters, with their offsets; a single character is returned as it is."""
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
    # A stemmer is not thread-safe, so each call creates one; the cache calls this once per word.
    return str(snowballstemmer.stemmer(algorithm).stemWord(folded))
