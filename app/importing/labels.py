"""The labels of a newsletter and the tags that they mean: as its publication knows them, and as a file tells."""

from collections.abc import Mapping
from typing import Any

import yaml

from app.content.slugs import key_of
from app.content.tags import Vocabulary

LARGEST_MAP = 1_000_000
"""Bytes of a file of labels."""


class UnreadableMap(ValueError):
    """A file of labels is none; the message says what would be."""


def read_map(text: str) -> dict[str, str]:
    """Labels and their tags, from lines `Label = tag`, or from a mapping in JSON or YAML.

    Lines that are empty, or begin with `#`, do not count. Raises UnreadableMap.
    """
    lines = [line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#")]
    if lines and all("=" in line for line in lines) and not text.lstrip().startswith("{"):
        pairs = [line.rpartition("=") for line in lines]
        found: Any = {label.strip(): tag.strip() for label, _, tag in pairs}
    else:
        try:
            found = yaml.safe_load(text)  # JSON is YAML
        except Exception:  # a KeyError for `!!bool x`, a ValueError for 2025-13-45, and what else it stumbles over
            found = None
    if not isinstance(found, dict) or not all(
        isinstance(part, str) and part for pair in found.items() for part in pair
    ):
        raise UnreadableMap("write a line for each label, as in: Papers of the week = research")
    return found


class Labels:
    """What labels mean: first by the file, then by the vocabulary. Case and punctuation do not count.

    Raises UnknownTag, with the nearest names, when the file has a tag that there is not.
    """

    def __init__(self, told: Mapping[str, str], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._told = {key_of(label): vocabulary.resolve(tag, "").slug for label, tag in told.items()}

    def named_by(self, title: str | None) -> str | None:
        """The slug of the tag that a section takes by its title."""
        told = self._told.get(key_of(title or ""))
        named = self._vocabulary.find(title)
        return told or (named.slug if named else None)

    def apply(self, document: dict[str, Any]) -> None:
        """Give the sections of a document the tags that the file has for their titles."""
        for section in document.get("sections", []):
            tag = self._told.get(key_of(section.get("title", "")))
            if tag is not None:
                section["tag"] = tag
            self.apply(section)
