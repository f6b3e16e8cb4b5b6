"""Slugs: the parts of addresses that are made from titles."""

from collections.abc import Collection
from functools import lru_cache

from slugify import slugify

LONGEST = 80


def slug_of(text: str, otherwise: str) -> str:
    """The text as lower-case ASCII words with hyphens between; `otherwise` when no letter or digit is left.

    An apostrophe joins, typographic or not: 'This week's' and 'This week’s' are one slug.
    """
    joined = text.replace("'", "").replace("’", "")
    return slugify(joined, max_length=LONGEST, word_boundary=True) or otherwise


@lru_cache(maxsize=10_000)
def key_of(label: str) -> str:
    """What makes two labels of a tag the same: its slug, so that case and punctuation do not count."""
    return slug_of(label, "")


def first_free(slug: str, taken: Collection[str]) -> str:
    """The slug, or the first of `slug-2`, `slug-3`, … that is not taken."""
    candidate, count = slug, 1
    while candidate in taken:
        count += 1
        candidate = f"{slug}-{count}"
    return candidate
