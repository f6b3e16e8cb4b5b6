"""Slugs: URL path segments that are generated from titles."""

from collections.abc import Collection
from functools import lru_cache

from slugify import slugify

LONGEST = 80
_READ = 1_000
"""Characters of a text that are read, twice as many as a title can have."""


def slug_of(text: str, default: str) -> str:
    """The text as lower-case ASCII words, joined with hyphens; `default` if it has no letters or digits.

    Apostrophes are removed, typographic ones too: 'This week's' and 'This week’s' have the same slug.
    """
    joined = text[:_READ].replace("'", "").replace("’", "")
    return slugify(joined, max_length=LONGEST, word_boundary=True) or default


@lru_cache(maxsize=10_000)
def key_of(label: str) -> str:
    """The key by which labels of tags are compared, without case and punctuation: the slug of the label."""
    return slug_of(label, "")


def first_free(slug: str, taken: Collection[str]) -> str:
    """The slug, or the first of `slug-2`, `slug-3`, … that is not taken."""
    candidate, count = slug, 1
    while candidate in taken:
        count += 1
        candidate = f"{slug}-{count}"
    return candidate
