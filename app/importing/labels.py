"""Section titles and the tags that they mean: by a file of labels, and by the vocabulary."""

from collections.abc import Mapping
from typing import Any

import yaml

from app.content.slugs import key_of
from app.content.tags import Vocabulary

LARGEST_MAP = 1_000_000
"""Bytes of a file of labels."""


class UnreadableMap(ValueError):
    """A file of labels cannot be read; the message says how to write one."""


def read_map(text: str) -> dict[str, str]:
    """Labels and their tags, from lines `Label = tag`, or from a mapping in JSON or YAML.

    Empty lines and lines that begin with `#` are ignored. Raises UnreadableMap.
    """
    lines = [line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#")]
    if lines and all("=" in line for line in lines) and not text.lstrip().startswith("{"):
        pairs = [line.rpartition("=") for line in lines]
        found: Any = {label.strip(): tag.strip() for label, _, tag in pairs}
    else:
        try:
            found = yaml.safe_load(text)  # JSON is YAML
        except Exception:  # PyYAML raises KeyError for `!!bool x`, ValueError for 2025-13-45, and others
            found = None
    if not isinstance(found, dict) or not all(
        isinstance(part, str) and part for pair in found.items() for part in pair
    ):
        raise UnreadableMap("write a line for each title, as in: Papers of the week = research")
    return found


class Labels:
    """The tags that labels mean: first by the file, then by the vocabulary. Case and punctuation are ignored.

    Raises UnknownTag, with the nearest names, when the file names a tag that does not exist.
    """

    def __init__(self, labels: Mapping[str, str], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._slugs = {key_of(label): vocabulary.resolve(tag, "").slug for label, tag in labels.items()}

    def resolve(self, title: str | None) -> str | None:
        """The slug of the tag that a section of this title gets."""
        slug = self._slugs.get(key_of(title or ""))
        tag = self._vocabulary.find(title)
        return slug or (tag.slug if tag else None)

    def apply(self, document: dict[str, Any]) -> None:
        """Set the tags of a document's sections whose titles are in the file."""
        for section in document.get("sections", []):
            tag = self._slugs.get(key_of(section.get("title", "")))
            if tag is not None:
                section["tag"] = tag
            self.apply(section)
