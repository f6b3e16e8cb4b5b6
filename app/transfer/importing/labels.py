"""The labels of a newsletter and the tags that they mean: as its publication knows them, and as a file tells."""

from collections.abc import Mapping
from typing import Any

import yaml

from app.content.slugs import key_of
from app.content.tags import Vocabulary
from app.problems import UnknownTag
from app.transfer.reading.result import Note


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
        except yaml.YAMLError:
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

    def apply(self, document: dict[str, Any]) -> list[Note]:
        """Put slugs of tags for the labels in a document. A tag that there is not is left out, and noted."""
        notes: list[Note] = []
        self._apply_to_sections(document.get("sections", []), "", notes)
        return notes

    def _apply_to_sections(self, sections: list[dict[str, Any]], above: str, notes: list[Note]) -> None:
        for index, section in enumerate(sections):
            pointer = f"{above}/sections/{index}"
            if "tag" in section:
                tag = self._meant(section.pop("tag"), f"{pointer}/tag", notes)
            else:
                tag = self._told.get(key_of(section.get("title", "")))
            if tag is not None:
                section["tag"] = tag
            for place, item in enumerate(section.get("items", [])):
                labels = item.pop("tags", [])
                meant = [self._meant(label, f"{pointer}/items/{place}/tags", notes) for label in labels]
                tags = list(dict.fromkeys(tag for tag in meant if tag is not None))
                if tags:
                    item["tags"] = tags
            self._apply_to_sections(section.get("sections", []), pointer, notes)

    def _meant(self, label: str, pointer: str, notes: list[Note]) -> str | None:
        told = self._told.get(key_of(label))
        if told is not None:
            return told
        try:
            return self._vocabulary.resolve(label, pointer).slug
        except UnknownTag as unknown:
            notes.append(Note("doubt", unknown.detail, text=label, confidence=0.5, pointer=pointer))
            return None
